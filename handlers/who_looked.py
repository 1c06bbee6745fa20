"""谁看过我: everybody can ask who looked at his own data; nobody can ask it about somebody else."""

from __future__ import annotations

from datetime import timedelta

from cards import words
from cards.words_privacy import LOOK, look_line
from handlers.answers import Say
from handlers.desk import Desk
from handlers.ledger import begins
from handlers.reading import Line
from workflow.ids import PersonId
from workflow.privacy.looks import LookKind

SHOWN_BACK = timedelta(days=30)
MOST = 30
"""Lines told at once."""


def _mine(desk: Desk, _line: Line, _rest: str) -> None:
    """谁看过我: the person's own, and nobody else's."""
    since = desk.today - SHOWN_BACK
    found = desk.tx.looks_at(desk.me, since=since, most=MOST)
    if not found:
        desk.say(Say.LOOKS_NONE, days=str(SHOWN_BACK.days))
        return
    people = desk.tx.directory.people
    lines = [
        look_line(
            day=words.day(one.at, desk.house.zone),
            name=people[PersonId(one.viewer)].name if PersonId(one.viewer) in people else one.viewer,
            kind=LOOK[LookKind(one.kind)].format(what=one.what),
            why=one.why,
        )
        for one in found
    ]
    desk.say(Say.LOOKS, days=str(SHOWN_BACK.days), lines="\n".join(lines))


looking = begins({"谁看过我": _mine})
"""Whether somebody asks who looked at him; then it is answered."""
