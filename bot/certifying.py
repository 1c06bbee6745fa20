"""The knock at the count of certificates. Which day was counted last lives in memory; whoever knocks only knocks."""

from __future__ import annotations

from functools import partial

import structlog

from bot.clock import Clock
from bot.reader import Reader
from handlers.certifying import count, days_owed, keep
from handlers.house import House
from storage.writer import Writer

_log = structlog.get_logger()


class Certifying:
    """Counts every day once it is over. Knock as often as you like; every hour is meant."""

    def __init__(self, *, writer: Writer, reader: Reader, clock: Clock, house: House) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._house = house

    async def knock(self) -> None:
        """Count what is owed, day by day: read beside the writer, written in one turn. A failure is told; the next
        knock tries again."""
        house, now = self._house, self._clock.now()
        try:
            for day in await self._writer.submit(lambda tx: days_owed(tx, house, now)):
                counted = await self._reader.read(partial(count, house=house, day=day))
                await self._writer.submit(partial(keep, house=house, day=day, counted=counted))
                _log.info("certificates counted", action="figures", day=day.isoformat(), permits=len(counted))
        except Exception as failure:  # told with its cause; the house goes on
            _log.exception("certificates not counted", action="figures", error=type(failure).__name__)
