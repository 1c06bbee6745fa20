"""Thousands of lives of running work: the guardian is asked in time, never too soon, and silence always stops it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.prompted import LATEST, SOONEST, Life, Luck
from workflow.values import WorkType

LIVES, PARTS, STEPS = 1000, 5, 6
MUST_REACH = (
    "PromptAnswered", "PromptMissed", "PromptMisanswered", "TaskExcused", "WorkSuspended", "ShiftHandedOver", "restart",
)  # fmt: skip

DRAWN_LIVES = True
"""Their answers are not held to the file: other luck, other minutes."""


def live(first: int, lives: int) -> None:
    seen: Counter[str] = Counter()
    shortest = longest = SOONEST * 2
    for number in range(first, first + lives):
        life = Life(luck=Luck(number), work=(WorkType.HOT, WorkType.CONFINED_SPACE)[number % 2])
        life.goes_on(STEPS)
        assert not life.faults, (number, life.faults)
        seen += life.seen
        shortest, longest = min((shortest, *life.gaps)), max((longest, *life.gaps))
    assert shortest >= SOONEST
    assert longest <= LATEST
    assert longest - shortest > (LATEST - SOONEST) * 9 / 10, "the whole stretch is used"
    for state in MUST_REACH:
        assert seen[state] > lives // 20, f"{state} was hardly reached: {seen[state]}"


@pytest.mark.parametrize("part", range(PARTS))
def test_the_guardian_is_asked_in_time_and_two_misses_always_stop_the_work(part: int) -> None:
    live(part * LIVES, LIVES)


@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS, 20 * PARTS))
def test_a_hundred_thousand_lives(part: int) -> None:
    live(part * LIVES, LIVES)
