"""紧急停工: one call stops every permit of a zone or of the plant and says who is inside (domain 4.6).

Anybody may call it. What the words name, or what is the caller's own, has been stopped already before anything is
asked (docs/adr/0030); the rest takes one tap, never more. There is no 全部复工: each permit goes on by its own
signatures, with every gate asked anew.
"""

from __future__ import annotations

import re

from cards import words
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.entries import area_name, roster
from handlers.outgoing import Answer, Ask, Offer
from handlers.reading import Line
from storage.board import BoardRow
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.rules.types import Role

PLANT = "plant"
_CALL = re.compile("紧急停工|全厂停工|全厂停|应急停工")
_MOST_ZONES = 8
_MOST_LINES = 12


def emergency_said(desk: Desk, line: Line) -> None:
    """After the plain stop: offer to stop the whole zone, and the whole plant, by one tap."""
    if _CALL.search(line.text) is None:
        return
    rows = _live(desk)
    if not rows:
        return
    named = [AreaId(area) for area in line.areas]
    mine = [AreaId(row.area) for row in rows if any(person == desk.me for _, person in row.people)]
    rest = [AreaId(row.area) for row in rows]
    zones = [area for area in dict.fromkeys((*named, *mine, *rest)) if area in rest][:_MOST_ZONES]
    labels = {AreaId(row.area): area_name(desk, row) for row in rows}
    offers = [_offer(str(zone), words.STOP_ZONE.format(zone=labels[zone])) for zone in zones]
    whole = _offer(PLANT, words.STOP_PLANT)
    offers = [whole, *offers] if "全厂" in line.text else [*offers, whole]
    ask = Ask(person=desk.me, subject=f"ask:emergency:{desk.me}", key=Say.EMERGENCY_WHERE.value, offers=tuple(offers))
    desk.post(ask, purpose="ask", lane=Lane.SAFETY)


def _offer(zone: str, label: str) -> Offer:
    return Offer(press=Press(action=Action.EMERGENCY, subject=f"zone:{zone}", revision=0), label=label)


def _live(desk: Desk, zone: str = PLANT) -> list[BoardRow]:
    return [row for row in desk.tx.open_permits() if row.live and zone in {PLANT, row.area}]


def emergency(desk: Desk, _tap: Tap, press: Press) -> None:
    """The one tap: every live permit there is stopped, and those who lead the answer get the names of who is inside."""
    zone = press.subject.removeprefix("zone:")
    rows = _live(desk, zone)
    command = c.StopWork(
        by=desk.by, at=desk.now, reason=SuspendReason.EMERGENCY, text=words.EMERGENCY_BY.format(name=desk.person.name)
    )
    stopped = 0
    for row in rows:
        try:
            desk.ask(PermitId(row.permit), command)
        except Refused:
            continue  # stopped for it already
        stopped += 1
    where = words.WHOLE_PLANT if zone == PLANT else (area_name(desk, rows[0]) if rows else zone)
    lines = roster(desk, rows)
    args = {
        "name": desk.person.name,
        "where": where,
        "count": str(stopped),
        "lines": "\n".join(lines[:_MOST_LINES]) or words.NOBODY_AT_WORK,
    }
    desk.settle(f"ask:emergency:{desk.me}", Say.EMERGENCY_DONE, where=where, count=str(stopped))
    for person in _leading(desk, rows):
        news = Answer(person=person, key=Say.EMERGENCY_CALLED.value, args=args)
        desk.post_to(person, news, purpose="emergency", lane=Lane.SAFETY)


def _leading(desk: Desk, rows: list[BoardRow]) -> list[PersonId]:
    """Who musters: the caller, the duty leader, the safety department, and those who answer for the places."""
    directory, posts = desk.tx.directory, desk.house.posts
    duty = posts.duty_leader(directory)
    people = [desk.me, *((duty,) if duty is not None else ()), *posts.holders(directory, None)[Role.SAFETY_DEPT]]
    for area in dict.fromkeys(AreaId(row.area) for row in rows):
        holders = posts.holders(directory, area)
        people += [*holders[Role.SHIFT_LEADER], *holders[Role.SITE_UNIT]]
    return list(dict.fromkeys(people))
