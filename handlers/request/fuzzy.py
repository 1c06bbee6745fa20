"""How alike two names are, and when that is enough.

Score = half the likeness of the letters + half the likeness of the toneless pinyin, 0 to 100. A score cannot tell R-101
from R-102, so digits, Latin letters and 东西南北上下 must be equal before a score counts at all. So must 区: the area
2号罐区 is not tank 2.

The library is loaded with the first question: an idle service has no use for its two and a half MiB.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.request.sounds import pinyin

FLOOR = 65
"""Below this score nothing is picked."""
LEAD = 10
"""The best must lead the second by this much; otherwise both are shown."""
SHOWN = 45
"""Candidates below this score are not worth a button."""
MOST = 4
"""Buttons under one question."""

_STRICT = re.compile("[0-9]+|[A-Z]+|[东西南北上下区]")
_NEAR = 8
Entry = TypeVar("Entry")


def strict_part(text: str) -> tuple[str, ...]:
    """The digits, letters, directions and 区 of a normalised name, in any order: they must match exactly."""
    return tuple(sorted(_STRICT.findall(text)))


def score(one: str, other: str) -> float:
    """Likeness of two normalised names, 0 to 100."""
    from rapidfuzz import fuzz

    return 0.5 * fuzz.ratio(one, other) + 0.5 * fuzz.ratio(pinyin(one), pinyin(other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[Entry]):
    """One entry and how alike it is."""

    entry: Entry
    name: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Generic[Entry]):
    """A hit on the characters ``[start, end)`` of a longer text."""

    hit: Hit[Entry]
    start: int
    end: int


class Names(Generic[Entry]):
    """Names prepared once for many questions. One entry may have several names."""

    def __init__(self, named: Iterable[tuple[str, Entry]]) -> None:
        self._rows = [(name, pinyin(name), entry) for name, entry in named if name]
        self._all = (*self._columns(range(len(self._rows))),)
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, (name, _, _) in enumerate(self._rows):
            groups[strict_part(name)].append(at)
        self._groups = {part: self._columns(rows) for part, rows in groups.items()}

    def _columns(self, rows: Iterable[int]) -> tuple[list[int], list[str], list[str]]:
        kept = list(rows)
        return kept, [self._rows[at][0] for at in kept], [self._rows[at][1] for at in kept]

    def rank(self, query: str, *, strict: bool = True) -> list[Hit[Entry]]:
        """Entries by likeness to a whole name, best first, each once; ``strict`` drops other digits and directions."""
        from rapidfuzz import fuzz

        columns = self._groups.get(strict_part(query)) if strict else self._all
        if columns is None:
            return []
        sound = pinyin(query)
        hits = [self._hit(at, query, sound) for at in self._near(query, sound, columns, fuzz.ratio)]
        best: dict[int, Hit[Entry]] = {}
        for hit in sorted(hits, key=lambda one: -one.score):
            best.setdefault(id(hit.entry), hit)
        return list(best.values())

    def within(self, text: str) -> list[Window[Entry]]:
        """Entries whose name seems to stand somewhere in ``text``, with the best place for each; best first."""
        from rapidfuzz import fuzz

        best: dict[int, Window[Entry]] = {}
        for at in self._near(text, pinyin(text), self._all, fuzz.partial_ratio):
            for window in self._windows(at, text):
                mark = id(window.hit.entry)
                if mark not in best or best[mark].hit.score < window.hit.score:
                    best[mark] = window
        return sorted(best.values(), key=lambda one: -one.hit.score)

    def _windows(self, at: int, text: str) -> Iterable[Window[Entry]]:
        name = self._rows[at][0]
        strict = strict_part(name)
        for size in range(max(3, len(name) - 1), len(name) + 2):
            for start in range(len(text) - size + 1):
                piece = text[start : start + size]
                if strict_part(piece) == strict:
                    yield Window(hit=self._hit(at, piece, pinyin(piece)), start=start, end=start + size)

    def _hit(self, at: int, query: str, sound: str) -> Hit[Entry]:
        from rapidfuzz import fuzz

        name, name_sound, entry = self._rows[at]
        alike = 0.5 * fuzz.ratio(query, name) + 0.5 * fuzz.ratio(sound, name_sound)
        return Hit(entry=entry, name=name, score=alike)

    def _near(
        self, query: str, sound: str, columns: tuple[list[int], list[str], list[str]], scorer: Callable[..., float]
    ) -> set[int]:
        from rapidfuzz import process

        rows, texts, sounds = columns
        found = process.extract(query, texts, scorer=scorer, limit=_NEAR)
        found += process.extract(sound, sounds, scorer=scorer, limit=_NEAR)
        return {rows[hit[2]] for hit in found}


def clear_winner(hits: list[Hit[Entry]], floor: float = FLOOR) -> Hit[Entry] | None:
    """The first hit when it is above the floor and leads by enough; otherwise None, and a person must choose."""
    if not hits or hits[0].score < floor:
        return None
    second = hits[1].score if len(hits) > 1 else 0.0
    return hits[0] if hits[0].score - second >= LEAD else None
