"""What waited for the morning, as one message: the first row of a night speaks for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.standing import INVITATIONS, stands
from cards.views import PermitView
from handlers.encoding import unpack_outgoing
from handlers.outgoing import Overnight, PermitCard
from handlers.reach import Reached
from storage.tx import Tx
from workflow.ids import PermitId

Seen = Callable[[PermitCard], Awaitable[tuple[Reached | None, PermitView | None]]]
"""Where a person is reached, and a permit as they may see it now."""


def of_the_night(tx: Tx, intent: Overnight, key: str) -> tuple[Overnight, ...]:
    """Everything that waited, oldest first, for the row that was first; nothing for the others: it is told already."""
    rows = tx.posted(intent.night)
    if not rows or rows[0].key != key:
        return ()
    told = (unpack_outgoing(row.payload) for row in rows)
    return tuple(one for one in told if isinstance(one, Overnight))


async def still_to_say(told: tuple[Overnight, ...], seen: Seen) -> tuple[Reached | None, tuple[PermitView, ...]]:
    """One view for each permit about which something is still to be said, with the newest reason that stands."""
    account: Reached | None = None
    views: dict[PermitId, PermitView] = {}
    for one in told:
        account, view = await seen(PermitCard(person=one.person, permit=one.permit, purpose=one.purpose))
        if view is None:
            continue
        if stands(view, one.purpose, one.step):
            views[one.permit] = view
        elif one.purpose not in INVITATIONS:
            views.setdefault(one.permit, replace(view, purpose=None))
    return account, tuple(views.values())
