"""How far a clock may be believed that was seen now and then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.privacy.clockwork import BACK, LEAP, SETTLED, Clockwork, first_seen, leapt, seen_again

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def runs(clock: Clockwork, span: timedelta, step: timedelta = HOUR) -> Clockwork:
    until = clock.seen + span
    while clock.seen < until:
        clock = seen_again(clock, min(clock.seen + step, until))
    return clock


def settled() -> Clockwork:
    return runs(first_seen(START), SETTLED)


def test_a_clock_nobody_has_seen_is_believed_after_a_week() -> None:
    clock = first_seen(START)
    assert clock.believed == datetime(1970, 1, 1, tzinfo=UTC)
    assert runs(clock, SETTLED - HOUR).believed.year == 1970
    assert settled().believed == START + SETTLED


@pytest.mark.parametrize("over", [LEAP + HOUR, 3650 * DAY])
def test_what_it_leapt_over_is_believed_after_a_week_and_not_a_moment_before(over: timedelta) -> None:
    before = settled()
    after = seen_again(before, before.seen + over)
    assert leapt(before, after.seen)
    assert after.believed == before.seen
    assert runs(after, SETTLED - HOUR).believed == before.seen + SETTLED - HOUR
    assert runs(after, SETTLED).believed == after.seen + SETTLED


def test_a_second_leap_makes_nobody_believe_the_first_sooner_nor_later() -> None:
    """A week seen in pieces is a week; the second leap has to wait for a week of its own."""
    before = settled()
    first = runs(seen_again(before, before.seen + 3 * DAY), 4 * DAY)
    second = seen_again(first, first.seen + 3650 * DAY)
    assert second.believed == before.seen + 4 * DAY
    assert runs(second, 3 * DAY).believed == before.seen + 4 * DAY + 3 * DAY + 3 * DAY
    assert runs(second, SETTLED).believed == second.seen + SETTLED


def test_a_clock_that_only_leaps_is_never_believed() -> None:
    clock = settled()
    believed = clock.believed
    for _ in range(50):
        clock = seen_again(clock, clock.seen + LEAP + HOUR)
    assert clock.believed == believed


def test_a_clock_set_right_again_goes_on_where_it_was() -> None:
    before = settled()
    wrong = runs(seen_again(before, before.seen + 3650 * DAY), 2 * DAY)
    right = seen_again(wrong, before.seen + 2 * DAY)
    assert leapt(wrong, right.seen)
    assert right == Clockwork(seen=before.seen + 2 * DAY)


def test_a_clock_set_back_is_believed_no_further_than_it_says() -> None:
    before = settled()
    back = seen_again(before, before.seen - 30 * DAY)
    assert back.believed == back.seen
    # Back to where it is later than what was believed: the rest is a leap.
    wrong = seen_again(before, before.seen + 3650 * DAY)
    nearly = seen_again(wrong, before.seen + 5 * DAY)
    assert nearly.believed == before.seen
    assert runs(nearly, SETTLED).believed == nearly.seen + SETTLED


def test_an_hour_back_is_summer_time_and_no_leap() -> None:
    before = settled()
    assert not leapt(before, before.seen - BACK)
    assert seen_again(before, before.seen - BACK).believed == before.seen - BACK
