"""What is seen at a place by cameras that judge their own pictures, and what a plant wants to follow. Pure.

1. What a machine says it saw is never proof against anybody: it may stop work, tell the guardian or become a hazard
   people look into. It names nobody.
2. Nobody asked for anything in particular: it becomes a hazard. What is seen and told to nobody is worth nothing.
3. Of several things a plant asks, the stricter counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from workflow.rules.types import Grade
from workflow.values import WorkType

AGAIN = timedelta(hours=1)
"""How long the same thing, seen by the same device, is the hazard that was registered and not another look at it."""
TOLD_AGAIN = timedelta(minutes=10)
"""How long a guardian who was told is not told again."""


class CameraAlarm(StrEnum):
    """What was seen."""

    NO_HELMET = "no_helmet"
    NO_HARNESS = "no_harness"
    CROSSING = "crossing"
    """Somebody went over a line nobody may cross."""


class Then(StrEnum):
    """What follows. The later is the stricter."""

    TELL = "tell"
    """The guardian hears of it and looks."""
    HAZARD = "hazard"
    STOP = "stop"
    """Work at the place stops; where none goes on, it is a hazard."""


_STRICTER = tuple(Then)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraAlarmRule:
    """What follows from what is seen at work of these kinds. No works: whatever goes on there, also nothing; no
    grades: all of them."""

    kinds: frozenset[CameraAlarm]
    then: Then
    works: frozenset[WorkType] = frozenset()
    grades: frozenset[Grade] = frozenset()

    def fits(self, kind: CameraAlarm, work: WorkType | None, grade: Grade) -> bool:
        """Whether it speaks of this; ``work`` None: nobody works there."""
        return (
            kind in self.kinds
            and (not self.works or work in self.works)
            and (not self.grades or grade in self.grades)
        )  # fmt: skip


def then_for(
    rules: Iterable[CameraAlarmRule], kind: CameraAlarm, work: WorkType | None, grade: Grade = Grade.NONE
) -> Then:
    """What follows from this at that work, or at a place where nobody works."""
    asked = [one.then for one in rules if one.fits(kind, work, grade)]
    return max(asked, key=_STRICTER.index, default=Then.HAZARD)
