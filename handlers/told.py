"""Who was told of a permit, by the keys of the messages in the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handlers.manners import nights
from storage.tx import Tx
from workflow.effects import Purpose
from workflow.escalation import waiting
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit

_ASKS = (Purpose.ASK_ACCEPT, Purpose.ASK_APPROVE, Purpose.REMIND)


def notices(permit: PermitId, purpose: Purpose, key: str) -> str:
    """How the keys of all messages of one notice begin."""
    return f"{permit}:{purpose.value}:{key}:"


def asked_for_step(tx: Tx, permit: Permit, holders: Iterable[PersonId], at: datetime) -> frozenset[PersonId]:
    """Who of the holders of its role was asked for the step a permit waits for, or reminded of it, by day or night."""
    step = waiting(permit, at)
    if step is None:
        return frozenset()
    begins = tuple(notices(permit.id, purpose, f"{permit.revision}:{step.key}") for purpose in _ASKS)
    told = {row.recipient for each in begins for row in tx.posted(each)}
    return frozenset(
        one
        for one in holders
        if one in told or any(each in row.key for row in tx.posted(nights(one)) for each in begins)
    )
