"""Spans of days as people say them: 本月, 上周, 2026-03, 2026-03-01至2026-03-15."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

LONGEST: Final = timedelta(days=366)
_DAY = timedelta(days=1)
_MONTH = re.compile(r"(20\d\d)[-/年.]?(0?[1-9]|1[0-2])月?")
_DAYS = re.compile(r"(20\d\d-\d\d-\d\d)\s*(?:至|到|~|\.\.|－|—|-)\s*(20\d\d-\d\d-\d\d)")
_ONE = re.compile(r"20\d\d-\d\d-\d\d")


class NoWindow(ValueError):
    """No span of days was said, or one that ends before it begins, or one longer than `LONGEST`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Whole days at the site, both included."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.until - self.since < LONGEST:
            raise NoWindow(f"{self.since}..{self.until}")

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From the first moment of it to the first one after it."""
        return datetime.combine(self.since, time(), zone), datetime.combine(self.until + _DAY, time(), zone)


def window_of(said: str, today: date) -> Window:
    """The span somebody means; nothing said: this month. Raise `NoWindow`."""
    said = said.strip()
    named = _NAMED.get(said)
    if named is not None:
        return named(today)
    try:
        if (match := _DAYS.fullmatch(said)) is not None:
            return Window(since=date.fromisoformat(match[1]), until=date.fromisoformat(match[2]))
        if _ONE.fullmatch(said) is not None:
            return Window(since=date.fromisoformat(said), until=date.fromisoformat(said))
        if (match := _MONTH.fullmatch(said)) is not None:
            return month_with(date(int(match[1]), int(match[2]), 1))
    except ValueError as wrong:
        raise NoWindow(said) from wrong
    raise NoWindow(said)


def month_with(day: date) -> Window:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    return Window(since=first, until=(first + 31 * _DAY).replace(day=1) - _DAY)


def week_with(day: date) -> Window:
    """Monday to Sunday around a day."""
    monday = day - day.weekday() * _DAY
    return Window(since=monday, until=monday + 6 * _DAY)


def month_before(day: date) -> Window:
    """The calendar month before the one that holds a day."""
    return month_with(day.replace(day=1) - _DAY)


def week_before(day: date) -> Window:
    """Monday to Sunday of the week before."""
    return week_with(day - 7 * _DAY)


_NAMED: Final[Mapping[str, Callable[[date], Window]]] = {
    "": month_with,
    "本月": month_with,
    "这个月": month_with,
    "上月": month_before,
    "上个月": month_before,
    "本周": week_with,
    "这周": week_with,
    "上周": week_before,
    "今天": lambda day: Window(since=day, until=day),
    "昨天": lambda day: Window(since=day - _DAY, until=day - _DAY),
}
