"""The nightly seal of the journal. When it was done last lives in memory; whoever knocks only knocks."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.nightly import latest_night
from handlers.house import House
from handlers.sealing import seal
from storage.writer import Writer

_log = structlog.get_logger()


class Sealer:
    """Takes a checkpoint once a night. Knock as often as you like; every hour is meant."""

    def __init__(self, *, writer: Writer, clock: Clock, house: House) -> None:
        self._writer = writer
        self._clock = clock
        self._house = house

    async def knock(self) -> None:
        """Take this night's checkpoint if it is still to be taken. A failure is told; the next knock tries again."""
        now = self._clock.now()
        since = latest_night(now, self._house.zone)
        try:
            taken = await self._writer.submit(lambda tx: seal(tx, self._house, now, since=since))
            newest = taken or await self._writer.submit(lambda tx: tx.newest_checkpoint())
        except Exception as failure:  # told with its cause; the house goes on
            _log.exception("journal not sealed", action="seal", error=type(failure).__name__)
            return
        if taken is not None:
            _log.info("journal sealed", action="seal", number=taken.number, hash=taken.hash.hex())
        elif newest is None or newest.taken_at < since:
            _log.error("journal not sealed: the past is not what was sealed", action="seal")
