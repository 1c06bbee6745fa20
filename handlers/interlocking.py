"""The equipment interlock: what the plant's equipment system reports, and what a human confirms while it is silent.

A report is kept when it is newer than what is known; a change of state goes into the journal of that equipment, and
running work it may concern is asked again at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers import neighbour_news as news
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.desk import Desk, House
from handlers.facts import word_of
from handlers.ledger import begins, permit_in
from handlers.reading import Line
from handlers.streams import keep
from storage.equipment_states import EquipmentStateRow
from storage.tx import Tx
from workflow.ids import DeviceId, EquipmentId, PermitId
from workflow.interlock import EquipmentState, EquipmentStateReported, supersedes
from workflow.permit import commands as c
from workflow.permit.state import Status
from workflow.values import Actor, aware

SYSTEM = Actor.device(DeviceId("equipment-system"))
"""Who speaks in the journal when the equipment system does."""
LONGEST = 200
"""Characters of a typed confirmation that are kept."""
ASKED = "purged"


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
        how = " ".join(said.split()).strip(":：,，。 ")[:LONGEST]
        if desk.attempt(number, c.ConfirmPurged(by=desk.by, at=desk.now, how=how), ASKED) is not None:
            show_card(desk, number, Say.PURGE_CONFIRMED, number=number)


confirming = begins({"置换确认": _confirm, "人工确认置换": _confirm})
"""Whether a line confirms by hand that equipment is purged; then it is answered."""
