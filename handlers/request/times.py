"""When: from words of time to one absolute interval, or to the question that is still open.

The law of this file. An hour may be read on the 24-hour clock and on the 12-hour clock. Only where both give one and
the same interval, or where every other reading is impossible, is it taken; otherwise all readings are offered. A start
in the past, an end before its start and a span over the limit are asked, never corrected. A wrong day that looks right
is worse than no answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from handlers.request import timechoices
from handlers.request.clockreadings import Reading, readings
from handlers.request.dayparts import BY_PART
from handlers.request.folding import MAX_TEXT, Span, fold
from handlers.request.frame import Doubt, Frame, Slot, merge_frames
from handlers.request.questions import Choice, Field, Question, QuestionKind
from handlers.request.timeframe import read_frame
from handlers.request.timewords import ClockSaid, DayPart
from workflow.values import Interval, aware

LONGEST = timedelta(hours=72)
"""Default limit: the longest validity of a hot-work permit (GB 30871-2022 5.2). Callers pass the limit of the work."""
_NIGHT_ENDS = 6
"""A past reading before this hour is no rival to a future one: nobody writes 2点 for last night's 02:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One exact interval, and the stretches of the folded text it came from."""

    start: datetime
    end: datetime
    spans: tuple[Span, ...]
    frame: Frame

    @property
    def interval(self) -> Interval:
        """The same as a core value."""
        return Interval(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """No exact interval yet: what to ask, and what is known so far."""

    questions: tuple[Question, ...]
    spans: tuple[Span, ...]
    frame: Frame


def read_times(
    text: str, *, now: datetime, tz: tzinfo, longest: timedelta = LONGEST, before: Frame | None = None
) -> Understood | Unclear:
    """Read the interval out of a text. ``before`` is what was known earlier; the text then answers or corrects it.

    Days are judged in the site's zone ``tz``; only the first `MAX_TEXT` characters are read. Raises `NaiveTime` when
    ``now`` has no zone.
    """
    aware(now)
    alone = Slot.END if before is not None and before.start is not None and before.end is None else Slot.START
    framed = read_frame(fold(text[:MAX_TEXT]), now=now, tz=tz, alone=alone)
    frame = framed.frame if before is None else merge_frames(before, framed.frame)
    result = resolve(frame, now=now, tz=tz, longest=longest)
    if isinstance(result, Interval):
        return Understood(start=result.start, end=result.end, spans=framed.spans, frame=frame)
    return Unclear(questions=(result,), spans=framed.spans, frame=frame)


def resolve(frame: Frame, *, now: datetime, tz: tzinfo, longest: timedelta = LONGEST) -> Interval | Question:
    """The interval a frame stands for, or the one question that must be answered next. Raises `NaiveTime`."""
    return _Judge(frame, aware(now).astimezone(tz).replace(second=0, microsecond=0), longest).verdict()


_SLOTS = list(Slot)


_DAILY = re.compile("每天|每日|天天|每晚")


def spanning(frame: Frame, longest: timedelta) -> Frame:
    """The frame for a work that may last days: ``明天到下周五``, ``15天``, ``到月底`` are then its length.

    For shorter works they stay what they were: a question. Hours said beside several days are the first day's start
    and the last day's end: the paper says from when to when, and the card repeats both dates.
    """
    if longest <= LONGEST:
        return frame
    several = [doubt for doubt in frame.doubts if doubt.kind is QuestionKind.SEVERAL_DAYS]
    untils = {doubt.until for doubt in several if doubt.until is not None}
    lengths: set[timedelta] = {doubt.length for doubt in several if doubt.length is not None}
    if len(untils) + len(lengths) != 1:
        return frame
    rest = tuple(
        doubt
        for doubt in frame.doubts
        if doubt not in several or (doubt.until is None and doubt.length is None and not _DAILY.search(doubt.said))
    )
    if untils:
        return replace(frame, end_day=frame.end_day or untils.pop(), doubts=rest)
    length = lengths.pop()
    if frame.end is not None and frame.day is not None and frame.end_day is None:
        return replace(frame, end_day=frame.day + length - timedelta(days=1), doubts=rest)
    return replace(frame, length=frame.length or length, doubts=rest)


class _Judge:
    """One frame before one clock and one limit."""

    def __init__(self, frame: Frame, now: datetime, longest: timedelta) -> None:
        self.frame, self.now, self.longest = frame, now, longest
        self.day = frame.day or now.date()

    def verdict(self) -> Interval | Question:
        frame = self.frame
        if frame.doubts:
            return self._doubted(min(frame.doubts, key=lambda doubt: _SLOTS.index(doubt.slot)))
        if frame.immediate and (self.day != self.now.date() or frame.part is not None):
            return self._ask(QuestionKind.CONFLICTING_TIMES)
        if frame.start is None and not frame.immediate:
            return self._without_start()
        found = readings(frame, self.day, self.now)
        if not found:
            return self._ask(QuestionKind.END_BEFORE_START if self._has_start() else QuestionKind.UNCLEAR_TIME)
        if frame.end is not None and frame.length is not None:
            agreeing = [one for one in found if one.length == frame.length]
            if not agreeing:
                by_length = readings(replace(frame, end=None, end_day=None, next_day=False), self.day, self.now)
                return self._ask(
                    QuestionKind.CONFLICTING_TIMES, *timechoices.for_readings([*found, *by_length], self.now)
                )
            found = agreeing
        return self._one_of(found)

    def _without_start(self) -> Question:
        frame = self.frame
        if frame.end is not None:
            return self._ask(QuestionKind.MISSING_START)
        if frame.end_day is not None and frame.length is None:
            choices = timechoices.for_days(self.day, frame.end_day, self.longest, self.now)
            return self._ask(QuestionKind.MISSING_TIMES, *choices)
        missing = QuestionKind.MISSING_TIMES if frame.length is None else QuestionKind.MISSING_START
        return self._ask(missing, *timechoices.for_windows(frame.day, frame.part, frame.length, self.longest, self.now))

    def _has_start(self) -> bool:
        return bool(readings(replace(self.frame, end=None, length=None), self.day, self.now))

    def _one_of(self, found: list[Reading]) -> Interval | Question:
        within = [one for one in found if one.length is None or one.length <= self.longest]
        if not within:
            cut = [Reading(start=one.start, end=one.start + self.longest) for one in found if one.start >= self.now]
            choices = timechoices.for_readings(cut, self.now)
            return replace(self._ask(QuestionKind.TOO_LONG, *choices), start=found[0].start, limit=self.longest)
        ahead = [one for one in within if one.start >= self.now]
        past = [one for one in within if one.start < self.now]
        if past and (not ahead or any(one.start.hour >= _NIGHT_ENDS for one in past)):
            return self._past(ahead, past)
        if len(ahead) > 1:
            return self._ask(QuestionKind.AMBIGUOUS_HOUR, *timechoices.for_readings(ahead, self.now))
        only = ahead[0]
        if only.end is None:
            ends = timechoices.for_ends(only.start, self.longest, self.frame.end_day)
            return replace(self._ask(QuestionKind.MISSING_END, *ends), start=only.start)
        return Interval(start=only.start, end=only.end)

    def _past(self, ahead: list[Reading], past: list[Reading]) -> Question:
        """The start is over. Offer what is still to come today, and the same hours tomorrow; choose nothing."""
        day = timedelta(days=1)
        moved = [Reading(start=one.start + day, end=None if one.end is None else one.end + day) for one in past]
        offered = [one for one in [*ahead, *moved] if one.start >= self.now]
        return self._ask(QuestionKind.PAST_START, *timechoices.for_readings(offered, self.now))

    def _doubted(self, doubt: Doubt) -> Question:
        choices: list[Choice] = []
        for on in doubt.days:
            choices += self._offer(doubt, Slot.DAY, replace(self.frame, day=on))
        if doubt.clock is not None and doubt.slot is not Slot.END:
            choices += self._offer(doubt, Slot.START, replace(self.frame, start=doubt.clock))
        if doubt.clock is not None and (doubt.slot is Slot.END or doubt.kind is QuestionKind.AMBIGUOUS_CHANGE):
            changed = replace(self.frame, end=doubt.clock, end_day=None, next_day=False, length=None)
            choices += self._offer(doubt, Slot.END, changed)
        if doubt.length is not None:
            lasting = replace(self.frame, length=doubt.length, end=None, end_day=None, next_day=False)
            choices += self._offer(doubt, Slot.END, lasting)
        return replace(self._ask(doubt.kind, *dict.fromkeys(choices)), said=doubt.said)

    def _offer(self, doubt: Doubt, slot: Slot, frame: Frame) -> list[Choice]:
        """The button for one reading of a doubt, when that reading makes sense."""
        rest = tuple(other for other in frame.doubts if other.slot is not slot and other is not doubt)
        settled = _Judge(replace(frame, doubts=rest), self.now, self.longest).verdict()
        if isinstance(settled, Interval):
            return [timechoices.for_reading(Reading(start=settled.start, end=settled.end), self.now)]
        if settled.kind is QuestionKind.AMBIGUOUS_HOUR:
            return list(settled.choices)
        if slot is Slot.DAY and frame.day is not None and settled.kind is not QuestionKind.PAST_START:
            return [timechoices.for_day(frame.day, self.now)]
        return []

    def _ask(self, kind: QuestionKind, *choices: Choice) -> Question:
        return Question(kind=kind, field=Field.WHEN, choices=choices)


def chosen(frame: Frame, key: str, tz: tzinfo) -> Frame | None:
    """The frame after a tap on one of our own time buttons; None when the key is not one of time."""
    what, _, value = key.partition(":")
    if what == "day":
        return merge_frames(frame, Frame(day=date.fromisoformat(value)))
    if what == "interval":
        first, _, last = value.partition("/")
        return fixed(replace(frame, doubts=()), datetime.fromisoformat(first), datetime.fromisoformat(last), tz)
    if what == "start":
        return fixed(frame, datetime.fromisoformat(value), None, tz)
    if what == "end":
        return fixed(frame, None, datetime.fromisoformat(value), tz)
    return None


def fixed(frame: Frame, start: datetime | None, end: datetime | None, tz: tzinfo) -> Frame:
    """The frame with an absolute start or end put into it. Raises `NaiveTime`."""
    new = Frame()
    if start is not None:
        local = aware(start).astimezone(tz)
        said = frame.start.part if frame.start is not None and frame.start.part is not None else frame.part
        new = replace(new, day=local.date(), start=_exact(local, said))
        frame = replace(frame, part=None)
    if end is not None:
        local = aware(end).astimezone(tz)
        new = replace(new, end=_exact(local, None), end_day=local.date())
    return merge_frames(frame, new)


def _exact(local: datetime, said: DayPart | None) -> ClockSaid:
    """A 24-hour clock; it keeps the part of day that was said, as context for a later bare hour."""
    part = said if said is not None and BY_PART[said].get(local.hour) == ((local.hour, 0),) else None
    return ClockSaid(hour=local.hour, minute=local.minute, part=part, explicit24=True)
