"""The night's forgetting: knock as often as you like; once a night is meant. The writer is asked in short turns.

What is forgotten cannot be had back, and nothing but the clock says that its time is over. A machine that wakes up in
another year would forget all of it in one night. So what the clock leapt over since the last knock is believed only
after it was seen running for a week (`workflow.privacy.clockwork`); nobody is harmed by what is kept a little longer.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import msgspec
import structlog

from bot.clock import Clock
from bot.nightly import latest_night
from handlers.forgetting import (
    BATCH,
    ROWS_OF,
    Tally,
    forget_originals,
    forget_rows,
    remember,
    still_wanted,
)
from handlers.house import House
from storage.media import MediaFiles
from storage.times import read_optional, spell
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import MediaHash
from workflow.privacy.clockwork import Clockwork, Leapt, first_seen, leapt, seen_again
from workflow.privacy.retention import Retention

_RAN = "retention.ran_at"
_CLOCK = "retention.clock"
_SEEN, _SINCE = "retention.clock_seen", "retention.clock_since"
"""What was remembered of the clock before each leap was."""
_MICROSECOND: Final = timedelta.resolution
_log = structlog.get_logger()


class Forgetter:
    """Forgets what the table lets go."""

    def __init__(self, *, writer: Writer, clock: Clock, house: House, retention: Retention, files: MediaFiles) -> None:
        self._writer = writer
        self._clock = clock
        self._house = house
        self._retention = retention
        self._files = files

    async def knock(self) -> None:
        """Forget if this night's turn is still to come. A failure is told; the next knock goes on where it stopped."""
        now = self._clock.now()
        try:
            believed = await self._writer.submit(lambda tx: _believed(tx, now))
            if await self._writer.submit(lambda tx: self._due(tx, now)):
                tally = await self.forget(believed)
                counts = {thing.value: number for thing, number in sorted(tally.counts.items())}
                _log.info("forgotten", action="forget", counts=counts)
        except Exception as failure:  # told with its cause; the house goes on
            _log.exception("not forgotten", action="forget", error=type(failure).__name__)

    async def forget(self, now: datetime) -> Tally:
        """Everything whose time is over at this moment, in small steps; doing it again changes nothing."""
        tally, said = Tally(), self._clock.now()
        for thing in ROWS_OF:
            step = partial(forget_rows, house=self._house, retention=self._retention, thing=thing, now=now)
            while number := await self._writer.submit(step):
                tally.add(thing, number)
        after = ""
        while True:
            look = partial(
                forget_originals, house=self._house, retention=self._retention, after=after, now=now, said=said
            )
            page = await self._writer.submit(look)
            for thing, number in page.gone.items():
                tally.add(thing, number)
            after = page.after
            if not after:
                break
        await self._erase(now)
        await self._writer.submit(lambda tx: self._done(tx, tally, said))
        return tally

    async def _erase(self, now: datetime) -> None:
        """Take the bytes of what was marked off the disk; what a crash left behind is found again by its mark."""
        while found := await self._writer.submit(lambda tx: tx.to_erase(BATCH)):
            for sha256, thing in found:
                await self._erase_one(sha256, thing, now)

    async def _erase_one(self, sha256: MediaHash, thing: str, now: datetime) -> None:
        # Set aside first, asked afterwards: bytes that came in anew meanwhile are put back, not lost.
        await asyncio.to_thread(self._files.set_aside, sha256)
        wanted = await self._writer.submit(lambda tx: self._settled(tx, sha256, thing, now))
        await asyncio.to_thread(self._files.put_back if wanted else self._files.drop_aside, sha256)

    def _settled(self, tx: Tx, sha256: MediaHash, thing: str, now: datetime) -> bool:
        wanted = still_wanted(tx, self._house, self._retention, sha256, now)
        if wanted:
            tx.given_again(sha256)
        else:
            tx.erased(sha256, thing)
        return wanted

    def _due(self, tx: Tx, now: datetime) -> bool:
        last = read_optional(tx.setting(_RAN))
        # A time ahead of now was written under a clock that was wrong.
        return last is None or last < latest_night(now, self._house.zone) or last > now

    def _done(self, tx: Tx, tally: Tally, now: datetime) -> None:
        remember(tx, self._house, tally, now)
        tx.put_setting(_RAN, spell(now))


class _Leapt(msgspec.Struct, array_like=True, frozen=True):
    """As it is stored, in microseconds."""

    over: int
    ran: int


class _Clock(msgspec.Struct, frozen=True):
    seen: datetime
    leaps: tuple[_Leapt, ...]


def _believed(tx: Tx, now: datetime) -> datetime:
    """The moment it is at the earliest; what the clock says is remembered."""
    before = _remembered(tx)
    clock = first_seen(now) if before is None else seen_again(before, now)
    if before is not None and leapt(before, now):
        _log.error("the clock leapt, nothing is forgotten for that", action="forget", was=spell(before.seen))
    leaps = tuple(_Leapt(one.over // _MICROSECOND, one.ran // _MICROSECOND) for one in clock.leaps)
    tx.put_setting(_CLOCK, msgspec.json.encode(_Clock(clock.seen, leaps)).decode())
    return clock.believed


def _remembered(tx: Tx) -> Clockwork | None:
    stored = tx.setting(_CLOCK)
    if stored is not None:
        read = msgspec.json.decode(stored, type=_Clock)
        leaps = tuple(Leapt(over=one.over * _MICROSECOND, ran=one.ran * _MICROSECOND) for one in read.leaps)
        return Clockwork(seen=read.seen, leaps=leaps)
    seen, since = read_optional(tx.setting(_SEEN)), read_optional(tx.setting(_SINCE))
    return None if seen is None or since is None else first_seen(seen, ran=seen - since)
