"""The radar's knock: once a night everybody who approved lately is judged, one short turn of the writer each."""

from __future__ import annotations

from functools import partial

import structlog

from bot.clock import Clock
from bot.nightly import latest_night
from handlers.house import House
from handlers.judging import judge, tell_managers
from storage.times import read_optional, spell
from storage.writer import Writer
from workflow.ids import PersonId

_RAN = "radar.ran_at"
_log = structlog.get_logger()


class Radar:
    """Judges at night. Knock as often as you like."""

    def __init__(self, *, writer: Writer, clock: Clock, house: House, pages: bool) -> None:
        self._writer = writer
        self._clock = clock
        self._house = house
        self._pages = pages

    async def knock(self) -> None:
        """Judge if this night's turn is still to come. A failure is told; the next knock tries again."""
        radar, now = self._house.radar, self._clock.now()
        if radar is None:
            return
        try:
            last = read_optional(await self._writer.submit(lambda tx: tx.setting(_RAN)))
            # A time ahead of now was written under a clock that was wrong.
            if last is not None and latest_night(now, self._house.zone) <= last <= now:
                return
            people = await self._writer.submit(lambda tx: tx.deciders(now - radar.window))
            for person in map(PersonId, people):
                work = partial(judge, house=self._house, person=person, radar=radar, pages=self._pages, now=now)
                await self._writer.submit(work)
            await self._writer.submit(lambda tx: tell_managers(tx, self._house, now))
            await self._writer.submit(lambda tx: tx.put_setting(_RAN, spell(now)))
        except Exception as failure:  # told with its cause; the house goes on
            _log.exception("approvals not judged", action="radar", error=type(failure).__name__)
