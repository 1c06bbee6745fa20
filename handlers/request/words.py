"""What: works, methods, grade and facts named in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.request.folding import Span
from handlers.request.lexicon import (
    ENTERING,
    FACT,
    FACTS,
    GRADE,
    GRADE_OF,
    GRADE_SIGNS,
    METHOD,
    NEGATED,
    WORKS,
    FactKind,
    StatedGrade,
)
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSaid:
    """One special work named, by its name or only by its method."""

    work: WorkType
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSaid:
    """A fact about the place as the applicant states it. A claim, to be confirmed like any other."""

    fact: FactKind
    value: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsFound:
    """Everything this reader found, with the stretches it was found in."""

    works: tuple[WorkSaid, ...]
    denied: tuple[WorkType, ...]
    """Works the sentence says do *not* take place (``不动火``)."""
    methods: tuple[str, ...]
    grades: tuple[StatedGrade, ...]
    facts: tuple[FactSaid, ...]
    names: tuple[Span, ...]
    """Names of works: never part of a place."""
    settled: tuple[Span, ...]
    """Grades, denials and entries into a vessel: never part of the task either."""


def find_words(text: str, open_text: str, vessels: Iterable[Span]) -> WordsFound:
    """Read works, methods, grade and facts from a folded text whose names of places and people are masked.

    ``open_text`` is the same text with the places still readable: ``3号罐区`` states a fact as well.
    ``vessels`` are masked places that are equipment: ``进…`` or ``…内`` beside one is confined-space entry.
    """
    facts, fact_spans = _facts(open_text)
    rest = _without(text, fact_spans)
    grades = [
        (GRADE_OF[GRADE_SIGNS[match["sign"] or match["sign2"]]], Span(*match.span())) for match in GRADE.finditer(rest)
    ]
    works: list[tuple[WorkSaid, Span]] = []
    denied: list[tuple[WorkType, Span]] = []
    for work, pattern in WORKS.items():
        for match in pattern.finditer(rest):
            if refusal := NEGATED.search(rest, 0, match.start()):
                denied.append((work, Span(refusal.start(), match.end())))
            else:
                works.append((WorkSaid(work=work, said=match.group()), Span(*match.span())))
    entries = _entering(rest, open_text, vessels)
    works += entries
    methods = _methods(rest, denied)
    if methods and all(said.work is not WorkType.HOT for said, _ in works):
        works.append((WorkSaid(work=WorkType.HOT, said=methods[0][1]), methods[0][2]))
    works.sort(key=lambda row: row[1])
    return WordsFound(
        works=_first_of_each(said for said, _ in works),
        denied=tuple(dict.fromkeys(work for work, _ in denied)),
        methods=tuple(dict.fromkeys(name for name, _, _ in methods)),
        grades=tuple(dict.fromkeys(grade for grade, _ in grades)),
        facts=facts,
        names=tuple(span for _, span in works),
        settled=(*(span for _, span in [*grades, *denied]), *(span for _, span in entries)),
    )


def _without(text: str, spans: Iterable[Span]) -> str:
    letters = list(text)
    for span in spans:
        letters[span.start : span.end] = "\ue001" * (span.end - span.start)
    return "".join(letters)


def _facts(text: str) -> tuple[tuple[FactSaid, ...], list[Span]]:
    said: list[FactSaid] = []
    spans: list[Span] = []
    for match in FACT.finditer(text):
        fact, value, _ = FACTS[int((match.lastgroup or "f0")[1:])]
        said.append(FactSaid(fact=fact, value=value, said=match.group()))
        if match.group() == "带压不置换":
            said.append(FactSaid(fact=FactKind.OPERATING, value=True, said=match.group()))
        spans.append(Span(*match.span()))
    return tuple(dict.fromkeys(said)), spans


def _methods(text: str, denied: list[tuple[WorkType, Span]]) -> list[tuple[str, str, Span]]:
    found: list[tuple[str, str, Span]] = []
    for match in METHOD.finditer(text):
        if refusal := NEGATED.search(text, 0, match.start()):
            denied.append((WorkType.HOT, Span(refusal.start(), match.end())))
        else:
            found.append((match.lastgroup or "", match.group(), Span(*match.span())))
    return found


def _entering(text: str, open_text: str, vessels: Iterable[Span]) -> list[tuple[WorkSaid, Span]]:
    found: list[tuple[WorkSaid, Span]] = []
    for vessel in vessels:
        enters = ENTERING.search(text, max(0, vessel.start - 4), vessel.start)
        inside = text.startswith(("内", "里"), vessel.end) and not text.startswith(("内侧", "里侧"), vessel.end)
        start = enters.start() if enters else vessel.start
        if (enters or inside) and not NEGATED.search(text, 0, start):
            span = Span(start, vessel.end + (1 if inside else 0))
            found.append((WorkSaid(work=WorkType.CONFINED_SPACE, said=span.of(open_text)), span))
    return found


def _first_of_each(said: Iterable[WorkSaid]) -> tuple[WorkSaid, ...]:
    first: dict[WorkType, WorkSaid] = {}
    for one in said:
        first.setdefault(one.work, one)
    return tuple(first.values())
