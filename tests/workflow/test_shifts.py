"""When the plant's shifts begin."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from workflow.shifts import first_of_day, next_begin

ZONE = ZoneInfo("Asia/Shanghai")
TWO = (time(20), time(8))


def at(hour: int, minute: int = 0, day: int = 18) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("shifts", "after", "begin"),
    [
        (TWO, at(7, 59), at(8)), (TWO, at(8), at(20)), (TWO, at(20, 1), at(8, day=19)),
        ((), at(7), at(8)), ((), at(8), at(8, day=19)), ((time(0),), at(0), at(0, day=19)),
    ],
)  # fmt: skip
def test_the_next_one_is_after_now(shifts: tuple[time, ...], after: datetime, begin: datetime) -> None:
    assert next_begin(shifts, after.astimezone(UTC), ZONE) == begin


def test_only_the_first_of_a_day_is_a_morning() -> None:
    assert first_of_day(TWO, at(8), ZONE)
    assert not first_of_day(TWO, at(20), ZONE)
    assert first_of_day((), at(8).astimezone(UTC), ZONE)
