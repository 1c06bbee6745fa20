"""The courier: pushes news to the app's callback address, encrypted and signed, again when it fails.

Law: a push is accepted when HTTP 200 arrives inside the time allowed. Otherwise it is repeated, with the same content
and MsgId, up to the number of retries; then the news is lost. A reply inside an accepted push is shown; a late one is
not.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from datetime import datetime
from typing import Any

import aiohttp

from sandbox.clock import reached
from sandbox.wecom import markup
from sandbox.wecom.deliveries import Attempt, Delivery, Outcome, Push, Verification
from sandbox.wecom.errors import ApiError
from sandbox.wecom.events import News
from sandbox.wecom.faults import RetryTime
from sandbox.wecom.passive import ReplyBroken, apply_reply, open_reply
from sandbox.wecom.world import App, World

_NONCE_DIGITS = 10


class Courier:
    """Sends every app's news and keeps the log."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[tuple[str, int, str], asyncio.Lock] = {}
        self._held: list[asyncio.Event] = []
        self._parked: dict[asyncio.Task[Any] | None, datetime | None] = {}
        self._pinned: datetime | None = None
        self._stirred = asyncio.Event()
        self._bugs: list[BaseException] = []
        self.deliveries: list[Delivery] = []
        self.counters: Counter[str] = Counter()

    async def close(self) -> None:
        """Stop everything that is under way; raises what went wrong inside the courier itself."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._confess()

    def dispatch(self, app: App, news: News) -> Delivery:
        """Start to push a piece of news; returns at once."""
        world = self._world
        at = world.clock.now()
        delivery = Delivery(
            number=len(self.deliveries) + 1,
            corpid=app.corpid,
            agentid=app.agentid,
            news=news,
            xml=news.xml(corpid=app.corpid, agentid=app.agentid, at=self._create_time(at)),
            at=at,
        )
        self.deliveries.append(delivery)
        if not app.can_receive:
            self._finish(delivery, Outcome.UNCONFIGURED)
        elif world.faults.callback_outage or world.faults.take("drop"):
            self._finish(delivery, Outcome.DROPPED)
        else:
            copies = 2 if world.faults.take("duplicate") else 1
            task = asyncio.get_running_loop().create_task(self._carry(app, delivery, copies))
            self._tasks.add(task)
            task.add_done_callback(self._forget)
        return delivery

    async def settled(self) -> None:
        """Wait until nothing more will happen unless the clock moves; held-back news is let go."""
        while True:
            self._confess()
            now = self._world.clock.now()
            busy = [
                task
                for task in self._tasks
                if task not in self._parked or ((due := self._parked[task]) is not None and due <= now)
            ]
            if not busy and not self._held:
                return
            if not busy:
                self._release()
            stirred = self._stirred
            await stirred.wait()
            # A task that was just woken needs a turn before it counts as busy again.
            await asyncio.sleep(0)

    async def verify(self, app: App, url: str) -> Verification:
        """The check behind an admin's Save: the echo must come back within a second, bare."""
        envelope = app.envelope
        echo = self._world.serials.digits("echo", 19)
        sealed = envelope.seal(echo.encode(), prefix=self._world.serials.noise("prefix", 16))
        query = self._signed(app, sealed) | {"echostr": sealed}
        timeout = aiohttp.ClientTimeout(total=self._world.quirks.verify_timeout.total_seconds())
        try:
            async with self._client().get(url, params=query, timeout=timeout, allow_redirects=False) as response:
                status, body = response.status, await response.read()
        except TimeoutError:
            return Verification(ok=False, reason="no answer within the time allowed")
        except aiohttp.ClientError:
            return Verification(ok=False, reason="openapi回调地址请求不通过")
        if status != 200 or body != echo.encode():
            return Verification(ok=False, reason="openapi回调地址请求不通过")
        return Verification(ok=True)

    async def repeat(self, delivery: Delivery) -> int | None:
        """Send the bytes of a delivery's last push once more; the status of the answer, None without one."""
        push = delivery.attempts[-1].push
        self.counters["replayed"] += 1
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            return (await self._post(push))[0]
        return None

    # -- one delivery -------------------------------------------------------------------------------------------

    async def _carry(self, app: App, delivery: Delivery, copies: int) -> None:
        faults, clock = self._world.faults, self._world.clock
        if faults.take("delay"):
            await self._park(delivery.at + faults.delay_by)
        elif faults.take("reorder"):
            await self._hold()
        async with self._lane(delivery):
            attempt = await self._attempt(app, delivery, None)
        self._release()
        retries = self._world.quirks.retries
        while self._failed(attempt) and retries > 0:
            retries -= 1
            self.counters["retried"] += 1
            await self._pause(clock.now())
            attempt = await self._attempt(app, delivery, attempt)
        accepted = attempt.outcome is Outcome.ACCEPTED
        if accepted and copies > 1:
            self.counters["duplicated"] += 1
            await self._attempt(app, delivery, None)
        if accepted and faults.take("replay"):
            await self.repeat(delivery)
        self._finish(delivery, Outcome.ACCEPTED if accepted else Outcome.LOST)

    def _failed(self, attempt: Attempt) -> bool:
        if attempt.outcome is Outcome.HTTP_ERROR:
            return self._world.quirks.retry_non_200
        return attempt.outcome is not Outcome.ACCEPTED

    async def _attempt(self, app: App, delivery: Delivery, before: Attempt | None) -> Attempt:
        repeat = before is not None and not self._world.quirks.fresh_envelope_on_retry
        push = before.push if before is not None and repeat else self._push(app, delivery)
        self.counters["pushed"] += 1
        status: int | None = None
        body = b""
        try:
            status, body = await self._post(push)
            outcome = Outcome.ACCEPTED if status == 200 else Outcome.HTTP_ERROR
        except TimeoutError:
            outcome = Outcome.TIMEOUT
        except aiohttp.ClientError:
            outcome = Outcome.UNREACHABLE
        if status is not None and self._world.faults.take("late_200"):
            outcome = Outcome.LATE
        attempt = Attempt(at=self._world.clock.now(), outcome=outcome, status=status, push=push)
        delivery.attempts.append(attempt)
        self.counters[str(outcome)] += 1
        if outcome is Outcome.ACCEPTED:
            self._read_reply(app, delivery, body)
        self._tell(delivery)
        return attempt

    def _read_reply(self, app: App, delivery: Delivery, body: bytes) -> None:
        try:
            reply = open_reply(app, body)
            if reply is None:
                return
            apply_reply(self._world, app, delivery.news, reply)
        except (ReplyBroken, ApiError) as error:
            self.counters["bad_replies"] += 1
            delivery.reply_errors.append(str(error))
            return
        self.counters["replies"] += 1
        delivery.replies.append(reply.msgtype)

    # -- bytes --------------------------------------------------------------------------------------------------

    def _push(self, app: App, delivery: Delivery) -> Push:
        world, envelope = self._world, app.envelope
        foreign = "ww0000000000000000" if world.faults.take("wrong_receiveid") else None
        prefix = world.serials.noise("prefix", 16)
        sealed = envelope.seal(delivery.xml.encode(), prefix=prefix, receiveid=foreign)
        body = markup.write([("ToUserName", app.corpid), ("AgentID", str(app.agentid)), ("Encrypt", sealed)]).encode()
        query = self._signed(app, sealed)
        if world.faults.take("wrong_signature"):
            query["msg_signature"] = query["msg_signature"][::-1]
        if world.faults.take("truncated_body"):
            body = body[: len(body) // 2]
        return Push(url=app.config.callback_url or "", query=query, body=body)

    def _signed(self, app: App, sealed: str) -> dict[str, str]:
        timestamp = str(int(self._world.clock.now().timestamp()))
        nonce = self._world.serials.digits("nonce", _NONCE_DIGITS)
        signature = app.envelope.sign(timestamp=timestamp, nonce=nonce, encrypted=sealed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    async def _post(self, push: Push) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=self._world.quirks.callback_timeout.total_seconds())
        async with self._client().post(
            push.url,
            params=push.query,
            data=push.body,
            headers={"Content-Type": "text/xml"},
            timeout=timeout,
            allow_redirects=False,
        ) as response:
            return response.status, await response.read()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    # -- order and waiting --------------------------------------------------------------------------------------

    def _create_time(self, at: datetime) -> datetime:
        if not self._world.faults.same_second:
            self._pinned = None
            return at
        self._pinned = self._pinned or at
        return self._pinned

    def _lane(self, delivery: Delivery) -> contextlib.AbstractAsyncContextManager[object]:
        if not self._world.quirks.ordered_per_member:
            return contextlib.nullcontext()
        key = (delivery.corpid, delivery.agentid, delivery.news.userid)
        return self._lanes.setdefault(key, asyncio.Lock())

    async def _pause(self, since: datetime) -> None:
        spacing = self._world.quirks.retry_spacing
        if not spacing:
            return
        if self._world.quirks.retry_time is RetryTime.REAL:
            await asyncio.sleep(spacing.total_seconds())
        else:
            await self._park(since + spacing)

    async def _park(self, due: datetime) -> None:
        task = asyncio.current_task()
        self._parked[task] = due
        self._stir()
        try:
            await reached(self._world.clock, due)
        finally:
            del self._parked[task]

    async def _hold(self) -> None:
        released = asyncio.Event()
        task = asyncio.current_task()
        self._held.append(released)
        self._parked[task] = None
        self._stir()
        try:
            await released.wait()
        finally:
            del self._parked[task]

    def _release(self) -> None:
        for held in self._held:
            held.set()
        self._held.clear()
        self._stir()

    def _finish(self, delivery: Delivery, outcome: Outcome) -> None:
        if outcome is not Outcome.ACCEPTED:
            self.counters[str(outcome)] += 1
        delivery.finish(outcome)
        self._tell(delivery)

    def _tell(self, delivery: Delivery) -> None:
        self._world.screens.changes.publish({"type": "delivery", "delivery": delivery.view()})

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._stir()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._bugs.append(error)

    def _confess(self) -> None:
        if self._bugs:
            raise self._bugs.pop()

    def _stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()
