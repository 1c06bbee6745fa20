"""The fingerprints of raw readings, as records: so that checkpoints cover what they stand for.

Readings do not go into the journal (docs/adr/0005), the hash of each sealed hour of them does: one stream for each
subject, ``readings/device:GD-1``. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.segments import Segment
from workflow.values import Actor, aware

REMEMBERED = timedelta(days=8)
"""How long before the newest hour a record remembers which hours were told: an hour may be sealed late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSealed:
    """An hour of a subject was sealed. Hashes are lower-case hex."""

    by: Actor
    at: datetime
    hour: datetime
    count: int
    lost: int
    previous: str
    hash: str

    def __post_init__(self) -> None:
        aware(self.at)
        aware(self.hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The hours of a subject that stand in the journal, as far back as `REMEMBERED`."""

    hours: frozenset[datetime] = frozenset()


def evolve(told: Told, event: SegmentSealed) -> Told:
    """The hours told with this one."""
    hours = told.hours | {event.hour}
    oldest = max(hours) - REMEMBERED
    return Told(hours=frozenset(hour for hour in hours if hour >= oldest))


def untold(told: Told, segments: tuple[Segment, ...], *, at: datetime) -> list[SegmentSealed]:
    """A record for each of a subject's segments that has none yet."""
    return [
        SegmentSealed(
            by=Actor.clock(), at=at, hour=one.hour, count=one.count, lost=one.lost, previous=one.previous.hex(),
            hash=one.hash.hex(),
        )
        for one in segments
        if one.hour not in told.hours
    ]  # fmt: skip
