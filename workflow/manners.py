"""When people may be disturbed: a distance between two words about one thing, a night, and a count for a storm.

Pure: instants and the site's zone are arguments. Danger has no manners: what is held back is said again, or can
wait for the morning. Who decides which is which is `handlers.manners`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from workflow.values import Interval, aware

LONGEST_STORM = timedelta(minutes=2)
"""No alarm waits for longer than this to be counted with others, whatever a plant writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """The plant's manners. Times of day are the site's own; ``quiet_from`` equal to ``quiet_to``: no night at all."""

    gap: timedelta = timedelta(minutes=15)
    """Between two pushes to one person about one permit, where the later one only says again."""
    quiet_from: time = time(22)
    quiet_to: time = time(6)
    storm: timedelta = timedelta(minutes=1)
    """Alarms about a permit whose stop a person knows of are told together, once in such a time."""

    def __post_init__(self) -> None:
        if self.gap < timedelta(0) or not timedelta(0) <= self.storm <= LONGEST_STORM:
            raise ValueError(f"a gap is no less than nothing, a storm at most {LONGEST_STORM}: {self}")

    def wake(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours end in which ``now`` lies; None by day."""
        night = self._night(now, zone)
        return None if night is None or now < night.start else night.end

    def by_day(self, now: datetime, due: datetime, zone: tzinfo) -> datetime:
        """When ``due`` is, if the clock stands still in quiet hours: nobody is late for having slept.

        For waits of less than a day.
        """
        night = self._night(now, zone)
        if night is None or aware(due) <= night.start:
            return due
        return due + (night.end - max(now, night.start))

    def _night(self, now: datetime, zone: tzinfo) -> Interval | None:
        """The quiet hours around ``now``, or else the next ones."""
        if self.quiet_from == self.quiet_to:
            return None
        today = aware(now).astimezone(zone).date()
        nights = (self._night_of(today + timedelta(days=one), zone) for one in (-1, 0, 1))
        return next(night for night in nights if now < night.end)

    def _night_of(self, day: date, zone: tzinfo) -> Interval:
        until = day if self.quiet_from < self.quiet_to else day + timedelta(days=1)
        start = datetime.combine(day, self.quiet_from, zone)
        return Interval(start=start, end=datetime.combine(until, self.quiet_to, zone))
