"""The relay: what was committed to the outbox goes out to the platforms.

One loop per lane, so that an alarm never waits behind a digest, and a lane that breaks leaves the others alone. Within
a lane a person hears one thing at a time, in the order it was said. A row is claimed for a lease, rendered from the
state of that moment, sent, and marked in the same transaction that records the card; a crash in between sends it again
under the same key.

How a row ends:

- sent, or nothing was left to be said: done;
- not now (pace, outage, lost answer, a busy database): tried again for as long as it takes, no try counts against it;
- a card that cannot be made or is refused: said in plain words, and marked as that (`bot.plainly`, docs/adr/0228);
- a bug of ours beyond that: tried again a few times, then given up;
- never (the person cannot be reached): given up at once.

What is given up stays visible as a dead row. Of a safety message others are told first (docs/adr/0021), of another one
that failed by our own fault as well, and the operator reads it in the log as an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

import structlog

from bot.clock import Clock
from bot.copies import Copies, Errand, Sent, Spelled
from bot.crash_points import EdgePoint
from bot.delivery import Delivery, Done, Edit, GroupPost, Present, Push
from bot.pace import NotYet, Pace
from bot.parts import deliver_each, part
from bot.plainly import plainer
from bot.platform import Platform, TryLater, Unacceptable, Undeliverable
from bot.pushing import Pushing
from bot.turns import Turns
from storage.agenda import AgendaKind, Claimed
from storage.cards_sent import CardSent
from storage.errors import Conflict, Overloaded, StorageTrouble, WriterStopped
from storage.faults import NO_FAULTS, Faults
from storage.times import read
from storage.tx import Tx
from storage.writer import Committed, Writer
from workflow.effects import Lane

_log = structlog.get_logger()

LEASE = {Lane.SAFETY: timedelta(seconds=30), Lane.ACTION: timedelta(minutes=1), Lane.INFORMATION: timedelta(minutes=1)}
"""How long a claimed row is ours. What takes longer is broken off and tried again."""
AT_ONCE = {Lane.SAFETY: 8, Lane.ACTION: 6, Lane.INFORMATION: 2}
BUGS = {Lane.SAFETY: 6, Lane.ACTION: 8, Lane.INFORMATION: 4}
"""After so many failures of our own a row is given up."""
PATIENCE = {
    Lane.SAFETY: timedelta(seconds=10),
    Lane.ACTION: timedelta(minutes=1),
    Lane.INFORMATION: timedelta(minutes=2),
}
"""The longest pause of our own choosing between two tries."""
IDLE = timedelta(seconds=5)
"""How long a lane rests that is told of nothing."""
_NOT_CLAIMABLE = 0.25
_MEND = 1.0
_FAREWELL = 3.0
_REMEMBERED = 1000
_NOT_OURS = (StorageTrouble, Overloaded, WriterStopped, Conflict)
"""Trouble of the database that passes."""

Tell = Callable[[Claimed, str], Awaitable[None]]
"""(row, why) → whoever else must know that this message did not arrive has been told."""


def backoff(tries: int, longest: timedelta) -> timedelta:
    """1, 2, 4 … seconds, at most ``longest``."""
    return min(longest, timedelta(seconds=2.0 ** min(max(tries, 1) - 1, 10)))


class Relay:
    """Sends what waits in the outbox of one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        present: Present,
        platforms: Mapping[str, Platform],
        pace: Mapping[str, Pace],
        clock: Clock,
        name: str,
        undelivered: Tell,
        speed: Callable[[], float] = lambda: 1.0,
        leases: Mapping[Lane, timedelta] = LEASE,
        faults: Faults = NO_FAULTS,
        alive: Callable[[Lane], None] = lambda _: None,
        idle: timedelta = IDLE,
        heard: Callable[[str, bool], None] = lambda _platform, _answered: None,
    ) -> None:
        """``heard``: (platform, whether it gave us an answer), for whatever we wanted of it."""
        self._writer = writer
        self._present = present
        self._platforms = platforms
        self._pace = pace
        self._clock = clock
        self._name = name
        self._undelivered = undelivered
        self._speed = speed
        self._leases = leases
        self._faults = faults
        self._alive = alive
        self._idle = idle.total_seconds()
        self._heard = heard
        self._copies = Copies(writer=writer, platforms=platforms, pace=pace, clock=clock)
        self._pushing = Pushing(copies=self._copies, platforms=platforms, pace=pace, clock=clock)
        self._turns = Turns()
        self._wake = {lane: asyncio.Event() for lane in Lane}
        self._watching = False
        self._errands: dict[tuple[int, str], Errand] = {}
        """Rows under way or waiting for another try, by id and key: what was done for them is not done twice."""
        self._busy: dict[Lane, dict[int, asyncio.Task[Claimed | None]]] = {lane: {} for lane in Lane}
        self._claimed_again: dict[int, Claimed] = {}
        """Claims of rows that were still under way: whose lease ended under our hands, or under a pushed clock."""
        self._tidying: set[asyncio.Task[None]] = set()
        self._ending = False

    # --- from outside

    def committed(self, news: Committed) -> None:
        """Something was put on the agenda: look at once, unless a lane looks of itself before that is due."""
        lanes = [lane for lane in Lane if lane.value in news.wakes and self._soon(news.wakes[lane.value])]
        if lanes:
            self._faults.reach(EdgePoint.WOKEN)
        for lane in lanes:
            self._wake[lane].set()

    def _soon(self, due: str) -> bool:
        """Whether a lane at rest would look too late: an end of a lease, a try in a minute wakes nobody."""
        return read(due) <= self._clock.now() + timedelta(seconds=self._idle) * self._speed()

    def look(self) -> None:
        """Look at every lane now (a clock was pushed forward)."""
        for event in self._wake.values():
            event.set()

    async def run(self) -> None:
        """Work until cancelled."""
        self._ending = False
        if not self._watching:
            self._writer.watch(self.committed)
            self._watching = True
        try:
            async with asyncio.TaskGroup() as lanes:
                for lane in Lane:
                    lanes.create_task(self._lane(lane), name=f"relay-{lane.value}")
        finally:
            await self._put_down()

    async def drain(self) -> int:
        """Send everything that is due now; how many rows were worked off. Returns when nothing is under way."""
        count = 0
        for lane in Lane:
            while rows := (await self._claim(lane, 32))[0]:
                count += len(rows)
                self._start(lane, rows)
                await self._all_done(lane)
            await self._all_done(lane)
        await asyncio.gather(*self._tidying)
        return count

    # --- one lane

    async def _lane(self, lane: Lane) -> None:
        while True:
            try:
                await self._serve(lane)
            except Exception as trouble:  # the loop of a lane never ends: it is told, and goes on
                _log.exception("lane broke", action="relay", lane=lane.value, error=type(trouble).__name__)
                await asyncio.sleep(_MEND)

    async def _serve(self, lane: Lane) -> None:
        while True:
            self._alive(lane)
            self._wake[lane].clear()
            rows, due = await self._claim(lane, AT_ONCE[lane] - len(self._busy[lane]))
            self._start(lane, rows)
            if not rows:
                await self._sleep(lane, due)

    async def _claim(self, lane: Lane, limit: int) -> tuple[tuple[Claimed, ...], datetime | None]:
        """Up to ``limit`` rows, and when to look again if there are none."""
        if limit <= 0:
            return (), None  # whatever ends first wakes us
        now = self._clock.now()

        def claim(tx: Tx) -> tuple[tuple[Claimed, ...], datetime | None]:
            rows = tx.claim_due(
                AgendaKind.MESSAGE, now=now, limit=limit, lease=self._leases[lane], worker=self._name, lanes=(lane,)
            )
            return rows, None if rows else tx.next_due(AgendaKind.MESSAGE, (lane,))

        return await self._writer.submit(claim)

    async def _sleep(self, lane: Lane, due: datetime | None) -> None:
        wait = self._idle if due is None else (due - self._clock.now()).total_seconds() / self._speed()
        if wait <= 0:
            wait = _NOT_CLAIMABLE  # due, but an older word of the same kind is still under way
        try:
            async with asyncio.timeout(min(self._idle, wait)):
                await self._wake[lane].wait()
        except TimeoutError:
            return

    def _start(self, lane: Lane, rows: tuple[Claimed, ...]) -> None:
        for row in rows:
            errand = self._errands.setdefault((row.id, row.key), Errand(row=row, lane=lane))
            errand.row = row  # claimed again under our hands (a pushed clock): the newest claim is the one that marks
            if row.id in self._busy[lane]:
                self._claimed_again[row.id] = row
                continue
            task = asyncio.create_task(self._work_off(errand), name=f"relay {row.key}")
            self._busy[lane][row.id] = task
            task.add_done_callback(partial(self._ended, errand))

    def _ended(self, errand: Errand, task: asyncio.Task[Claimed | None]) -> None:
        lane, row_id = errand.lane, errand.row.id
        del self._busy[lane][row_id]
        again = self._claimed_again.pop(row_id, None)
        marked = task.result() if not task.cancelled() and task.exception() is None else None
        if again is not None and not self._ending and (marked is None or marked.token != again.token):
            # The outcome was written under the older claim and so not at all. Nobody else would come for this row
            # before its lease ends, and it keeps back what else this person is to hear. What was sent is known.
            self._start(lane, (again,))
        elif errand.over:
            self._forget(errand)
        self._wake[lane].set()

    async def _all_done(self, lane: Lane) -> None:
        while self._busy[lane]:
            await asyncio.wait(self._busy[lane].values())

    async def _put_down(self) -> None:
        """Let what is under way end; what takes long is broken off, and sent again under its key after its lease."""
        self._ending = True
        tasks = [*self._tidying, *(task for busy in self._busy.values() for task in busy.values())]
        if tasks:
            await asyncio.wait(tasks, timeout=_FAREWELL)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- one row

    async def _work_off(self, errand: Errand) -> Claimed | None:
        """One row; the claim under which its outcome was written down."""
        row, lane = errand.row, errand.lane
        log = _log.bind(action="relay", key=row.key, lane=lane.value, permit=row.permit)
        mine_until = self._clock.now() + self._leases[lane]
        try:
            async with self._turns.of((lane, row.recipient)):
                if self._clock.now() >= mine_until and errand.row is row:
                    return None  # waited too long for its turn: by now it may be somebody else's
                await self._try(errand, log)
        except Exception as trouble:  # not even the mark could be written: the lease ends and the row comes back
            log.exception("row left to its lease", error=type(trouble).__name__)
        return errand.marked

    async def _try(self, errand: Errand, log: structlog.stdlib.BoundLogger) -> None:
        self._faults.reach(EdgePoint.CLAIMED)
        try:
            sent = await self._say(errand, log)
        except NotYet as wait:
            await self._retry(errand, wait.wait, str(wait), tried=bool(errand.sent or errand.tried))
        except TryLater as later:
            log.info("later", why=str(later), attempts=errand.row.attempts)
            # Only what may have got through counts as a try: a robot's news is not said a second time.
            tried = not later.sure or bool(errand.sent or errand.tried)
            await self._retry(errand, max(later.wait, self._pause(errand)), str(later), tried=tried)
        except _NOT_OURS as trouble:
            log.warning("memory is in trouble", why=str(trouble))
            await self._retry(errand, self._pause(errand), str(trouble))
        except Undeliverable as never:
            await self._give_up(errand, log, str(never), ours=isinstance(never, Unacceptable))
        except Exception as bug:  # ours: kept, told, tried again
            errand.bugs += 1
            log.exception("send failed", error=type(bug).__name__, bugs=errand.bugs)
            if errand.bugs >= BUGS[errand.lane]:
                await self._give_up(errand, log, repr(bug), ours=True)
            else:
                await self._retry(errand, backoff(errand.bugs, PATIENCE[errand.lane]), repr(bug))
        else:
            await self._finish(errand, sent)

    def _pause(self, errand: Errand) -> timedelta:
        return backoff(errand.row.attempts, PATIENCE[errand.lane])

    async def _say(self, errand: Errand, log: structlog.stdlib.BoundLogger) -> list[Sent]:
        try:
            async with asyncio.timeout(self._leases[errand.lane].total_seconds() * 3 / 4):
                return await self._render_and_deliver(errand, log)
        except TimeoutError:
            raise TryLater("it took too long") from None

    async def _render_and_deliver(self, errand: Errand, log: structlog.stdlib.BoundLogger) -> list[Sent]:
        """What cannot be said as it was meant is said in plainer words, if there are any."""
        made: tuple[Delivery, ...] | None = None
        try:
            made = await self._made(errand)
            return await self._deliver_all(errand, log, made)
        except (TryLater, TimeoutError, *_NOT_OURS):
            raise
        except Exception as trouble:
            spelled = plainer(errand, made, trouble, last_try=errand.bugs + 1 >= BUGS[errand.lane])
            if spelled is None or (spelled is Spelled.LINE and await self._present.plain(errand.row) is None):
                raise
            errand.spelled, errand.instead_of = spelled, f"{type(trouble).__name__}: {trouble}"[:300]
            log.exception("said in plain words", error=type(trouble).__name__, spelled=spelled.value)
        return await self._render_and_deliver(errand, log)

    async def _made(self, errand: Errand) -> tuple[Delivery, ...]:
        if errand.spelled is Spelled.LINE:
            return await self._present.plain(errand.row) or ()
        return await self._present(errand.row)

    async def _deliver_all(
        self, errand: Errand, log: structlog.stdlib.BoundLogger, deliveries: tuple[Delivery, ...]
    ) -> list[Sent]:
        if not deliveries:
            log.debug("nothing is left to be said")
        await deliver_each(deliveries, errand.sent, partial(self._listening, errand))
        return [sent for sent in errand.sent.values() if sent is not None]

    async def _listening(self, errand: Errand, delivery: Delivery) -> Sent | None:
        """Deliver, and tell whether the platform gave an answer at all: a no is one."""
        if isinstance(delivery, Done | GroupPost):
            return await self._deliver(errand, delivery)  # a group has a robot of its own
        try:
            sent = await self._deliver(errand, delivery)
        except NotYet:
            raise
        except TryLater as later:
            self._heard(delivery.platform, later.answered)
            raise
        except Undeliverable:
            self._heard(delivery.platform, True)
            raise
        self._heard(delivery.platform, True)
        return sent

    async def _deliver(self, errand: Errand, delivery: Delivery) -> Sent | None:
        match delivery:
            case Push():
                return await self._pushing(errand, delivery)
            case Edit():
                return await self._copies.edit(errand, delivery)
            case GroupPost():
                await self._to_group(errand, delivery)
                return None
            case Done():
                return None
            case _:
                assert_never(delivery)

    async def _to_group(self, errand: Errand, post: GroupPost) -> None:
        name = part(post)
        if errand.lane is Lane.INFORMATION and (errand.elsewhere or name in errand.posted):
            _log.warning("may stand there already", action="relay", key=errand.row.key)
            return  # a robot knows no key: news is said at most once, an alarm at least once
        # A robot has a budget of its own, as a member has: kept apart by a name no member can have.
        self._pace[post.platform].take(self._clock.now(), f"group|{post.chat}", errand.lane)
        errand.posted.add(name)
        try:
            await self._post(errand, post)
        except TryLater as later:
            if later.sure or isinstance(later, NotYet):
                errand.posted.discard(name)
            raise

    async def _post(self, errand: Errand, post: GroupPost) -> None:
        platform = self._platforms[post.platform]
        if post.file is not None:
            await platform.file_to_group(post.chat, post.file)
            return
        await platform.say_to_group(
            post.chat,
            post.text,
            key=errand.row.key,
            again=errand.again,
            urgent=errand.lane is Lane.SAFETY,
            links=post.links,
        )

    # --- how it ends

    async def _finish(self, errand: Errand, sent: list[Sent]) -> None:
        """Mark the row, record the new cards and close what they replace, all at once; then take those back."""
        self._faults.reach(EdgePoint.ACCEPTED)
        now = self._clock.now()

        def finish(tx: Tx) -> list[tuple[Push, tuple[CardSent, ...]]]:
            old = [(each.push, self._copies.settle(tx, each, now)) for each in sent]
            errand.marked = errand.row
            tx.mark_done(errand.marked, now, instead_of=errand.instead_of)
            return old

        replaced = await self._writer.submit(finish)
        self._faults.reach(EdgePoint.MARKED)
        errand.over = True
        for push, cards in replaced:
            if cards:
                task = asyncio.create_task(self._copies.retire(cards, push))
                self._tidying.add(task)
                task.add_done_callback(self._tidying.discard)

    async def _retry(self, errand: Errand, wait: timedelta, why: str, *, tried: bool = True) -> None:
        at = self._clock.now() + wait
        errand.marked = errand.row
        await self._writer.submit(partial(_retried, row=errand.row, at=at, why=why[:300], tried=tried))
        if not (errand.sent or errand.posted or errand.tried or errand.bugs or errand.instead_of):
            self._forget(errand)

    async def _give_up(self, errand: Errand, log: structlog.stdlib.BoundLogger, why: str, *, ours: bool) -> None:
        """Only once the others know is a safety message given up: if they cannot be told now, it is kept.

        ``ours``: the fault is not that the person cannot be reached.
        """
        if errand.lane is Lane.SAFETY:
            log.error("safety message not delivered", why=why, recipient=errand.row.recipient)
            try:
                await self._undelivered(errand.row, why)
            except Exception as bug:
                log.exception("others could not be told", error=type(bug).__name__)
                await self._retry(errand, PATIENCE[Lane.SAFETY], why)
                return
        elif ours and errand.lane is Lane.ACTION:
            log.error("given up", why=why, recipient=errand.row.recipient)
            try:
                await self._undelivered(errand.row, why)
            except Exception as bug:  # it is no alarm: the dead row and the log must do
                log.exception("others could not be told", error=type(bug).__name__)
        else:
            log.warning("given up", why=why, recipient=errand.row.recipient)
        now = self._clock.now()
        errand.marked = row = errand.row
        await self._writer.submit(lambda tx: tx.mark_dead(row, now, why[:300]))
        self._forget(errand)

    def _forget(self, errand: Errand) -> None:
        self._errands.pop((errand.row.id, errand.row.key), None)
        while len(self._errands) > _REMEMBERED:  # rows that a newer one replaced while they waited
            del self._errands[next(iter(self._errands))]


def _retried(tx: Tx, *, row: Claimed, at: datetime, why: str, tried: bool) -> None:
    tx.mark_retry(row, at, why, tried=tried)
