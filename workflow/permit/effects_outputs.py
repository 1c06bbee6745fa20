"""What the plant's doors, ignitions and sirens are told by an event: always the safe side, and before anybody is told.

Not in the table of effects by kind of event: whatever ends or stops work withdraws what was released for it, and an
event nobody thought of must not be the one that does not.
"""

from __future__ import annotations

from workflow.effects import Drive, Order
from workflow.permit import events as e
from workflow.permit.state import Permit, Status


def driven(event: e.Event, before: Permit, after: Permit) -> tuple[Drive, ...]:
    """The orders that follow from one event. The same reason again, while stopped, does not sound again."""
    orders: list[Order] = []
    if before.status is Status.ACTIVE and after.status is not Status.ACTIVE:
        orders.append(Order.LOCK)
    if isinstance(event, e.WorkSuspended) and event.evacuate and new_reason(event, before):
        orders.append(Order.SOUND)
    return tuple(Drive(permit=after.id, area=after.what.area, order=order, key=str(after.version)) for order in orders)


def new_reason(event: e.WorkSuspended, before: Permit) -> bool:
    """Whether the work was not stopped for this before."""
    return before.suspension is None or event.reason not in before.suspension.reasons
