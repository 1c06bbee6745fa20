"""The courier: pushes messages, events and clicks through the stream, again when no good ack comes.

Law: a push goes to one connection picked at random among those of the app that subscribed to its topic. It is accepted
when an ack with code 200 comes back on that connection inside the limit (an event must not say LATER). Otherwise it is
pushed again after the pause of the profile, with a new messageId and the same data, up to the number of repeats.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sandbox.changes import Json
from sandbox.clock import reached
from sandbox.dingtalk.faults import Redelivery, TimeKind
from sandbox.dingtalk.frames import EVERY_EVENT, Ack, AckMalformed, Frame, FrameType, push_id, read_ack
from sandbox.dingtalk.world import App, World


class Outcome(StrEnum):
    """How one attempt, or the whole push, ended."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """Acked, but not with 200, or an event put off with LATER."""
    TIMEOUT = "timeout"
    CUT = "cut"
    """The connection ended before an ack."""
    NO_CONNECTION = "no_connection"
    LOST = "lost"
    """All attempts failed."""
    DROPPED = "dropped"
    """Never pushed (a fault)."""


class Heard(StrEnum):
    """What an ack turned out to be."""

    GOOD = "good"
    LATE = "late"
    SECOND = "second"
    FOREIGN = "foreign"
    """On another connection than the frame came on."""
    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    LOST = "lost"
    """Kept from the gateway by a fault."""


class Line(Protocol):
    """A connection as the courier sees it."""

    id: str
    half_dead: bool

    async def send(self, frame: Frame) -> None:
        """Write a frame; a closed connection swallows it."""
        ...


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One frame on one connection. ``ack`` is what came in time."""

    message_id: str
    connection: str
    at: datetime
    outcome: Outcome = Outcome.PENDING
    ack: Ack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AckRecord:
    """One ack as it was heard."""

    at: datetime
    connection: str
    heard: Heard
    message_id: str
    code: int


@dataclass(slots=True, kw_only=True)
class News:
    """What is to be pushed. ``about`` is a word for logs: text, picture, check_in, card …"""

    type: FrameType
    topic: str
    data: Json
    about: str
    userid: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    limit: timedelta | None = None
    """Time an ack may take; None = `Quirks.ack_limit`."""
    repeats: bool = True
    waits: bool = False
    """Whether it is kept for later when no connection is up."""


_SHOWN = 20
"""How many attempts of a push a page is told, the newest: in a storm of repetitions there are thousands."""


@dataclass(slots=True, kw_only=True)
class Push:
    """One piece of news on its way. Await it to wait for the end, or `attempted` for a number of attempts."""

    number: int
    client_id: str
    news: News
    at: datetime
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome = Outcome.PENDING
    resting: datetime | None = None
    """Until when nothing happens; None while it is under way or over."""
    held: bool = False
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def __await__(self) -> Generator[Any, None, Push]:
        yield from self._done.wait().__await__()
        return self

    def finish(self, outcome: Outcome) -> None:
        """Set the end."""
        self.outcome = outcome
        self._done.set()

    def view(self) -> Json:
        """The push for a page; no content."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "client_id": self.client_id,
            "type": str(self.news.type),
            "about": self.news.about,
            "userid": self.news.userid,
            "outcome": str(self.outcome),
            "attempts": [
                {"outcome": str(each.outcome), "connection": each.connection} for each in self.attempts[-_SHOWN:]
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Awaited:
    line: Line
    answer: asyncio.Future[Ack | None]


class Courier:
    """Sends everything the apps hear and keeps the log."""

    def __init__(self, world: World, choose: Callable[[App, FrameType, str], Line | None]) -> None:
        self._world = world
        self._choose = choose
        self._awaited: dict[str, _Awaited] = {}
        self._over: dict[str, bool] = {}
        """Frames that wait no more: whether they were acked."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[asyncio.Event] = []
        self._bugs: list[BaseException] = []
        self.pushes: list[Push] = []
        self.acks: list[AckRecord] = []
        self.counters: Counter[str] = Counter()

    async def close(self) -> None:
        """Stop everything that is under way; raises what went wrong inside the courier itself."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._confess()

    def dispatch(self, app: App, news: News, *, heard: Callable[[Push], None] = lambda _: None) -> Push:
        """Start to push; returns at once. ``heard`` is called once, after the first attempt."""
        world, faults = self._world, self._world.faults
        push = Push(number=len(self.pushes) + 1, client_id=app.client_id, news=news, at=world.clock.now())
        self.pushes.append(push)
        self.counters["pushes"] += 1
        if faults.push_outage or faults.take("drop"):
            self._finish(push, Outcome.DROPPED)
            heard(push)
            return push
        task = asyncio.get_running_loop().create_task(self._carry(app, push, heard))
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return push

    async def repeat(self, push: Push) -> Outcome:
        """Push something once more, whatever became of it: a new messageId, the same data."""
        app = self._world.app(push.client_id)
        if app is None:
            raise KeyError(push.client_id)
        self.counters["repeats"] += 1
        return (await self._attempt(app, push, push_id(self._world.serials))).outcome

    async def settled(self, *, seconds: float) -> None:
        """Wait until nothing more will happen unless the clock moves; raises TimeoutError after real ``seconds``."""

        def idle() -> bool:
            self._confess()
            if any(self._busy(push) for push in self.pushes):
                return False
            if self._held:
                self._release()
                return False
            return True

        await self._world.changes.until(idle, seconds=seconds)

    def hear(self, line: Line, text: str) -> None:
        """An ack, or what was meant as one, came in."""
        try:
            ack = read_ack(text)
        except AckMalformed:
            self._record(line, Heard.MALFORMED, "", 0)
            return
        heard = self._judge(line, ack)
        self._record(line, heard, ack.message_id, ack.code)
        odd = heard in (Heard.LATE, Heard.SECOND, Heard.UNKNOWN)
        if odd and self._world.faults.choke_on_odd_acks:
            line.half_dead = True

    def cut(self, line: Line) -> None:
        """A connection ended: nothing it was sent will be acked on it."""
        for awaited in list(self._awaited.values()):
            if awaited.line is line and not awaited.answer.done():
                awaited.answer.set_result(None)

    async def converse(self, line: Line, frame: Frame, *, limit: timedelta) -> Ack | None:
        """Send one frame and wait for its ack; None when the connection ends. Raises TimeoutError after ``limit``."""
        message_id = frame.message_id or ""
        answer: asyncio.Future[Ack | None] = asyncio.get_running_loop().create_future()
        since = self._world.clock.now()
        self._awaited[message_id] = _Awaited(line=line, answer=answer)
        try:
            await line.send(frame)
            self._world.changes.publish({"type": "frame", "connection": line.id})
            timer = asyncio.ensure_future(self.rest(since, limit))
            either: set[asyncio.Future[Any]] = {answer, timer}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                timer.cancel()
        finally:
            del self._awaited[message_id]
            self._over[message_id] = answer.done() and not answer.cancelled() and answer.result() is not None
        if not answer.done():
            raise TimeoutError
        return answer.result()

    async def rest(self, since: datetime, span: timedelta) -> None:
        """Let ``span`` pass after ``since``, in the time the quirks name."""
        if self._world.quirks.limits_in is TimeKind.REAL:
            await asyncio.sleep(span.total_seconds())
        else:
            await reached(self._world.clock, since + span)

    # -- one push -----------------------------------------------------------------------------------------------

    async def _carry(self, app: App, push: Push, heard: Callable[[Push], None]) -> None:
        await self._before(push)
        quirks = self._world.quirks
        attempt = await self._attempt(app, push, push_id(self._world.serials))
        self._release()
        heard(push)
        left = quirks.redeliveries if push.news.repeats and quirks.redelivery is not Redelivery.NEVER else 0
        while attempt.outcome is not Outcome.ACCEPTED and left and self._worth_repeating(push, attempt):
            left -= 1
            self.counters["repeats"] += 1
            await self._rest(push, attempt.at, quirks.redelivery.pause)
            attempt = await self._attempt(app, push, push_id(self._world.serials))
        if attempt.outcome is Outcome.ACCEPTED:
            await self._afterwards(app, push)
        self._finish(push, _end(push, attempt))

    async def _before(self, push: Push) -> None:
        faults = self._world.faults
        if faults.take("delay"):
            due = push.at + faults.delay_by
            push.resting = due
            await reached(self._world.clock, due)
            push.resting = None
        elif faults.take("reorder"):
            released = asyncio.Event()
            self._held.append(released)
            push.held = True
            await released.wait()
            push.held = False

    async def _afterwards(self, app: App, push: Push) -> None:
        """The two kinds of needless repeats."""
        accepted = push.attempts[-1]
        if self._world.faults.take("duplicate"):
            await self._attempt(app, push, push_id(self._world.serials))
        if self._world.faults.take("same_id_twice"):
            await self._attempt(app, push, accepted.message_id)

    def _worth_repeating(self, push: Push, attempt: Attempt) -> bool:
        unheard = len(push.attempts) == 1 and attempt.outcome is Outcome.NO_CONNECTION
        return push.news.waits or not unheard

    async def _attempt(self, app: App, push: Push, message_id: str) -> Attempt:
        world, news = self._world, push.news
        at = world.clock.now()
        line = self._choose(app, news.type, EVERY_EVENT if news.type is FrameType.EVENT else news.topic)
        if line is None:
            attempt = Attempt(message_id="", connection="", at=at, outcome=Outcome.NO_CONNECTION)
            push.attempts.append(attempt)
            return attempt
        attempt = Attempt(message_id=message_id, connection=line.id, at=at)
        push.attempts.append(attempt)
        self.counters["frames"] += 1
        frame = Frame(
            type=news.type,
            topic=news.topic,
            data=news.data,
            at=at,
            message_id=message_id,
            app_id=app.client_id,
            connection_id=line.id if world.quirks.connection_id_in_frames else "",
            extra=news.headers,
        )
        try:
            attempt.ack = ack = await self.converse(line, frame, limit=news.limit or world.quirks.ack_limit)
        except TimeoutError:
            attempt.outcome = Outcome.TIMEOUT
        else:
            attempt.outcome = Outcome.CUT if ack is None else Outcome.ACCEPTED if ack.accepted else Outcome.REFUSED
        self.counters[f"frame_{attempt.outcome}"] += 1
        self._tell(push)
        return attempt

    async def _rest(self, push: Push, since: datetime, span: timedelta) -> None:
        push.resting = since + span
        self._tell(push)
        await self.rest(since, span)
        push.resting = None

    # -- acks ---------------------------------------------------------------------------------------------------

    def _judge(self, line: Line, ack: Ack) -> Heard:
        awaited = self._awaited.get(ack.message_id)
        if awaited is None:
            if ack.message_id not in self._over:
                return Heard.UNKNOWN
            return Heard.SECOND if self._over[ack.message_id] else Heard.LATE
        if self._world.faults.take("deaf"):
            return Heard.LOST
        if awaited.line is not line and not self._world.quirks.foreign_ack_counts:
            return Heard.FOREIGN
        if awaited.answer.done():
            return Heard.SECOND
        awaited.answer.set_result(ack)
        return Heard.GOOD

    def _record(self, line: Line, heard: Heard, message_id: str, code: int) -> None:
        record = AckRecord(
            at=self._world.clock.now(), connection=line.id, heard=heard, message_id=message_id, code=code
        )
        self.acks.append(record)
        self.counters[f"ack_{heard}"] += 1
        self._world.changes.publish({"type": "ack", "heard": str(heard)})

    # -- bookkeeping --------------------------------------------------------------------------------------------

    def _busy(self, push: Push) -> bool:
        if push.outcome is not Outcome.PENDING or push.held:
            return False
        return push.resting is None or push.resting <= self._world.clock.now()

    def _release(self) -> None:
        for held in self._held:
            held.set()
        self._held.clear()

    def _finish(self, push: Push, outcome: Outcome) -> None:
        self.counters[str(outcome)] += 1
        push.finish(outcome)
        self._tell(push)

    def _tell(self, push: Push) -> None:
        self._world.changes.publish({"type": "push", "push": push.view()})

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bugs.append(error)
            self._world.changes.publish({"type": "bug"})

    def _confess(self) -> None:
        if self._bugs:
            raise self._bugs.pop()


def _end(push: Push, last: Attempt) -> Outcome:
    if any(attempt.outcome is Outcome.ACCEPTED for attempt in push.attempts):
        return Outcome.ACCEPTED
    if len(push.attempts) == 1 and last.outcome is Outcome.NO_CONNECTION:
        return Outcome.NO_CONNECTION
    return Outcome.LOST
