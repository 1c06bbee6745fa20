"""The timer loop: timers that fell due are claimed and asked as commands of this moment.

What is due lives in rows and survives a kill. The loop sleeps until the next row, or until a commit or a pushed clock
says
to look again. A timer that fires twice (a crash between deciding and marking) is the same arrival twice: the inbox
knows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.crash_points import EdgePoint
from handlers.arrivals import Due
from storage.agenda import TIMER_LANE, AgendaKind, Claimed
from storage.faults import NO_FAULTS, Faults
from storage.times import read
from storage.tx import Tx
from storage.writer import Committed, Writer

_log = structlog.get_logger()

LEASE = timedelta(seconds=30)
_AT_ONCE = 100
_LONGEST_SLEEP = 30.0
_SHORTEST_SLEEP = 0.01


class TimerLoop:
    """Fires the timers of one site. ``read`` turns a claimed row into its arrival, ``ask`` is the office."""

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        read: Callable[[Claimed], Due],
        ask: Callable[[Due], Awaitable[None]],
        name: str,
        speed: Callable[[], float] = lambda: 1.0,
        faults: Faults = NO_FAULTS,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._read = read
        self._ask = ask
        self._name = name
        self._speed = speed
        self._faults = faults
        self._alive = alive
        self._wake = asyncio.Event()

    def look(self) -> None:
        """Look now: the clock was pushed forward."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        self._writer.watch(self._committed)
        while True:
            self._alive()
            self._wake.clear()
            if await self.fire() == 0:
                await self._sleep()

    async def fire(self) -> int:
        """Fire what is due now; how many timers that were."""
        now = self._clock.now()

        def claim(tx: Tx) -> tuple[Claimed, ...]:
            return tx.claim_due(AgendaKind.TIMER, now=now, limit=_AT_ONCE, lease=LEASE, worker=self._name)

        rows = await self._writer.submit(claim)
        for row in rows:
            await self._fire(row)
            self._alive()
        return len(rows)

    async def _fire(self, row: Claimed) -> None:
        self._faults.reach(EdgePoint.TIMER_CLAIMED)
        try:
            await self._ask(self._read(row))
        except Exception as bug:  # ours: the timer stays, and everybody who reads logs hears of it
            _log.exception("timer failed", action="timer", key=row.key, permit=row.permit, error=type(bug).__name__)
            at, why = self._clock.now() + timedelta(seconds=min(300, 2**row.attempts)), repr(bug)[:300]
            await self._writer.submit(lambda tx: tx.mark_retry(row, at, why))
            return
        self._faults.reach(EdgePoint.TIMER_DECIDED)
        now = self._clock.now()
        await self._writer.submit(lambda tx: tx.mark_done(row, now))

    def _committed(self, news: Committed) -> None:
        """Every commit about a permit arms some timer; only one that is due before we look of ourselves wakes us."""
        due = news.wakes.get(TIMER_LANE)
        if due is not None and read(due) <= self._clock.now() + timedelta(seconds=_LONGEST_SLEEP) * self._speed():
            self._wake.set()

    async def _sleep(self) -> None:
        due = await self._writer.submit(lambda tx: tx.next_due(AgendaKind.TIMER))
        wait = _LONGEST_SLEEP
        if due is not None:
            wait = (due - self._clock.now()).total_seconds() / self._speed()
        try:
            async with asyncio.timeout(min(_LONGEST_SLEEP, max(_SHORTEST_SLEEP, wait))):
                await self._wake.wait()
        except TimeoutError:
            return
