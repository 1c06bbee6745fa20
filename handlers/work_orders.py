"""Work orders of hazards, as they are handed over to the equipment system.

What is handed over is where a hazard stands, as one document under its number and version: whatever is lost, late or
sent twice, the newest one is right. Only kinds the policy names are handed over, and never who reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.desk import Desk
from handlers.encoding import pack_outgoing
from handlers.house import House
from handlers.outgoing import WorkOrder
from storage.agenda import NewMessage
from storage.tx import Tx
from workflow.effects import Lane
from workflow.hazard import events as e
from workflow.hazard.owed import due
from workflow.hazard.state import Hazard, Stage
from workflow.ids import HazardId

RECIPIENT: Final = "equipment-system"
_TELLING: Final = (
    e.HazardAssigned, e.HazardRegraded, e.ExtensionGranted, e.HazardRectified, e.HazardSentBack, e.HazardAccepted,
    e.HazardDismissed, e.HazardMerged, e.HazardReopened,
)  # fmt: skip
"""Events after which the order is another one."""


class OrderStatus(StrEnum):
    """How an order stands, as the equipment system is told."""

    OPEN = "open"
    PUT_RIGHT = "put_right"
    """Waits for somebody to accept it."""
    CLOSED = "closed"
    VOID = "void"


_STATUS: Final = {
    Stage.REPORTED: OrderStatus.OPEN,
    Stage.RECTIFYING: OrderStatus.OPEN,
    Stage.TO_ACCEPT: OrderStatus.PUT_RIGHT,
    Stage.ARCHIVED: OrderStatus.CLOSED,
    Stage.DISMISSED: OrderStatus.VOID,
    Stage.MERGED: OrderStatus.VOID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where a hazard stands, for the equipment system. ``version`` grows; a smaller one is older."""

    order: HazardId
    version: int
    status: OrderStatus
    kind: str
    level: str
    urgent: bool
    area: str
    place: str
    text: str
    responsible: str
    """A name; empty: nobody yet."""
    due: datetime | None
    round: int


def hand_over(desk: Desk, event: e.Event, now: Hazard) -> None:
    """Have the equipment system told, where it is told of such things. Of several that wait only the newest is sent."""
    rules = desk.house.hazard_rules
    if not desk.house.work_orders or rules is None or not isinstance(event, _TELLING) or now.sighting is None:
        return
    if not rules.kinds[now.sighting.kind].hand_over:
        return
    desk.tx.post(
        NewMessage(
            key=f"{now.id}:order:{now.version}",
            lane=Lane.INFORMATION,  # a system that is down keeps no message to people waiting
            recipient=RECIPIENT,
            purpose="order",
            payload=pack_outgoing(WorkOrder(hazard=now.id)),
            at=desk.now,
            coalesce_key=f"{now.id}:order",
        )
    )


def order_of(tx: Tx, house: House, number: HazardId) -> Order | None:
    """The order as it stands now; None for what never was."""
    now = tx.load(house.hazards, number)[0]
    if now.sighting is None or now.grade is None:
        return None
    known = None if now.responsible is None else tx.directory.people.get(now.responsible)
    return Order(
        order=now.id,
        version=now.version,
        status=_STATUS[now.stage],
        kind=now.sighting.kind.value,
        level=now.grade.plant.value,
        urgent=now.grade.urgent,
        area=now.sighting.area or "",
        place=now.sighting.place,
        text=now.sighting.text,
        responsible="" if known is None else known.name,
        due=due(now),
        round=now.round,
    )
