"""Who looked at whose data is kept, once a day by viewer, person and kind."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cards import words
from cards.views import PermitView
from storage.privacy import Look
from storage.tx import Tx
from workflow.ids import PersonId
from workflow.privacy.looks import LookKind, named_in

if TYPE_CHECKING:
    from handlers.house import House


def opened(tx: Tx, house: House, view: PermitView) -> None:
    """Somebody opened a page of a permit: everybody it names can see that; and so does the radar."""
    roles = sorted(words.ROLE[role] for role in view.roles)
    for subject in named_in(view.permit):
        note(tx, house, subject, view.viewer, LookKind.PERMIT, view.now, what=view.permit.id, why="、".join(roles))
    tx.add_sight(view.permit.id, view.permit.revision, view.viewer, view.now)


def note(
    tx: Tx, house: House, subject: PersonId, viewer: str, kind: LookKind, now: datetime, *, what: str, why: str
) -> None:
    """Keep one look; the first of the day counts."""
    day = now.astimezone(house.zone).date()
    tx.look(Look(subject=subject, viewer=viewer, kind=kind.value, day=day, at=now, what=what, why=why))
