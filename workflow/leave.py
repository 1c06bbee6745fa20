"""Leave the plant's register tells of. Pure; the rules of who stands in are those of `workflow.delegation`.

1.  The register says of each person at most one leave that is not over.
2.  What he said himself stands: the register neither moves it nor ends it, and brings nothing back he took back.
    Whoever loads the register is told so.
3.  All rows are looked at together, so that their order means nothing.
4.  A row that ends (``active`` no) ends what the register said, never what he said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.delegation import Absence, AbsenceEnded, AbsenceNoted, Absences, Event, evolve, go_away
from workflow.errors import Refused
from workflow.findings import Finding, no
from workflow.ids import PersonId
from workflow.plant import Person
from workflow.values import Actor, Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One leave as the register says it."""

    person: PersonId
    deputy: PersonId
    during: Interval
    active: bool = True

    @property
    def absence(self) -> Absence:
        """The same as an absence."""
        return Absence(person=self.person, deputy=self.deputy, during=self.during, registered=True)


class Kept(StrEnum):
    """Why a row changes nothing although it says something else."""

    OWN_WORD = "own_word"
    """He said himself when he is away, or who stands in."""
    TAKEN_BACK = "taken_back"
    """He took this very leave back himself."""
    ENDS_NOTHING = "ends_nothing"
    """It would end a leave, and what stands is another one, or his own word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What loading the rows comes to. ``kept`` and ``refused`` name rows by their place."""

    events: tuple[Event, ...]
    kept: tuple[tuple[int, Kept], ...]
    refused: tuple[tuple[int, Finding], ...]


def judge(absences: Absences, rows: Sequence[Row], people: Mapping[PersonId, Person], *, at: datetime) -> Judged:
    """Hold the rows of a register against what is known."""
    kept = tuple((index, why) for index, row in enumerate(rows) if (why := _kept(absences, row, rows, at)) is not None)
    standing = {index for index, _ in kept}
    wanted = [(index, row) for index, row in enumerate(rows) if _counts(absences, row, at) and index not in standing]
    ended = tuple(
        AbsenceEnded(by=Actor.clock(), at=at, person=row.person)
        for row in rows
        if not row.active and _ends(absences, row)
    )
    named = {row.person for _, row in wanted} | {event.person for event in ended}
    state = replace(absences, known={key: one for key, one in absences.known.items() if key not in named})
    noted: list[Event] = []
    refused: list[tuple[int, Finding]] = []
    for index, row in wanted:
        try:
            event = _noted(state, row, people, at)
        except Refused as no_:
            refused += [(index, finding) for finding in no_.findings]
            continue
        state = evolve(state, event)
        if absences.known.get(row.person) != row.absence:
            noted.append(event)
    return Judged(events=(*ended, *noted), kept=kept, refused=tuple(refused))


def _kept(absences: Absences, row: Row, rows: Sequence[Row], at: datetime) -> Kept | None:
    own = absences.known.get(row.person)
    if row.during.end <= at:
        return None
    if not row.active:
        left = own is not None and own.during.end > at and not _ends(absences, row)
        meant = any(one.active and one.absence.same(own) for one in rows)
        return Kept.ENDS_NOTHING if left and not meant else None
    if own is not None and not own.registered and own.during.end > at:
        return None if row.absence.same(own) else Kept.OWN_WORD
    taken_back = absences.taken_back.get(row.person, ())
    return Kept.TAKEN_BACK if any(row.absence.same(one) for one in taken_back) else None


def _counts(absences: Absences, row: Row, at: datetime) -> bool:
    """Whether a row says something now that he did not say himself in the same words."""
    own = absences.known.get(row.person)
    said = own is not None and not own.registered and row.absence.same(own)
    return row.active and row.during.end > at and not said


def _ends(absences: Absences, row: Row) -> bool:
    known = absences.known.get(row.person)
    return known is not None and known.registered and row.absence.same(known)


def _noted(state: Absences, row: Row, people: Mapping[PersonId, Person], at: datetime) -> AbsenceNoted:
    known = people.get(row.person)
    if known is None or not known.active:
        raise Refused((no("away.person", "没有这个在岗的人"),))
    if row.person in state.known:
        raise Refused((no("away.twice", f"{known.name}还有一条没过去的请假；一个人一次只写一条"),))
    go_away(
        state, by=row.person, deputy=row.deputy, during=row.during, people=people, at=at, called=known.name
    )  # fmt: skip
    return AbsenceNoted(by=Actor.clock(), at=at, deputy=row.deputy, during=row.during, person=row.person)
