"""Letters: one text, folded once, character by character, so that every span also points into what the person typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from handlers.request.numerals import to_int

MAX_TEXT = 1000
"""Longest text that is read at all, in characters. A request is one line; longer text is answered, not parsed."""

MASK = "\ue000"
"""Stands for a character that an earlier reader has claimed. Private use: nobody types it."""


class Span(NamedTuple):
    """A stretch ``[start, end)`` of the folded text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two stretches share a character."""
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        """The characters of the span."""
        return text[self.start : self.end]


def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict.fromkeys(map(ord, "\u3000\xa0\t\r\x0b\x0c\u200b\u200c\u200d\u2060\ufeff\ufe0f"), " ")
    table |= dict.fromkeys(map(ord, "‐‑‒–—―−－﹣─"), "-")
    table |= dict.fromkeys(map(ord, "〜～∼﹏"), "~")
    table |= dict.fromkeys(map(ord, "：︰∶﹕"), ":")
    table |= {0xE000: " ", ord("，"): ",", ord("；"): ";", ord("〇"): "零", ord("﹟"): "#", ord("※"): " "}
    table |= {code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)}
    table |= {code: chr(code - 0xFEE0).upper() for code in range(0xFF41, 0xFF5B)}
    old, new = (
        "動進監護點時間後週號罐業錶開結負責張劉陳趙馬楊黃鐵鋼閥門車間裝區頂側東",
        "动进监护点时间后周号罐业表开结负责张刘陈赵马杨黄铁钢阀门车间装区顶侧东",
    )
    return table | {ord(a): b for a, b in zip(old, new, strict=True)}


_FOLD = _table()
_HASH_FIRST = re.compile(r"(?<![0-9A-Z])#([0-9]{1,3})(?![0-9])")
_HASH_LAST = re.compile(r"(?<=[0-9零一二三四五六七八九十])#")


def fold(text: str) -> str:
    """Fold full-width signs, dashes, blanks, letter case and ``#``; the length never changes.

    ``2#罐`` and ``#2罐`` both become ``2号罐``, as plants write tank numbers either way.
    """
    folded = text.translate(_FOLD)
    return _HASH_LAST.sub("号", _HASH_FIRST.sub(r"\1号", folded))


def mask(folded: str, spans: Iterable[Span]) -> str:
    """Blank out what has been claimed, without moving anything."""
    letters = list(folded)
    for span in spans:
        letters[span.start : span.end] = MASK * (span.end - span.start)
    return "".join(letters)


class Keyed(NamedTuple):
    """A text in the form codes and names are compared in, and where each character came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the folded text that characters ``[start, end)`` of the key came from."""
        return Span(self.starts[start], self.ends[end - 1])


_CN_NUMBER = re.compile("[零一二三四五六七八九十廿]+")
_WEEKDAY = re.compile("(?<=周)[一二三四五六]|(?<=星期)[一二三四五六]|(?<=礼拜)[一二三四五六]")
_JOINER = re.compile(r"[ \-_·]+")


def keyed(folded: str) -> Keyed:
    """Normalise for comparing names: no hyphens or blanks, Chinese numbers as digits.

    A hyphen between two digits stays (``R-101-2`` is not ``R-1012``), blanks between two digits stay one blank.
    A Chinese number that is not one number (``二三``: two or three) is left alone, so that it matches nothing by luck;
    so is a weekday, or ``周三二号罐`` would hide tank 2.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(letters: str, start: int, end: int) -> None:
        out.extend(letters)
        starts.extend([start] * len(letters))
        ends.extend([end] * len(letters))

    at = 0
    while at < len(folded):
        if number := _WEEKDAY.match(folded, at):
            put(number.group(), at, at + 1)
            at += 1
        elif number := _CN_NUMBER.match(folded, at):
            value = to_int(number.group())
            put(number.group() if value is None else str(value), at, number.end())
            at = number.end()
        elif gap := _JOINER.match(folded, at):
            between = at > 0 and gap.end() < len(folded) and _digit(folded[at - 1]) and _digit(folded[gap.end()])
            if between:
                put("-" if "-" in gap.group() else " ", at, gap.end())
            at = gap.end()
        else:
            put(folded[at], at, at + 1)
            at += 1
    return Keyed("".join(out), tuple(starts), tuple(ends))


def key(name: str) -> str:
    """The comparing form of a whole name or code (see `keyed`)."""
    return keyed(fold(name)).text


def _digit(letter: str) -> bool:
    return letter in "0123456789零一二三四五六七八九十廿"


def is_cjk(letter: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf"
