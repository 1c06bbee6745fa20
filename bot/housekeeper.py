"""Daily tidying, woken by APScheduler: what is due lives in rows, the scheduler only knocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from handlers.forgetting import sweep
from storage.writer import Writer
from workflow.privacy.retention import Retention


class Housekeeper:
    """Forgets what nobody needs any more; permits and the journal are never touched."""

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        retention: Retention,
        every: timedelta = timedelta(hours=1),
        also: Sequence[Callable[[], Awaitable[None]]] = (),
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """``also`` is knocked at as often; whoever is there knows whether anything is due."""
        self._writer = writer
        self._clock = clock
        self._retention = retention
        self._every = every
        self._alive = alive
        self.also = tuple(also)

    async def run(self) -> None:
        """Work until cancelled."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        for job in (self.tidy, *self.also):
            scheduler.add_job(
                job, "interval", seconds=self._every.total_seconds(), misfire_grace_time=None, coalesce=True
            )
        scheduler.start()
        self._alive()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tidy(self) -> None:
        """Forget what nobody needs any more."""
        now = self._clock.now()
        await self._writer.submit(lambda tx: sweep(tx, self._retention, now))
        self._alive()
