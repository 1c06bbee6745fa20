"""The half-open interval of a request: what is known, what is doubted, and how an answer completes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from handlers.request.dayparts import BY_PART
from handlers.request.questions import QuestionKind
from handlers.request.timewords import ClockSaid, DayPart


class Slot(StrEnum):
    """A part of the frame, filled and doubted on its own."""

    DAY = "day"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something said about time that has no single exact meaning. The rest are readings to offer."""

    kind: QuestionKind
    slot: Slot
    said: str
    days: tuple[date, ...] = ()
    clock: ClockSaid | None = None
    length: timedelta | None = None
    until: date | None = None
    """The last day of several: what it means depends on the work (`times.spanning`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is known about the interval so far. Dates are in the site's time zone; a later answer may fill the gaps."""

    day: date | None = None
    end_day: date | None = None
    next_day: bool = False
    part: DayPart | None = None
    start: ClockSaid | None = None
    end: ClockSaid | None = None
    immediate: bool = False
    """Start at once: whatever the time is when the request is complete."""
    length: timedelta | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing about time has been said."""
        return self == NOTHING


NOTHING = Frame()
"""The frame before anything is said."""


def merge_frames(old: Frame, new: Frame) -> Frame:
    """Let ``new`` answer or correct ``old``: what it says replaces, what it leaves open stays."""
    settled: set[Slot] = set()
    merged = old
    if new.day is not None:
        # the same job on another day: an end on a named day moves along
        shift = new.day - old.day if old.day and old.end_day else None
        merged = replace(
            merged,
            day=new.day,
            end_day=old.end_day + shift if old.end_day and shift is not None else None,
            immediate=False,
        )
        settled.add(Slot.DAY)
    if new.part is not None and new.start is None:
        merged = replace(merged, part=new.part)
    if new.start is not None or new.immediate:
        start, part = _in_context(old, new)
        merged = replace(merged, start=start, part=part, immediate=new.immediate)
        settled.add(Slot.START)
    if new.end is not None:
        merged = replace(merged, end=new.end, end_day=new.end_day, next_day=new.next_day, length=new.length)
        settled.add(Slot.END)
    elif new.length is not None:
        merged = replace(merged, end=None, end_day=None, next_day=False, length=new.length)
        settled.add(Slot.END)
    if (
        {Slot.START, Slot.END} <= settled
        and new.day is None
        and any(doubt.kind is QuestionKind.PAST_START for doubt in old.doubts)
    ):
        settled.add(Slot.DAY)
    kept = tuple(doubt for doubt in old.doubts if doubt.slot not in settled)
    return replace(merged, doubts=kept + tuple(doubt for doubt in new.doubts if doubt not in kept))


def _in_context(old: Frame, new: Frame) -> tuple[ClockSaid | None, DayPart | None]:
    """A bare new hour stays in the part of day that was said before; where that was only implied, both halves count."""
    start, part = new.start, new.part or old.part
    if start is None or start.part or start.explicit24 or part or old.start is None:
        return start, part
    if old.start.part is not None and start.hour in BY_PART[old.start.part]:
        return start, old.start.part
    if old.start.hour >= 12 or old.start.either:
        return replace(start, either=start.hour <= 12), None
    return start, None
