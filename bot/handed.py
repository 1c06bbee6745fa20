"""What the office was given and has not committed yet, the same on every platform.

Rule 1: whoever waits for the outcome does not own the work: the office goes on when nobody waits any more.
Rule 2: the same thing pushed again while the first one is under way joins it.
Rule 3: several things of one push are committed one after the other. What failed is taken again, what was taken is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
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
        self._running: dict[str, _Push] = {}

    async def over(self, key: str, arrivals: tuple[Arrival, ...], *, patience: float | None = None) -> bool | None:
        """Have one push worked on; whether all of it is committed. None: it takes longer than ``patience`` seconds.

        The work tells those who wait itself: a callback of its task would be two turns of the loop for every press.
        """
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[bool | None] = loop.create_future()
        push = self._running.get(key)
        if push is None:
            push = self._running[key] = _Push()
            push.work = loop.create_task(self._work(key, push, arrivals), name=f"office:{key}")
        push.waiting.append(outcome)
        if patience is None:
            return await outcome
        late = loop.call_later(patience, _late, outcome)
        try:
            return await outcome
        finally:
            late.cancel()

    async def finish(self) -> None:
        """Wait until the office has finished what it was given. For shutting down."""
        if self._running:
            await asyncio.wait([push.work for push in self._running.values() if push.work is not None])

    async def _work(self, key: str, push: _Push, arrivals: tuple[Arrival, ...]) -> None:
        """Commit, and tell whoever waits; broken off it is not committed."""
        committed = False
        try:
            committed = await self._commit(arrivals)
        finally:
            del self._running[key]
            for outcome in push.waiting:
                if not outcome.done():
                    outcome.set_result(committed)

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


@dataclass(slots=True)
class _Push:
    """One push under way, and everybody who waits for its outcome."""

    work: asyncio.Task[None] | None = None
    waiting: list[asyncio.Future[bool | None]] = field(default_factory=list)


def _late(outcome: asyncio.Future[bool | None]) -> None:
    if not outcome.done():
        outcome.set_result(None)
