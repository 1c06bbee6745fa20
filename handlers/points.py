"""Points by chat: 我的积分 for everybody; 积分台账 · 积分兑换 · 积分更正 for the safety department, by name.

What a hazard earned or lost is written here with the very events that decided it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cards.words_points import entry_line, standing_line
from handlers.answers import Say
from handlers.desk import Desk
from handlers.ledger import begins
from handlers.outgoing import Answer
from handlers.reading import Line
from handlers.request.people import find_names
from handlers.streams import keep
from workflow import points
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.hazard import events as e
from workflow.hazard.state import Hazard
from workflow.ids import PersonId
from workflow.rules.types import Role

ASKED = "points"
"""What a refusal calls the thing asked."""
MOST = 20
"""Lines told at once, the newest."""
_EXCHANGE = re.compile(r"(?P<points>\d{1,5})\s*分?\s*(?P<goods>.*)", re.DOTALL)
_CORRECT = re.compile(r"第?\s*(?P<entry>\d{1,5})\s*笔?\s*(?P<why>.*)", re.DOTALL)


def settle(desk: Desk, event: e.Event, now: Hazard) -> None:
    """What an event of a hazard does to its reporter's points."""
    reporter = None if now.reporter is None else now.reporter.as_person
    if reporter is None or now.sighting is None:
        return
    state = account(desk, reporter)
    match event:
        case e.PointsEarned(to=to, points=earned) if to == reporter:
            named = now.sighting.named
            _write(
                desk, reporter,
                points.credit(state, hazard=now.id, points=earned, named=named, by=event.by, at=event.at),
            )  # fmt: skip
        case e.HazardDismissed(why=why):
            _write(desk, reporter, points.withdraw(state, hazard=now.id, why=why, by=event.by, at=event.at))
        case e.HazardMerged(into=into):
            why = f"{now.id}与{into}重复"
            _write(desk, reporter, points.withdraw(state, hazard=now.id, why=why, by=event.by, at=event.at))
        case _:
            pass


def account(desk: Desk, person: PersonId) -> points.Account:
    """The ledger of one person."""
    return desk.tx.load(desk.house.points, person)[0]


def _write(desk: Desk, person: PersonId, events: tuple[points.Event, ...]) -> None:
    if events:
        keep(desk.tx, desk.house.points, person, events, at=desk.now, cause=desk.cause)


# --- words ------------------------------------------------------------------------------------------------------------


def _mine(desk: Desk, _line: Line, _rest: str) -> None:
    _told(desk, desk.me)


def _told(desk: Desk, person: PersonId) -> None:
    state = account(desk, person)
    zone, people = desk.house.zone, desk.tx.directory.people
    lines = [
        entry_line(one, zone, by=_hand(desk, one), gone=state.countered(one.number)) for one in state.entries[-MOST:]
    ]
    name = people[person].name if person in people else person
    if lines:
        desk.say(Say.POINTS_LEDGER, name=name, balance=str(state.balance), lines="\n".join(lines))
    else:
        desk.say(Say.POINTS_NONE, name=name)


def _hand(desk: Desk, entry: points.Entry) -> str:
    who = entry.by.as_person
    known = None if who is None else desk.tx.directory.people.get(who)
    return "" if known is None else known.name


def _ledger(desk: Desk, line: Line, rest: str) -> None:
    if desk.me not in _officers(desk):
        desk.say(Say.POINTS_OFFICERS)
        return
    if rest:
        person = _named(desk, line)
        if person is not None:
            _told(desk, person)
        return
    people = desk.tx.directory.people
    standings = [(person, account(desk, PersonId(person))) for person in desk.tx.earners()]
    standings.sort(key=lambda one: (-one[1].balance, one[0]))
    lines = [
        standing_line(people[PersonId(who)].name if PersonId(who) in people else who, state)
        for who, state in standings[:MOST]
    ]
    desk.say(Say.POINTS_STANDINGS, lines="\n".join(lines) or "—")


def _exchange(desk: Desk, line: Line, rest: str) -> None:
    def asked(person: PersonId, said: re.Match[str]) -> tuple[points.Event, ...]:
        return points.exchange(
            account(desk, person), points=int(said["points"]), goods=said["goods"], by=desk.me,
            officers=_officers(desk), at=desk.now,
        )  # fmt: skip

    _decided(desk, line, rest, _EXCHANGE, asked)


def _correct(desk: Desk, line: Line, rest: str) -> None:
    def asked(person: PersonId, said: re.Match[str]) -> tuple[points.Event, ...]:
        return points.correct(
            account(desk, person), entry=int(said["entry"]), why=said["why"], by=desk.me, officers=_officers(desk),
            at=desk.now,
        )  # fmt: skip

    _decided(desk, line, rest, _CORRECT, asked)


def _decided(
    desk: Desk,
    line: Line,
    rest: str,
    pattern: re.Pattern[str],
    asked: Callable[[PersonId, re.Match[str]], tuple[points.Event, ...]],
) -> None:
    person = _named(desk, line)
    if person is None:
        return
    name = desk.tx.directory.people[person].name
    said = pattern.fullmatch(rest.replace(name, "", 1).strip(" ，,：:"))
    if said is None:
        desk.say(Say.POINTS_HOW)
        return
    try:
        _write(desk, person, asked(person, said))
    except Refused as refused:
        desk.refuse(None, ASKED, refused.findings)
        return
    desk.say(Say.POINTS_DONE, name=name, balance=str(account(desk, person).balance))
    if person != desk.me:
        told = Answer(person=person, key=Say.POINTS_CHANGED.value, args={"balance": str(account(desk, person).balance)})
        desk.post_to(str(person), told, purpose="answer", lane=Lane.INFORMATION)


def _named(desk: Desk, line: Line) -> PersonId | None:
    """The one person a line names; otherwise it is said how to ask."""
    found = {one.person.person.id for one in find_names(line.text, desk.gazetteer, ()) if one.person.person}
    if len(found) != 1:
        desk.say(Say.POINTS_HOW)
        return None
    return PersonId(found.pop())


def _officers(desk: Desk) -> tuple[PersonId, ...]:
    return desk.holders(None).get(Role.SAFETY_DEPT, ())


points_said = begins({"我的积分": _mine, "积分台账": _ledger, "积分兑换": _exchange, "积分更正": _correct})
"""Whether a line is about points; then it is answered."""
