"""Our half of DingTalk's stream against its twin, with an office that is easy to read."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.dingtalk.gateway import Account
from bot.dingtalk.inbound import Inbound
from bot.dingtalk.stream import Stream, Timing
from handlers.arrivals import Arrival
from tests.support.clock import FakeClock, FakeEntropy
from tests.support.dingtalk_twin import APP, CORP, SECRET
from workflow.ids import SiteId

LONG = timedelta(minutes=5)
PATIENT = Timing(
    open_within=LONG,
    hold=LONG,
    hold_click=LONG,
    ping_every=LONG,
    pong_within=LONG,
    farewell=LONG,
    healthy_after=timedelta(0),
    first_pause=timedelta(milliseconds=50),
    longest_pause=timedelta(milliseconds=200),
)
"""Waits for everything but the next connection; every connection counts as having lasted."""
HASTY = replace(PATIENT, hold=timedelta(milliseconds=300), hold_click=timedelta(milliseconds=300))
"""Gives up holding a frame soon."""


def calm(timing: Timing) -> None:
    """Let the running stream of this timing hold frames for long from now on: the repeat is not refused as well."""
    object.__setattr__(timing, "hold", LONG)


WATCHFUL = replace(PATIENT, ping_every=timedelta(milliseconds=100), pong_within=timedelta(milliseconds=500))
"""Asks often whether anybody is there."""


@dataclass(slots=True)
class FakeOffice:
    """Commits at once and each key once, as the inbox does, unless told to wait or to fail."""

    committed: list[Arrival] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    bugs: frozenset[int] = frozenset()
    """Which arrivals, counted from 1, meet a bug."""

    async def __call__(self, arrival: Arrival) -> None:
        self.asked[arrival.dedup_key] += 1
        self.started.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.asked.total() in self.bugs:
            raise RuntimeError("a bug")
        if arrival.dedup_key not in {one.dedup_key for one in self.committed}:
            self.committed.append(arrival)


@dataclass(slots=True, kw_only=True)
class House:
    """A running stream. ``beats`` counts the proofs of life it gave."""

    office: FakeOffice
    inbound: Inbound
    stream: Stream
    running: asyncio.Task[None]
    beats: int = 0

    async def stop(self) -> None:
        """Stop the stream."""
        self.running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.running


@asynccontextmanager
async def streaming(
    base: str,
    office: FakeOffice,
    *,
    timing: Timing = PATIENT,
    secret: str = SECRET,
    client_id: str = APP,
    aside: Callable[[datetime], str] = lambda _: "",
) -> AsyncIterator[House]:
    """The stream of one process, towards ``base``."""
    inbound = Inbound(office, FakeClock(), corp=CORP, site=SiteId("main"), aside=aside)
    account = Account(client_id=client_id, client_secret=secret, base_url=base)
    beats: list[None] = []
    stream = Stream(
        account=account, take=inbound.take, alive=lambda: beats.append(None), timing=timing, entropy=FakeEntropy()
    )
    house = House(office=office, inbound=inbound, stream=stream, running=asyncio.create_task(stream.run()))
    try:
        yield house
    finally:
        await house.stop()
        house.beats = len(beats)
        if office.gate is not None:
            office.gate.set()
        await inbound.finish()
