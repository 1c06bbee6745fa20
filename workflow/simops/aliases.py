"""Two codes that may be one place: what speaks for it, and how much. A finder only; a person decides.

A suspicion is not an answer: until somebody says "one place" or "two", every conflict between permits of the two codes
stays open (unknown), and so nothing hard can slip through under an old code.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.simops.metres import Circle, around, overlap, surely_apart

Likeness = Callable[[str, str], float]
"""How alike two names are in letters and sound, 0 to 100; nought where digits, letters or directions differ."""

SUSPECTED = 60
"""From this on conflicts treat the two codes as perhaps one place."""
WORTH_ASKING = 40
"""From this on a person is asked."""
_ALIKE, _SAME_WORDS = 70.0, 88.0
_POINTS = {"code": 60, "name": 45, "alike": 25, "map": 40, "things": 20, "past": 20, "board": -15}
_NONE = Decimal(0)
_MOST_THINGS, _MOST_PAST = 2, 2
_SIGNS = re.compile(r"[^0-9A-Z\u4e00-\u9fff]+")
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two codes, how much speaks for one place, and why, in Chinese."""

    one: str
    other: str
    score: int
    reasons: tuple[str, ...]

    @property
    def pair(self) -> frozenset[str]:
        """The two codes."""
        return frozenset((self.one, self.other))


@lru_cache(maxsize=16384)
def bare(code: str) -> str:
    """A code without marks, widths, case and leading noughts: ``a-01`` and ``Ａ1`` are alike."""
    return _ZEROS.sub("", _SIGNS.sub("", unicodedata.normalize("NFKC", code).upper()))


def candidates(
    areas: Iterable[Area],
    equipment: Iterable[Equipment],
    links: Iterable[PlaceLink],
    likeness: Likeness,
    history: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Candidate, ...]:
    """Pairs of areas, and pairs of equipment, that may be one place; the strongest first.

    ``history``: what was written as place and task on permits of an area. Pairs somebody decided, and areas that name
    each other as neighbours, are no candidates: the plant knows them as two.
    """
    areas, equipment = tuple(areas), tuple(equipment)
    decided = {
        frozenset(link.places)
        for link in links
        if link.active and link.kind in {LinkKind.SAME, LinkKind.APART, LinkKind.DISTANCE, LinkKind.ABOVE}
    }
    found = [*_areas(areas, equipment, likeness, history or {}), *_equipment(equipment)]
    open_ = (one for one in found if one.pair not in decided and one.score >= WORTH_ASKING)
    return tuple(sorted(open_, key=lambda one: (-one.score, one.one, one.other)))


def suspected(found: Iterable[Candidate]) -> tuple[tuple[str, str], ...]:
    """The pairs that leave a conflict open."""
    return tuple((one.one, one.other) for one in found if one.score >= SUSPECTED)


# --- areas


def _areas(
    areas: tuple[Area, ...],
    equipment: tuple[Equipment, ...],
    likeness: Likeness,
    history: Mapping[str, frozenset[str]],
) -> Iterator[Candidate]:
    things: defaultdict[str, set[str]] = defaultdict(set)
    for thing in equipment:
        things[thing.area].add(bare(thing.name))
        things[thing.area].update(map(bare, thing.aliases))
    circles: dict[str, Circle] = {area.id: around([area.fence]) for area in areas if area.fence}
    for number, one in enumerate(areas):
        for other in areas[number + 1 :]:
            if other.id in one.neighbours or one.id in other.neighbours:
                continue
            reasons = [*_names(one, other, likeness), *_ground(one, other, circles)]
            reasons += _shared("things", "都有设备", things[one.id] & things[other.id], _MOST_THINGS)
            past = history.get(one.id, frozenset()) & history.get(other.id, frozenset())
            reasons += _shared("past", "都开过票", past, _MOST_PAST)
            if reasons:
                yield _candidate(one.id, other.id, reasons)


def _candidate(one: str, other: str, reasons: list[tuple[int, str]]) -> Candidate:
    first, second = sorted((one, other))
    said = tuple(text for _, text in reasons)
    return Candidate(one=first, other=second, score=sum(points for points, _ in reasons), reasons=said)


def _names(one: Area, other: Area, likeness: Likeness) -> Iterator[tuple[int, str]]:
    here, there = (one.id, *one.aliases), (other.id, *other.aliases)
    same = {bare(a) for a in here} & {bare(b) for b in there} - {""}
    if same:
        yield _POINTS["code"], f"编码只差符号：{'、'.join(sorted(same))}"
    best = max(
        ((likeness(a, b), a, b) for a in (one.name, *one.aliases) for b in (other.name, *other.aliases)),
        key=lambda found: found[0],
    )
    if best[0] >= _SAME_WORDS:
        yield _POINTS["name"], f"名称几乎相同：{best[1]}、{best[2]}"
    elif best[0] >= _ALIKE:
        yield _POINTS["alike"], f"名称相近：{best[1]}、{best[2]}"


def _ground(one: Area, other: Area, circles: Mapping[str, Circle]) -> Iterator[tuple[int, str]]:
    # Whether fences meet is measured only where the circles around them do: nearly no pair of a plant.
    fenced = one.id in circles and other.id in circles
    if fenced and not surely_apart(circles[one.id], circles[other.id], _NONE) and overlap(one.fence, other.fence):
        yield _POINTS["map"], "围栏重叠"
    if one.board_code is not None and other.board_code is not None:
        yield _POINTS["board"], "各有各的现场牌"


def _shared(key: str, label: str, both: set[str] | frozenset[str], most: int) -> list[tuple[int, str]]:
    named = sorted(both - {""})
    if not named:
        return []
    return [(_POINTS[key] * min(len(named), most), f"{label}：{'、'.join(named[:3])}")]


# --- equipment


def _equipment(equipment: tuple[Equipment, ...]) -> Iterator[Candidate]:
    """Equipment is one only when a code of it is the same but for its marks: digits never match fuzzily."""
    by_code: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for thing in equipment:
        for code in (thing.id, *thing.aliases):
            if any(sign.isdigit() for sign in code) and any("A" <= sign <= "Z" for sign in bare(code)):
                by_code[bare(code)][thing.id] = code
    told: set[frozenset[str]] = set()
    for code, held in by_code.items():
        ids = sorted(held)
        for number, one in enumerate(ids):
            for other in ids[number + 1 :]:
                if frozenset((one, other)) not in told:
                    told.add(frozenset((one, other)))
                    yield _candidate(one, other, [(_POINTS["code"], f"编码只差符号：{code}")])
