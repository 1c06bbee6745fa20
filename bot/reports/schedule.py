"""The knock at the summaries. What was posted last lives in memory; whoever knocks only knocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.clock import Clock
from handlers.house import House
from handlers.summaries import Every, post_due
from storage.writer import Writer

WANTED: Final[Mapping[str, tuple[Every, ...]]] = {
    "month": (Every.MONTH,),
    "week": (Every.WEEK,),
    "both": (Every.MONTH, Every.WEEK),
    "none": (),
}
"""Of `bot.settings.Settings.summaries`."""

_log = structlog.get_logger()


class Summaries:
    """Posts the summary of the last month or week once. Knock as often as you like; every hour is meant."""

    def __init__(self, *, writer: Writer, clock: Clock, house: House, wanted: tuple[Every, ...]) -> None:
        self._writer = writer
        self._clock = clock
        self._house = house
        self._wanted = wanted

    async def knock(self) -> None:
        """Post what is due. A failure is told; the next knock tries again."""
        now = self._clock.now()
        try:
            posted = await self._writer.submit(lambda tx: post_due(tx, self._house, now, self._wanted))
        except Exception as failure:  # told with its cause; the house goes on
            _log.exception("summary not posted", action="summary", error=type(failure).__name__)
            return
        for one in posted:
            _log.info("summary posted", action="summary", since=str(one.since), until=str(one.until))
