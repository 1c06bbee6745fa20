"""签到 by the code on a place's board, typed: for people on a platform whose chat scans nothing. And by the changing
number of the screen beside it, on any.

Where a code can be scanned in the chat the weaker way is not open. A permit's number stands on every card, so it never
shows that somebody is at the place.
"""

from __future__ import annotations

import re

from cards.pictures.qr import BOARD_PREFIX, PERMIT_PREFIX
from cards.words_ways import ways_of
from handlers import presence
from handlers.answers import Say
from handlers.arrivals import Scan
from handlers.desk import Desk
from handlers.fresh import place_of, shown_at
from handlers.reading import Line
from workflow.fresh_code import DIGITS
from workflow.ids import PermitId

_NUMBER = re.compile(rf"[0-9]{{{DIGITS}}}")
_LINE = re.compile(r"(?:签到|打卡|扫码)\s*[:：]?\s*(?P<code>\S{0,200})")


def board_typed(desk: Desk, line: Line) -> bool:
    """Whether the line is a check-in by a typed code; then it is done."""
    text = line.text.strip()
    match = _LINE.fullmatch(text)
    bare = text.startswith((BOARD_PREFIX, PERMIT_PREFIX)) and not text[len(BOARD_PREFIX) :].count(" ")
    if match is not None and _NUMBER.fullmatch(match["code"]) and _number_typed(desk, match["code"]):
        return True
    if (match is None and not bare) or ways_of(desk.sender.platform).scans:
        return False
    code = text if match is None else match["code"]
    if not code:
        desk.say(Say.HOW_TO_SCAN)
        return True
    board = _board(desk, code)
    if board is not None:
        _scan(desk, BOARD_PREFIX + board)
    elif desk.known(PermitId(code.removeprefix(PERMIT_PREFIX))) is not None:
        desk.say(Say.ONLY_BY_CODE)
    else:
        desk.say(Say.UNKNOWN_BOARD)
    return True


def _number_typed(desk: Desk, given: str) -> bool:
    """Whether the digits can be a screen's number; then they are taken as that. It changes, so typing it shows no less
    than scanning it: it is taken on every platform."""
    if _board(desk, given) is not None:
        return False
    places = [desk.tx.directory.areas[one] for one in shown_at(desk.tx, desk.house, desk.now)]
    here = tuple(one for one in places if one.board_code is not None and presence.at_place(desk, one))
    if not here:
        return False
    area = place_of(desk, here, given)
    _scan(desk, BOARD_PREFIX + (area.board_code or ""), fresh=given)
    return True


def _board(desk: Desk, code: str) -> str | None:
    """The board's code as the register spells it."""
    bare = code.removeprefix(BOARD_PREFIX)
    return next((one for one in (bare, bare.upper()) if desk.tx.directory.area_of_board(one) is not None), None)


def _scan(desk: Desk, code: str, *, fresh: str = "") -> None:
    scan = Scan(
        site=desk.house.site,
        sender=desk.sender,
        dedup_key=desk.cause,
        received_at=desk.now,
        menu_key="typed",
        code=code,
        fresh=fresh,
    )
    presence.scanned(desk, scan)
