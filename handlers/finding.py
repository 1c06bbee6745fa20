"""「查记录」 by chat: the way to the page where safety officers look records up.

The search itself runs there, beside the office: reading weeks of records here would let everybody wait.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from handlers.answers import Say
from handlers.desk import Desk
from handlers.keys import safety
from handlers.ledger import begins
from handlers.reading import Line
from handlers.request.people import find_names

PATH: Final = "/find"
DAYS: Final = timedelta(days=6)
"""How far back the page looks when nobody says more: a week with today."""


def _find(desk: Desk, _line: Line, rest: str) -> None:
    if desk.me not in safety(desk):
        desk.say(Say.FIND_NOT_YOURS)
    elif desk.house.key_pages is None:
        desk.say(Say.FIND_NOWHERE)
    else:
        asked = {"since": (desk.today - DAYS).isoformat(), "until": desk.today.isoformat()}
        desk.say(Say.FIND_AT, link=f"{desk.house.key_pages}{PATH}?{urlencode(asked | _said(desk, rest.strip()))}")


def _said(desk: Desk, rest: str) -> dict[str, str]:
    """A line that is one person's name asks for that person, any other for its words."""
    found = find_names(rest, desk.gazetteer, ())
    if len(found) == 1 and (found[0].span.start, found[0].span.end) == (0, len(rest)):
        return {"person": rest}
    return {"word": rest} if rest else {}


finding = begins({"查记录": _find})
"""Whether a line asks for records; then it is answered."""
