"""What came over the stream, between the line and the office. Runs in the house's own loop.

Rule 1: 200 means committed. It is given only after the office has returned, so what a crash loses is pushed again.
Rule 2: the line waits less than the platform does (`bot.dingtalk.stream`). When the office needs longer it goes on
undisturbed, the platform is told to come again, and the second push finds the first one's work: here while it runs, in
the inbox afterwards.
Rule 3: several things in one push are committed one after the other. What failed is taken again, what was taken is not.
Rule 4: of a frame that cannot be read nothing is logged but the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from bot.clock import Clock
from bot.crash_points import EdgePoint
from bot.dingtalk.callbacks import AnyCallback, CardClicked, DirectoryChanged, PeopleLeft
from bot.dingtalk.dedup import dedup_key
from bot.dingtalk.protocol import Frame, Kind, read_callback
from bot.dingtalk.rejection import RejectedFrame, Rejection
from bot.dingtalk.replies import Outcome, Reply, newer, reply
from bot.dingtalk.translate import arrivals_of
from bot.handed import Handed, Office
from bot.log import get_logger
from handlers.arrivals import Arrival
from storage.faults import NO_FAULTS, Faults
from workflow.ids import SiteId

log = get_logger("dingtalk.inbound")


class Inbound:
    """Takes the frames of one app.

    ``pushed`` counts what the month's quota counts; ``aside`` is what a press is told at once while its card waits.
    """

    def __init__(
        self,
        office: Office,
        clock: Clock,
        *,
        corp: str,
        site: SiteId,
        directory_changed: Callable[[], None] = lambda: None,
        pushed: Callable[[], Coroutine[object, object, None]] | None = None,
        aside: Callable[[datetime], str] = lambda _: "",
        faults: Faults = NO_FAULTS,
        under_way: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._clock = clock
        self._corp = corp
        self._site = site
        self._directory_changed = directory_changed
        self._pushed = pushed
        self._aside = aside
        self._counting: set[asyncio.Task[None]] = set()
        self._faults = faults
        self._handed = Handed(office, clock, under_way=under_way, log=log, what="frame")

    async def take(self, frame: Frame) -> Reply:
        """Take one frame; the answer once everything it means is committed, or cannot be.

        Whoever stops waiting for it stops nothing: the office goes on.
        """
        try:
            callback = read_callback(frame, corp=self._corp)
        except RejectedFrame as rejected:
            log.warning("frame.rejected", reason=rejected.reason.value)
            nobodys = rejected.reason is Rejection.UNKNOWN_TOPIC
            return reply(frame, Outcome.NOBODYS if nobodys else Outcome.REJECTED)
        if isinstance(callback, DirectoryChanged | PeopleLeft):
            self._directory_changed()
        self._count(frame)
        now = self._clock.now()
        arrivals = arrivals_of(callback, site=self._site, received_at=now)
        if not arrivals:
            log.info("frame.ignored", kind=_kind(callback))
        elif not await self._handed_over(callback, arrivals):
            return reply(frame, Outcome.LATER)
        response = newer(_stamp(now), self._aside(now)) if isinstance(callback, CardClicked) else None
        return reply(frame, Outcome.COMMITTED, response)

    async def finish(self) -> None:
        """Wait until the office has finished what it was given. For shutting down."""
        await self._handed.finish()
        if self._counting:
            await asyncio.wait(self._counting)

    def _count(self, frame: Frame) -> None:
        """Tell the month's meter. Nobody waits for it; events of the directory are free."""
        if self._pushed is not None and frame.kind is Kind.CALLBACK:
            task = asyncio.create_task(self._pushed())
            self._counting.add(task)
            task.add_done_callback(self._counting.discard)

    async def _handed_over(self, callback: AnyCallback, arrivals: tuple[Arrival, ...]) -> bool:
        """Whether all of it is committed."""
        self._faults.reach(EdgePoint.TAKEN)
        committed = await self._handed.over(dedup_key(callback), arrivals)
        if committed:
            self._faults.reach(EdgePoint.BEFORE_ACK)
        return bool(committed)


def _stamp(now: datetime) -> str:
    """A version no card of ours has shown before."""
    return f"t{int(now.timestamp() * 1000):x}"


def _kind(callback: AnyCallback) -> str:
    return type(callback).__name__
