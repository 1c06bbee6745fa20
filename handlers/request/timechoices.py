"""The buttons under a question about time. Keys are absolute, so that a tap tomorrow means what it meant today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo

from handlers.request import present
from handlers.request.clockreadings import Reading
from handlers.request.questions import Choice
from handlers.request.timewords import DayPart
from workflow.errors import NaiveTime

_MOST = 4
_STEPS = (1, 2, 3, 4, 8)
_EVENINGS = (17, 18, 20)
_WINDOWS = {
    "am": (time(8), time(11, 30)),
    "pm": (time(13, 30), time(17)),
    "day": (time(8), time(16)),
    "eve": (time(18), time(22)),
}
_BY_PART: dict[DayPart | None, tuple[str, ...]] = {
    None: ("am", "pm", "day"),
    DayPart.DAWN: (),
    DayPart.MORNING: ("am",),
    DayPart.FORENOON: ("am",),
    DayPart.NOON: ("pm",),
    DayPart.AFTERNOON: ("pm",),
    DayPart.DUSK: ("eve",),
    DayPart.EVENING: ("eve",),
    DayPart.NIGHT: ("eve",),
}


def for_reading(reading: Reading, now: datetime) -> Choice:
    """One whole reading, or its start while the end is still open."""
    if reading.end is None:
        label = present.moment(reading.start, _zone(now), now.date())
        return Choice(key=f"start:{_iso(reading.start)}", label=label)
    label = present.interval(reading.start, reading.end, _zone(now), now.date())
    return Choice(key=f"interval:{_iso(reading.start)}/{_iso(reading.end)}", label=label)


def for_readings(found: Iterable[Reading], now: datetime) -> tuple[Choice, ...]:
    """The first few readings, each once."""
    unique = {choice.key: choice for choice in (for_reading(reading, now) for reading in found)}
    return tuple(unique.values())[:_MOST]


def for_day(on: date, now: datetime) -> Choice:
    """A day without hours."""
    return Choice(key=f"day:{on.isoformat()}", label=present.day(on, now.date()))


def for_days(first: date, last: date, longest: timedelta, now: datetime) -> tuple[Choice, ...]:
    """From the morning of the first day to an evening of the last."""
    start = datetime.combine(first, time(8), tzinfo=now.tzinfo)
    ends = (datetime.combine(last, time(hour), tzinfo=now.tzinfo) for hour in _EVENINGS)
    return for_readings((Reading(start=start, end=end) for end in ends if now <= start < end <= start + longest), now)


def for_ends(start: datetime, longest: timedelta, last: date | None = None) -> tuple[Choice, ...]:
    """A few usual lengths after a known start; on the last day, where one was named."""
    if last is not None:
        evenings = (datetime.combine(last, time(hour), tzinfo=start.tzinfo) for hour in _EVENINGS)
        return tuple(
            Choice(key=f"end:{_iso(end)}", label=f"到{present.moment(end, _zone(start), start.date())}")
            for end in evenings
            if start < end <= start + longest
        )
    lengths = [timedelta(hours=hours) for hours in _STEPS if timedelta(hours=hours) <= longest]
    ends = [(length, start + length) for length in lengths]
    return tuple(
        Choice(
            key=f"end:{_iso(end)}",
            label=f"到{'' if end.date() == start.date() else '次日 '}{end:%H:%M}（{present.length(length)}）",
        )
        for length, end in ends[: _MOST + 1]
    )


def for_windows(
    day: date | None, part: DayPart | None, length: timedelta | None, longest: timedelta, now: datetime
) -> tuple[Choice, ...]:
    """Usual working hours of the day named, or of today and tomorrow; never one that has begun.

    ``length`` is the length of the work, when it was said.
    """
    days = [day] if day is not None else [now.date(), now.date() + timedelta(days=1)]
    found: list[Reading] = []
    for on in days:
        for first, last in (_WINDOWS[name] for name in _BY_PART[part]):
            start = datetime.combine(on, first, tzinfo=now.tzinfo)
            found.append(
                Reading(start=start, end=start + length if length else datetime.combine(on, last, tzinfo=now.tzinfo))
            )
    return for_readings((one for one in found if one.start >= now and (one.length or longest) <= longest), now)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _zone(now: datetime) -> tzinfo:
    if now.tzinfo is None:
        raise NaiveTime(f"{now.isoformat()} has no time zone")
    return now.tzinfo
