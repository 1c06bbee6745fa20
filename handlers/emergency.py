"""紧急停工: one call stops all permits of a zone or the plant, keeps new work out, says who is inside (domain 4.6).

Anybody may call it. What the words name, or what is the caller's own, has been stopped already before anything is
asked (docs/adr/0030); the rest takes one tap, never more. From then on the zone is in an emergency until a named
person of the right post lifts it with a reason. There is no 全部复工: each permit goes on by its own signatures, with
every gate asked anew.
"""

from __future__ import annotations

import re

from cards import words, words_ledgers
from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.arrivals import Tap
from handlers.desk import Desk
from handlers.emergencies import holds, zone_name
from handlers.entries import area_name, roster
from handlers.ledger import Ledger
from handlers.muster import offer_muster
from handlers.outgoing import Answer, Ask, Offer
from handlers.reading import Line, places_in
from storage.board import BoardRow
from storage.emergencies import EmergencyRow
from workflow.effects import Lane
from workflow.emergency import commands as z
from workflow.emergency import events as e
from workflow.emergency.decide import Facts, decide, may_lift
from workflow.emergency.state import PLANT, Zone
from workflow.errors import Refused
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.rules.types import Role

_CALL = re.compile("紧急停工|全厂停工|全厂停|应急停工")
_LIFT = re.compile(
    r"\s*解除紧急(?:停工|状态)?[:：,，\s]*(?P<where>[^\s:：,，。;；]*)[:：,，。;；\s]*(?P<why>.*)", re.DOTALL
)
_LIST = re.compile(r"\s*(?:现在)?(?:有没有|还有)?紧急状态(?:台账)?(?:吗|么)?[?？。\s]*")
_ASKING = re.compile(r"(?:吗|么|没有|了没|[?？])[?？。\s]*$")
LONGEST_REASON = 200
_MOST_ZONES = 8
_MOST_LINES = 12


# --- calling --------------------------------------------------------------------------------------------------------


def emergency_said(desk: Desk, line: Line) -> None:
    """After the plain stop: offer to stop the whole zone, and the whole plant, by one tap. Also where nothing is at
    work: what is issued later must not start.
    """
    if _CALL.search(line.text) is None:
        return
    rows = _live(desk)
    named = [AreaId(area) for area in line.areas]
    mine = [AreaId(row.area) for row in rows if any(person == desk.me for _, person in row.people)]
    rest = [AreaId(row.area) for row in rows]
    zones = list(dict.fromkeys((*named, *mine, *rest)))[:_MOST_ZONES]
    labels = {AreaId(row.area): area_name(desk, row) for row in rows}
    offers = [
        _offer(zone, words.STOP_ZONE.format(zone=labels.get(zone) or zone_name(desk.tx.directory, zone)))
        for zone in zones
    ]
    whole = _offer(PLANT, words.STOP_PLANT)
    offers = [whole, *offers] if "全厂" in line.text else [*offers, whole]
    ask = Ask(person=desk.me, subject=f"ask:emergency:{desk.me}", key=Say.EMERGENCY_WHERE.value, offers=tuple(offers))
    desk.post(ask, purpose="ask", lane=Lane.SAFETY)


def _offer(zone: str, label: str) -> Offer:
    return Offer(press=Press(action=Action.EMERGENCY, subject=f"zone:{zone}", revision=0), label=label)


def _live(desk: Desk, zone: str = PLANT) -> list[BoardRow]:
    """Live permits that the zone holds or may hold."""
    rows = [row for row in desk.tx.open_permits() if row.live]
    return rows if zone == PLANT else [row for row in rows if _inside(desk, zone, row)]


def _inside(desk: Desk, zone: str, row: BoardRow) -> bool:
    content = desk.permit(PermitId(row.permit)).content
    graph = desk.house.places.graph(desk.tx.directory)
    return content is None or holds(graph, zone, content) is not False


def emergency(desk: Desk, _tap: Tap, press: Press) -> None:
    """The one tap: the zone is in an emergency, every live permit there is stopped, and those who lead the answer get
    the names of who is inside.
    """
    zone = press.subject.removeprefix("zone:")
    _ZONES.ask(desk, zone, z.Call(by=desk.by, at=desk.now))
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
    where = zone_name(desk.tx.directory, zone)
    lines = roster(desk, rows)
    args = {
        "name": desk.person.name,
        "where": where,
        "count": str(stopped),
        "lines": "\n".join(lines[:_MOST_LINES]) or words.NOBODY_AT_WORK,
    }
    desk.settle(f"ask:emergency:{desk.me}", Say.EMERGENCY_DONE, where=where, count=str(stopped))
    for person in _leading(desk, zone, rows):
        news = Answer(person=person, key=Say.EMERGENCY_CALLED.value, args=args)
        desk.post_to(person, news, purpose="emergency", lane=Lane.SAFETY)
    offer_muster(desk, zone, _leading(desk, zone, rows))


def _leading(desk: Desk, zone: str, rows: list[BoardRow]) -> list[PersonId]:
    """Who musters: whoever acts, the duty leader, the safety department, and those who answer for the places."""
    directory, posts = desk.tx.directory, desk.house.posts
    duty = posts.duty_leader(directory)
    people = [desk.me, *((duty,) if duty is not None else ()), *posts.holders(directory, None)[Role.SAFETY_DEPT]]
    own = () if zone == PLANT else (AreaId(zone),)
    for area in dict.fromkeys((*own, *(AreaId(row.area) for row in rows))):
        holders = posts.holders(directory, area)
        people += [*holders[Role.SHIFT_LEADER], *holders[Role.SITE_UNIT]]
    return list(dict.fromkeys(people))


# --- lifting --------------------------------------------------------------------------------------------------------


def lifting(desk: Desk, line: Line) -> bool:
    """Whether the line lifts an emergency, or asks which are in force; then it is answered.

    Asked before every other word: 解除紧急停工 holds the word 停工 and stops nothing.
    """
    match = _LIFT.fullmatch(line.text)
    if match is None:
        if _LIST.fullmatch(line.text) is None:
            return False
        desk.say(Say.EMERGENCY_LIST, lines=_listed(desk))
        return True
    zone = _zone(desk, match["where"])
    if zone is None or _ASKING.search(line.text):
        desk.say(Say.EMERGENCY_LIFT_HOW, lines=_listed(desk))
        return True
    reason = match["why"].strip()[:LONGEST_REASON]
    after = _ZONES.ask(desk, zone, z.Lift(by=desk.by, at=desk.now, reason=reason))
    if after is None:
        return True
    args = {"where": zone_name(desk.tx.directory, zone), "name": desk.person.name, "reason": reason}
    told = (*((after.called_by,) if after.called_by is not None else ()), *_leading(desk, zone, _live(desk, zone)))
    for person in dict.fromkeys(told):
        desk.post_to(person, Answer(person=person, key=Say.EMERGENCY_LIFTED.value, args=args), purpose="emergency")
    return True


def _zone(desk: Desk, said: str) -> str | None:
    """The zone in force that the word names; None when it names none, or several."""
    if said == words.WHOLE_PLANT:
        return PLANT
    if any(row.zone == said for row in desk.tx.emergencies()):
        return said  # perhaps a code the register no longer holds
    areas, _ = places_in(said, desk.gazetteer) if said else ((), ())
    return str(areas[0]) if len(areas) == 1 else None


def _listed(desk: Desk) -> str:
    lines = [_line(desk, row) for row in desk.tx.emergencies()]
    return "\n".join(lines[:_MOST_LINES]) or words_ledgers.NO_EMERGENCY


def _line(desk: Desk, row: EmergencyRow) -> str:
    people = desk.tx.directory.people
    caller = people.get(PersonId(row.called_by))
    names = [people[one].name for one in _lifters(desk, row.zone) if one in people]
    return words_ledgers.emergency_line(
        zone_name(desk.tx.directory, row.zone),
        caller.name if caller is not None else row.called_by,
        f"{words.day(row.called_at, desk.house.zone)} {words.clock(row.called_at, desk.house.zone)}",
        names,
    )


def _lifters(desk: Desk, zone: str) -> tuple[PersonId, ...]:
    holders = desk.holders(None if zone == PLANT else AreaId(zone))
    return may_lift(zone, holders, desk.house.posts.duty_leader(desk.tx.directory))


# --- asking the core ------------------------------------------------------------------------------------------------


def _decide(desk: Desk, now: Zone, command: z.Command) -> tuple[e.Event, ...]:
    return decide(now, command, Facts(people=desk.tx.directory.people, lifters=_lifters(desk, now.id)))


def _project(desk: Desk, zone: str, now: Zone) -> None:
    if now.in_force and now.called_by is not None and now.called_at is not None:
        desk.tx.put_emergency(EmergencyRow(zone=zone, called_by=now.called_by, called_at=now.called_at))
    else:
        desk.tx.drop_emergency(zone)


_ZONES: Ledger[Zone, z.Command, e.Event] = Ledger(
    fold=lambda house: house.zones, decide=_decide, project=_project, asked="lift_emergency"
)
