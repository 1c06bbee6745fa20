"""How an area stands: the gravest counts."""

from __future__ import annotations

import pytest

from workflow.area_risk import CROWDED, Level, Standing, is_high
from workflow.rules.types import Grade
from workflow.values import WorkType


@pytest.mark.parametrize(
    ("standing", "level"),
    [
        (Standing(), Level.QUIET), (Standing(planned=3), Level.PLANNED),
        (Standing(running=1, planned=3), Level.WORKING), (Standing(running=CROWDED), Level.HIGH),
        (Standing(running=1, high=1), Level.HIGH),
        (Standing(wrong=1), Level.WRONG), (Standing(running=5, high=2, wrong=1), Level.WRONG),
    ],
)  # fmt: skip
def test_the_gravest_counts(standing: Standing, level: Level) -> None:
    assert standing.level is level


def test_parts_of_one_area_are_added() -> None:
    both = Standing(running=1, high=1) + Standing(wrong=2, planned=1)
    assert both == Standing(running=1, high=1, wrong=2, planned=1)


def test_confined_space_and_the_high_grades_are_of_high_risk_alone() -> None:
    high = [(WorkType.CONFINED_SPACE, Grade.NONE), (WorkType.HOT, Grade.SPECIAL), (WorkType.HOT, Grade.FIRST)]
    assert all(is_high(*one) for one in high)
    assert not any(is_high(*one) for one in [(WorkType.HOT, Grade.SECOND), (WorkType.ROAD, Grade.NONE)])
