"""The month's meter: so many calls and so many pushes an organisation has, and what is saved first (docs/adr/0086).

The smallest edition gives a whole organisation 5000 calls and 3000 pushes a month. A plant at work uses that up, so the
house counts, saves, and says so early:

Rule 1: every metered call is counted before it is made. Blocks of them are taken ahead from memory, so that counting
costs one write for a block; after a crash the books show at most one block too much, never too little.
Rule 2: safety is never held back, whatever the meter says. The meter guesses; only the platform's own no is a no.
Rule 3: what nobody waits for goes first. Mere progress on cards is left out as soon as the month is spent faster than
the calendar runs, and from half of it on; news waits from four fifths on; what people are to do only in the last
twentieth, which is kept for stopping work. Nobody waits there without being told so once (`Saved.say`), and a press is
answered by what costs nothing: the answer to its push.
Rule 4: at 50, 80 and 95 per cent, and when it is over, the plant's safety department and the operator are told, once
each.

What waits stays in the outbox, where a newer message about the same thing takes its place: waiting is how it is saved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Final, Protocol

import structlog

from bot.clock import Clock
from bot.pace import Saved
from cards import words_dingtalk as words
from storage.errors import StorageError
from storage.tx import Tx
from storage.usage import Usage
from storage.writer import Writer
from workflow.effects import Lane

PLATFORM: Final = "dingtalk"
BLOCK: Final = 25
"""Calls taken ahead: the most that a crash makes the books wrong by. Half a per cent of the smallest quota."""
WARN_AT: Final = (50, 80, 95, 100)
CARDS_UNTIL, NEWS_UNTIL, ACTION_UNTIL = 50, 80, 95
"""Per cent of the month's calls at which each kind begins to wait."""
LAST_WORD_UNTIL: Final = 98
"""Until here whoever would wait in vain is told so, once; the last fiftieth is for stops alone."""
AHEAD: Final = 10
"""Per cent by which spending may run ahead of the calendar before changes of cards wait."""
LOOK_AGAIN: Final = timedelta(hours=1)
REFUSED_FOR: Final = timedelta(minutes=10)
"""How long all but safety waits after the platform itself said that the month is used up."""
PATIENCE: Final = 1.0
"""Seconds a call waits for the books. A stop order is not kept back by a slow disk: it is written down afterwards."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the organisation's edition gives a month (标准版 by default)."""

    calls: int = 5000
    pushes: int = 3000

    def __post_init__(self) -> None:
        if self.calls <= 0 or self.pushes <= 0:
            raise ValueError("a month has some calls and some pushes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mark was passed for the first time this month. 100: it is over."""

    what: str
    """``calls`` or ``pushes``."""
    percent: int
    used: int
    limit: int
    month: str


class Meter(Protocol):
    """What a caller of the platform tells of its calls."""

    async def call(self) -> None:
        """A metered call is about to be made."""
        ...

    def not_counted(self) -> None:
        """The platform itself does not count the last call: too fast, or no connection at all."""
        ...

    def gone(self) -> None:
        """The platform says that the month is used up."""
        ...


class _NoMeter:
    async def call(self) -> None:
        return

    def not_counted(self) -> None:
        return

    def gone(self) -> None:
        return


NO_METER: Final[Meter] = _NoMeter()

Tell = Callable[[Tx, Notice], None]
"""Puts the notice into the outbox, in the transaction that remembers it as told."""


@dataclass(slots=True)
class _Book:
    """One of the two counters. ``taken``: what memory says; ``left``: of that, ours and not yet used. Below zero: used
    without having been written down."""

    limit: int
    taken: int = 0
    left: int = 0

    @property
    def used(self) -> int:
        return self.taken - self.left

    @property
    def percent(self) -> int:
        return self.used * 100 // self.limit


class Quota:
    """The meter of one app. `start` it before the first call, `stop` it after the last."""

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        zone: tzinfo,
        app: str,
        plan: Plan | None = None,
        tell: Tell,
        patience: float = PATIENCE,
    ) -> None:
        plan = plan or Plan()
        self._writer = writer
        self._clock = clock
        self._zone = zone
        self._app = app
        self._tell = tell
        self._calls = _Book(plan.calls)
        self._pushes = _Book(plan.pushes)
        self._month = ""
        self._patience = patience
        self._taking: asyncio.Task[None] | None = None
        """The one request for a block that is under way; whoever waits no longer leaves it running."""
        self._refused_until: datetime | None = None

    # --- counting

    async def start(self) -> None:
        """Read what the month has cost. Raise `storage.errors.StorageError`."""
        await self._take_blocks()

    async def stop(self) -> None:
        """Give back what was taken and not used. Raise `storage.errors.StorageError`."""
        if self._taking is not None:
            await self._taking
        if self._month:
            month, calls, pushes = self._month, self._calls.left, self._pushes.left
            self._calls.left = self._pushes.left = 0
            after = await self._writer.submit(lambda tx: self._book(tx, month, -calls, -pushes))
            self._calls.taken, self._pushes.taken = after.calls, after.pushes

    async def call(self) -> None:
        """Count a call that is about to be made."""
        await self._count(self._calls)

    async def push(self) -> None:
        """Count a push that came in."""
        await self._count(self._pushes)

    def not_counted(self) -> None:
        """See `Meter.not_counted`."""
        self._calls.left += 1

    def gone(self) -> None:
        """See `Meter.gone`."""
        _log.error("the platform says that the month's calls are used up", action="quota", month=self._month)
        self._refused_until = self._clock.now() + REFUSED_FOR

    async def _count(self, book: _Book) -> None:
        if book.left <= 0 or self._month != self._this_month():
            await self._refill()
        book.left -= 1

    async def _refill(self) -> None:
        """Wait for a block, but not for long: what is not written down yet is owed."""
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._try_to_take(), name="quota")
        _, late = await asyncio.wait({self._taking}, timeout=self._patience)
        if late:
            _log.warning("call not written down yet", action="quota", month=self._month)

    async def _try_to_take(self) -> None:
        try:
            await self._take_blocks()
        except StorageError as trouble:
            _log.warning("call not written down yet", action="quota", error=type(trouble).__name__)

    async def _take_blocks(self) -> None:
        """Take what is missing to a full block of each; whatever was used without being written down comes on top."""
        month = self._this_month()
        if month != self._month:
            # What is left belongs to the month that is over; what is owed to the books is still owed.
            self._calls.left, self._pushes.left = min(self._calls.left, 0), min(self._pushes.left, 0)
        calls, pushes = BLOCK - self._calls.left, BLOCK - self._pushes.left
        after = await self._writer.submit(lambda tx: self._book(tx, month, calls, pushes))
        self._month = month
        self._calls.taken, self._calls.left = after.calls, self._calls.left + calls
        self._pushes.taken, self._pushes.left = after.pushes, self._pushes.left + pushes

    def _book(self, tx: Tx, month: str, calls: int, pushes: int) -> Usage:
        """Write it down, and tell of marks that were passed. Runs in the writer, perhaps twice: it changes nothing of
        ours."""
        before = tx.usage(PLATFORM, self._app, month)
        booked = replace(before, calls=before.calls + calls, pushes=before.pushes + pushes)
        after = replace(
            booked,
            calls_warned=self._warned(tx, "calls", booked.calls - BLOCK, self._calls.limit, before.calls_warned, month),
            pushes_warned=self._warned(
                tx, "pushes", booked.pushes - BLOCK, self._pushes.limit, before.pushes_warned, month
            ),
        )
        tx.put_usage(after, self._clock.now())
        return after

    def _warned(self, tx: Tx, what: str, used: int, limit: int, before: int, month: str) -> int:
        passed = max((mark for mark in WARN_AT if used * 100 >= mark * limit), default=0)
        if passed <= before:
            return before
        notice = Notice(what=what, percent=passed, used=used, limit=limit, month=month)
        say = _log.error if passed >= ACTION_UNTIL else _log.warning
        say("the month's quota runs down", action="quota", what=what, percent=passed, used=used, limit=limit)
        self._tell(tx, notice)
        return passed

    def _this_month(self) -> str:
        return month_of(self._clock.now(), self._zone)

    # --- saving

    def allow(self, now: datetime, lane: Lane, *, edit: bool) -> None:
        """Raise `bot.pace.Saved` for what must wait so that the rest of the month suffices; safety never does."""
        if lane is Lane.SAFETY:
            return
        if self._refused_until is not None and now < self._refused_until:
            raise Saved("the platform says that the month is used up", self._refused_until - now)
        if self._month != month_of(now, self._zone):
            return
        percent = self._calls.percent
        until = ACTION_UNTIL if lane is Lane.ACTION else CARDS_UNTIL if edit else NEWS_UNTIL
        if percent >= until:
            waits_in_vain = lane is Lane.ACTION and not edit and percent < LAST_WORD_UNTIL
            say = words.MONTH_SPENT if waits_in_vain else ""
            raise Saved(f"{percent} % of the month's calls are used", LOOK_AGAIN, say=say)
        if edit and lane is Lane.INFORMATION and percent > elapsed(now, self._zone) + AHEAD:
            raise Saved("the month is spent faster than the calendar runs", LOOK_AGAIN)

    def silent(self, now: datetime) -> bool:
        """Whether even the answer to a press waits."""
        try:
            self.allow(now, Lane.ACTION, edit=True)
        except Saved:
            return True
        return False

    # --- showing

    def usage(self) -> Usage:
        """What this process knows of the month."""
        return Usage(
            platform=PLATFORM, app=self._app, month=self._month, calls=self._calls.used, pushes=self._pushes.used
        )

    def notes(self) -> list[str]:
        """Where the month stands, a line each, for the health page and the doctor; said plainly when it is over."""
        lines = [
            f"dingtalk: {book.percent} % of the month's {what} are used ({book.used} of {book.limit})"
            for what, book in (("calls", self._calls), ("pushes", self._pushes))
        ]
        if self._refused_until is not None and self._clock.now() < self._refused_until:
            lines.append("dingtalk: the platform refuses calls, the month is used up")
        return lines


def month_of(now: datetime, zone: tzinfo) -> str:
    """The plant's month, as ``2026-11``."""
    return f"{now.astimezone(zone):%Y-%m}"


def elapsed(now: datetime, zone: tzinfo) -> int:
    """How much of the plant's month is over, in per cent."""
    local = now.astimezone(zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return int((local - first) * 100 / (following - first))
