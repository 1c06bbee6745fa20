"""谁看过我: everybody can ask who looked at his own data; nobody can ask it about somebody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from cards import words
from cards.words_privacy import LOOK, look_line
from handlers.answers import Say
from handlers.desk import Desk
from handlers.house import House
from handlers.ledger import begins
from handlers.reading import Line
from storage.tx import Tx
from workflow.ids import PersonId
from workflow.privacy.looks import LookKind

SHOWN_BACK = timedelta(days=30)
MOST = 30
"""Lines told at once."""


def looks_told(tx: Tx, house: House, person: PersonId, now: datetime) -> list[str]:
    """Who looked at this person's data lately, a line each, newest first."""
    people = tx.directory.people
    return [
        look_line(
            day=words.day(one.at, house.zone),
            name=people[PersonId(one.viewer)].name if PersonId(one.viewer) in people else one.viewer,
            kind=LOOK[LookKind(one.kind)].format(what=one.what),
            why=one.why,
        )
        for one in tx.looks_at(person, since=now.astimezone(house.zone).date() - SHOWN_BACK, most=MOST)
    ]


def _mine(desk: Desk, _line: Line, _rest: str) -> None:
    """谁看过我: the person's own, and nobody else's."""
    lines, days = looks_told(desk.tx, desk.house, desk.me, desk.now), str(SHOWN_BACK.days)
    if lines:
        desk.say(Say.LOOKS, days=days, lines="\n".join(f"· {line}" for line in lines))
    else:
        desk.say(Say.LOOKS_NONE, days=days)


looking = begins({"谁看过我": _mine})
"""Whether somebody asks who looked at him; then it is answered."""
