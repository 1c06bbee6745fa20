"""Letters: one text, folded once, character by character, so that every span also points into what the person typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from handlers.request.numerals import to_int

MAX_TEXT = 1000
"""Longest text that is read at all, in characters. A request is one line; longer text is answered, not parsed."""

REMEMBERED = 64
"""How many texts a reader keeps its answer for: the readings of one line ask each other the same again and again."""

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


@lru_cache(REMEMBERED)
def fold(text: str) -> str:
    """Fold full-width signs, dashes, blanks, letter case and ``#``; the length never changes.

    ``2#罐`` and ``#2罐`` both become ``2号罐``, as plants write tank numbers either way.
    """
    folded = text.translate(_FOLD)
    return _HASH_LAST.sub("号", _HASH_FIRST.sub(r"\1号", folded))


def mask(folded: str, spans: Iterable[Span]) -> str:
    """Blank out what has been claimed, without moving anything."""
    for start, end in spans:
        folded = f"{folded[:start]}{MASK * (end - start)}{folded[end:]}"
    return folded


class Keyed(NamedTuple):
    """A text in the form codes and names are compared in, and where each character came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the folded text that characters ``[start, end)`` of the key came from."""
        return Span(self.starts[start], self.ends[end - 1])


_KEYED_OTHERWISE = re.compile(
    "(?P<weekday>(?:(?<=周)|(?<=星期)|(?<=礼拜))[一二三四五六])|(?P<number>[零一二三四五六七八九十廿]+)|"
    r"(?P<gap>[ \-_·]+)"
)
"""All that does not stand in a key as it stands in the text; of the characters a number is made of, a weekday first."""


@lru_cache(REMEMBERED)
def keyed(folded: str) -> Keyed:
    """Normalise for comparing names: no hyphens or blanks, Chinese numbers as digits.

    A hyphen between two digits stays (``R-101-2`` is not ``R-1012``), blanks between two digits stay one blank.
    A Chinese number that is not one number (``二三``: two or three) is left alone, so that it matches nothing by luck;
    so is a weekday, or ``周三二号罐`` would hide tank 2.
    """
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in _KEYED_OTHERWISE.finditer(folded):
        start, end = match.span()
        _as_it_stands(folded, at, start, out, starts, ends)
        letters = _number_or_gap(match, folded)
        out.append(letters)
        starts.extend([start] * len(letters))
        ends.extend([end] * len(letters))
        at = end
    _as_it_stands(folded, at, len(folded), out, starts, ends)
    return Keyed("".join(out), tuple(starts), tuple(ends))


def _as_it_stands(folded: str, at: int, until: int, out: list[str], starts: list[int], ends: list[int]) -> None:
    out.append(folded[at:until])
    starts.extend(range(at, until))
    ends.extend(range(at + 1, until + 1))


def _number_or_gap(match: re.Match[str], folded: str) -> str:
    said = match.group()
    if match.lastgroup == "weekday":
        return said
    if match.lastgroup == "number":
        value = to_int(said)
        return said if value is None else str(value)
    start, end = match.span()
    between = start > 0 and end < len(folded) and _digit(folded[start - 1]) and _digit(folded[end])
    return ("-" if "-" in said else " ") if between else ""


def key(name: str) -> str:
    """The comparing form of a whole name or code (see `keyed`)."""
    return keyed(fold(name)).text


def _digit(letter: str) -> bool:
    return letter in "0123456789零一二三四五六七八九十廿"


def is_cjk(letter: str) -> bool:
    """Whether the character is a Chinese ideograph."""
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf"
