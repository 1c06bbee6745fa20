"""A line for whoever guards a permit about what was noticed at the place, said once in a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.answers import Say
from handlers.encoding import pack_outgoing
from handlers.outgoing import PermitCard
from storage.agenda import NewMessage
from workflow.effects import Lane
from workflow.permit.state import Permit

if TYPE_CHECKING:
    from handlers.desk import Desk


def ask_guardian(
    desk: Desk, permit: Permit, note: Say, text: str, *, purpose: str, what: str, pause: timedelta
) -> None:
    """Put the card of a permit with ``text`` before its guardian, unless the same ``what`` was put before the same one
    less than ``pause`` ago.

    Counted from when it was decided, not from when it arrived: whoever asks again after exactly the pause is heard.
    """
    before = f"{permit.id}:{purpose}:{what}:{permit.guardian}:"
    asked = max((datetime.fromisoformat(row.key.removeprefix(before)) for row in desk.tx.posted(before)), default=None)
    if asked is not None and desk.now < asked + pause:
        return
    card = PermitCard(person=permit.guardian, permit=permit.id, purpose=None, note=note.value, args={"what": text})
    desk.tx.post(
        NewMessage(
            key=f"{before}{desk.now.isoformat()}",
            lane=Lane.SAFETY,
            recipient=str(permit.guardian),
            purpose=purpose,
            payload=pack_outgoing(card),
            at=desk.now,
            permit=permit.id,
        )
    )
