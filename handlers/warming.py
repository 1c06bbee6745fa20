"""What is worked out for a permit at its first decision, worked out before: after a start the first alarm is as quick
as the second.

Nothing is written, nothing is decided, and nobody waits for it: whatever has changed meanwhile is worked out anew when
somebody asks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import datetime

from handlers.facts import Ground, look
from handlers.house import House
from storage.errors import UnknownEvent
from storage.tx import Tx
from workflow.errors import ImpossibleEvent, Refused
from workflow.ids import PermitId
from workflow.permit.case import Case
from workflow.permit.gates import Moment
from workflow.permit.state import Status

MOST = 1_000
"""How many running permits are looked at: each that is remembered takes memory, and a site has hundreds."""


def running(tx: Tx, now: datetime) -> tuple[PermitId, ...]:
    """The permits of running work, those an alarm would stop."""
    rows = tx.standing_permits(now)
    return tuple(PermitId(number) for number, status in rows if status == Status.ACTIVE.value)[:MOST]


def look_over(tx: Tx, house: House, now: datetime, permits: Iterable[PermitId]) -> None:
    """Ask of each what every decision about running work asks, and forget the answer."""
    for number in permits:
        # What cannot be read or has no rules any more is told when somebody decides about it, not here.
        with contextlib.suppress(UnknownEvent, ImpossibleEvent, Refused):
            _look_over(tx, house, now, number)


def _look_over(tx: Tx, house: House, now: datetime, number: PermitId) -> None:
    permit, _ = tx.load(house.permits, number)
    if permit.status is not Status.ACTIVE:
        return
    facts = look(Ground.of(tx, house, now), number, permit.what)
    Case(permit=permit, book=house.book, facts=facts, at=now).stopped_by(Moment.DURING)
