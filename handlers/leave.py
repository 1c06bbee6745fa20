"""Leave the plant's register tells of, written and said: whoever is away and whoever stands in hear of it.

It is loaded by a command and not by anybody's arrival, so it has no desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from cards import words
from handlers.answers import Say
from handlers.encoding import pack_outgoing
from handlers.facts import absences
from handlers.outgoing import Answer
from handlers.streams import absences_of, keep
from storage.agenda import NewMessage
from storage.tx import Tx
from workflow.delegation import STREAM, Absence, AbsenceEnded, AbsenceNoted, Event
from workflow.effects import Lane
from workflow.ids import PersonId, SiteId

CAUSE = "register"


def write_leave(tx: Tx, events: tuple[Event, ...], *, zone: tzinfo, at: datetime) -> None:
    """Write what loading a register comes to (`workflow.leave.judge`), and tell those it is about."""
    if not events:
        return
    before = {who: one for who, one in absences(tx).known.items() if one.during.end > at}
    keep(tx, absences_of(SiteId(tx.site)), STREAM, events, at=at, cause=CAUSE)
    for number, event in enumerate(events):
        if event.person is None:
            raise ValueError("only the register's own events are written here")
        for to, answer in _told(tx, event, event.person, before.pop(event.person, None), zone):
            _post(tx, to, answer, key=f"leave:{at.isoformat()}:{number}:{to}", at=at)


def _told(
    tx: Tx, event: Event, person: PersonId, before: Absence | None, zone: tzinfo
) -> Iterator[tuple[PersonId, Answer]]:
    gone = None if before is None else _args(tx, before, before.person, zone)
    if isinstance(event, AbsenceEnded):
        hearers = (person,) if before is None else (person, before.deputy)
        yield from ((one, _answer(one, Say.AWAY_WITHDRAWN, gone)) for one in hearers if gone is not None)
        return
    if before is not None and before.deputy != event.deputy and gone is not None:
        yield before.deputy, _answer(before.deputy, Say.AWAY_WITHDRAWN, gone)
    now = _absence(event, person)
    yield person, _answer(person, Say.AWAY_REGISTERED, _args(tx, now, now.deputy, zone))
    yield event.deputy, _answer(event.deputy, Say.AWAY_FOR, _args(tx, now, person, zone))


def _absence(event: AbsenceNoted, person: PersonId) -> Absence:
    return Absence(person=person, deputy=event.deputy, during=event.during, registered=True)


def _answer(person: PersonId, key: Say, args: dict[str, str] | None) -> Answer:
    return Answer(person=person, key=key.value, args=args or {})


def _args(tx: Tx, absence: Absence, named: PersonId, zone: tzinfo) -> dict[str, str]:
    known = tx.directory.people.get(named)
    return {"name": str(named) if known is None else known.name} | when(absence, zone)


def when(absence: Absence, zone: tzinfo) -> dict[str, str]:
    """From when until when, with the days, in words."""
    ends = (("start", absence.during.start), ("end", absence.during.end))
    return {name: f"{words.day(at, zone)} {words.clock(at, zone)}" for name, at in ends}


def _post(tx: Tx, to: PersonId, answer: Answer, *, key: str, at: datetime) -> None:
    tx.post(
        NewMessage(
            key=key, lane=Lane.ACTION, recipient=to, purpose="answer", payload=pack_outgoing(answer), at=at
        )
    )  # fmt: skip
