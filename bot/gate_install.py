"""Putting the gate's page into the service, where the site has a key for it."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.clock import Clock
from bot.gate import ring_of
from bot.settings import Settings
from handlers.desk import House
from storage.writer import Writer


def install_gate_page(app: web.Application, settings: Settings, *, writer: Writer, house: House, clock: Clock) -> None:
    """Serve it; nothing without a key. What it needs is imported here: most sites do without."""
    ring = ring_of(settings)
    if ring is None:
        return
    from bot.web.gate import GatePages

    fresh_for = timedelta(minutes=settings.gate_fresh_minutes)
    GatePages(writer=writer, house=house, clock=clock, ring=ring, fresh_for=fresh_for).install(app)
