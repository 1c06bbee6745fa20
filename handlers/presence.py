"""Showing to be there: by the code of the board at a place, with the number of the screen beside it or without; by a
permit's own code; by a position.

A page that was opened by the board's code shows that code; what such a link is worth is told in docs/adr/0136.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from cards import words
from cards.answers import answer_text
from cards.pictures.qr import BOARD_PREFIX, PERMIT_PREFIX
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.arrivals import Location, Scan
from handlers.asked import roles_of
from handlers.desk import Desk
from handlers.fresh import Heard, heard
from handlers.hazard_place import stood
from handlers.liveness import wrong_board
from handlers.talk import Spot
from storage.board import BoardRow
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.geo import inside
from workflow.ids import AreaId, PermitId
from workflow.permit import commands as c
from workflow.permit.commands import CheckInWay
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS
from workflow.plant import Area
from workflow.values import Interval, Position

ASKED_CHECK_IN = "check_in"
_LONGEST_CODE = 200
_NEAR = timedelta(days=1)
_HEARD = frozenset(status for status in Status if c.CheckIn in LISTENS[status])
_PAGE = re.compile(r"https?://[^/\s]{1,120}/site/(?P<board>[A-Za-z0-9_-]{1,60})/?(?:\?now=(?P<now>[0-9]{6}))?")
"""What a board's code says where it also opens the page of the place: whose address it is adds nothing. A screen at the
place shows the same with its number of the moment."""
_NOT_HEARD: Mapping[Heard, Say] = {
    Heard.WRONG: Say.FRESH_WRONG,
    Heard.USED: Say.FRESH_USED,
    Heard.TOO_OFTEN: Say.FRESH_TOO_OFTEN,
    Heard.NO_SCREEN: Say.FRESH_NO_SCREEN,
}


def scanned(desk: Desk, scan: Scan) -> None:
    """A code was scanned: a permit's, a board's, or neither."""
    code = scan.code.strip()
    if len(code) > _LONGEST_CODE or not code.isprintable():
        desk.say(Say.UNKNOWN_CODE)
        return
    fresh = scan.fresh
    if (page := _PAGE.fullmatch(code)) is not None:
        code, fresh = BOARD_PREFIX + page["board"], page["now"] or fresh
    if code.startswith(PERMIT_PREFIX):
        _permit_code(desk, PermitId(code.removeprefix(PERMIT_PREFIX)))
        return
    board = code.removeprefix(BOARD_PREFIX)
    area = desk.tx.directory.area_of_board(board)
    if area is not None:
        _board_code(desk, area, board, scan.position, fresh)
    elif code.startswith(BOARD_PREFIX):
        desk.say(Say.UNKNOWN_BOARD)
    elif desk.known(PermitId(code)) is not None:
        _permit_code(desk, PermitId(code))
    else:
        desk.say(Say.UNKNOWN_CODE)


def _permit_code(desk: Desk, number: PermitId) -> None:
    """The code of one permit: whoever belongs to it checks in; everybody sees it."""
    permit = desk.known(number)
    if permit is None:
        desk.say(Say.NO_SUCH_PERMIT, number=str(number)[:40])
        return
    if permit.status in _HEARD and _belongs(desk, permit):
        command = c.CheckIn(by=desk.by, at=desk.now, way=CheckInWay.PERMIT_CODE, code=number)
        _quietly(desk, number, command)
    show_card(desk, number)


def _board_code(desk: Desk, area: Area, board: str, position: Position | None, fresh: str) -> None:
    """The board of a place: its reader is there, for every permit of the place that is his business.

    Unless his phone says for sure that it is somewhere else: then the code is a copy. A number of the screen that is
    not the one of now does not make the board's code out of what was given: who says it wrong is not there.
    """
    here = [row for row in at_place(desk, area) if Status(row.status) in _HEARD]
    if fresh and (found := heard(desk, area.id, fresh)) is not Heard.RIGHT:
        _doubted(desk, here, _NOT_HEARD[found], f"place.number_{found.value}", place=area.name)
        return
    desk.talk = replace(desk.talk, spot=Spot(area=area.id, at=desk.now))
    way = CheckInWay.FRESH_CODE if fresh else CheckInWay.BOARD_CODE
    command = c.CheckIn(by=desk.by, at=desk.now, way=way, code=board, position=position)
    if position is not None and inside(area.fence, position) is False:
        _doubted(desk, here, Say.BOARD_ELSEWHERE, "place.elsewhere", place=area.name)
        return
    if not here and wrong_board(desk, board):
        return
    _check_in(desk, area.name, [PermitId(row.permit) for row in here], command)


def located(desk: Desk, location: Location) -> None:
    """A position: for every permit of the person whose fence it surely lies in.

    One nobody asked for is never answered.
    """
    if stood(desk, location):
        return
    rows = [row for row in desk.mine() if Status(row.status) in _HEARD]
    inside_of = [row for row in rows if _within(desk, row, location.position)]
    if location.mocked:
        _doubted(desk, inside_of, Say.POSITION_MADE_UP, "place.made_up")
        return
    command = c.CheckIn(by=desk.by, at=desk.now, way=CheckInWay.POSITION, position=location.position)
    if not location.asked:
        for row in inside_of:
            if _worth_renewing(desk, desk.permit(PermitId(row.permit))):
                _quietly(desk, PermitId(row.permit), command)
        return
    if rows and not inside_of:
        desk.say(Say.OUTSIDE_FENCES)
        return
    places = dict.fromkeys(_place_name(desk, row) for row in inside_of)
    place = "、".join(places) or location.label or words.THIS_PLACE
    _check_in(desk, place, [PermitId(row.permit) for row in inside_of], command)


def at_place(desk: Desk, area: Area) -> list[BoardRow]:
    """Open permits of a place that are the person's business, by name or by post."""
    today = Interval(start=desk.now - _NEAR, end=desk.now + _NEAR)
    found = {row.permit: row for row in desk.mine() if row.area == area.id}
    for row in desk.tx.overlapping((area.id,), today, desk.now):
        if row.permit not in found and _belongs(desk, desk.permit(PermitId(row.permit))):
            found[row.permit] = row
    return list(found.values())


def _belongs(desk: Desk, permit: Permit) -> bool:
    """By name, by post or standing in for a post, or told that it waits too long."""
    return bool(roles_of(permit, desk.me, desk.holders(permit.what.area))) or desk.me in permit.escalated_to


def _within(desk: Desk, row: BoardRow, position: Position) -> bool:
    area = desk.tx.directory.areas.get(AreaId(row.area))
    return area is not None and inside(area.fence, position) is True


def _doubted(desk: Desk, rows: list[BoardRow], why: Say, gate: str, **args: str) -> None:
    """Said and not obeyed; kept on every permit it was aimed at, once in a while."""
    if desk.talk.may_say(why, desk.now):
        for row in rows:
            desk.keep_attempt(PermitId(row.permit), c.CheckIn.__name__, gate, answer_text(why.value, args))
    desk.talk = desk.talk.saying(why, desk.now)
    desk.say(why, **args)


def _worth_renewing(desk: Desk, permit: Permit) -> bool:
    seen = permit.presence.get(desk.me)
    return seen is None or desk.now - seen.at > permit.law.presence_valid / 2


def _check_in(desk: Desk, place: str, numbers: list[PermitId], command: c.CheckIn) -> None:
    """Check in on several permits, and say on which."""
    if not numbers:
        desk.say(Say.NOTHING_HERE, place=place)
        return
    done: list[PermitId] = []
    refused: list[tuple[PermitId, tuple[Finding, ...]]] = []
    for number in numbers:
        try:
            desk.ask(number, command)
        except Refused as no:
            refused.append((number, no.findings))
        else:
            done.append(number)
    if done:
        if len(done) == 1:
            show_card(desk, done[0], Say.CHECKED_IN, place=place, numbers=done[0])
            return
        desk.say(Say.CHECKED_IN, place=place, numbers="、".join(done))
        for number in done:
            desk.show_again(number)
    else:
        number, findings = refused[0]
        desk.refuse(number, ASKED_CHECK_IN, findings)


def _quietly(desk: Desk, number: PermitId, command: c.CheckIn) -> None:
    """Check in without a word when it is not taken: the card that follows shows what is missing."""
    try:
        desk.ask(number, command)
    except Refused:
        return


def _place_name(desk: Desk, row: BoardRow) -> str:
    area = desk.tx.directory.areas.get(AreaId(row.area))
    return area.name if area is not None else row.place
