"""Looking at running work once after a start, a little at a time, beside everything else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import structlog

from bot.clock import Clock
from handlers.house import House
from handlers.warming import look_over, running
from storage.readiness import of_every_decision
from storage.writer import Writer

AT_ONCE: Final = 2
"""Permits of one turn in the writer: some 2 ms each when nothing of them is known yet."""
PAUSE: Final = 0.02
"""Seconds between two turns, for whoever waits."""

_log = structlog.get_logger()


async def warm(writer: Writer, house: House, clock: Clock, pause: Callable[[float], Awaitable[object]]) -> None:
    """Have ready what the first decision about each running permit would work out. Whatever goes wrong is said once."""
    try:
        permits = await writer.submit(partial(running, now=clock.now()))
        for first in range(0, len(permits), AT_ONCE):
            turn = permits[first : first + AT_ONCE]
            await writer.submit(partial(look_over, house=house, now=clock.now(), permits=turn))
            await pause(PAUSE)
        for statement in of_every_decision() if permits else ():
            statement.on(writer.database.backend)
            await pause(0)
    except Exception as trouble:  # nobody needs it: the first decisions take as long as they took without
        _log.warning("not warmed", action="start", error=type(trouble).__name__)
    else:
        _log.info("warmed", action="start", permits=len(permits))
