"""Which hours go with which part of the day."""

from __future__ import annotations

from handlers.request.timewords import DayPart

HourOn = tuple[int, int]
"""Hour 0-23 and how many days after the day named."""


def _same(*hours: int) -> dict[int, tuple[HourOn, ...]]:
    return {hour: ((hour, 0),) for hour in hours}


def _later(*hours: int) -> dict[int, tuple[HourOn, ...]]:
    return {hour: ((hour + 12, 0),) for hour in hours} | _same(*(hour + 12 for hour in hours))


def _either_night(*hours: int) -> dict[int, tuple[HourOn, ...]]:
    """Small hours belong to the night before or to the night after: both are possible."""
    return {hour: ((hour % 12, 0), (hour % 12, 1)) for hour in hours}


_MIDNIGHT: dict[int, tuple[HourOn, ...]] = {24: ((0, 1),)}
BY_PART: dict[DayPart, dict[int, tuple[HourOn, ...]]] = {
    DayPart.DAWN: _same(0, 1, 2, 3, 4, 5, 6) | _either_night(12),
    DayPart.MORNING: _same(4, 5, 6, 7, 8, 9, 10, 11),
    DayPart.FORENOON: _same(6, 7, 8, 9, 10, 11, 12),
    DayPart.NOON: _same(11, 12) | _later(1, 2, 3),
    DayPart.AFTERNOON: _same(12) | _later(1, 2, 3, 4, 5, 6, 7, 8),
    DayPart.DUSK: _later(4, 5, 6, 7, 8),
    DayPart.EVENING: _later(5, 6, 7, 8, 9, 10, 11)
    | _either_night(1, 2, 3, 4)
    | {0: ((0, 1),), 12: ((0, 1),)}
    | _MIDNIGHT,
    DayPart.NIGHT: _later(6, 7, 8, 9, 10, 11) | _either_night(0, 1, 2, 3, 4, 5, 12) | _MIDNIGHT,
}
"""Part of day → hour as said → what it can be. An hour that is not listed does not go with that part (``上午3点``)."""
