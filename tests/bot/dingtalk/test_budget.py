"""Half of what the platform bears is kept for safety; changes of one card keep their distance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dingtalk.budget import Budget, Rates, Spacing
from bot.pace import NotYet
from tests.support.clock import START
from workflow.effects import Lane

SECOND = timedelta(seconds=1)


def taken(budget: Budget, lane: Lane, *, most: int = 50) -> int:
    for number in range(most):
        try:
            budget.take(START, f"u{number}", lane)
        except NotYet:
            return number
    return most


def test_safety_may_use_all_of_a_second_and_others_half() -> None:
    assert taken(Budget(), Lane.SAFETY) == 20
    assert taken(Budget(), Lane.ACTION) == 10
    assert taken(Budget(), Lane.INFORMATION) == 5


def test_a_stop_finds_room_behind_a_rush_of_requests() -> None:
    budget = Budget()
    assert taken(budget, Lane.ACTION) == 10
    assert taken(budget, Lane.SAFETY) == 10
    with pytest.raises(NotYet) as wait:
        budget.take(START, "a", Lane.SAFETY)
    assert wait.value.wait == SECOND
    budget.take(START + SECOND, "a", Lane.SAFETY)


def test_one_member_is_not_flooded() -> None:
    budget = Budget()
    for number in range(16):  # four fifths of 20 a minute
        budget.take(START + SECOND * number, "zhaomin", Lane.ACTION)
    with pytest.raises(NotYet) as wait:
        budget.take(START + SECOND * 16, "zhaomin", Lane.ACTION)
    assert wait.value.wait == SECOND * 44
    budget.take(START + SECOND * 20, "wangqiang", Lane.ACTION)


def test_each_api_has_its_own_second() -> None:
    rates = Rates()
    for _ in range(10):
        assert rates.take("a", 5.0, urgent=False) == 0
    assert rates.take("a", 5.25, urgent=False) == 0.75
    assert rates.take("b", 5.25, urgent=False) == 0
    for _ in range(10):
        assert rates.take("a", 5.25, urgent=True) == 0
    assert rates.take("a", 5.25, urgent=True) == 0.75
    assert rates.take("a", 6.0, urgent=False) == 0.25  # ten urgent ones went at 5.25
    assert rates.take("a", 6.25, urgent=False) == 0


class Steady:
    """A clock by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_changes_of_a_card_keep_their_distance() -> None:
    steady = Steady()
    spacing = Spacing(steady)
    spacing.delivered("c1")
    assert spacing.updating("c1") == pytest.approx(0.5)
    assert spacing.updating("c1") == pytest.approx(1.3)  # behind the first one
    assert spacing.updating("c2") == 0
    steady.now += 10
    assert spacing.updating("c1") == 0


def test_the_distance_can_be_set_and_is_not_remembered_for_ever() -> None:
    steady = Steady()
    spacing = Spacing(steady, after_delivery=2 * SECOND, between_updates=3 * SECOND, remembered=1)
    spacing.delivered("c1")
    assert spacing.updating("c1") == 2
    spacing.delivered("c2")
    assert spacing.updating("c1") == 0
