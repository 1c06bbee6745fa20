"""Keeping a loop running."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from hardware_bridge.stopping import still_wanted

_log = structlog.get_logger()
_RESTART_AFTER = 1.0


async def keep_running(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """A loop that breaks is told loudly and started again; only a dead loop would be worse than a broken one. One that
    breaks while it is being cancelled stays down."""
    while True:
        try:
            await loop()
        except Exception as bug:  # ours: said with its cause, and the loop goes on
            _log.exception("loop broke", action=name, error=type(bug).__name__)
            still_wanted()
            await asyncio.sleep(_RESTART_AFTER)
