"""Holding a permit against the last ones of its kind, read beside the writer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from bot.log import get_logger
from handlers.house import House
from storage.alike import alike, folded
from storage.errors import StorageError
from storage.tx import Tx
from workflow.ids import PermitId
from workflow.permit.state import Permit
from workflow.permit.unusual import Comparison, compare

log = get_logger("comparing")
T = TypeVar("T")


class Reads(Protocol):
    """Reads beside the writer."""

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a read function. Raise `storage.errors.StorageError`."""
        ...


_REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """Compares permits of one site."""

    store: Reads
    house: House
    _known: OrderedDict[tuple[PermitId, int], Comparison] = field(default_factory=OrderedDict, init=False, repr=False)

    async def once(self, permit: Permit) -> Comparison | None:
        """As `of`, worked out once for each version of a permit: all who decide get their cards in one go."""
        key = (permit.id, permit.version)
        found = self._known.get(key)
        if found is None:
            found = await self.of(permit)
            if found is not None:
                self._known[key] = found
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return found

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
