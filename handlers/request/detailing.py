"""The details of all works together: read from a text, joined over several messages, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from handlers.request.blinding import blinds_said, read_blind
from handlers.request.details import (
    OF_WORK,
    OPTIONAL,
    PEOPLE,
    SEVERAL,
    Claim,
    DetailDoubt,
    DetailKey,
    DetailSaid,
)
from handlers.request.digging import read_earth, read_road
from handlers.request.folding import REMEMBERED, Span
from handlers.request.heights import read_height
from handlers.request.lexicon import NEGATED, WORKS
from handlers.request.lifting import read_lift, read_path
from handlers.request.people import PersonSaid
from handlers.request.places import PlaceSaid
from handlers.request.powering import read_power
from handlers.request.quantities import plain
from workflow.values import WorkType

_MACHINE = re.compile(
    "(?:电?焊机|逆变焊机)(?:放置?|摆放?|停放?|架|设|位置)?(?:改成|改为|换成|改到)?(?:在|于|到|[:为是])\\s?"
    "(?P<v>[^,。; \\n]{2,20})"
)


def read_machine(text: str) -> list[Claim]:
    """``焊机在机修车间``: where the welding machine stands, not where the work is."""
    match = _MACHINE.search(text)
    if match is None:
        return []
    detail = DetailSaid(key=DetailKey.MACHINE, said=match.group(), text=match["v"].strip())
    return [Claim(detail=detail, span=Span(*match.span()))]


_READERS: Mapping[WorkType, Callable[[str], list[Claim]]] = {
    WorkType.HOT: read_machine,
    WorkType.BLIND: read_blind,
    WorkType.HEIGHT: read_height,
    WorkType.LIFT: lambda text: [*read_lift(text), *read_path(text)],
    WorkType.POWER: read_power,
    WorkType.EARTH: read_earth,
    WorkType.ROAD: read_road,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsFound:
    """What a text says about the cells of its works, and where."""

    details: tuple[DetailSaid, ...] = ()
    spans: tuple[Span, ...] = ()


NO_DETAILS = DetailsFound()


@lru_cache(REMEMBERED)
def works_in(text: str) -> frozenset[WorkType]:
    """The works a folded text seems to name: enough to know which details to look for."""
    return frozenset(
        work
        for work, pattern in WORKS.items()
        if any(not NEGATED.search(text, 0, match.start()) for match in pattern.finditer(text))
    )


def read_details(text: str, works: Iterable[WorkType]) -> DetailsFound:
    """The cells of the forms of these works, read from a folded text whose places and names are still readable."""
    claims = [claim for work in OF_WORK if work in set(works) and work in _READERS for claim in _READERS[work](text)]
    if WorkType.BLIND in set(works) and (blinds_said(text) or 1) > 1:
        many = DetailSaid(key=DetailKey.BLINDS, said="", doubt=DetailDoubt.TOO_MANY, options=("one",))
        claims.append(Claim(detail=many, span=Span(0, 0)))
    once = {id(claim.detail): claim.detail for claim in claims}
    return DetailsFound(
        details=tuple(once.values()),
        spans=tuple(claim.span for claim in claims if claim.span.end > claim.span.start),
    )


def joined(
    old: Sequence[DetailSaid], new: Sequence[DetailSaid], *, settles: bool, more: bool
) -> tuple[DetailSaid, ...]:
    """The cells after a further message. ``settles``: it answers or corrects, so its word counts; otherwise two
    different words for one cell are a question. ``more``: consumers are added, not replaced."""
    kept = list(old)
    keep_devices = more or not settles
    if not keep_devices and any(one.key in SEVERAL for one in new):
        kept = _without_renamed(kept, new)
    for one in new:
        if one.key in SEVERAL:
            kept = [*kept, one] if one not in kept else kept
            continue
        before = next((at for at, other in enumerate(kept) if other.key is one.key), None)
        if before is None:
            kept.append(one)
        else:
            kept[before] = one if settles or kept[before].doubt is not None else _both(kept[before], one)
    return tuple(kept)


def _without_renamed(old: list[DetailSaid], new: Sequence[DetailSaid]) -> list[DetailSaid]:
    """A correction of consumers: those of the same name go; a nameless power fills the only consumer without one."""
    names = {one.text for one in new if one.key in SEVERAL}
    return [one for one in old if one.key not in SEVERAL or (one.text not in names and one.text != "")]


def _both(old: DetailSaid, new: DetailSaid) -> DetailSaid:
    same = (old.text, old.number) == (new.text, new.number) and new.doubt is None
    if same or new.key in {DetailKey.LOAD, DetailKey.RIGGING, DetailKey.SCOPE, DetailKey.REASON}:
        return old if same else new
    readings = tuple(dict.fromkeys(n for n in (old.number, new.number, *new.readings) if n is not None))
    options = tuple(dict.fromkeys(text for text in (old.text, new.text) if text))
    said = f"{old.said}、{new.said}"
    return replace(new, said=said, text="", number=None, doubt=DetailDoubt.SEVERAL, readings=readings, options=options)


_LINE = re.compile("管|线|法兰|阀|进料|出料|出口|入口|进口|进出口|根部|回流|放空|氮气|蒸汽|物料|侧|底|顶")


def pipe_of(places: Sequence[PlaceSaid]) -> str:
    """The line a blind sits in, when the place names it: ``2号罐出口管线``."""
    if len(places) != 1 or places[0].entry is None or not _LINE.search(places[0].detail):
        return ""
    return f"{places[0].entry.name}{places[0].detail}"


def missing(
    work: WorkType, details: Sequence[DetailSaid], people: Sequence[PersonSaid], places: Sequence[PlaceSaid]
) -> tuple[DetailKey, ...]:
    """The cells of a work's form that nobody has filled, in their order."""
    told = {one.key for one in details}
    posted = {person.duty for person in people}
    lacking = [
        key
        for key in OF_WORK[work]
        if key not in OPTIONAL and key not in told and not (key in PEOPLE and key in posted)
    ]
    if DetailKey.PIPE in lacking and pipe_of(places):
        lacking.remove(DetailKey.PIPE)
    return tuple(lacking)


def unrated(details: Sequence[DetailSaid]) -> tuple[DetailSaid, ...]:
    """Consumers whose power nobody has said."""
    return tuple(one for one in details if one.key is DetailKey.DEVICE and one.number is None and one.doubt is None)


def of_work(details: Sequence[DetailSaid], work: WorkType) -> tuple[DetailSaid, ...]:
    """Those of one work's form, in its order."""
    return tuple(one for key in OF_WORK[work] for one in details if one.key is key)


def load_of(details: Sequence[DetailSaid]) -> Decimal | None:
    """What all consumers draw together, kW; None while one of them is not certain."""
    devices = [one for one in details if one.key is DetailKey.DEVICE]
    if not devices or any(one.number is None or one.doubt is not None for one in devices):
        return None
    return plain(sum((one.number * one.count for one in devices if one.number is not None), Decimal(0)))
