"""One text read once: every reader in its turn claims its words, and what nobody claims is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from handlers.request.company import CompanyFound, CompanySaid, find_company
from handlers.request.detailing import DetailsFound, read_details, works_in
from handlers.request.details import OF_WORK, PEOPLE, DetailKey, DetailSaid
from handlers.request.folding import MASK, MAX_TEXT, Span, fold, mask
from handlers.request.frame import NOTHING, Frame, Slot
from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceKind
from handlers.request.lexicon import (
    COURTESY,
    FACT,
    FILLER,
    FORMAL,
    HEAD,
    LABEL,
    TAIL,
    TASK,
    WORKS,
    FactKind,
    StatedGrade,
)
from handlers.request.lifting import read_load
from handlers.request.people import PersonSaid, find_names
from handlers.request.places import PlaceFound, PlaceSaid, find_exact, find_unknown, settle
from handlers.request.powering import machines
from handlers.request.roles import assign_roles
from handlers.request.timeframe import read_frame
from handlers.request.timescan import scan
from handlers.request.typos import mend, sounds_like
from handlers.request.words import FactSaid, WorkSaid, find_words
from workflow.rules.types import Role
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one text says, part by part; nothing is decided yet."""

    works: tuple[WorkSaid, ...] = ()
    denied: tuple[WorkType, ...] = ()
    methods: tuple[str, ...] = ()
    grades: tuple[StatedGrade, ...] = ()
    facts: tuple[FactSaid, ...] = ()
    places: tuple[PlaceSaid, ...] = ()
    frame: Frame = NOTHING
    people: tuple[PersonSaid, ...] = ()
    company: CompanySaid | None = None
    task: str = ""
    details: tuple[DetailSaid, ...] = ()
    leftovers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a text is read against: the moment, the site's zone, the plant's names, and who wrote."""

    now: datetime
    tz: tzinfo
    gazetteer: Gazetteer
    sender: PersonEntry


_VESSEL_NAME = re.compile("(?:罐|釜|塔|槽|仓|井|池|炉|器)$")


def read(
    text: str,
    setting: Setting,
    *,
    alone: Slot = Slot.START,
    bare: Role | None = Role.WORKER,
    works: Iterable[WorkType] = (),
) -> Parts:
    """Read one text of at most `MAX_TEXT` characters.

    ``alone`` is the slot of a single hour, ``bare`` the role of a name without a role word:
    both follow from what was asked (None: such a name is left over). ``works`` are those of the draft the text goes on:
    their details are looked for even where the text does not name them again.
    """
    folded = mend(fold(text[:MAX_TEXT]))
    gazetteer = setting.gazetteer
    likely = works_in(folded) | frozenset(works)
    likely = likely or frozenset(sounds_like((text,)))
    likely = likely or (frozenset({WorkType.HOT}) if "焊机" in folded else likely)
    details = read_details(folded, likely)
    told = mask(folded, details.spans)
    places = find_exact(told, gazetteer)
    company = find_company(mask(told, (place.span for place in places)), gazetteer)
    base = mask(told, [*(place.span for place in places), *company.spans])
    names = find_names(base, gazetteer, [token.span for token in scan(base)], whole=told)
    # 合成车间李强 names a person of that department, not a place
    places = [place for place in places if not any(place.span.overlaps(name.span) for name in names)]
    framed = read_frame(mask(base, (name.span for name in names)), now=setting.now, tz=setting.tz, alone=alone)
    people = assign_roles(mask(base, framed.spans), names, gazetteer, setting.sender, bare, _duties(likely))
    used = [*company.spans, *framed.spans, *people.spans]
    cores = [place.core for place in places]
    tools = machines(folded) if WorkType.POWER in likely else []
    words = find_words(mask(folded, [*used, *cores, *tools]), mask(folded, used), _vessels(places))
    rest = _taken(mask(folded, [*used, *(place.span for place in places), *words.settled]), details.spans)
    unknown = find_unknown(mask(rest, words.names), gazetteer, known=bool(places))
    found = sorted([*places, *unknown], key=lambda place: place.span)
    words_left = _sort(mask(rest, (place.span for place in unknown)), [place.span for place in found])
    found = [_detailed(place, words_left.details, text) for place in found]
    others = tuple(person.said for person in people.people if person.post is None)
    named = {said.work for said in words.works} | set(works)
    cells = _with_load(details, likely, mask(folded, [*used, *(place.span for place in found)]))
    loads = {one.text for one in cells if one.key is DetailKey.LOAD}
    if WorkType.BLIND in likely and all(one.key is not DetailKey.PIPE for one in cells):
        lines = [span.of(text) for span in words_left.left if _LINE.search(span.of(folded))]
        if len(lines) == 1:
            name = "".join(place.place.entry.name for place in found[:1] if place.place.entry is not None)
            cells = (*cells, DetailSaid(key=DetailKey.PIPE, said=lines[0], text=f"{name}{lines[0]}"))
            loads.add(fold(lines[0]))
    return Parts(
        works=words.works,
        denied=words.denied,
        methods=words.methods,
        grades=words.grades,
        facts=_facts(words.facts, company),
        places=settle([place.place for place in found]),
        frame=framed.frame,
        people=tuple(person for person in people.people if person.post is not None),
        company=company.company,
        task=" ".join(span.of(text) for span in words_left.pieces),
        details=tuple(one for one in cells if any(one.key in OF_WORK[work] for work in named or likely)),
        leftovers=(*(span.of(text) for span in words_left.left if span.of(folded) not in loads), *others),
    )


def _duties(works: Iterable[WorkType]) -> frozenset[DetailKey]:
    return frozenset(key for work in works for key in OF_WORK[work] if key in PEOPLE)


_LINE = re.compile("管线|管道|管路|接管|法兰|进料|出料|[进出入]口|根部|阀(?!门?票)|回流|放空|进出料")
"""Words nobody else claimed that name the line of a blind."""
_TAKEN = "\ue002"
"""Stands for a character of a detail: it neither tells a place nor is it left over, but a task may run across it."""


def _taken(text: str, spans: Iterable[Span]) -> str:
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = _TAKEN * (span.end - span.start)
    return "".join(letters)


def _with_load(details: DetailsFound, works: Iterable[WorkType], masked: str) -> tuple[DetailSaid, ...]:
    """The load of a lift is what is left of its clause once place, people and time are known."""
    if WorkType.LIFT not in works or any(one.key is DetailKey.LOAD for one in details.details):
        return details.details
    load = read_load(masked)
    return details.details if load is None else (*details.details, load)


def _facts(found: tuple[FactSaid, ...], company: CompanyFound) -> tuple[FactSaid, ...]:
    if not company.outside:
        return found
    said = company.company.said if company.company else ""
    return (*found, FactSaid(fact=FactKind.CONTRACTOR, value=True, said=said))


def _vessels(places: Iterable[PlaceFound]) -> list[Span]:
    """Places one can go into: equipment, and whatever is named like a vessel."""
    return [
        place.core
        for place in places
        if _VESSEL_NAME.search(place.place.said)
        or any(entry.kind is PlaceKind.EQUIPMENT for entry in place.place.candidates)
    ]


def _detailed(place: PlaceFound, details: Mapping[Span, Span], text: str) -> PlaceFound:
    if place.span not in details:
        return place
    detail = text[place.core.end : details[place.span].end].strip()
    return replace(place, place=replace(place.place, detail=detail))


_CHUNK = re.compile(f"[^ ,。;:!?()\\n\\t{MASK}]+")
_SOMETHING = re.compile("[0-9A-Z\u4e00-\u9fff]")
_EDGES = re.compile("^[^0-9A-ZΦ\u4e00-\u9fff(]+|[^0-9A-Z\u4e00-\u9fff)]+$")
_SPEC = re.compile("[A-Z0-9Φ×*./#-]+[\u4e00-\u9fff]{0,4}")


@dataclass(slots=True)
class _Sorted:
    """What nobody claimed, sorted: pieces of the task, additions to a place, and the rest."""

    pieces: list[Span]
    details: dict[Span, Span]
    left: list[Span]


def _sort(rest: str, places: Sequence[Span]) -> _Sorted:
    """Split what is left into the task (what has a verb of work in it) and words nobody understood.

    Words right behind a place belong to it (``2号罐出口管线``), or to the task that ran into it (``焊2号罐支架``).
    """
    labels = {match.end(): match.lastgroup for match in LABEL.finditer(rest)}
    bare = LABEL.sub(_blank, _HOT_OR_CS.sub(_blank, rest))
    ending = {place.end: place for place in places}
    found = _Sorted(pieces=[], details={}, left=[])
    task_end = -2
    for match in _CHUNK.finditer(bare):
        span = _stripped(bare, Span(*match.span()))
        if span is None or not _SOMETHING.search(FACT.sub("", span.of(bare))) or _only_joins(span.of(bare)):
            continue
        specifies = match.start() <= task_end + 1 and _SPEC.fullmatch(span.of(bare))
        behind = ending.get(match.start())
        if TASK.search(span.of(bare)) or labels.get(match.start()) == "task" or specifies:
            found.pieces.append(_with_details(bare, span))
            task_end = match.end()
        elif behind is not None and behind.start == task_end:
            found.pieces[-1] = Span(found.pieces[-1].start, span.end)
        elif behind is not None and len(span.of(bare)) <= _DETAIL_MOST:
            found.details[behind] = span
        else:
            found.left.append(span)
    return found


def _with_details(bare: str, span: Span) -> Span:
    """A task that runs on into a detail keeps it: ``接水泵``, ``挖深1.5米``."""
    end = span.end
    while end < len(bare) and bare[end] == _TAKEN:
        end += 1
    return Span(span.start, end)


_JOINS = re.compile("(?:[用和与及加配上接从自并是为共的有在约]|采用|使用|另加|大约|功率|每台)*")


def _only_joins(words: str) -> bool:
    """Words between details (``用…和…``) say nothing more."""
    return _TAKEN in words and _JOINS.fullmatch(words.replace(_TAKEN, "")) is not None


_DETAIL_MOST = 8
_HOT_OR_CS = re.compile("(?:(?<!固定)动火|用火|(?:受限|有限|密闭)空间)(?:作业)?")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _stripped(bare: str, span: Span) -> Span | None:
    """Take courtesies and signs off both ends; None when nothing is left."""
    start, end = span
    while start < end:
        inner = bare[start:end]
        if FILLER.fullmatch(inner) or not _SOMETHING.search(inner) or _names_a_work(inner):
            return None
        edge, head, tail = _EDGES.search(inner), _head(inner), TAIL.search(inner)
        if edge and edge.start() == 0:
            start += edge.end()
        elif edge:
            end = start + edge.start()
        elif head:
            start += head.end()
        elif tail and tail.start():
            end = start + tail.start()
        else:
            return Span(start, end)
    return None


def _head(words: str) -> re.Match[str] | None:
    return COURTESY.match(words) or HEAD.match(words) or FORMAL.match(words)


def _names_a_work(words: str) -> bool:
    if FORMAL.fullmatch(words):
        return True
    return not TASK.search(words) and any(pattern.fullmatch(words) for pattern in WORKS.values())
