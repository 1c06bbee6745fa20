"""What the words of time mean together: walks the tokens once and fills a `Frame`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from handlers.request.dayparts import BY_PART
from handlers.request.days import coming, day_of, weekday_of
from handlers.request.folding import MASK, Span, mask
from handlers.request.frame import Doubt, Frame, Slot
from handlers.request.questions import QuestionKind
from handlers.request.timescan import Token, clock_within, days_within, given, length_within, scan, touching
from handlers.request.timewords import CN, PLACE_NOUN, ClockSaid, DayPart, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """A frame and the stretches of text it was read from."""

    frame: Frame
    spans: tuple[Span, ...]


def read_frame(text: str, *, now: datetime, tz: tzinfo, alone: Slot = Slot.START) -> Framed:
    """Read the words of time in a folded text. A single hour without 到 fills ``alone``, the slot asked for."""
    tokens = scan(text)
    reader = _Reader(text, tokens, now.astimezone(tz), alone)
    reader.read()
    return Framed(frame=reader.frame, spans=tuple(token.span for token in tokens))


_LOOSE_DATE = re.compile(r"(?:(?<![A-Z0-9.])[0-9]{1,2}[./-][0-9]{1,2}\s?|[0-9])$")
"""A number right before a time that nobody has read: perhaps a date."""
_PERHAPS_DATE = re.compile(
    rf"(?<![A-Z0-9.第])(?:[0-9]{{1,2}}|[{CN}]{{1,3}})\s?(?:日|号(?!{PLACE_NOUN}))|(?<![A-Z0-9./-])[0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9/寸])|"
    "[名铭鸣民命候侯厚金近紧斤][天夭早晚]|[明后今][夭田添填]"
)
"""What may be a day, also a misspelt one: while it stands unread, the day is not taken to be today."""
_TIMEISH = re.compile("(?<!露)[节后前天班月年日号初底旬期假隔周饭夭]$")
_PARTISH = re.compile("[早晚夜午晨][ ,]?$")
_TIMEISH_NEAR = re.compile(f"{_TIMEISH.pattern[:-1]}[ ,]?$")
"""The end of some word of time nobody has read (``中元节后8点``, ``名天 8点``)."""
_AFTER_CLOCK = re.compile(rf"[0-9]{{2,}}(?!号)|[0-9](?![号个人名位台根级米]|{MASK})|[{CN}]{{2,}}(?!号)|半|刻|分")


class _Reader:
    """Walks the tokens once and fills a frame; whatever finds no place becomes a doubt."""

    def __init__(self, text: str, tokens: Sequence[Token], now: datetime, alone: Slot) -> None:
        self.text, self.tokens, self.now, self.alone = text, tokens, now, alone
        self.free = mask(text, (token.span for token in tokens))
        self.frame = Frame()
        self.at = 0
        self.after_to = False
        self.part_for: DayPart | None = None
        self.hours_within = False
        """``明天到周五8点到17点``: the hours follow the days."""

    def read(self) -> None:
        for at, token in enumerate(self.tokens):
            self.at = at
            self._neighbours(token)
            if token.kind is Kind.TO:
                self.after_to = True
            elif token.kind not in {Kind.START_MARK, Kind.END_MARK}:  # marks are read by the hour before them
                _HANDLERS[token.kind](self, token)
            if token.kind not in {Kind.TO, Kind.PART, Kind.DAY, Kind.NEXT_DAY}:
                self.after_to = False
        if self.frame.day is None and not self.frame.doubts:
            self._no_day_overlooked()
        if self.hours_within or (self.frame.end is None and (self.frame.end_day is not None or self.frame.next_day)):
            said, until = "".join(token.said for token in self.tokens), self.frame.end_day
            found = Doubt(kind=QuestionKind.SEVERAL_DAYS, slot=Slot.DAY, said=said, until=until)
            self.frame = replace(self.frame, end_day=None, next_day=False, doubts=(*self.frame.doubts, found))

    def _no_day_overlooked(self) -> None:
        """Without a day the start is today: not while something in the text may still be a date."""
        if left := _PERHAPS_DATE.search(self.free):
            self.doubt(QuestionKind.UNCLEAR_DAY, Slot.DAY, left.group().strip())

    def doubt(self, kind: QuestionKind, slot: Slot, said: str, *days: date) -> None:
        found = Doubt(kind=kind, slot=slot, said=said, days=days)
        if found not in self.frame.doubts:
            self.frame = replace(self.frame, doubts=(*self.frame.doubts, found))

    def _neighbours(self, token: Token) -> None:
        """Half-eaten numbers and time-like letters beside a time mean that we did not understand it all."""
        if token.kind not in {Kind.CLOCK, Kind.RANGE, Kind.PART, Kind.DAY}:
            return
        at, start = self.at, token.span.start
        joined = at > 0 and self.tokens[at - 1].span.end == start
        dated = any(other.kind is Kind.DAY for other in self.tokens)
        timeish = (_TIMEISH if dated else _TIMEISH_NEAR).search(self.free, 0, start)
        if start and not joined and (timeish or _LOOSE_DATE.search(self.free, 0, start)):
            said = self.text[max(0, start - 4) : token.span.end].replace(MASK, "")
            self.doubt(QuestionKind.UNCLEAR_DAY, Slot.DAY, said)
        if start and not joined and (part := _PARTISH.search(self.free, 0, start)):
            self.doubt(QuestionKind.UNCLEAR_TIME, Slot.START, self.text[part.start() : token.span.end])
        following = self.tokens[at + 1].span.start if at + 1 < len(self.tokens) else len(self.text)
        tail = _AFTER_CLOCK.match(self.text, token.span.end) if token.kind in {Kind.CLOCK, Kind.RANGE} else None
        if tail and tail.end() <= following:
            self.doubt(QuestionKind.UNCLEAR_TIME, Slot.START, self.text[start : tail.end()])

    def _previous(self, at: int) -> Token | None:
        return self.tokens[at - 1] if at and touching(self.text, self.tokens[at - 1], self.tokens[at]) else None

    def _next(self, at: int) -> Token | None:
        if at + 1 < len(self.tokens) and touching(self.text, self.tokens[at], self.tokens[at + 1]):
            return self.tokens[at + 1]
        return None

    def on_day(self, token: Token) -> None:
        found = day_of(token, self.now, self.frame.day)
        partner = self._previous(self.at), self._next(self.at)
        explicit = next((p for p in partner if p and p.kind is Kind.DAY and p.rule != "weekday"), None)
        if token.rule == "weekday" and "wp" not in token.groups and explicit is not None:
            self._same_weekday(token, explicit)
            return
        if isinstance(found, Doubt):
            self.frame = replace(self.frame, doubts=(*self.frame.doubts, found))
        elif self.after_to:
            self.frame = replace(self.frame, end_day=found)
        elif self.frame.day in {None, found}:
            self.frame = replace(self.frame, day=found)
        else:
            self.doubt(QuestionKind.SEVERAL_DAYS, Slot.DAY, token.said)

    def _same_weekday(self, token: Token, explicit: Token) -> None:
        on = day_of(explicit, self.now, self.frame.day)
        if isinstance(on, date) and on.weekday() != weekday_of(token):
            said = f"{explicit.said} {token.said}"
            self.doubt(QuestionKind.WEEKDAY_MISMATCH, Slot.DAY, said, on, coming(self.now.date(), weekday_of(token)))

    def on_next_day(self, token: Token) -> None:
        if self.after_to:
            self.frame = replace(self.frame, next_day=True)
        else:
            self.doubt(QuestionKind.UNCLEAR_DAY, Slot.DAY, token.said)

    def on_part(self, token: Token) -> None:
        following = self._next(self.at)
        if self.part_for is not None or (following and following.kind is Kind.PART):
            self.doubt(QuestionKind.UNCLEAR_TIME, Slot.START, token.said)
        if following and following.kind in {Kind.CLOCK, Kind.RANGE}:
            self.part_for = token.part
        elif self.after_to:
            self.doubt(QuestionKind.UNCLEAR_TIME, Slot.END, token.said)
        elif self.frame.part is None and (self.frame.start is None or self.frame.start.part is None):
            self.frame = replace(self.frame, part=token.part)
        else:
            self.doubt(QuestionKind.SEVERAL_INTERVALS, Slot.START, token.said)

    def _clock(self, said: ClockSaid) -> ClockSaid:
        part, self.part_for = self.part_for, None
        return said if part is None else replace(said, part=part)

    def on_clock(self, token: Token) -> None:
        clock = self._clock(given(token.clock))
        mark = self._next(self.at)
        ends = self.after_to or (mark is not None and mark.kind is Kind.END_MARK)
        starts = mark is not None and (mark.kind is Kind.START_MARK or (mark.kind is Kind.TO))
        if mark and mark.kind is Kind.END_MARK and (late := self._next(self.at + 1)) and late.kind is Kind.START_MARK:
            self.doubt(QuestionKind.UNCLEAR_TIME, Slot.START, self.text[token.span.start : late.span.end])
        elif starts and self.after_to and self.frame.start is None and self.frame.end_day is not None:
            self.hours_within, self.after_to = True, False
            self._start(token, clock)
        elif starts and self.after_to and mark is not None and mark.kind is Kind.TO:
            self.doubt(QuestionKind.SEVERAL_INTERVALS, Slot.START, token.said)
        elif ends or (not starts and self.alone is Slot.END and self.frame.end is None and not self._has_to()):
            self._end(token, clock)
        else:
            self._start(token, clock)

    def _has_to(self) -> bool:
        return any(token.kind in {Kind.TO, Kind.RANGE} for token in self.tokens)

    def _start(self, token: Token, clock: ClockSaid) -> None:
        if self.frame.start is not None or self.frame.immediate:
            self.doubt(QuestionKind.SEVERAL_INTERVALS, Slot.START, token.said)
        self.frame = replace(self.frame, start=self.frame.start or clock)

    def _end(self, token: Token, clock: ClockSaid) -> None:
        if self.frame.end is not None:
            self.doubt(QuestionKind.SEVERAL_INTERVALS, Slot.END, token.said)
        self.frame = replace(self.frame, end=self.frame.end or clock)

    def on_range(self, token: Token) -> None:
        if self.after_to and self.frame.start is None and self.frame.end_day is not None:
            self.hours_within = True
        self._start(token, self._clock(given(token.clock)))
        self._end(token, given(token.until))

    def on_length(self, token: Token) -> None:
        if self.frame.length not in {None, token.length}:
            self.doubt(QuestionKind.CONFLICTING_TIMES, Slot.END, token.said)
        self.frame = replace(self.frame, length=token.length)

    def on_after(self, token: Token) -> None:
        begin = _up_to_minute(self.now + given(token.length))
        if self.frame.start is not None or self.frame.immediate or self.frame.day not in {None, begin.date()}:
            self.doubt(QuestionKind.CONFLICTING_TIMES, Slot.START, token.said)
        part = next((part for part in _BY_DAY if BY_PART[part].get(begin.hour) == ((begin.hour, 0),)), None)
        clock = ClockSaid(hour=begin.hour, minute=begin.minute, part=part, explicit24=True)
        self.frame = replace(self.frame, day=begin.date(), start=clock)

    def on_now(self, token: Token) -> None:
        if self.frame.start is not None:
            self.doubt(QuestionKind.CONFLICTING_TIMES, Slot.START, token.said)
        self.frame = replace(self.frame, immediate=True)

    def on_vague_day(self, token: Token) -> None:
        found = day_of(token, self.now, self.frame.day) if token.rule in {"domain", "slash", "dotday"} else None
        days = found.days if isinstance(found, Doubt) else (found,) if found else ()
        self.doubt(QuestionKind.UNCLEAR_DAY, Slot.DAY, token.said, *days)

    def on_vague_time(self, token: Token) -> None:
        self.part_for = None
        slot = Slot.END if self.after_to else Slot.START
        found = Doubt(kind=QuestionKind.UNCLEAR_TIME, slot=slot, said=token.said, clock=clock_within(token.said))
        self.frame = replace(self.frame, doubts=(*self.frame.doubts, found))

    def on_vague_length(self, token: Token) -> None:
        length = length_within(token.said)
        found = Doubt(kind=QuestionKind.UNCLEAR_TIME, slot=Slot.END, said=token.said, length=length)
        self.frame = replace(self.frame, doubts=(*self.frame.doubts, found))

    def on_several(self, token: Token) -> None:
        found = Doubt(kind=QuestionKind.SEVERAL_DAYS, slot=Slot.DAY, said=token.said, length=days_within(token.said))
        self.frame = replace(self.frame, doubts=(*self.frame.doubts, found))


_BY_DAY = (DayPart.DAWN, DayPart.FORENOON, DayPart.AFTERNOON, DayPart.EVENING)
_HANDLERS = {
    Kind.DAY: _Reader.on_day,
    Kind.NEXT_DAY: _Reader.on_next_day,
    Kind.PART: _Reader.on_part,
    Kind.CLOCK: _Reader.on_clock,
    Kind.RANGE: _Reader.on_range,
    Kind.DURATION: _Reader.on_length,
    Kind.AFTER: _Reader.on_after,
    Kind.NOW: _Reader.on_now,
    Kind.VAGUE_DAY: _Reader.on_vague_day,
    Kind.VAGUE_TIME: _Reader.on_vague_time,
    Kind.VAGUE_LENGTH: _Reader.on_vague_length,
    Kind.SEVERAL_DAYS: _Reader.on_several,
}


def _up_to_minute(at: datetime) -> datetime:
    """Round up: a start never lies before what was said."""
    floor = at.replace(second=0, microsecond=0)
    return floor if floor == at else floor + timedelta(minutes=1)
