"""Nights, 节假日 and 公休日 at the site: what of clock and calendar raises a grade (GB 30871-2022 5.1).

Holidays with 调休 are data, year by year. A year nobody has entered counts as one long holiday, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from workflow.rules.plant_rules import PlantRules
from workflow.rules.types import PackRef
from workflow.values import Interval

NIGHT = "night"
HOLIDAY = "holiday"
REST_DAY = "rest_day"
_LONGEST_LOOK = timedelta(days=60)
"""No permit lasts longer; a planned time beyond it fails for its length whatever the calendar says."""
_INSTANT = timedelta(microseconds=1)


class DayKind(StrEnum):
    """What a calendar day is."""

    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The statutory calendar of the years that are entered."""

    years: Mapping[int, PackRef]
    holidays: Mapping[date, str]
    """Days off by the holiday notice, moved days included, with the holiday's name."""
    workdays: frozenset[date]
    """Weekend days worked instead (调休上班)."""

    def kind(self, day: date, rest_days: frozenset[int]) -> DayKind:
        """What this day is; `DayKind.UNKNOWN` for a year that is not entered."""
        if day.year not in self.years:
            return DayKind.UNKNOWN
        if day in self.holidays:
            return DayKind.HOLIDAY
        if day.weekday() in rest_days and day not in self.workdays:
            return DayKind.REST
        return DayKind.WORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """Which situations a planned time meets, and what people must be told about it."""

    holds: frozenset[str]
    excluded: frozenset[str]
    notices: tuple[str, ...]


def situations(planned: Interval, zone: tzinfo, calendar: Calendar, plant: PlantRules) -> Situations:
    """Ask the planned time of night, holiday and rest day, in the site's own time."""
    kinds = {day: calendar.kind(day, plant.rest_days) for day in days(planned, zone)}
    unknown = sorted({day.year for day, kind in kinds.items() if kind is DayKind.UNKNOWN})
    found = set()
    if touches_night(planned, zone, plant.night_from, plant.night_to):
        found.add(NIGHT)
    if unknown or DayKind.HOLIDAY in kinds.values():
        found.add(HOLIDAY)
    if DayKind.REST in kinds.values():
        found.add(REST_DAY)
    return Situations(
        holds=frozenset(found),
        excluded=frozenset({NIGHT, HOLIDAY, REST_DAY}) - found,
        notices=tuple(f"{year}年节假日安排还没有录入，按节假日从严处理" for year in unknown),
    )


def days(planned: Interval, zone: tzinfo) -> Iterator[date]:
    """Every calendar day at the site that the half-open interval touches."""
    day = planned.start.astimezone(zone).date()
    last = min(planned.end, planned.start + _LONGEST_LOOK).astimezone(zone) - _INSTANT
    while day <= last.date():
        yield day
        day += timedelta(days=1)


def touches_night(planned: Interval, zone: tzinfo, night_from: time, night_to: time) -> bool:
    """Whether any moment of the interval lies in a night ``[night_from, night_to)`` of the site."""
    if night_from == night_to:
        return False
    before = planned.start.astimezone(zone).date() - timedelta(days=1)
    for day in (before, *days(planned, zone)):
        until = day if night_from < night_to else day + timedelta(days=1)
        night = Interval(start=datetime.combine(day, night_from, zone), end=datetime.combine(until, night_to, zone))
        if planned.overlaps(night):
            return True
    return False
