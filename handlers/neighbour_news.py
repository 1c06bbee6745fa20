"""What a permit that came alive, or lives on past its end, means to those working near it.

Running work near by is asked again, by a timer of its own: its gates decide. Whoever works there hears of a permit that
was newly issued beside him, once.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cards.words import work_name
from handlers.answers import Say
from handlers.encoding import pack_command
from handlers.outgoing import Answer
from storage.agenda import timer_key
from storage.tx import Tx
from workflow.facts import OtherPermit
from workflow.ids import PermitId
from workflow.permit.commands import LookAround
from workflow.permit.state import Permit, Status
from workflow.simops.meeting import meets
from workflow.values import Actor

if TYPE_CHECKING:
    from handlers.desk import Desk

TIMER = "neighbours"
_WORKING = frozenset({Status.ISSUED, Status.ACTIVE, Status.SUSPENDED})


def spread(desk: Desk, before: Permit, after: Permit) -> None:
    """After a change of a permit: ask running work near it again, and tell of a new neighbour."""
    if not after.live or after.status is before.status:
        return
    others = desk.around(after.id, after.what).others() or ()
    for other in others:
        if other.live and other.status is Status.ACTIVE and not other.green:
            ask_again(desk.tx, other.id, desk.now)
    if after.status is Status.ISSUED:
        for other in others:
            _tell(desk, after, other)


def ask_again(tx: Tx, permit: PermitId, now: datetime) -> None:
    """Let the clock ask this permit at once whether its work may go on."""
    command = LookAround(by=Actor.clock(), at=now)
    tx.put_timer(timer_key(permit, TIMER), now, TIMER, permit, pack_command(command), at=now)


def ask_everybody(tx: Tx, now: datetime) -> int:
    """The register of places moved: every running work is asked again. How many those are."""
    rows = tx.permits_in(Status.ACTIVE.value)
    for row in rows:
        ask_again(tx, PermitId(row.permit), now)
    return len(rows)


def _tell(desk: Desk, permit: Permit, other: OtherPermit) -> None:
    """Those who lead and guard beside it hear of it; one job under linked permits knows already."""
    linked = other.id in permit.what.linked or (other.what is not None and permit.id in other.what.linked)
    if linked or other.green or not (other.live and other.status in _WORKING and meets(other)):
        return
    people = desk.tx.directory.people
    leader = people.get(permit.leader)
    args = {
        "number": str(other.id),
        "other": str(permit.id),
        "what": f"{work_name(permit.what.work, permit.law.grade)} {permit.what.place}",
        "who": f"作业负责人{leader.name if leader is not None else permit.leader}",
    }
    for person in dict.fromkeys((other.guardian, other.leader)):
        if person not in {desk.actor, permit.leader, permit.guardian}:
            note = Answer(person=person, key=Say.NEIGHBOUR.value, args=args)
            desk.post_to(person, note, purpose="neighbour", permit=other.id)
