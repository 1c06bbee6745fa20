"""What is wrong with relations between places: codes that lead nowhere, circles, and pairs that are one and apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from storage.policy_yaml import Problem
from storage.register_at import At
from storage.register_models import LinkEntry
from workflow.plant import LinkKind, PlaceLink

_PAIRS = frozenset({LinkKind.DISTANCE, LinkKind.SAME, LinkKind.APART})
_ORDERED = (LinkKind.ABOVE, LinkKind.INSIDE)


def links(entries: tuple[At[LinkEntry], ...], rest: tuple[PlaceLink, ...], codes: Mapping[str, str]) -> list[Problem]:
    """Every fault of the relations. ``codes`` are those of all areas and equipment; ``rest`` is in force already."""
    return [
        *(problem for at in entries for problem in _alone(at, codes)),
        *_circles(entries, rest),
        *_contradictions(entries, rest),
    ]


def _alone(at: At[LinkEntry], codes: Mapping[str, str]) -> Iterator[Problem]:
    said = at.said
    for number, place in enumerate(said.places):
        if place not in codes:
            yield at.wrong(f"没有区域或设备 {place}；这里写代码，不写名称", "places", number)
    if said.kind in _PAIRS and len(said.places) != 2:
        yield at.wrong("应为两处", "places")
    elif said.kind is not LinkKind.LINE and len(said.places) < 2:
        yield at.wrong("至少要两处", "places")
    if (said.kind is LinkKind.DISTANCE) != (said.metres is not None):
        yield at.wrong("distance 要写 metres，别的关系不写", "metres")
    if said.kind is LinkKind.LINE and said.name is None:
        yield at.wrong("管线要写编号", "name")
    if said.kind is LinkKind.SAME and len({codes.get(place) for place in said.places} - {None}) > 1:
        yield at.wrong("区域和设备不能是同一处；设备在区域里写 area，或写 inside", "places")


def _circles(entries: tuple[At[LinkEntry], ...], rest: tuple[PlaceLink, ...]) -> Iterator[Problem]:
    """Nothing hangs over itself, nothing is inside of itself."""
    for kind in _ORDERED:
        below: dict[str, set[str]] = {}
        for link in rest:
            if link.kind is kind and link.active:
                below.setdefault(link.places[0], set()).update(link.places[1:])
        for at in entries:
            if at.said.kind is kind and at.said.active and at.said.places:
                below.setdefault(at.said.places[0], set()).update(at.said.places[1:])
        for at in entries:
            if at.said.kind is kind and at.said.active and at.said.places and _reaches(at.said.places[0], below):
                yield at.wrong(f"{at.said.places[0]} 绕一圈又回到自己", "places")


def _reaches(start: str, below: Mapping[str, set[str]]) -> bool:
    seen: set[str] = set()
    rest = set(below.get(start, ()))
    while rest:
        seen |= rest
        rest = {other for one in rest for other in below.get(one, ())} - seen
    return start in seen


def _contradictions(entries: tuple[At[LinkEntry], ...], rest: tuple[PlaceLink, ...]) -> Iterator[Problem]:
    """A pair is one place, or two, never both."""
    held = {(link.kind, frozenset(link.places)): link.id for link in rest if link.active}
    for at in entries:
        if at.said.active:
            held.setdefault((at.said.kind, frozenset(at.said.places)), at.said.id)
    other = {LinkKind.SAME: LinkKind.APART, LinkKind.APART: LinkKind.SAME}
    for at in entries:
        if at.said.kind in other and at.said.active:
            clash = held.get((other[at.said.kind], frozenset(at.said.places)))
            if clash is not None:
                yield at.wrong(f"{clash} 说的正相反", "kind")
