"""Cuts a text into words of time (`timewords`) and throws out what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from handlers.request.folding import REMEMBERED, Span
from handlers.request.numerals import to_decimal, to_int
from handlers.request.timewords import CN, KIND_OF, LENGTH, MINUTE2, PART_WORDS, SCANNER, ClockSaid, DayPart, H, Kind

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of time. ``groups`` holds the named parts of its pattern; only the fields of its kind are filled."""

    kind: Kind
    span: Span
    said: str
    rule: str
    groups: dict[str, str]
    clock: ClockSaid | None = None
    until: ClockSaid | None = None
    part: DayPart | None = None
    length: timedelta | None = None


def given(value: Value | None) -> Value:
    """What a token of this kind always carries."""
    if value is None:
        raise TypeError("the token lacks what its kind promises")
    return value


@lru_cache(REMEMBERED)
def scan(text: str) -> tuple[Token, ...]:
    """All words of time in a folded, masked text, in order. Nothing overlaps."""
    tokens = _cut(text)
    tokens = [token for token in tokens if token.kind is not Kind.IGNORE]
    tokens = _bare_ends(text, tokens)
    tokens = _joints_in_place(text, tokens)
    tokens = _doubtful_dates(text, tokens)
    return tuple(token for token in tokens if token.kind is not Kind.IGNORE)


_LOOSELY = re.compile(
    "大约|大概|约莫|差不多|约|将近|近|至少|最多|最少|顶多|不超过|不到|以内|之内|内|左右|多钟?|来钟|前后|上下|许|以后|之后|过后|后"
)


def clock_within(said: str) -> ClockSaid | None:
    """The exact hour inside a vague one (``8点左右``), to offer it; None when there is not exactly one."""
    tokens = _cut(_LOOSELY.sub("", said))
    clocks = [token.clock for token in tokens if token.clock is not None and token.kind is Kind.CLOCK]
    parts = [token.part for token in tokens if token.part is not None]
    if len(clocks) != 1 or len(parts) > 1 or any(token.kind not in {Kind.CLOCK, Kind.PART} for token in tokens):
        return None
    return replace(clocks[0], part=parts[0]) if parts else clocks[0]


def length_within(said: str) -> timedelta | None:
    """The exact length inside a vague one (``大概2个小时``), to offer it; None when there is not exactly one."""
    tokens = _cut(_LOOSELY.sub("", said))
    return tokens[0].length if len(tokens) == 1 and tokens[0].kind is Kind.DURATION else None


_DAYS = re.compile("(?:连续)?(?P<n>[0-9]{1,3}|[一两二三四五六七八九十]{1,3})(?P<unit>天|日|昼夜|周|个?星期)")


def days_within(said: str) -> timedelta | None:
    """The exact number of whole days in ``15天``, ``两周``; None for ``几天``, ``每天``."""
    match = _DAYS.fullmatch(said)
    number = to_int(match["n"]) if match is not None else None
    if match is None or not number:
        return None
    return timedelta(days=number * (7 if match["unit"] in {"周", "星期", "个星期"} else 1))


def touching(text: str, left: Token, right: Token) -> bool:
    """Whether only blanks, commas or 的 stand between two tokens."""
    return not text[left.span.end : right.span.start].strip(" ,的()")


def _cut(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while (match := SCANNER.search(text, at)) is not None:
        at = match.start()
        free = not tokens or tokens[-1].span.end != at
        if match.end() == at or (free and at and _inside_number(text, at)):
            at += 1
            continue
        rule = (match.lastgroup or "").removeprefix("rule_")
        token = _token(rule, match, text)
        if _looks_only(text, token, tokens):
            at += 1
            continue
        tokens.append(token)
        at = match.end()
    return tokens


def _inside_number(text: str, at: int) -> bool:
    before, here = text[at - 1], text[at]
    if here in "0123456789":
        # 时间:8点 begins a number, 11:8 does not
        return before in "0123456789" or (before in ".:" and at > 1 and text[at - 2] in "0123456789")
    return here in CN and before in CN


def _looks_only(text: str, token: Token, before: list[Token]) -> bool:
    """``快一点``, ``有两点``, ``测3点`` are no hours; ``8-11`` is one only right after a day or a part of day."""
    last = before[-1] if before and touching(text, before[-1], token) else None
    if token.rule == "hour_range":
        return last is None or last.kind not in {Kind.DAY, Kind.PART}
    if token.rule == "clock" and last is None and token.span.start:
        ahead = text[token.span.start - 1]
        short = text[token.span.start] in "一两二三" and token.said.endswith("点")
        return (short and ahead in "快慢早晚有差好多少远近高低大小紧松了这那意共") or ahead in "测查取"
    return False


def _token(rule: str, match: re.Match[str], text: str) -> Token:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    kind, said, span = KIND_OF[rule], match.group(), Span(*match.span())
    clock = until = part = length = None
    if rule in {"colon", "clock", "ampm"}:
        clock = _clock(rule, groups)
    elif kind is Kind.RANGE:
        clock, until = _range(rule, groups)
    elif rule in {"length", "after"}:
        length = length_of(groups.get("a1") or groups.get("a2") or said) or None
        kind = kind if length else Kind.VAGUE_LENGTH
    elif kind is Kind.PART:
        hits = ((part, words.match(text, span.start)) for part, words in PART_WORDS.items())
        part = next(part for part, hit in hits if hit and hit.end() == span.end)
    return Token(
        kind=kind, span=span, said=said, rule=rule, groups=groups, clock=clock, until=until, part=part, length=length
    )


def length_of(said: str) -> timedelta | None:
    """An exact length such as ``一个半小时``, ``3小时20分钟``, ``一刻钟``; None when it is none, or zero."""
    match = LENGTH.fullmatch(said.strip())
    if match is None:
        return None
    if match["onehalf"]:
        return timedelta(minutes=30)
    if match["quarters"]:
        return timedelta(minutes=15 * (to_int(match["quarters"]) or 0))
    if match["minutes"]:
        minutes = to_decimal(match["minutes"])
        return timedelta(minutes=int(minutes)) if minutes and minutes == int(minutes) else None
    hours, more = to_decimal(match["hours"]), to_int(match["more"] or "0")
    halves = bool(match["half1"]) + bool(match["half2"])
    if hours is None or more is None or halves > 1 or (more and (halves or hours != int(hours) or more > 59)):
        return None
    minutes = hours * 60 + halves * 30 + more
    return timedelta(minutes=int(minutes)) if minutes and minutes == int(minutes) else None


def _clock(rule: str, groups: dict[str, str]) -> ClockSaid:
    if rule == "clock":
        hour = to_int(groups["h"]) or 0
        return ClockSaid(hour=hour, minute=_minute(groups), explicit24=_is24(groups["h"], hour))
    raw, minute, half = (
        (groups["ch"], int(groups["cm"]), groups.get("ap1")) if rule == "colon" else (groups["ah"], 0, groups["ap2"])
    )
    hour = int(raw)
    if half and hour <= 12:
        return ClockSaid(hour=hour % 12 + (12 if half.startswith("P") else 0), minute=minute, explicit24=True)
    return ClockSaid(hour=hour, minute=minute, explicit24=_is24(raw, hour))


def _minute(groups: dict[str, str]) -> int:
    if "half" in groups:
        return 30
    if "quarter" in groups:
        return 15 if groups["quarter"] in "一1" else 45
    said = groups.get("m1") or groups.get("m2") or "0"
    return to_int(said.removeprefix("零") if len(said) > 1 else said) or 0


def _is24(raw: str, hour: int) -> bool:
    """08 and 14 can only be read on the 24-hour clock; 8 may be either."""
    return hour > 12 or hour == 0 or raw.startswith("0")


def _range(rule: str, groups: dict[str, str]) -> tuple[ClockSaid, ClockSaid]:
    if rule == "compact":
        first, second = groups["c1"], groups["c2"]
        return (
            ClockSaid(hour=int(first[:2]), minute=int(first[2:]), explicit24=True),
            ClockSaid(hour=int(second[:2]), minute=int(second[2:]), explicit24=True),
        )
    one, two = (groups["r1"], groups["r2"]) if rule == "bare_range" else (groups["b1"], groups["b2"])
    minute = 30 if "rhalf" in groups else to_int(groups.get("rm", "0").removeprefix("零") or "0") or 0
    hours = [to_int(one) or 0, to_int(two) or 0]
    return (
        ClockSaid(hour=hours[0], minute=0, explicit24=_is24(one, hours[0])),
        ClockSaid(hour=hours[1], minute=minute, explicit24=_is24(two, hours[1])),
    )


_BARE_END = re.compile(rf"\s?({H})(?!\s*[0-9点时:.号个人名台根米罐釜塔月日天小级/A-Z%-]|{MINUTE2})")
_CLOCKY = {Kind.CLOCK, Kind.RANGE}


def _bare_ends(text: str, tokens: list[Token]) -> list[Token]:
    """``8点到11``: the second hour may come without 点 when nothing else can follow."""
    out: list[Token] = []
    for at, token in enumerate(tokens):
        out.append(token)
        if (
            token.kind is not Kind.TO
            or not at
            or tokens[at - 1].kind is not Kind.CLOCK
            or not touching(text, tokens[at - 1], token)
        ):
            continue
        following = tokens[at + 1].span.start if at + 1 < len(tokens) else len(text)
        match = _BARE_END.match(text, token.span.end)
        if match and match.end() <= following:
            hour = to_int(match.group(1)) or 0
            clock = ClockSaid(hour=hour, minute=0, explicit24=_is24(match.group(1), hour))
            out.append(
                Token(
                    kind=Kind.CLOCK,
                    span=Span(*match.span(1)),
                    said=match.group(1),
                    rule="bare_end",
                    groups={},
                    clock=clock,
                )
            )
    return out


_MARKED = _CLOCKY | {Kind.NOW, Kind.AFTER, Kind.DAY, Kind.END_MARK}


def _joints_in_place(text: str, tokens: list[Token]) -> list[Token]:
    """Keep 到, 开始, 结束 only where they touch a time: ``到现场`` and ``止回阀`` are none."""
    timely = [token for token in tokens if token.kind not in {Kind.TO, Kind.START_MARK, Kind.END_MARK}]
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else None
        after = next((other for other in timely if other.span.start >= token.span.end), None)
        behind = before is not None and touching(text, before, token)
        ahead = after is not None and touching(text, token, after)
        if token.kind is Kind.TO and not ahead:
            continue
        if token.kind in {Kind.START_MARK, Kind.END_MARK} and not (behind and before and before.kind in _MARKED):
            continue
        kept.append(token)
    return kept


_TIMELY = _CLOCKY | {Kind.PART, Kind.TO}


def _doubtful_dates(text: str, tokens: list[Token]) -> list[Token]:
    """``3号``, ``11/23`` and ``11.23`` are dates for sure only when a time of day follows at once.

    Otherwise they become `Kind.VAGUE_DAY`, unless the sentence names its day elsewhere: then they are not about time.
    """
    days = {at: _sure_date(text, tokens, at) for at, token in enumerate(tokens) if token.kind is Kind.DAY}
    doubtful = Kind.IGNORE if any(days.values()) else Kind.VAGUE_DAY
    return [replace(token, kind=doubtful) if days.get(at) is False else token for at, token in enumerate(tokens)]


def _sure_date(text: str, tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if token.rule not in {"slash", "dotday"} and "hao" not in token.groups:
        return True
    follower = tokens[at + 1] if at + 1 < len(tokens) and touching(text, token, tokens[at + 1]) else None
    if follower is None or (follower.kind not in _TIMELY and follower.rule != "weekday"):
        return False
    return token.rule != "dotday" or token.span.start == 0 or text[token.span.start - 1] in " ,。;:\n"
