"""All ways to read two times of day as an interval: both clocks, every day they can fall on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from handlers.request.dayparts import BY_PART, HourOn
from handlers.request.frame import Frame
from handlers.request.timewords import ClockSaid

HALF_DAY = timedelta(hours=12)
_DAY = timedelta(days=1)
_EVENING_FROM = 18
"""From this hour on work that runs past midnight is ordinary; before it, we ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One possible interval; ``end`` is None while only the start is known."""

    start: datetime
    end: datetime | None = None

    @property
    def length(self) -> timedelta | None:
        """How long it lasts, when the end is known."""
        return None if self.end is None else self.end - self.start


def readings(frame: Frame, day: date, now: datetime) -> list[Reading]:
    """Every interval the frame can mean when it starts on ``day`` (or at once). ``now`` carries the site's zone."""
    start = _start_said(frame)
    if frame.immediate or start is None:
        begins = [now] if frame.immediate else []
    else:
        begins = [_at(day, hour, start.minute, now.tzinfo) for hour in _start_hours(start, frame)]
    found: list[Reading] = []
    for begin in begins:
        ends = _ends(begin, start, frame, firm=len(begins) == 1)
        # a rival start does not vanish because the end no longer fits it: it stays a reading without end
        found += [Reading(start=begin, end=end) for end in ends or ([None] if len(begins) > 1 else [])]
    if all(reading.end is None for reading in found) and frame.end is not None:
        return []
    unique = {(reading.start, reading.end): reading for reading in found}
    return sorted(unique.values(), key=lambda reading: (reading.start, reading.end or reading.start))


def _start_said(frame: Frame) -> ClockSaid | None:
    start = frame.start
    return (
        replace(start, part=frame.part)
        if start is not None and start.part is None and frame.part is not None
        else start
    )


def _at(day: date, hour: HourOn, minute: int, tz: tzinfo | None) -> datetime:
    return datetime.combine(day + hour[1] * _DAY, time(hour[0], minute), tzinfo=tz)


def _plain(clock: ClockSaid) -> tuple[HourOn, ...]:
    """A bare hour on its own: 7-12 mean the same on both clocks by day, 1-6 do not."""
    if clock.explicit24:
        return ((clock.hour % 24, clock.hour // 24),)
    if clock.hour >= 7:
        return ((clock.hour, 0),)
    return ((clock.hour, 0), (clock.hour + 12, 0))


def _start_hours(start: ClockSaid, frame: Frame) -> tuple[HourOn, ...]:
    if start.part is not None:
        return BY_PART[start.part].get(start.hour, ())
    end = frame.end
    backwards = end is not None and end.part is None and (end.hour, end.minute) <= (start.hour, start.minute)
    relative = frame.end_day is None and not frame.next_day
    if start.explicit24 or not (start.either or (backwards and relative)):
        return _plain(start)
    # 8点到3点: nobody who writes this is on the 24-hour clock
    return ((start.hour, 0), ((start.hour + 12) % 24, (start.hour + 12) // 24))


def _ends(begin: datetime, start: ClockSaid | None, frame: Frame, *, firm: bool) -> list[datetime | None]:
    if frame.end is None:
        return [None if frame.length is None else begin + frame.length]
    day = frame.end_day or (begin.date() + _DAY if frame.next_day else None)
    if day is not None:
        hours = _plain(frame.end) if frame.end.part is None else BY_PART[frame.end.part].get(frame.end.hour, ())
        return [end for hour in hours if (end := _at(day, hour, frame.end.minute, begin.tzinfo)) > begin]
    if frame.end.part is None and not frame.end.explicit24:
        return list(_dial_ends(begin, start, frame.end))
    hours = ((frame.end.hour % 24, 0),) if frame.end.part is None else BY_PART[frame.end.part].get(frame.end.hour, ())
    ends = {_next_at(begin, hour[0], frame.end.minute) for hour in hours}
    return [end for end in sorted(ends) if end.date() == begin.date() or end - begin <= HALF_DAY or not firm]


def _next_at(begin: datetime, hour: int, minute: int) -> datetime:
    same_day = _at(begin.date(), (hour, 0), minute, begin.tzinfo)
    return same_day if same_day > begin else same_day + _DAY


def _dial_ends(begin: datetime, start: ClockSaid | None, end: ClockSaid) -> set[datetime]:
    """A bare end hour: its next occurrence on the dial; also the 24-hour reading where that one differs."""
    near = min(_next_at(begin, end.hour % 12, end.minute), _next_at(begin, end.hour % 12 + 12, end.minute))
    if start is not None and start.explicit24 and start.part is None:
        literal = _next_at(begin, end.hour, end.minute)
        return {literal} if literal.date() == begin.date() else {near, literal}
    if near.date() > begin.date() and begin.hour < _EVENING_FROM and (start is None or start.part is not None):
        return {near, near + HALF_DAY}
    return {near}
