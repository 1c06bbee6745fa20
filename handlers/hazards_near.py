"""Which open hazards reach into the place of a permit: by the same rule as those that stop live work there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.errors import UnknownEvent
from workflow.errors import ImpossibleEvent
from workflow.hazard.holds import reaches
from workflow.hazard.state import Hazard
from workflow.ids import AreaId, PermitId

if TYPE_CHECKING:
    from handlers.facts import Ground


def hazards_near(ground: Ground, permit: PermitId, area: AreaId) -> tuple[Hazard, ...]:
    """Those in force at the place or reported at the permit, oldest number first; one that cannot be read is blank.

    Each is asked where it lies, for the board's line does not tell of two places nor of the permit somebody named. One
    whose place nobody said lies nowhere; one that cannot be read lies here unless the board says where else.
    """
    return tuple(_reaching(ground, permit, area))


def _reaching(ground: Ground, permit: PermitId, area: AreaId) -> Iterator[Hazard]:
    for number, place in ground.tx.open_hazard_places():
        hazard = _read(ground, number)
        if hazard.sighting is None:
            if place in {"", area}:
                yield ground.hazards.initial(number)
        elif reaches(hazard.sighting, permit, area):
            yield hazard


def _read(ground: Ground, number: str) -> Hazard:
    try:
        return ground.tx.load(ground.hazards, number)[0]
    except (UnknownEvent, ImpossibleEvent):
        return ground.hazards.initial(number)
