"""Turns on a shared line, by a clock of the test's own: the quick never wait for more than one of the slow."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hardware_bridge.sources.turns import REST, Turns

SECOND = timedelta(seconds=1)


def played(costs: list[float], *, dead: set[int], seconds: float) -> list[list[float]]:
    """When each had his turn, where a turn of his takes so long and some never answer."""
    turns, now = Turns([SECOND] * len(costs), slow_from=SECOND / 4, now=0.0), 0.0
    when: list[list[float]] = [[] for _ in costs]
    while now < seconds:
        index, wait = turns.next(now)
        began = now + wait
        now = began + costs[index]
        when[index].append(began)
        turns.took(index, began=began, ended=now, answered=index not in dead)
    return when


def longest(when: list[float]) -> float:
    return max(later - earlier for earlier, later in pairwise(when))


def test_everybody_is_asked_at_his_own_pace() -> None:
    (when,) = played([0.05], dead=set(), seconds=60)
    assert longest(when) == 1.0


def test_twenty_dead_devices_do_not_keep_three_live_ones_waiting() -> None:
    live, dead = 3, set(range(3, 23))
    when = played([0.05] * live + [1.0] * len(dead), dead=dead, seconds=120)
    for one in when[:live]:
        # His own pace, one slow turn, and one of each of the others.
        settled = [at for at in one if at > 30]
        assert longest(settled) <= 1.0 + 1.0 + 3 * 0.05
    assert all(len(when[one]) >= 2 for one in dead), "the dead are forgotten"


def test_a_slow_one_rests_and_is_still_heard() -> None:
    quick, slow = played([0.05, 0.9], dead=set(), seconds=120)
    assert longest(quick) <= 1.0 + 0.9 + 0.05
    assert longest(slow) <= 0.9 + REST * 0.9 + 1.0
    assert len(slow) > 20


def test_on_a_line_that_is_full_a_slow_one_has_his_turn_after_a_round() -> None:
    when = played([0.2] * 8 + [1.0], dead={8}, seconds=120)
    assert len(when[8]) >= 10
