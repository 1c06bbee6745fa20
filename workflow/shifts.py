"""When the plant's shifts begin, for what is told at the start of one. Pure: moments in, moments out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

DAY_BEGINS = (time(8),)
"""Where the plant has not said when its shifts change, one begins in the morning."""


def begins(shifts: tuple[time, ...], day: date, zone: tzinfo) -> tuple[datetime, ...]:
    """The shifts that begin on a day at the site, the earliest first."""
    return tuple(datetime.combine(day, at, zone) for at in sorted(shifts or DAY_BEGINS))


def next_begin(shifts: tuple[time, ...], after: datetime, zone: tzinfo) -> datetime:
    """The next beginning of a shift after that moment."""
    today = after.astimezone(zone).date()
    coming = (one for days in range(3) for one in begins(shifts, today + timedelta(days=days), zone))
    return next(one for one in coming if one > after)


def first_of_day(shifts: tuple[time, ...], begin: datetime, zone: tzinfo) -> bool:
    """Whether that shift is the first to begin on its day."""
    return begin == begins(shifts, begin.astimezone(zone).date(), zone)[0]
