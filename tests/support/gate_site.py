"""The gate's page served for an office at some stage, and the keys it signs with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.gate import GateRing
from bot.web.gate import GatePages
from handlers.gate import find_pass, status_list
from tests.support.hot_work import NUMBER
from tests.support.key_site import WorldClock
from tests.support.office import World
from workflow.gate_pass import Pass, StatusList
from workflow.ids import PermitId

FRESH = timedelta(minutes=10)
SEED = bytes(range(32))


def ring(site: str = "hc", seed: bytes = SEED, *earlier: bytes) -> GateRing:
    """The keys of a site."""
    return GateRing(site=site, seed=seed, earlier=earlier)


@dataclass(slots=True)
class GateSite:
    """An office with a gate, and its address."""

    base: str
    world: World
    ring: GateRing
    pages: GatePages

    async def shown(self) -> Pass:
        """The pass of the permit, as of now."""
        found = await self.world.writer.submit(lambda tx: find_pass(tx, self.world.house, PermitId(NUMBER)))
        assert found is not None
        return found

    async def listed(self, now: datetime | None = None) -> StatusList:
        """How the permits stand now."""
        at = now or self.world.now
        early = timedelta(hours=1)
        return await self.world.writer.submit(
            lambda tx: status_list(tx, self.world.house, at, fresh_for=FRESH, early=early)
        )


@asynccontextmanager
async def gate_site(world: World, keys: GateRing | None = None) -> AsyncIterator[GateSite]:
    """Serve the page of an office under a name browsers trust without https."""
    own = keys or ring()
    app = web.Application(client_max_size=1 << 20)
    pages = GatePages(writer=world.writer, house=world.house, clock=WorldClock(world), ring=own, fresh_for=FRESH)
    pages.install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "localhost", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield GateSite(base=f"http://localhost:{port}", world=world, ring=own, pages=pages)
    finally:
        await runner.cleanup()
