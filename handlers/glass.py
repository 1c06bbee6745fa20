"""我的紧急信息 · 紧急查看: what its owner notes about himself, and who may see it when it matters.

Values never stand in an event, in a message that waits, or in the log: the message names the person, and what lies
behind the glass is read when it is sent, within minutes or not at all.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from cards.words_privacy import KIND
from handlers.answers import Say
from handlers.desk import Desk
from handlers.keys import safety, tell
from handlers.ledger import begins
from handlers.looking import note
from handlers.outgoing import BehindGlass
from handlers.reading import Line, clean
from handlers.request.commands import AmbiguousStop, CommandKind, CommandSaid
from handlers.request.people import find_names
from handlers.streams import keep
from handlers.words import spoken
from storage.privacy import Hidden
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.ids import PersonId
from workflow.privacy.glass import LONGEST, Kind, break_glass
from workflow.privacy.looks import LookKind

ASKED = "glass"
SHOWN_WITHIN = timedelta(minutes=10)
"""Later it is not sent any more."""


def _note(desk: Desk, _line: Line, rest: str, *, kind: Kind) -> None:
    """The person notes something about himself; nobody else can."""
    value = clean(rest).strip()[:LONGEST]
    if not value:
        desk.say(Say.GLASS_HOW)
        return
    desk.tx.hide(desk.me, Hidden(kind=kind.value, value=value, noted_at=desk.now, noted_by=desk.me))
    desk.say(Say.GLASS_NOTED, what=KIND[kind])


def _mine(desk: Desk, _line: Line, _rest: str) -> None:
    if desk.tx.hidden(desk.me):
        _show(desk, desk.me)
    else:
        desk.say(Say.GLASS_HOW)


def _take_back(desk: Desk, _line: Line, _rest: str) -> None:
    desk.tx.unhide(desk.me)
    desk.say(Say.GLASS_GONE)


def _break(desk: Desk, line: Line, rest: str) -> None:
    """And whatever is said here of somebody who lies there is heard as a cry to stop, as everywhere."""
    _look(desk, rest)
    if isinstance(line.word, AmbiguousStop) or (
        isinstance(line.word, CommandSaid) and line.word.kind is CommandKind.STOP_WORK
    ):
        spoken(desk, line)


def _look(desk: Desk, rest: str) -> None:
    found = [one for one in find_names(rest, desk.gazetteer, ()) if one.person.person]
    if len(found) != 1 or found[0].person.person is None:
        desk.say(Say.GLASS_WHOM)
        return
    person, span = PersonId(found[0].person.person.id), found[0].span
    why = clean(rest[: span.start] + rest[span.end :]).strip()[:LONGEST]
    if person == desk.me:
        _show(desk, person)
        return
    try:
        events = break_glass(
            by=desk.me,
            why=why,
            answers_for_safety=_answers_for_safety(desk),
            near_in_emergency=bool(desk.tx.emergencies()) and _near(desk, person),
            at=desk.now,
        )
    except Refused as refused:
        desk.refuse(None, ASKED, refused.findings)
        return
    keep(desk.tx, desk.house.glasses, person, events, at=desk.now, cause=desk.cause)
    note(desk.tx, desk.house, person, desk.me, LookKind.GLASS, desk.now, what=ALL_OF_IT, why=why)
    _show(desk, person)
    name = desk.tx.directory.people[person].name
    tell(desk, person, Say.GLASS_TOLD, by=desk.person.name, why=why)
    for officer in safety(desk):
        if officer not in (desk.me, person):
            tell(desk, officer, Say.GLASS_BROKEN, by=desk.person.name, name=name, why=why)


ALL_OF_IT = "紧急信息"


def _show(desk: Desk, person: PersonId) -> None:
    behind = BehindGlass(person=desk.me, subject=person, ends=desk.now + SHOWN_WITHIN)
    desk.post(behind, purpose="glass", lane=Lane.SAFETY)


def _answers_for_safety(desk: Desk) -> bool:
    return desk.me in (*safety(desk), desk.house.posts.duty_leader(desk.tx.directory))


def _near(desk: Desk, person: PersonId) -> bool:
    """The plant's own people, and whoever is on a permit together with him."""
    if desk.person.employer is None:
        return True
    return any(person in {who for _, who in row.people} for row in desk.mine())


glass = begins(
    {
        "我的血型": partial(_note, kind=Kind.BLOOD),
        "我的作业禁忌": partial(_note, kind=Kind.CONTRAINDICATION),
        "我的紧急联系人": partial(_note, kind=Kind.CONTACT),
        "我的紧急信息": _mine,
        "删除我的紧急信息": _take_back,
        "紧急查看": _break,
    }
)
"""Whether a line is about what lies behind the glass; then it is answered."""
