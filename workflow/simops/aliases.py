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
from itertools import combinations

from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.simops.metres import Circle, around, degrees_of, overlap, surely_apart

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
    ground = _Ground.of(tuple(areas), tuple(equipment), history or {})
    return _sorted([*ground.candidates(combinations(ground.areas, 2), likeness), *_equipment(ground.equipment)], links)


def suspected(
    areas: Iterable[Area], equipment: Iterable[Equipment], links: Iterable[PlaceLink], likeness: Likeness
) -> tuple[tuple[str, str], ...]:
    """The pairs that leave a conflict open, from the register alone.

    The same as the strongest of `candidates`, found without looking at every pair: a name alone never suffices, so only
    areas that share a code, a thing or some ground are looked at. A plant may have thousands.
    """
    ground = _Ground.of(tuple(areas), tuple(equipment), {})
    found = _sorted([*ground.candidates(ground.hinted(), likeness), *_equipment(ground.equipment)], links)
    return tuple((one.one, one.other) for one in found if one.score >= SUSPECTED)


def _sorted(found: Iterable[Candidate], links: Iterable[PlaceLink]) -> tuple[Candidate, ...]:
    decided = {
        frozenset(link.places)
        for link in links
        if link.active and link.kind in {LinkKind.SAME, LinkKind.APART, LinkKind.DISTANCE, LinkKind.ABOVE}
    }
    open_ = (one for one in found if one.pair not in decided and one.score >= WORTH_ASKING)
    return tuple(sorted(open_, key=lambda one: (-one.score, one.one, one.other)))


# --- areas

_Pairs = Iterable[tuple[Area, Area]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The register, as pairs of areas are held against each other."""

    areas: tuple[Area, ...]
    equipment: tuple[Equipment, ...]
    things: Mapping[str, set[str]]
    circles: Mapping[str, Circle]
    history: Mapping[str, frozenset[str]]

    @staticmethod
    def of(areas: tuple[Area, ...], equipment: tuple[Equipment, ...], history: Mapping[str, frozenset[str]]) -> _Ground:
        things: defaultdict[str, set[str]] = defaultdict(set)
        for thing in equipment:
            things[thing.area].add(bare(thing.name))
            things[thing.area].update(map(bare, thing.aliases))
        circles: dict[str, Circle] = {area.id: around([area.fence]) for area in areas if area.fence}
        return _Ground(areas, equipment, things, circles, history)

    def candidates(self, pairs: _Pairs, likeness: Likeness) -> Iterator[Candidate]:
        nothing = frozenset[str]()
        for one, other in pairs:
            if other.id in one.neighbours or one.id in other.neighbours:
                continue
            reasons = [*_names(one, other, likeness), *_ground(one, other, self.circles)]
            both = self.things.get(one.id, set()) & self.things.get(other.id, set())
            reasons += _shared("things", "都有设备", both, _MOST_THINGS)
            past = self.history.get(one.id, nothing) & self.history.get(other.id, nothing)
            reasons += _shared("past", "都开过票", past, _MOST_PAST)
            if reasons:
                yield _candidate(one.id, other.id, reasons)

    def hinted(self) -> _Pairs:
        """Pairs that share a code, a thing or some ground, each once, in the order of the register."""
        shared: defaultdict[str, set[int]] = defaultdict(set)
        for number, area in enumerate(self.areas):
            for code in (area.id, *area.aliases):
                shared[f"code {bare(code)}"].add(number)
            for thing in self.things.get(area.id, ()):
                shared[f"thing {thing}"].add(number)
        for nothing in ("code ", "thing "):
            shared.pop(nothing, None)
        found = {pair for numbers in shared.values() for pair in combinations(sorted(numbers), 2)}
        found |= set(self._meeting())
        return ((self.areas[one], self.areas[other]) for one, other in sorted(found))

    def _meeting(self) -> Iterator[tuple[int, int]]:
        """Areas whose circles meet: a sweep from south to north."""
        fenced = [(self.circles[area.id], number) for number, area in enumerate(self.areas) if area.id in self.circles]
        fenced.sort(key=lambda one: one[0].latitude)
        widest = max((circle.radius_m for circle, _ in fenced), default=0.0)
        open_: list[tuple[Circle, int]] = []
        for circle, number in fenced:
            open_ = [one for one in open_ if circle.latitude - one[0].latitude <= degrees_of(circle.radius_m + widest)]
            for other, before in open_:
                if not surely_apart(circle, other, _NONE):
                    yield min(number, before), max(number, before)
            open_.append((circle, number))


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
