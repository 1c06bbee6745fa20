"""When people may be disturbed: nights, and a clock that stands still in them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflow.errors import NaiveTime
from workflow.manners import LONGEST_STORM, Manners

ZONE = ZoneInfo("Asia/Shanghai")
UTC = ZoneInfo("UTC")
NIGHT = Manners()


def on(day: int, clock: str) -> datetime:
    return datetime.combine(datetime(2026, 3, day, tzinfo=ZONE), time.fromisoformat(clock), ZONE)


@pytest.mark.parametrize(
    ("now", "wakes"),
    [
        (on(18, "21:59"), None),
        (on(18, "22:00"), on(19, "06:00")),
        (on(19, "00:00"), on(19, "06:00")),
        (on(19, "05:59"), on(19, "06:00")),
        (on(19, "06:00"), None),
        (on(19, "12:00"), None),
    ],
)
def test_a_night_is_half_open_and_in_the_sites_own_time(now: datetime, wakes: datetime | None) -> None:
    assert NIGHT.wake(now, ZONE) == wakes
    assert NIGHT.wake(now.astimezone(UTC), ZONE) == wakes


def test_a_quiet_noon_and_no_quiet_at_all() -> None:
    noon = Manners(quiet_from=time(12), quiet_to=time(13, 30))
    assert noon.wake(on(18, "12:00"), ZONE) == on(18, "13:30")
    assert noon.wake(on(18, "23:00"), ZONE) is None
    never = Manners(quiet_from=time(6), quiet_to=time(6))
    assert [never.wake(on(18, clock), ZONE) for clock in ("00:00", "06:00", "22:30")] == [None] * 3
    assert never.by_day(on(18, "21:00"), on(19, "05:00"), ZONE) == on(19, "05:00")


@pytest.mark.parametrize(
    ("asked", "due", "by_day"),
    [
        (on(18, "20:00"), on(18, "20:30"), on(18, "20:30")),
        (on(18, "21:30"), on(18, "22:00"), on(18, "22:00")),
        (on(18, "21:50"), on(18, "22:20"), on(19, "06:20")),  # ten minutes had passed, twenty are left
        (on(18, "23:00"), on(18, "23:30"), on(19, "06:30")),
        (on(19, "05:50"), on(19, "06:20"), on(19, "06:30")),
        (on(18, "21:00"), on(19, "07:00"), on(19, "15:00")),
        (on(19, "06:00"), on(19, "06:30"), on(19, "06:30")),
    ],
)
def test_nobody_is_late_for_having_slept(asked: datetime, due: datetime, by_day: datetime) -> None:
    assert NIGHT.by_day(asked, due, ZONE) == by_day
    assert NIGHT.by_day(asked.astimezone(UTC), due.astimezone(UTC), ZONE) == by_day


def test_no_plant_lets_an_alarm_wait_long() -> None:
    with pytest.raises(ValueError, match="storm"):
        Manners(storm=LONGEST_STORM + timedelta(seconds=1))
    with pytest.raises(ValueError, match="gap"):
        Manners(gap=-timedelta(minutes=1))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTime):
        NIGHT.wake(datetime(2026, 3, 18), ZONE)  # noqa: DTZ001 - on purpose
    with pytest.raises(NaiveTime):
        NIGHT.by_day(on(18, "12:00"), datetime(2026, 3, 18), ZONE)  # noqa: DTZ001 - on purpose
