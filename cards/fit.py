"""What does not fit a platform: one set of rules for every encoder.

A text that only tells is cut with an ellipsis; it begins with what matters. What is pressed or chosen is never cut
into something else: options that would look alike show where they part, and what then does not fit is a `CardTooLong`.
What has no place on any card of the platform is a `CardMisshapen`, never
dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from cards.card import Line

_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f")


class CardTooLong(ValueError):
    """Something a person presses or chooses does not fit the platform's limit: our bug."""


class CardMisshapen(ValueError):
    """The card asks for a combination that no card of the platform has: our bug."""


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, an ellipsis where something is missing; never half of a composed character."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] in _JOINERS):
        end -= 1
    return text[:end] + "…"


def apart(texts: Sequence[str], limit: int) -> list[str]:
    """Each of the texts at most ``limit`` characters; those that would look alike lose the beginning they share instead
    of their end, and never half a number or code. Raise `CardTooLong` where two different ones still look alike.
    """
    shown = [cut(text, limit) for text in texts]
    for alike in sorted(set(shown)):
        theirs = [number for number, one in enumerate(shown) if one == alike]
        wholes = sorted({texts[number] for number in theirs})
        if len(wholes) > 1:
            shared = _shared(wholes)
            for number in theirs:
                shown[number] = cut("…" + texts[number][shared:], limit)
    if len(set(shown)) != len(set(texts)):
        raise CardTooLong(f"two options look alike when cut to {limit} characters")
    return shown


def _shared(texts: Sequence[str]) -> int:
    """How many characters all of them begin with, without the code or number in which they part."""
    letters = enumerate(zip(*texts, strict=False))
    end = next((number for number, each in letters if len(set(each)) > 1), min(map(len, texts)))
    while end > 0 and texts[0][end - 1].isascii() and texts[0][end - 1] not in " ,;()":
        end -= 1
    return end


def whole(text: str, limit: int, what: str) -> str:
    """The text as it is: what is pressed is never cut. Raise `CardMisshapen` without words, `CardTooLong` beyond."""
    if not text:
        raise CardMisshapen(f"{what} without words")
    if len(text) > limit:
        raise CardTooLong(f"{what} of {len(text)} characters, {limit} fit: {text}")
    return text


def key_of(key: str, limit: int, what: str) -> str:
    """A key of at most ``limit`` bytes, as it is. Raise `CardTooLong`."""
    if not 0 < len(key.encode()) <= limit:
        raise CardTooLong(f"the key of {what} has {len(key.encode())} bytes, 1 to {limit} fit")
    return key


def distinct(keys: list[str], what: str) -> None:
    """Raise `CardMisshapen` when a key stands there twice."""
    if len(set(keys)) != len(keys):
        raise CardMisshapen(f"{what} with the same key twice")


def amount(count: int, most: int, what: str) -> None:
    """Raise `CardTooLong` unless there are 1 to ``most``."""
    if not 1 <= count <= most:
        raise CardTooLong(f"{count} {what}, 1 to {most} fit")


def told(line: Line) -> str:
    """A labelled fact in one line."""
    return f"{line.label}：{line.value}"
