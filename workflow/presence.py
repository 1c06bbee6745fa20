"""Is the wearer of a tag at the place? From positions one after the other, never from a single one. Pure.

1. One reading says nothing. *Outside* takes several surely outside in a row (domain 5.5: three); *inside* takes two,
   and is then kept by each that is surely inside. "Surely" is by more than the reading's own accuracy.
2. A reading nearer to the fence than its accuracy counts for neither side. It does not begin the count anew: a tag
   whose every second reading is poor is not outside for twice as long.
3. Made up, stored, too old, said twice, without a fix: says nothing at all. Nothing at all is not *inside*.
4. What is not told again fades: after a while nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.geo import inside
from workflow.rules.types import Grade
from workflow.values import Position, WorkType, aware

OUTSIDE_READINGS = 3
"""Surely outside, one after the other, before a tag is outside (domain 5.5)."""
INSIDE_READINGS = 2
"""Surely inside, one after the other, before a tag is inside."""
APART = timedelta(seconds=1)
"""Two readings nearer to each other than this are one."""
SILENT_AFTER = timedelta(seconds=60)
"""How long a guardian's tag may not show that it is inside, where the plant says nothing else."""
FADES = timedelta(minutes=5)
"""How long what a tag last said of itself is worth something; no plant may allow a longer silence."""


class Where(StrEnum):
    """Where a tag is, as far as anybody can tell."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """What the plant asks of the guardian's tag while work of these kinds goes on. No grades: all of them."""

    works: frozenset[WorkType]
    grades: frozenset[Grade] = frozenset()
    outside_readings: int = OUTSIDE_READINGS
    silent_after: timedelta = SILENT_AFTER
    accuracy_m: Decimal | None = None
    """Metres taken for the accuracy of a tag that does not say it; None: such a tag shows nothing."""

    def __post_init__(self) -> None:
        if self.outside_readings < INSIDE_READINGS or self.silent_after <= timedelta(0):
            raise ValueError("two readings or more, a bound longer than none")


def rule_for(rules: Iterable[TagRule], work: WorkType, grade: Grade) -> TagRule | None:
    """What is asked of one permit: everything that fits its work and grade, the stricter of each. None: nothing is.

    The accuracy taken is the largest: the less exact a tag is held to be, the less it shows.
    """
    asked = [one for one in rules if work in one.works and (not one.grades or grade in one.grades)]
    if not asked:
        return None
    accuracies = [one.accuracy_m for one in asked]
    said = [one for one in accuracies if one is not None]
    return TagRule(
        works=frozenset({work}),
        grades=frozenset({grade}),
        outside_readings=min(one.outside_readings for one in asked),
        silent_after=min(one.silent_after for one in asked),
        accuracy_m=max(said) if len(said) == len(accuracies) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One reading of a tag that may be believed: where it was at ``at``."""

    at: datetime
    place: Position

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What is remembered of one tag and one fence."""

    where: Where = Where.UNKNOWN
    at: datetime | None = None
    """Of the newest reading that was surely anywhere."""
    inside_at: datetime | None = None
    """Since it counts as inside: of the newest reading that was surely inside."""
    ins: int = 0
    outs: int = 0
    """Surely inside, surely outside, since the last reading that said the contrary."""

    def at_time(self, now: datetime) -> Where:
        """Where the tag is now. What was not told again for a while is unknown."""
        return self.where if self.at is not None and now - self.at <= FADES else Where.UNKNOWN


def follow(
    track: Track,
    fix: Fix,
    fence: Sequence[Position],
    *,
    outside_readings: int = OUTSIDE_READINGS,
    accuracy_m: Decimal | None = None,
) -> Track:
    """What is known after one more position. One that is no newer than the last changes nothing."""
    here = inside(fence, fix.place, default_accuracy_m=accuracy_m)
    return step(track, fix.at, here, outside_readings=outside_readings)


def step(track: Track, at: datetime, here: bool | None, *, outside_readings: int = OUTSIDE_READINGS) -> Track:
    """What is known after one more reading of any kind, surely here or surely not (None: neither)."""
    if track.at is not None and not -FADES < at - track.at <= FADES:
        # What was counted before a long silence, or before a clock was set back, belongs to another time.
        track = Track()
    if track.at is not None and at - track.at < APART:
        return track
    if here is None:
        return track
    if here:
        ins = track.ins + 1
        there = track.where is Where.INSIDE or ins >= INSIDE_READINGS
        return replace(
            track,
            where=Where.INSIDE if there else track.where,
            at=at,
            inside_at=at if there else track.inside_at,
            ins=ins,
            outs=0,
        )
    outs = track.outs + 1
    gone = outs >= outside_readings
    return replace(track, where=Where.OUTSIDE if gone else track.where, at=at, ins=0, outs=outs)


def shown_until(tracks: Iterable[Track], rule: TagRule, now: datetime) -> datetime | None:
    """Until when the work may go on unless one of the guardian's tags shows again that it is inside.

    None: none ever did. A tag that is outside shows nothing, whatever another one of the same person says.
    """
    every = tuple(tracks)
    if any(one.at_time(now) is Where.OUTSIDE for one in every):
        return None
    shown = [one.inside_at for one in every if one.inside_at is not None]
    return max(shown) + rule.silent_after if shown else None
