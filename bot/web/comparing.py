"""Holding a permit against the last ones of its kind, read beside the writer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.log import get_logger
from handlers.desk import House
from storage.alike import alike, folded
from storage.errors import StorageError
from storage.store import Store
from workflow.permit.state import Permit
from workflow.permit.unusual import Comparison, compare

log = get_logger("comparing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """Compares permits of one site."""

    store: Store
    house: House

    async def of(self, permit: Permit) -> Comparison | None:
        """How the permit stands; None when the earlier ones could not be read: a page never fails for that."""
        work, grade = permit.what.work.value, permit.law.grade.value
        try:
            records = await self.store.read(lambda tx: alike(tx, work=work, grade=grade, but=permit.id))
            # Ten lives are some hundred events: folded beside the loop, which others wait for.
            earlier = await asyncio.to_thread(folded, self.house.permits, records)
        except StorageError as trouble:
            log.warning("comparing.unread", permit_id=permit.id, reason=str(trouble))
            return None
        return compare(permit, earlier)
