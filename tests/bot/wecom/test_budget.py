"""The budget is never exceeded, safety always has its share, and waits are exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import NotYet, Pace
from bot.platform import TryLater
from bot.wecom.budget import PER_APP, PER_MEMBER, Budget, Rule, daily, shares
from tests.support.clock import START
from workflow.effects import Lane

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 0, 100, 999, 4000, 15_000, 59_999, 60_000]),
        st.sampled_from(["wangqiang", "zhaomin", None]),
        st.sampled_from(list(Lane)),
    ),
    max_size=250,
)


def small() -> Budget:
    """Limits a random run really reaches."""
    return Budget(per_member=(shares(5, MINUTE), shares(12, HOUR)), per_app=(shares(9, MINUTE),))


def admitted(budget: Budget, now: datetime, user: str | None, lane: Lane) -> bool:
    try:
        budget.take(now, user, lane)
    except TryLater:
        return False
    return True


def busiest(times: Sequence[datetime], window: timedelta) -> int:
    """The most that fell into any half-open stretch of this length."""
    return max((sum(start <= one < start + window for one in times) for start in times), default=0)


def test_the_delivered_figures_are_half_of_the_platform_s() -> None:
    assert [(rule.window, rule.ceilings[Lane.SAFETY]) for rule in PER_MEMBER] == [(MINUTE, 15), (HOUR, 500)]
    assert [(rule.window, rule.ceilings[Lane.SAFETY]) for rule in PER_APP] == [(MINUTE, 5000)]
    assert daily(300).ceilings[Lane.SAFETY] == 30_000


@given(STEPS)
def test_no_window_is_ever_exceeded(steps: list[tuple[int, str | None, Lane]]) -> None:
    budget, now = small(), START
    app: list[datetime] = []
    members: dict[str, list[datetime]] = {}
    for milliseconds, user, lane in steps:
        now += timedelta(milliseconds=milliseconds)
        if admitted(budget, now, user, lane):
            app.append(now)
            if user is not None:
                members.setdefault(user, []).append(now)
    assert busiest(app, MINUTE) <= 9
    for times in members.values():
        assert busiest(times, MINUTE) <= 5
        assert busiest(times, HOUR) <= 12


@given(STEPS)
def test_lower_lanes_never_touch_the_share_of_safety(steps: list[tuple[int, str | None, Lane]]) -> None:
    budget, now = small(), START
    for milliseconds, user, lane in steps:
        now += timedelta(milliseconds=milliseconds)
        if lane is not Lane.SAFETY:
            admitted(budget, now, user, lane)
    assert admitted(budget, now, "wangqiang", Lane.SAFETY)


@given(STEPS, st.sampled_from(["wangqiang", "zhaomin", None]), st.sampled_from(list(Lane)))
def test_the_wait_is_exact(steps: list[tuple[int, str | None, Lane]], user: str | None, lane: Lane) -> None:
    budget, now = small(), START
    for milliseconds, who, how in steps:
        now += timedelta(milliseconds=milliseconds)
        admitted(budget, now, who, how)
    wait = budget.wait(now, user, lane)
    assert admitted(budget, now, user, lane) is (wait == timedelta(0))
    if wait > timedelta(0):
        assert not admitted(budget, now + wait - timedelta(microseconds=1), user, lane)
        assert admitted(budget, now + wait, user, lane)


@given(STEPS)
def test_a_refusal_takes_nothing(steps: list[tuple[int, str | None, Lane]]) -> None:
    patient, impatient, now = small(), small(), START
    for milliseconds, user, lane in steps:
        now += timedelta(milliseconds=milliseconds)
        for _ in range(3):
            if patient.wait(now, user, lane) > timedelta(0):
                assert not admitted(impatient, now, user, lane)
        assert admitted(patient, now, user, lane) is admitted(impatient, now, user, lane)


def test_information_gives_way_first_then_action() -> None:
    counts = {}
    for lane in Lane:
        budget = Budget()
        counts[lane] = sum(admitted(budget, START, "a", lane) for _ in range(40))
    assert counts == {Lane.SAFETY: 15, Lane.ACTION: 12, Lane.INFORMATION: 6}


def test_one_member_s_storm_does_not_slow_another() -> None:
    budget = Budget()
    for _ in range(15):
        budget.take(START, "a", Lane.SAFETY)
    budget.take(START, "b", Lane.INFORMATION)


def test_a_userid_counts_once_whatever_its_case() -> None:
    budget = Budget()
    taken = sum(admitted(budget, START, name, Lane.SAFETY) for name in ("WangQiang", "wangqiang") * 20)
    assert taken == 15


def test_the_refusal_says_how_long() -> None:
    budget = Budget()
    for _ in range(15):
        budget.take(START, "a", Lane.SAFETY)
    with pytest.raises(TryLater) as caught:
        budget.take(START + timedelta(seconds=20), "a", Lane.SAFETY)
    assert caught.value.wait == timedelta(seconds=40)


def test_a_clock_set_back_opens_nothing() -> None:
    budget = Budget()
    for _ in range(15):
        budget.take(START, "a", Lane.SAFETY)
    assert not admitted(budget, START - HOUR, "a", Lane.SAFETY)


def test_a_clock_set_back_does_not_silence_us_until_it_has_caught_up() -> None:
    budget = Budget()
    for _ in range(15):
        budget.take(START, "a", Lane.SAFETY)
    assert budget.wait(START - HOUR, "a", Lane.SAFETY) == MINUTE
    assert not admitted(budget, START - HOUR + MINUTE - timedelta(seconds=1), "a", Lane.SAFETY)
    assert admitted(budget, START - HOUR + MINUTE, "a", Lane.SAFETY)


def test_members_who_fell_silent_are_forgotten() -> None:
    budget = Budget()
    for number in range(1000):
        budget.take(START, f"member{number}", Lane.ACTION)
    budget.take(START + HOUR, "late", Lane.ACTION)
    assert list(budget._members) == ["late"]


@pytest.mark.parametrize("ceilings", [(0, 1, 2), (2, 1, 3), (1, 2, 2), (1, 3, 2)])
def test_a_rule_without_a_share_for_safety_is_refused(ceilings: tuple[int, int, int]) -> None:
    lanes = (Lane.INFORMATION, Lane.ACTION, Lane.SAFETY)
    with pytest.raises(ValueError, match="safety"):
        Rule(window=MINUTE, ceilings=dict(zip(lanes, ceilings, strict=True)))


def test_the_relay_can_use_it() -> None:
    pace: Pace = Budget()
    pace.take(START, None, Lane.ACTION)


def test_a_long_text_takes_room_for_all_its_pieces_or_none() -> None:
    budget = Budget(per_member=(shares(5, MINUTE),), per_app=(shares(100, MINUTE),))
    budget.take(START, "wang", Lane.SAFETY, count=3)
    with pytest.raises(NotYet) as caught:
        budget.take(START + timedelta(seconds=10), "wang", Lane.SAFETY, count=3)
    assert caught.value.wait == timedelta(seconds=50)
    budget.take(START + timedelta(seconds=10), "wang", Lane.SAFETY, count=2)


def test_what_is_longer_than_the_lane_ever_gets_goes_when_the_lane_is_empty() -> None:
    budget = Budget(per_member=(shares(5, MINUTE),), per_app=(shares(100, MINUTE),))
    budget.take(START, "wang", Lane.INFORMATION)
    with pytest.raises(NotYet) as caught:
        budget.take(START, "wang", Lane.INFORMATION, count=4)
    budget.take(START + caught.value.wait, "wang", Lane.INFORMATION, count=4)
