"""Strangers, too many, too long at a place of work: the guardian is asked to look, or the work stops.

Too long needs no device: the moment stands in the agenda from whatever lets somebody begin, moved by every entry, exit,
start and stop. Who is inside is told by the bridge (`hardware_bridge.occupancy`); who belongs there is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cards.words_occupancy import overtime, stranger_inside, too_many_inside
from handlers.answers import Say
from handlers.asked import roles_of
from handlers.asking_guardian import ask_guardian
from handlers.encoding import pack_command
from handlers.held import StayEnds
from storage.agenda import timer_key
from storage.tx import Tx
from workflow.errors import Refused
from workflow.ids import PermitId, PersonId
from workflow.occupancy import (
    OccupancyBreach,
    OccupancyRule,
    Then,
    over_at,
    rule_for,
    since,
    strangers,
    too_long,
    too_many,
)
from workflow.permit.commands import StopWork, SuspendReason
from workflow.permit.state import Permit, Status
from workflow.values import Actor

if TYPE_CHECKING:
    from handlers.arrivals import InsideNow
    from handlers.desk import Desk
    from handlers.house import House

STAY = "stay"
"""The timer of the moment somebody is at it for too long."""
TOLD_AGAIN = timedelta(minutes=10)
"""How long a guardian who was told is not told the same again."""
NAMED = (Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH)
"""Statuses in which a permit names people who may be at its place."""


def occupancy_rule(house: House, permit: Permit, kind: OccupancyBreach) -> OccupancyRule | None:
    """What the plant asks of this permit; None: nothing."""
    return rule_for(house.book.plant.crowd, kind, permit.law.work, permit.law.grade)


# --- too long -------------------------------------------------------------------------------------------------------


def moved(desk: Desk, before: Permit, after: Permit) -> None:
    """After a change of a permit: the moment somebody is at it for too long, or none while nobody works."""
    at_work = after.status is Status.ACTIVE
    if (before.status is Status.ACTIVE) is at_work and (not at_work or since(before) == since(after)):
        return
    rule = occupancy_rule(desk.house, after, OccupancyBreach.OVERTIME) if at_work else None
    due = None if rule is None else over_at(after, rule)
    if due is None:
        desk.tx.drop_timer(timer_key(after.id, STAY))
    else:
        _set(desk.tx, after.id, due, desk.now)


def untimed(tx: Tx, house: House, now: datetime) -> None:
    """Give work that may last too long its moment where it has none, as after the plant began to ask for it, or one
    that lies further ahead than it may, as after the plant began to allow less. What is too long already is due."""
    timers = tx.timers()
    for row in tx.permits_in(Status.ACTIVE.value):
        permit = tx.load(house.permits, row.permit)[0]
        rule = occupancy_rule(house, permit, OccupancyBreach.OVERTIME)
        right = None if rule is None else over_at(permit, rule)
        if right is None:
            continue
        due = timers.get(row.permit, {}).get(STAY)
        # Whoever was asked about it is asked again only after a while: such a moment stays.
        if due is None or due > max(right, now + TOLD_AGAIN):
            _set(tx, permit.id, right, now)


def fell_due(desk: Desk, number: PermitId) -> None:
    """Somebody is at it for too long: as the plant wants. Then the next moment, while work goes on."""
    permit = desk.known(number)
    if permit is None or permit.status is not Status.ACTIVE:
        return
    rule = occupancy_rule(desk.house, permit, OccupancyBreach.OVERTIME)
    if rule is None or rule.after is None:
        return
    late = too_long(permit, rule, desk.now)
    if late:
        # Set first: a stop takes the timer away.
        again = desk.now + TOLD_AGAIN
        _set(desk.tx, number, min(again, over_at(permit, rule, desk.now) or again), desk.now)
        _follow(desk, permit, rule, overtime(_names(desk, late), rule.after), Actor.clock())
    elif (due := over_at(permit, rule)) is not None:
        _set(desk.tx, number, due, desk.now)


def _set(tx: Tx, number: PermitId, due: datetime, now: datetime) -> None:
    tx.put_timer(timer_key(number, STAY), due, STAY, number, pack_command(StayEnds(at=due)), at=now)


# --- who and how many -----------------------------------------------------------------------------------------------


def inside_now(desk: Desk, arrival: InsideNow) -> None:
    """Tags are surely inside the fence of a permit's place: is anybody among them who should not be, or are they too
    many?"""
    permit = desk.known(PermitId(arrival.permit))
    if permit is None or permit.status is not Status.ACTIVE:
        return
    named = _named(desk, permit)
    by = Actor.device(arrival.device)
    rule = occupancy_rule(desk.house, permit, OccupancyBreach.STRANGER)
    unknown = tuple(one for one in strangers(arrival.people, named) if not _belongs(desk, permit, one))
    if rule is not None and unknown:
        _follow(desk, permit, rule, stranger_inside(_names(desk, unknown)), by)
    rule = occupancy_rule(desk.house, permit, OccupancyBreach.TOO_MANY)
    inside = {*arrival.people, *(one.person for one in permit.inside)}
    if rule is not None and too_many(inside, named, rule):
        most = len(named) if rule.most is None else rule.most
        _follow(desk, permit, rule, too_many_inside(len(inside), most), by)


def _named(desk: Desk, permit: Permit) -> frozenset[PersonId]:
    """Whom the live permits of the place name."""
    rows = (row for status in NAMED for row in desk.tx.permits_in(status.value) if row.area == permit.what.area)
    every = (desk.permit(PermitId(row.permit)) for row in rows)
    return frozenset(who for one in every for who in (one.guardian, one.leader, *one.what.workers))


def _belongs(desk: Desk, permit: Permit, person: PersonId) -> bool:
    """Whether a post there, or a part in this permit, brings somebody to the place."""
    return bool(roles_of(permit, person, desk.holders(permit.what.area)))


# --- what follows ---------------------------------------------------------------------------------------------------


def _follow(desk: Desk, permit: Permit, rule: OccupancyRule, text: str, by: Actor) -> None:
    if rule.then is Then.TELL:
        _tell(desk, permit, rule, text)
        return
    command = StopWork(by=by, at=desk.now, reason=SuspendReason.CONDITIONS, text=text)
    try:
        desk.ask(permit.id, command)
    except Refused:
        return  # stopped already: it is what was wanted


def _tell(desk: Desk, permit: Permit, rule: OccupancyRule, text: str) -> None:
    ask_guardian(desk, permit, Say.CROWD, text, purpose="crowd", what=rule.kind.value, pause=TOLD_AGAIN)


def _names(desk: Desk, people: Iterable[PersonId]) -> list[str]:
    known = desk.tx.directory.people
    return [known[one].name if one in known else str(one) for one in people]
