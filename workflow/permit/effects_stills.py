"""When a picture of the place is wanted of the plant's cameras: as work begins or goes on, and whenever it is stopped.

Not in the table of effects by kind of event, as the orders to outputs: an event nobody thought of that ends or stops
work is seen all the same. Moments by chance are not the core's.
"""

from __future__ import annotations

from workflow.effects import TakeStill
from workflow.permit import events as e
from workflow.permit.effects_outputs import new_reason
from workflow.permit.state import Permit, Status
from workflow.stills import Occasion

_QUIET_ENDS = frozenset({Status.COMPLETED})
"""Work that people ended in good order is no alarm."""


def wanted(event: e.Event, before: Permit, after: Permit) -> tuple[TakeStill, ...]:
    """The pictures that follow from one event. The same reason again, while stopped, wants no other picture."""
    occasion = _occasion(event, before, after)
    if occasion is None:
        return ()
    return (TakeStill(permit=after.id, area=after.what.area, occasion=occasion, key=str(after.version)),)


def _occasion(event: e.Event, before: Permit, after: Permit) -> Occasion | None:
    if after.status is Status.ACTIVE:
        return Occasion.BEGIN if before.status is not Status.ACTIVE else None
    if before.status is Status.ACTIVE:
        return None if after.status in _QUIET_ENDS else Occasion.STOP
    stopped_anew = isinstance(event, e.WorkSuspended) and before.suspension is not None and new_reason(event, before)
    return Occasion.STOP if stopped_anew else None
