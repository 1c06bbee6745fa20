"""Reading beside the writer, for questions that take longer than a turn of it; opened when first asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from storage.tx import Tx
from storage.writer import Writer

if TYPE_CHECKING:
    from storage.store import Store

T = TypeVar("T")


class Reader:
    """Reads of one site; most sites ask seldom, so what it needs is imported and opened at the first question."""

    def __init__(self, writer: Writer, site: str) -> None:
        self._writer = writer
        self._site = site
        self._store: Store | None = None
        self._opening = asyncio.Lock()

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a read function. Raise `storage.errors.StorageError` when the database cannot be asked."""
        store = self._store or await self._opened()
        return await store.read(work)

    async def _opened(self) -> Store:
        async with self._opening:
            if self._store is None:
                # In a thread: importing what reads takes a tenth of a second, and presses must not wait for it.
                self._store = await asyncio.to_thread(self._open)
            return self._store

    def _open(self) -> Store:
        from storage.store import Store

        return Store(self._writer.database, self._site)

    async def close(self) -> None:
        """Give the connections back, if there are any."""
        if self._store is not None:
            await self._store.close()
            self._store = None
