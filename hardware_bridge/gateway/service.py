"""The site gateway: the same sources as the main house, a spool on disk, and the link.

::

    source → take → every half second a batch → spool (synced) → link, oldest first → taken by the house → gone here

It judges nothing: what a value is worth and means is said in the main house. When the link is down everything waits in
the spool; when the gateway is down its devices are silent in the house, and silence stops work there by itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from hardware_bridge.gateway.batch import MOST_ENTRIES, Entry, written
from hardware_bridge.gateway.link import Link, LinkDown
from hardware_bridge.gateway.spool import Spool
from hardware_bridge.sample import Said, Trouble
from hardware_bridge.source import Source

_log = structlog.get_logger()

EVERY: Final = 0.5
"""Seconds between two batches; an alarm waits no longer than that."""
HEARTBEAT: Final = 5.0
"""Seconds after which the house hears that we live although nothing was said."""
AGAIN: Final = 5.0
"""Seconds a source that failed rests."""
REST: Final = (1.0, 15.0)
"""Seconds between two tries while the link is down: the first rest and the longest."""
MOST_WAITING: Final = 50_000
"""Entries that wait for the disk; beyond that the oldest go."""


class _Kept(msgspec.Struct):
    """A batch as it lies in the spool: which run of the gateway heard it, and when by that run's own seconds."""

    run: str
    entries: list[tuple[int, msgspec.Raw]]


class SiteGateway:
    """Make it, run it. ``run_name`` is a name no other run has: seconds of another run say nothing."""

    def __init__(
        self,
        *,
        sources: Sequence[Source],
        spool: Spool,
        link: Link,
        run_name: str,
        steady: Callable[[], float],
        clock: Callable[[], datetime],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._sources = tuple(sources)
        self._spool = spool
        self._link = link
        self._run = run_name
        self._steady = steady
        self._clock = clock
        self._pause = pause
        self._heard: deque[tuple[int, msgspec.Raw]] = deque(maxlen=MOST_WAITING)
        self._disk = asyncio.Lock()
        self._news = asyncio.Event()
        self._down = ""
        self.troubles: Counter[str] = Counter()
        """What could not be understood, by source and reason."""

    # --- for sources

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        """Take one thing a device said."""
        del via  # no gateway stands behind a gateway
        if isinstance(said, Trouble):
            self.troubles[f"{said.source.value}:{said.why.value}"] += 1
            return
        lay = timedelta(0) if received_at is None else max(timedelta(0), self._clock() - received_at)
        at = int((self._steady() - lay.total_seconds()) * 1000)
        self._heard.append((at, msgspec.Raw(written(said))))

    # --- running

    async def run(self) -> None:
        """Run until cancelled, with every source."""
        async with asyncio.TaskGroup() as tasks:
            for source in self._sources:
                tasks.create_task(self._listen(source), name=f"source-{source.name}")
            tasks.create_task(self._keeping(), name="spool")
            tasks.create_task(self._sending(), name="link")

    async def _listen(self, source: Source) -> None:
        while True:
            try:
                await source.run(self)
            except Exception as bug:  # one transport never takes the others with it
                _log.exception("source failed", action="gateway", source=source.name, error=type(bug).__name__)
            await self._pause(AGAIN)

    async def _keeping(self) -> None:
        while True:
            await self.keep()
            await self._pause(EVERY)

    async def keep(self) -> None:
        """Put what was heard into the spool, in batches."""
        while self._heard:
            entries = [self._heard.popleft() for _ in range(min(len(self._heard), MOST_ENTRIES))]
            body = msgspec.json.encode(_Kept(run=self._run, entries=entries))
            async with self._disk:
                await asyncio.to_thread(self._spool.append, body)
            self._news.set()

    async def _sending(self) -> None:
        rest = REST[0]
        while True:
            try:
                await self.send()
            except (LinkDown, OSError) as trouble:
                if not self._down:
                    _log.warning("the link is down", action="gateway", reason=str(trouble))
                self._down = str(trouble) or type(trouble).__name__
                await self._pause(rest)
                rest = min(rest * 2, REST[1])
                continue
            if self._down:
                _log.info("the link is up again", action="gateway", waiting=len(self._spool))
            self._down, rest = "", REST[0]
            await self._until_news()

    async def send(self) -> None:
        """Say that we live, then hand over everything that waits, oldest first. Raise `LinkDown`, `OSError`."""
        spool = self._spool
        await self._link.send(spool.name, 0, (), spool.lost)
        while True:
            async with self._disk:
                self._news.clear()
                first = await asyncio.to_thread(spool.first)
            if first is None:
                return
            number, body = first
            await self._link.send(spool.name, number, self._entries(body), spool.lost)
            async with self._disk:
                await asyncio.to_thread(spool.taken, number)

    def _entries(self, body: bytes) -> list[Entry]:
        kept = msgspec.json.decode(body, type=_Kept)
        now = int(self._steady() * 1000)
        ours = kept.run == self._run
        return [Entry(said=said, waited_ms=max(0, now - at) if ours else None) for at, said in kept.entries]

    async def _until_news(self) -> None:
        news, beat = asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(self._pause(HEARTBEAT))
        try:
            await asyncio.wait((news, beat), return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            beat.cancel()

    # --- health

    def notes(self) -> tuple[str, ...]:
        """What an operator should know now, a sentence each; empty: all is well."""
        found = [f"{source.name}: {note}" for source in self._sources for note in source.notes()]
        if self._down:
            found.append(f"the link is down: {self._down}; {len(self._spool)} batches wait")
        if self._spool.trouble:
            found.append(f"the disk takes nothing: {self._spool.trouble}")
        if self._spool.lost:
            found.append(f"{self._spool.lost} batches were given up for want of room")
        return tuple(found)
