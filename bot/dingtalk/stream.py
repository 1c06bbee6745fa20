"""The line to DingTalk, in a thread of its own: whatever hangs there, the house goes on.

::

    house's loop                       stream's thread and loop
    Stream.run ── starts, stops ────►  _Worker: dial, listen, dial again
    Inbound.take ◄── every frame ────  Line: one connection
                 ──── the answer ───►

Rule 1: the thread decides nothing. A frame goes to the house's loop and is answered with the house's word.
Rule 2: no frame is held longer than `Timing.hold`. If the house needs longer, the answer is: come again. It takes the
frame all the same, even when it was standing still: nobody promises that a message is pushed twice.
Rule 3: a connection that is told to go is listened to until its end, while the next one is already dialled.
Rule 4: after a connection that did not last, the next is dialled after a pause, longer each time.
Rule 5: told to stop, the thread is gone within a second. What cannot be interrupted is left behind as a daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp
from dingtalk_stream import Credential
from dingtalk_stream.version import VERSION_STRING
from websockets.asyncio.client import ClientConnection

from bot.clock import Entropy, SystemEntropy
from bot.dingtalk.gateway import Account, NotOpened, dial
from bot.dingtalk.line import Line, client_for, subscriptions
from bot.dingtalk.protocol import CLICKS, Frame
from bot.dingtalk.replies import Outcome, Reply, reply
from bot.log import get_logger

log = get_logger("dingtalk.stream")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things may take. Real time: the platform's clock is the wall's."""

    open_within: timedelta = timedelta(seconds=10)
    hold: timedelta = timedelta(seconds=1.8)
    """A message or an event. The platform waits for two seconds, as it seems, and for three at most."""
    hold_click: timedelta = timedelta(seconds=1.5)
    """A click: after two seconds the person sees a failure."""
    ping_every: timedelta = timedelta(seconds=20)
    pong_within: timedelta = timedelta(seconds=10)
    healthy_after: timedelta = timedelta(seconds=30)
    """A connection that lasted so long is followed by the next one at once."""
    first_pause: timedelta = timedelta(seconds=1)
    longest_pause: timedelta = timedelta(seconds=30)
    farewell: timedelta = timedelta(seconds=0.8)
    """What the thread has to end."""


USUAL: Final = Timing()


class StreamDied(Exception):
    """The stream's thread ended without being told to: a bug of ours. The loop around it starts it anew."""


class Stream:
    """The stream of one app.

    ``take`` runs in the loop that runs `run`. ``alive`` is called in that loop whenever the platform proved that the
    connection is up.
    """

    def __init__(
        self,
        *,
        account: Account,
        take: Callable[[Frame], Coroutine[Any, Any, Reply]],
        alive: Callable[[], None] = lambda: None,
        timing: Timing = Timing(),
        entropy: Entropy | None = None,
    ) -> None:
        self._account = account
        self._take = take
        self._alive = alive
        self._timing = timing
        self._entropy = entropy or SystemEntropy()

    async def run(self) -> None:
        """Keep a connection until cancelled. Raise `StreamDied` when the thread ends by itself."""
        home, ended = asyncio.get_running_loop(), asyncio.Event()

        def tell(what: Callable[[], object]) -> None:
            with contextlib.suppress(RuntimeError):  # the house's loop is closed: nobody is left to be told
                home.call_soon_threadsafe(what)

        worker = _Worker(
            account=self._account,
            ask=lambda frame: asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._take(frame), home)),
            alive=lambda: tell(self._alive),
            ended=lambda: tell(ended.set),
            timing=self._timing,
            entropy=self._entropy,
        )
        threading.Thread(target=worker.main, name="dingtalk-stream", daemon=True).start()
        try:
            await ended.wait()
            raise StreamDied
        finally:
            worker.stop()
            try:
                async with asyncio.timeout(self._timing.farewell.total_seconds()):
                    await ended.wait()
            except TimeoutError:
                log.warning("stream.left_behind")


class _Worker:
    """The thread: its loop, its connections."""

    def __init__(
        self,
        *,
        account: Account,
        ask: Callable[[Frame], Awaitable[Reply]],
        alive: Callable[[], None],
        ended: Callable[[], None],
        timing: Timing,
        entropy: Entropy,
    ) -> None:
        self._account = account
        self._ask = ask
        self._alive = alive
        self._ended = ended
        self._timing = timing
        self._entropy = entropy
        self._loop = asyncio.new_event_loop()
        self._attending: asyncio.Task[None] | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self._credential = Credential(account.client_id, account.client_secret)
        self._logger = _quiet_logger()

    def main(self) -> None:
        """The thread's work from beginning to end."""
        loop = self._loop
        self._attending = loop.create_task(self._attend())
        try:
            loop.run_until_complete(self._attending)
        except asyncio.CancelledError:
            log.info("stream.stopped")
        except Exception:
            log.exception("stream.broke")
        finally:
            try:
                loop.run_until_complete(_tidied())
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()
            finally:
                self._ended()  # whatever broke: who is not told starts no other thread

    def stop(self) -> None:
        """Tell the thread to end. To be called from outside of it."""
        with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._attending is not None:
            self._attending.cancel()

    async def _attend(self) -> None:
        brief = 0  # connections in a row that did not last
        topics = subscriptions(client_for(self._credential, self._logger, self._held))
        agent = f"dingtalk-sdk-python/v{VERSION_STRING}-union"
        timing = self._timing
        async with aiohttp.ClientSession() as session:
            while True:
                began = self._loop.time()
                try:
                    socket = await dial(session, self._account, topics, agent=agent, within=timing.open_within)
                except NotOpened as no:
                    brief += 1
                    (log.error if no.refused else log.warning)("stream.not_opened", why=str(no), tries=brief)
                except Exception as bug:  # ours: told, and slowed down like any other failure
                    brief += 1
                    log.error("stream.broke", error=type(bug).__name__, tries=brief)
                else:
                    await self._use(socket)
                    lasted = self._loop.time() - began >= timing.healthy_after.total_seconds()
                    brief = 0 if lasted else brief + 1
                if brief:
                    await asyncio.sleep(self._pause(brief))

    async def _use(self, socket: ClientConnection) -> None:
        """Listen to a connection until another one is needed."""
        line = Line(
            socket,
            credential=self._credential,
            logger=self._logger,
            take=self._held,
            alive=self._alive,
            ping_every=self._timing.ping_every,
            pong_within=self._timing.pong_within,
        )
        log.info("stream.open")
        self._alive()
        serving = asyncio.create_task(line.serve())
        self._lines.add(serving)
        serving.add_done_callback(self._over)
        retiring = asyncio.create_task(line.retiring.wait())
        try:
            await asyncio.wait({serving, retiring}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            retiring.cancel()

    def _over(self, serving: asyncio.Task[None]) -> None:
        self._lines.discard(serving)
        if not serving.cancelled() and (bug := serving.exception()) is not None:
            log.error("line.broke", error=type(bug).__name__, exc_info=bug)

    async def _held(self, frame: Frame) -> Reply:
        """The house's word on a frame, or after a while: come again. The house goes on either way."""
        hold = self._timing.hold_click if frame.topic == CLICKS else self._timing.hold
        try:
            async with asyncio.timeout(hold.total_seconds()):
                return await self._ask(frame)
        except TimeoutError:
            log.warning("frame.slow", kind=frame.kind.value)
            return reply(frame, Outcome.LATER)

    def _pause(self, brief: int) -> float:
        """Between half and all of 1, 2, 4 … seconds, so that many clients do not come back together."""
        longest = self._timing.longest_pause.total_seconds()
        full = min(longest, self._timing.first_pause.total_seconds() * 2.0 ** min(brief - 1, 16))
        return full * (0.5 + self._entropy.take(1)[0] / 510)


async def _tidied() -> None:
    """End what is still under way in this loop."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class _Template(logging.Handler):
    """Passes on what the vendor's client says, without what it says it about: frames, addresses, tickets."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line: the message as it stands in the client's source."""
        log.debug("sdk", said=str(record.msg)[:80])


def _quiet_logger() -> logging.Logger:
    """The client's loggers, all of them, put on a diet."""
    root = logging.getLogger("dingtalk_stream")
    if not any(isinstance(one, _Template) for one in root.handlers):
        root.addHandler(_Template())
    root.propagate = False
    return root
