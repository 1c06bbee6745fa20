"""Doors, turnstiles, ignitions and sirens as the office sees them: orders become rows, trouble becomes words.

An order is a row of the outbox, written with the event that caused it and carried out after the commit; whoever carries
it out (`hardware_bridge.outputs`) looks at the permit again. A site without outputs writes none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.answers import Say
from handlers.encoding import pack_outgoing
from handlers.outgoing import OutputOrder, PermitCard
from storage.agenda import NewMessage
from storage.tx import Tx
from workflow.effects import Drive, Lane
from workflow.permit.state import Permit, Status

if TYPE_CHECKING:
    from handlers.arrivals import OutputAstray
    from handlers.desk import Desk
    from handlers.house import House

_DRIVEN = (Status.ACTIVE, Status.SUSPENDED)
"""Statuses in which an output may owe something to a permit."""


def ordered(desk: Desk, effect: Drive) -> None:
    """Put the order into the safety lane; the same order of the same version of a permit is one row."""
    if not desk.house.outputs:
        return
    order = OutputOrder(permit=effect.permit, area=effect.area, order=effect.order, at=desk.now)
    desk.tx.post(
        NewMessage(
            key=f"{effect.permit}:drive:{effect.order.value}:{effect.key}",
            lane=Lane.SAFETY,
            recipient="outputs",
            purpose="drive",
            payload=pack_outgoing(order),
            at=desk.now,
            permit=effect.permit,
        )
    )


def driven(tx: Tx, house: House) -> tuple[Permit, ...]:
    """The permits that say what outputs do now."""
    rows = (row for status in _DRIVEN for row in tx.permits_in(status.value))
    return tuple(tx.load(house.permits, row.permit)[0] for row in rows)


def astray(desk: Desk, arrival: OutputAstray) -> None:
    """The guardian hears that an output does not do as it was told, or does not say what it does."""
    for number in arrival.permits:
        permit = desk.known(number)
        if permit is None:
            continue
        args = {"name": arrival.name, "what": arrival.what}
        card = PermitCard(
            person=permit.guardian, permit=permit.id, purpose=None, note=Say.OUTPUT_ASTRAY.value, args=args
        )
        desk.post_to(str(permit.guardian), card, purpose="output", lane=Lane.SAFETY, permit=permit.id)
