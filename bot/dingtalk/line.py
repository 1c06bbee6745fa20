"""One connection of the stream, from its first frame to its last. Runs in the stream's own thread.

The vendor's client routes every frame to its handler and writes the answer; each connection has a client of its own, so
an answer never leaves on another connection than its frame came on. Around it stands what the client lacks: a frame it
would stumble over is answered before it gets there, and a connection on which nothing comes back is cut.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from logging import Logger
from typing import Any, Final

from dingtalk_stream import AckMessage, Credential, DingTalkStreamClient
from dingtalk_stream.frames import Headers
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.dingtalk.protocol import CLICKS, MESSAGES, Frame, Kind, push_id, read_frame
from bot.dingtalk.rejection import RejectedFrame, Rejection
from bot.dingtalk.replies import Outcome, Reply
from bot.log import get_logger

AT_ONCE: Final = 200
"""Frames under way on one connection; beyond it, the platform is told at once to come again."""
DRAIN: Final = timedelta(seconds=12)
"""How long a connection that was told to go is still listened to. The platform cuts it after ten seconds."""

Take = Callable[[Frame], Awaitable[Reply]]

log = get_logger("dingtalk.line")


class _Handler:
    """What the vendor's client calls for a frame. Asks the house and turns its word into the client's answer."""

    dingtalk_client: object = None

    def __init__(self, take: Take) -> None:
        self._take = take

    def pre_start(self) -> None:
        """Nothing; the client expects it."""

    async def raw_process(self, message: Any) -> Any:
        """The answer to one frame; never an exception, for then there would be none."""
        frame: Frame = message.extensions["frame"]
        try:
            said = await self._take(frame)
        except Exception:
            log.exception("frame.broke", kind=frame.kind.value)
            said = Reply(outcome=Outcome.LATER)
        return _ack(frame.message_id, said)


class Line:
    """A connection. ``alive`` is called whenever the other side proved that it is there."""

    def __init__(
        self,
        socket: ClientConnection,
        *,
        credential: Credential,
        logger: Logger,
        take: Take,
        alive: Callable[[], None],
        ping_every: timedelta,
        pong_within: timedelta,
    ) -> None:
        self._socket = socket
        self._alive = alive
        self._ping_every = ping_every.total_seconds()
        self._pong_within = pong_within.total_seconds()
        self._client = client_for(credential, logger, take)
        self._client.websocket = _Out(socket)
        self._under_way: set[asyncio.Task[None]] = set()
        self._frames = 0
        self.retiring = asyncio.Event()
        """Set once the platform has announced the end of this connection: nothing new comes here any more."""

    async def serve(self) -> None:
        """Listen until the connection ends; then answer what can still be answered and be gone."""
        watch = asyncio.create_task(self._watch())
        drain = asyncio.create_task(self._drained())
        try:
            while True:
                self._heard(await self._socket.recv())
        except ConnectionClosed as end:
            log.info("line.closed", code=None if end.rcvd is None else end.rcvd.code)
        finally:
            for task in (watch, drain, *self._under_way):
                task.cancel()
            await asyncio.gather(watch, drain, *self._under_way, return_exceptions=True)
            self._socket.transport.abort()

    def _heard(self, said: str | bytes) -> None:
        self._frames += 1
        self._alive()
        if len(self._under_way) >= AT_ONCE:
            work = self._turn_away(said, Outcome.LATER)
        else:
            work = self._answer(said)
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, said: str | bytes) -> None:
        try:
            frame = read_frame(said)
        except RejectedFrame as rejected:
            log.warning("frame.rejected", reason=rejected.reason.value)
            await self._turn_away(said, Outcome.REJECTED)
            return
        if frame.retires:
            log.info("line.retires")
            self.retiring.set()
            return  # wants no answer, and one might count as a sign that the connection is still in use
        if frame.kind is Kind.CALLBACK and frame.topic not in self._client.callback_handler_map:
            log.warning("frame.rejected", reason=Rejection.UNKNOWN_TOPIC.value)
            await self._turn_away(said, Outcome.NOBODYS)
            return
        await self._client.route_message(frame.as_sdk())

    async def _turn_away(self, said: str | bytes, outcome: Outcome) -> None:
        await self._client.websocket.send(json.dumps(_ack(push_id(said), Reply(outcome=outcome)).to_dict()))

    async def _watch(self) -> None:
        """Ask regularly whether anybody is there; cut the connection when nothing at all comes back."""
        while True:
            await asyncio.sleep(self._ping_every)
            before = self._frames
            try:
                async with asyncio.timeout(self._pong_within):
                    await (await self._socket.ping())
            except TimeoutError:
                if self._frames == before:
                    log.warning("line.dead")
                    self._socket.transport.abort()
                    return
            except ConnectionClosed:
                return
            else:
                self._alive()

    async def _drained(self) -> None:
        await self.retiring.wait()
        await asyncio.sleep(DRAIN.total_seconds())
        self._socket.transport.abort()


class _Out:
    """The socket as the vendor's client writes to it: answers that can be assigned, on a connection that is there."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, text: str) -> None:
        """Send an answer, unless it is one to a frame without an id: the platform could make nothing of it."""
        if not json.loads(text)["headers"].get("messageId"):
            return
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            log.warning("ack.late")


def client_for(credential: Credential, logger: Logger, take: Take) -> Any:
    """The vendor's client with our handlers: every topic we subscribe to, and all events."""
    client = DingTalkStreamClient(credential, logger)
    client.register_all_event_handler(_Handler(take))
    for topic in (MESSAGES, CLICKS):
        client.register_callback_handler(topic, _Handler(take))
    return client


def subscriptions(client: Any) -> list[dict[str, str]]:
    """What the client listens to, as the gateway wants to be told."""
    topics = [{"type": "CALLBACK", "topic": topic} for topic in client.callback_handler_map]
    return [{"type": "EVENT", "topic": "*"}, *topics]


def _ack(message_id: str, said: Reply) -> Any:
    ack = AckMessage()
    ack.code = int(said.outcome)
    ack.headers.message_id = message_id
    ack.headers.content_type = Headers.CONTENT_TYPE_APPLICATION_JSON
    ack.message = "OK" if said.outcome is Outcome.COMMITTED else said.outcome.name
    ack.data = dict(said.data)
    return ack
