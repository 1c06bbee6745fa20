"""What the office was given and has not committed yet, the same on every platform.

Rule 1: whoever waits for the outcome does not own the work: the office goes on when nobody waits any more.
Rule 2: the same thing pushed again while the first one is under way joins it.
Rule 3: several things of one push are committed one after the other. What failed is taken again, what was taken is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from structlog.typing import FilteringBoundLogger

from bot.clock import Clock
from handlers.arrivals import Arrival

Office = Callable[[Arrival], Awaitable[object]]
"""Takes an arrival and returns once it is committed. An exception is a bug of ours."""


class Handed:
    """Hands arrivals to the office. ``what`` begins the names of the log's lines."""

    def __init__(
        self,
        office: Office,
        clock: Clock,
        *,
        under_way: Callable[[], AbstractContextManager[None]],
        log: FilteringBoundLogger,
        what: str,
    ) -> None:
        self._office = office
        self._clock = clock
        self._under_way = under_way
        self._log = log
        self._what = what
        self._running: dict[str, asyncio.Task[bool]] = {}

    def over(self, key: str, arrivals: tuple[Arrival, ...]) -> asyncio.Task[bool]:
        """The work on one push; its result is whether all of it is committed."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._commit(arrivals), name=f"office:{key}")
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return task

    async def finish(self) -> None:
        """Wait until the office has finished what it was given. For shutting down."""
        if self._running:
            await asyncio.wait(self._running.values())

    async def _commit(self, arrivals: tuple[Arrival, ...]) -> bool:
        """Whether the office committed them. A bug is logged here with its cause; the push stays unacknowledged."""
        for arrival in arrivals:
            kind = type(arrival).__name__
            try:
                with self._under_way():
                    await self._office(arrival)
            except Exception:
                self._log.exception(f"{self._what}.failed", kind=kind, cause=arrival.dedup_key)
                return False
            took_ms = int((self._clock.now() - arrival.received_at) / timedelta(milliseconds=1))
            self._log.info(f"{self._what}.committed", kind=kind, cause=arrival.dedup_key, took_ms=took_ms)
        return True


def committed(task: asyncio.Task[bool]) -> bool:
    """Whether a finished task of `Handed.over` committed everything."""
    return not task.cancelled() and task.result()
