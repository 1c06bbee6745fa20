"""Pictures of running work, taken by the plant's cameras: when one is wanted, and what its absence means. Pure.

1. A picture shows what was; it never lets anything begin. Nothing starts, resumes or is confirmed by one.
2. Every picture that was wanted has an answer on the permit's journal: the picture's hash, or that the camera was
   silent and why. Who asked is never the one who makes up the answer.
3. The moments between start and end are drawn outside, blindly, like those of the guardian's prompts.
4. Nobody is recognised in a picture, by anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from workflow.ids import AreaId, DeviceId
from workflow.rules.types import Grade
from workflow.values import WorkType

ANSWER_WITHIN = timedelta(seconds=90)
"""How long a picture may take from the moment it was wanted, tries and queue and restarts included; then the camera
counts as silent."""
SHORTEST_BETWEEN = timedelta(minutes=5)
"""No plant has its cameras asked by chance more often than this."""


class Occasion(StrEnum):
    """Why a picture is wanted."""

    BEGIN = "begin"
    """Work has begun, or has gone on."""
    STOP = "stop"
    """Work was stopped, whatever for."""
    RANDOM = "random"
    """At a moment nobody can foresee."""


class Silence(StrEnum):
    """Why there is no picture."""

    NO_CAMERA = "no_camera"
    """None stands at the place, by the site's file."""
    UNREACHED = "unreached"
    """Nobody answers at its address."""
    DENIED = "denied"
    """It does not let us in, or knows no such picture."""
    NO_PICTURE = "no_picture"
    """It answers, and shows nothing in time, or nothing that can be read."""
    TOO_LARGE = "too_large"
    UNANSWERED = "unanswered"
    """Nobody knows: the service, or what fetches pictures for it, gave no answer in time."""


class OnSilence(StrEnum):
    """What a plant wants of a camera's silence, beside the line in the journal. The later is the stricter."""

    RECORD = "record"
    TELL = "tell"
    """The guardian hears of it."""
    SUSPEND = "suspend"
    """The work stops: what must be seen is not."""


_STRICTER = tuple(OnSilence)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillRule:
    """What the plant asks of its cameras while work of these kinds goes on. No grades: all of them."""

    works: frozenset[WorkType]
    grades: frozenset[Grade] = frozenset()
    earliest: timedelta | None = None
    """The soonest moment after the last one; a third of ``every`` where nobody says it."""
    every: timedelta | None = None
    """The latest moment after the last one; None: none are taken by chance."""
    silent: OnSilence = OnSilence.RECORD

    def __post_init__(self) -> None:
        if self.every is None:
            if self.earliest is not None:
                raise ValueError("a soonest moment without a latest")
        elif not SHORTEST_BETWEEN <= self.soonest < self.every:
            raise ValueError("five minutes or more, and the soonest before the latest")

    @property
    def soonest(self) -> timedelta:
        """The soonest moment after the last one. Only of a rule that takes pictures by chance."""
        if self.every is None:
            raise ValueError("no pictures by chance")
        return self.every / 3 if self.earliest is None else self.earliest


def rule_for(rules: Iterable[StillRule], work: WorkType, grade: Grade) -> StillRule | None:
    """What is asked of one permit: everything that fits its work and grade, the stricter of each. None: nothing is."""
    asked = [one for one in rules if work in one.works and (not one.grades or grade in one.grades)]
    if not asked:
        return None
    by_chance = [(one.every, one.soonest) for one in asked if one.every is not None]
    every, soonest = min(by_chance, default=(None, None))
    return StillRule(
        works=frozenset({work}),
        grades=frozenset({grade}),
        earliest=soonest,
        every=every,
        silent=max((one.silent for one in asked), key=_STRICTER.index),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera as the site's file names it, without its address: that is nobody's business here."""

    id: DeviceId
    name: str
    areas: frozenset[AreaId]


_NONE: Mapping[DeviceId, Camera] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cameras:
    """The cameras of the site. ``there``: whether it has a file of them at all."""

    by_id: Mapping[DeviceId, Camera] = field(default_factory=lambda: _NONE)
    there: bool = False

    def at(self, area: AreaId) -> tuple[Camera, ...]:
        """Those that look at a place, in the order of the file."""
        return tuple(one for one in self.by_id.values() if area in one.areas)


NO_CAMERAS = Cameras()
