"""Putting the gate's page into the service, where the site has a key for it; and the key on record."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.clock import Clock
from bot.gate import in_text, ring_of
from bot.settings import Settings
from handlers.house import House
from handlers.streams import keep
from storage.tx import Tx
from storage.writer import Writer
from workflow.gate_keys import STREAM, settled


def install_gate_page(app: web.Application, settings: Settings, *, writer: Writer, house: House, clock: Clock) -> None:
    """Serve it; nothing without a key. What it needs is imported here: most sites do without."""
    ring = ring_of(settings)
    if ring is None:
        return
    from bot.web.gate import GatePages

    fresh_for = timedelta(minutes=settings.gate_fresh_minutes)
    GatePages(writer=writer, house=house, clock=clock, ring=ring, fresh_for=fresh_for).install(app)


async def endorse_keys(settings: Settings, *, writer: Writer, house: House, clock: Clock) -> None:
    """Write down which keys count from now on, where that changed: sealed, it tells an outsider ours from others."""
    ring, now = ring_of(settings), clock.now()
    counts = {} if ring is None else {name.hex(): in_text(raw) for name, raw in ring.public.items()}

    def note(tx: Tx) -> None:
        events = settled(tx.load(house.gate_keys, STREAM)[0], counts, now)
        if events:
            keep(tx, house.gate_keys, STREAM, events, at=now, cause=f"gate-keys:{now.isoformat()}")

    await writer.submit(note)
