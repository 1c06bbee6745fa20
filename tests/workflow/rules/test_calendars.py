"""The calendar is data: checked against an independent list of holidays, and read in the site's own time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, time, timedelta

import holidays
import pytest

from tests.support.rulebook import ZONE, chemical, local, planned
from workflow.rules.calendars import DayKind, days, situations, touches_night
from workflow.values import Interval

CALENDAR = chemical().calendar
PLANT = chemical().plant


@pytest.mark.parametrize("year", [2025, 2026])
def test_our_calendar_agrees_with_an_independent_one(year: int) -> None:
    theirs = holidays.country_holidays("CN", years=year)
    day = date(year, 1, 1)
    while day.year == year:
        off = CALENDAR.kind(day, PLANT.rest_days) is not DayKind.WORK
        assert off is not theirs.is_working_day(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 17), DayKind.HOLIDAY),
        (date(2026, 2, 28), DayKind.WORK),  # a Saturday worked instead
        (date(2026, 3, 1), DayKind.REST),
        (date(2026, 3, 2), DayKind.WORK),
        (date(2027, 3, 2), DayKind.UNKNOWN),
    ],
)
def test_kinds_of_day(day: date, kind: DayKind) -> None:
    assert CALENDAR.kind(day, PLANT.rest_days) is kind


def test_a_holiday_has_its_name() -> None:
    assert CALENDAR.holidays[date(2026, 2, 17)] == "春节"


@pytest.mark.parametrize(
    ("start", "end", "night"),
    [
        ("2026-11-24 06:00", "2026-11-24 20:00", False),  # both edges belong to the day
        ("2026-11-24 05:59", "2026-11-24 07:00", True),
        ("2026-11-24 19:00", "2026-11-24 20:01", True),
        ("2026-11-24 02:00", "2026-11-24 03:00", True),  # the night of the day before
        ("2026-11-24 10:00", "2026-11-25 10:00", True),
    ],
)
def test_nights(start: str, end: str, night: bool) -> None:
    assert touches_night(planned(start, end), ZONE, time(20), time(6)) is night


def test_a_night_that_does_not_cross_midnight() -> None:
    early = planned("2026-11-24 01:00", "2026-11-24 02:00")
    assert touches_night(early, ZONE, time(0), time(5))
    assert not touches_night(planned("2026-11-24 05:00", "2026-11-24 06:00"), ZONE, time(0), time(5))
    assert not touches_night(early, ZONE, time(5), time(5))


def test_days_touched_are_counted_half_open_and_at_the_site() -> None:
    to_midnight = planned("2026-11-24 22:00", "2026-11-25 00:00")
    assert list(days(to_midnight, ZONE)) == [date(2026, 11, 24)]
    utc = Interval(start=local("2026-11-24 01:00").astimezone(UTC), end=local("2026-11-24 02:00").astimezone(UTC))
    assert list(days(utc, ZONE)) == [date(2026, 11, 24)]


def test_an_endless_plan_is_not_counted_for_ever() -> None:
    assert len(list(days(planned("2026-01-01 00:00", "2036-01-01 00:00"), ZONE))) < 70


def test_situations_hold_or_are_excluded_never_unknown() -> None:
    found = situations(planned("2026-11-24 10:00", "2026-11-24 12:00"), ZONE, CALENDAR, PLANT)
    assert not found.holds
    assert found.excluded == {"night", "holiday", "rest_day"}
    late = situations(planned("2026-12-31 10:00", "2027-01-01 12:00"), ZONE, CALENDAR, PLANT)
    assert late.holds == {"night", "holiday"}
    assert len(late.notices) == 1


def test_rest_days_are_the_plants() -> None:
    sundays_only = replace(PLANT, rest_days=frozenset({6}))
    saturday = planned("2026-11-28 10:00", "2026-11-28 12:00")
    assert situations(saturday, ZONE, CALENDAR, PLANT).holds == {"rest_day"}
    assert situations(saturday, ZONE, CALENDAR, sundays_only).holds == frozenset()
