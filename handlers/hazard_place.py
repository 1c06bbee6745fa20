"""Where a hazard is when its words do not say: the board just scanned, else the position just sent.

A position counts for a few minutes only, for people walk, and names a place only where it surely lies in the fence of
one and no other. Words of the report come before both.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from handlers.answers import Say
from handlers.arrivals import Location
from handlers.desk import Desk
from handlers.talk import SHOTS_FOR, HazardStep, Spot
from workflow.geo import inside
from workflow.ids import AreaId
from workflow.values import Position

POSITION_FOR: Final = timedelta(minutes=5)
UNSAID: Final = Decimal(30)
"""Metres a position may be wrong that does not say how exact it is."""


def stood(desk: Desk, location: Location) -> bool:
    """Remember where somebody is. True when a report was waiting for it: then that is answered."""
    if location.mocked or desk.house.hazard_rules is None:
        return False
    known = here(desk)
    if known is None or known.position is not None:
        area = area_at(desk, location.position)
        desk.talk = replace(desk.talk, spot=Spot(area=area, at=desk.now, position=location.position))
    asked = desk.talk.open_hazard(desk.now)
    if not location.asked or asked is None or asked.step is not HazardStep.REPORT:
        return False
    desk.talk = replace(desk.talk, hazard=replace(asked, at=desk.now))
    desk.say(Say.HAZARD_PLACE, place=_name(desk, here(desk)) or location.label or "—")
    return True


def here(desk: Desk) -> Spot | None:
    """Where the person showed to be, as long as that counts."""
    spot = desk.talk.spot
    if spot is None:
        return None
    return spot if desk.now - spot.at <= (SHOTS_FOR if spot.position is None else POSITION_FOR) else None


def area_at(desk: Desk, position: Position) -> AreaId | None:
    """The one place a position surely lies in."""
    areas = desk.tx.directory.areas.values()
    found = [area.id for area in areas if inside(area.fence, position, default_accuracy_m=UNSAID)]
    return found[0] if len(found) == 1 else None


def _name(desk: Desk, spot: Spot | None) -> str:
    known = None if spot is None or spot.area is None else desk.tx.directory.areas.get(spot.area)
    return "" if known is None else known.name
