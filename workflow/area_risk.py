"""How an area stands at a moment, from the work in it: what a map of the plant is coloured by. Pure.

This is not 风险分级 (the four colours an area is given after an assessment, domain 3.2): it says what goes on now.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from workflow.rules.types import Grade
from workflow.values import WorkType

CROWDED = 3
"""So many works at once in one area count like one of high risk. Ours."""


class Level(IntEnum):
    """From nothing to something wrong."""

    QUIET = 0
    PLANNED = 1
    """Something begins here today."""
    WORKING = 2
    HIGH = 3
    """特级 or 一级, work in a confined space, or many works at once."""
    WRONG = 4
    """Stopped work, people not counted out, a hazard overdue, emergency work without a permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is counted of one area."""

    running: int = 0
    high: int = 0
    wrong: int = 0
    planned: int = 0

    @property
    def level(self) -> Level:
        """The gravest of what is there."""
        if self.wrong:
            return Level.WRONG
        if self.high or self.running >= CROWDED:
            return Level.HIGH
        if self.running:
            return Level.WORKING
        return Level.PLANNED if self.planned else Level.QUIET

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            running=self.running + other.running,
            high=self.high + other.high,
            wrong=self.wrong + other.wrong,
            planned=self.planned + other.planned,
        )


def is_high(work: WorkType, grade: Grade) -> bool:
    """Whether one running work alone makes its area one of high risk."""
    return work is WorkType.CONFINED_SPACE or grade in (Grade.SPECIAL, Grade.FIRST)
