"""请假 · 销假: who is away, who stands in, and who holds which role because of it.

Everybody speaks for himself, by one line with a beginning, an end and a name. The deputy hears of it at once.
"""

from __future__ import annotations

import re

from cards.words_away import INSTEAD
from handlers.answers import Say
from handlers.desk import Desk
from handlers.facts import absences
from handlers.leave import when
from handlers.ledger import begins
from handlers.outgoing import Answer
from handlers.reading import Line
from handlers.request.people import find_names
from handlers.request.times import Understood, read_times
from handlers.streams import absences_of, keep
from workflow.delegation import LONGEST, STREAM, Absence, come_back, go_away
from workflow.errors import Refused
from workflow.ids import PersonId

ASKED = "away"
_BY = re.compile(r"由(?P<who>.+?)代(?:理|班|签)?")


def _go(desk: Desk, _line: Line, rest: str) -> None:
    deputy, said = _deputy(desk, rest), read_times(rest, now=desk.now, tz=desk.house.zone, longest=LONGEST)
    if deputy is None or not isinstance(said, Understood):
        desk.say(Say.AWAY_HOW)
        return
    before = absences(desk.tx).known.get(desk.me)
    try:
        events = go_away(
            absences(desk.tx),
            by=desk.me,
            deputy=deputy,
            during=said.interval,
            people=desk.tx.directory.people,
            at=desk.now,
        )
    except Refused as refused:
        desk.refuse(None, ASKED, refused.findings)
        return
    keep(desk.tx, absences_of(desk.house.site), STREAM, events, at=desk.now, cause=desk.cause)
    now = Absence(person=desk.me, deputy=deputy, during=said.interval)
    told, instead = when(now, desk.house.zone), ""
    if before is not None and before.during.end > desk.now:
        was = when(before, desk.house.zone)
        instead = INSTEAD.format(**was) if before.registered and not before.same(now) else ""
        if before.deputy != deputy:
            _tell(desk, before.deputy, Say.AWAY_MOVED, name=desk.person.name, **was)
    desk.say(Say.AWAY_NOTED, name=desk.tx.directory.people[deputy].name, instead=instead, **told)
    _tell(desk, deputy, Say.AWAY_FOR, name=desk.person.name, **told)


def _deputy(desk: Desk, rest: str) -> PersonId | None:
    """Whom the line names between 由 and 代, if that is exactly one person."""
    said = _BY.search(rest)
    found = [] if said is None else find_names(said["who"], desk.gazetteer, ())
    if len(found) != 1 or found[0].person.person is None:
        return None
    return PersonId(found[0].person.person.id)


def _back(desk: Desk, _line: Line, _rest: str) -> None:
    before = absences(desk.tx).known.get(desk.me)
    events = come_back(absences(desk.tx), by=desk.me, at=desk.now)
    if before is None or not events:
        desk.say(Say.AWAY_NOT)
        return
    keep(desk.tx, absences_of(desk.house.site), STREAM, events, at=desk.now, cause=desk.cause)
    desk.say(Say.AWAY_BACK)
    _tell(desk, before.deputy, Say.AWAY_OVER, name=desk.person.name)


def _tell(desk: Desk, person: PersonId, key: Say, **args: str) -> None:
    desk.post_to(person, Answer(person=person, key=key.value, args=args), purpose="answer")


away = begins({"请假": _go, "销假": _back})
"""Whether somebody says that he is away, or back; then it is answered."""
