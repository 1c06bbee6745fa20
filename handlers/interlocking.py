"""The equipment interlock: what the plant's equipment system reports, and what a human confirms while it is silent.

A report is kept when it is newer than what is known; a change of state goes into the journal of that equipment, and
running work it may concern is asked again at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cards.buttons import Press
from cards.words_ledgers import PURGE_WRITE, PURGED_BY
from handlers import neighbour_news as news
from handlers import silence
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk
from handlers.facts import word_of
from handlers.house import House
from handlers.ledger import begins, permit_in
from handlers.outgoing import Settled
from handlers.reading import Line
from handlers.streams import keep
from handlers.talk import Awaiting, Expect
from storage.equipment_states import EquipmentStateRow
from storage.tx import Tx
from workflow.ids import DeviceId, EquipmentId, PermitId
from workflow.interlock import EquipmentState, EquipmentStateReported, supersedes
from workflow.permit import commands as c
from workflow.permit.gates import evaluate
from workflow.permit.gates_common import Moment
from workflow.permit.state import Permit, Status
from workflow.values import Actor, aware

SYSTEM = Actor.device(DeviceId("equipment-system"))
"""Who speaks in the journal when the equipment system does."""
LONGEST = 200
"""Characters of a typed confirmation that are kept."""
ASKED = silence.GATE


class UnknownEquipment(Exception):
    """The equipment system speaks of a code the plant's register does not hold. Theirs; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One verified report. ``key`` is what makes it this one and no other; ``at`` is the system's own time."""

    key: str
    equipment: EquipmentId
    state: EquipmentState
    at: datetime
    by: str = ""

    def __post_init__(self) -> None:
        aware(self.at)


class Taken(StrEnum):
    """What became of a report."""

    KEPT = "kept"
    OLDER = "older"
    """Something newer was known already; nothing changed."""
    REPLAYED = "replayed"
    """This very report was taken before; nothing changed."""


def reported(tx: Tx, house: House, report: Report, now: datetime) -> Taken:
    """Take one report, inside one transaction. Raise `UnknownEquipment`; then nothing of it remains."""
    thing = tx.directory.equipment.get(report.equipment)
    if thing is None:
        raise UnknownEquipment(report.equipment)
    if not tx.first_time(report.key, now, "equipment", type(report).__name__):
        return Taken.REPLAYED
    known = word_of(tx, thing)
    if not supersedes(report.state, report.at, known):
        return Taken.OLDER
    row = EquipmentStateRow(
        equipment=report.equipment, state=report.state.value, at=report.at, received_at=now, said_by=report.by
    )
    tx.put_equipment_state(row)
    if known is None or known.state is not report.state:
        event = EquipmentStateReported(by=SYSTEM, at=now, state=report.state, since=report.at, said_by=report.by)
        keep(tx, house.equipment, report.equipment, (event,), at=now, cause=report.key)
    if report.state is not EquipmentState.PURGED:
        _ask_running_work(tx, thing.area, report.equipment, now)
    return Taken.KEPT


def _ask_running_work(tx: Tx, area: str, equipment: EquipmentId, now: datetime) -> None:
    """Work under way at this equipment or in its area is asked at once whether it may go on."""
    for row in tx.permits_in(Status.ACTIVE.value):
        if row.area == area or row.equipment == equipment:
            news.ask_again(tx, PermitId(row.permit), now)


# --- by hand --------------------------------------------------------------------------------------------------------


def _confirm(desk: Desk, _line: Line, rest: str) -> None:
    number, said = permit_in(rest)
    if number is None:
        desk.say(Say.PURGE_HOW)
    elif desk.known(number) is None:
        desk.say(Say.NO_SUCH_PERMIT, number=number)
    else:
        _confirmed(desk, number, " ".join(said.split()).strip(":：,，。 "))


confirming = begins({"置换确认": _confirm, "人工确认置换": _confirm})
"""Whether a line confirms by hand that equipment is purged; then it is answered."""


def purged_tapped(desk: Desk, permit: Permit, press: Press) -> None:
    """人工确认置换: on the permit's card it asks how; under that question it is the answer, or asks for a sentence."""
    if press.revision != permit.revision:
        desk.say(Say.CHANGED_SINCE, number=permit.id)
    elif press.arg in PURGED_BY:
        _confirmed(desk, permit.id, PURGED_BY[press.arg])
    elif press.arg == PURGE_WRITE:
        awaiting = Awaiting(
            what=Expect.PURGED,
            permit=permit.id,
            revision=permit.revision,
            step="",
            at=desk.now,
            subject=silence.subject(permit.id),
        )
        desk.talk = replace(desk.talk, awaiting=awaiting)
        desk.say(Say.PURGE_WRITE, number=permit.id)
    else:
        _asked(desk, permit)


def purged_typed(desk: Desk, awaiting: Awaiting, line: str) -> None:
    """The sentence that was asked for."""
    desk.forget_question()
    if awaiting.revision != desk.permit(awaiting.permit).revision:
        desk.say(Say.CHANGED_SINCE, number=awaiting.permit)
    else:
        _confirmed(desk, awaiting.permit, line.strip())


def _asked(desk: Desk, permit: Permit) -> None:
    findings = evaluate(Moment.START, permit, permit.law, desk.facts_about(permit.id, permit.what))
    silent = silence.waits_for_a_word(findings)
    if silent:
        silence.put(desk, desk.me, permit, silent)
    else:
        desk.say(Say.PURGE_SPOKEN, number=permit.id)


def _confirmed(desk: Desk, number: PermitId, how: str) -> None:
    how = how[:LONGEST]
    if desk.attempt(number, c.ConfirmPurged(by=desk.by, at=desk.now, how=how), ASKED) is None:
        return
    args = {"number": str(number), "name": desk.person.name, "how": how}
    for person in silence.confirmers(desk, desk.permit(number)):
        done = Settled(person=person, subject=silence.subject(number), key=Say.PURGE_SETTLED.value, args=args)
        desk.post_to(person, done, purpose="settled")
    show_card(desk, number, Say.PURGE_CONFIRMED, number=number)
