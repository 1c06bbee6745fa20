"""The stream gateway: tickets, the sockets behind ``/connect``, and everything that can happen to a socket.

Law: a ticket works once and for 90 s. A socket is sent only what it subscribed to. After ``disconnect`` it gets nothing
more, and after 10 s TCP is cut.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.changes import Json
from sandbox.dingtalk.calls import Call
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.frames import DISCONNECT, EVERY_EVENT, PING, Ack, Frame, FrameType, dumps, push_id
from sandbox.dingtalk.pushes import Courier
from sandbox.dingtalk.world import App, World

OPEN = "/v1.0/gateway/connections/open"
CONNECT = "/connect"
OVERSIZE = 1_200_000
"""Characters of a frame that is larger than common clients take (1 MiB)."""
_LARGEST_FROM_CLIENT = 1 << 20

Subscriptions = frozenset[tuple[FrameType, str]]


@dataclass(slots=True, kw_only=True)
class _Ticket:
    app: App
    subscriptions: Subscriptions
    expires_at: datetime
    used: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One socket of an app. ``retiring``: told to disconnect; ``half_dead``: TCP is up, nothing passes either way."""

    id: str
    app: App
    subscriptions: Subscriptions
    world: World
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    opened_at: datetime
    retiring: bool = False
    half_dead: bool = False
    closed: bool = False
    close_code: int | None = None
    """What the socket was closed with; 1006 for a cut."""
    pings: int = 0
    """WebSocket pings that came in."""
    sent: list[Json] = field(default_factory=list)
    """Every frame, as it was meant."""

    async def send(self, frame: Frame) -> None:
        """Write a frame; a closed or half-dead connection swallows it."""
        self.sent.append(frame.to_json())
        if not self.half_dead:
            await self.write(self._text(frame))

    async def write(self, text: str) -> None:
        """Write any text, however odd."""
        if not self.closed and not self.socket.closed:
            try:
                await self.socket.send_str(text)
            except ConnectionResetError:
                self.closed = True

    def cut(self) -> None:
        """End TCP without a closing handshake: the client sees a reset."""
        self.closed = True
        if self.transport is not None:
            raw = self.transport.get_extra_info("socket")
            if raw is not None and raw.fileno() >= 0:  # the client may have gone before
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()

    def _text(self, frame: Frame) -> str:
        faults, written = self.world.faults, frame.to_json()
        if faults.take("raw_data"):
            written["data"] = frame.data
        if faults.take("bad_time"):
            written["headers"] = frame.headers() | {"time": "刚才"}
        text = dumps(written)
        return text[: len(text) // 2] if faults.take("not_json") else text


class Gateway:
    """Tickets, connections, and the courier that uses them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: dict[str, _Ticket] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []
        """Everything that was ever connected, oldest first."""
        self.courier = Courier(world, self._choose)

    async def close(self) -> None:
        """Cut what is connected and stop all timers."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in self.live():
            connection.cut()
        await self.courier.close()

    def live(self, client_id: str | None = None) -> list[Connection]:
        """Connections that are up, oldest first; with ``client_id`` those of one app."""
        return [
            each
            for each in self.connections
            if not each.closed and (client_id is None or each.app.client_id == client_id)
        ]

    # -- what clients do ----------------------------------------------------------------------------------------

    def open(self, call: Call) -> Json | web.Response:
        """Check credentials and subscriptions and hand out a ticket."""
        body = call.json()
        client_id, secret = body.get("clientId"), body.get("clientSecret")
        if not (isinstance(client_id, str) and client_id and isinstance(secret, str) and secret):
            raise ApiError("invalidParameter", "clientId or clientSecret")
        app = self._world.app(client_id)
        if app is None or app.config.client_secret != secret:
            raise ApiError("authFailed", "鉴权失败", status=401)
        ticket = f"{self._world.opaque('ticket', 20)}+/{self._world.opaque('ticket', 19)}"
        self._tickets[ticket] = _Ticket(
            app=app,
            subscriptions=_subscriptions(body.get("subscriptions")),
            expires_at=self._world.clock.now() + self._world.quirks.ticket_life,
        )
        endpoint = "ws" + self._world.base_url.removeprefix("http") + CONNECT
        if self._world.quirks.xml_without_accept and "application/json" not in call.headers.get("Accept", ""):
            page = f"<OpenConnectionResponse><endpoint>{endpoint}</endpoint></OpenConnectionResponse>"
            return web.Response(text=page, content_type="application/xml")
        return {"endpoint": endpoint, "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one socket until it ends."""
        world = self._world
        ticket = self._tickets.get(request.query.get("ticket", ""))
        if ticket is None or ticket.used or world.clock.now() >= ticket.expires_at:
            return web.Response(status=world.quirks.bad_ticket_status, text="ticket")
        ticket.used = True
        if world.faults.refuse_sockets:
            return web.Response(status=503)
        ws = web.WebSocketResponse(autoping=False, max_msg_size=_LARGEST_FROM_CLIENT)
        await ws.prepare(request)
        connection = Connection(
            id=world.serials.noise("connection", 16).hex(),
            app=ticket.app,
            subscriptions=ticket.subscriptions,
            world=world,
            socket=ws,
            transport=request.transport,
            opened_at=world.clock.now(),
        )
        self.connections.append(connection)
        world.changes.publish({"type": "connected", "connection": connection.id})
        pinging = self._start(self._ping_for_ever(connection))
        try:
            await self._listen(connection)
        finally:
            pinging.cancel()
            connection.closed = True
            connection.close_code = ws.close_code
            self.courier.cut(connection)
            world.changes.publish({"type": "disconnected", "connection": connection.id})
        return ws

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is WSMsgType.PING:
                connection.pings += 1
                if not (connection.half_dead or self._world.faults.withhold_pongs):
                    await connection.socket.pong(message.data)
                self._world.changes.publish({"type": "pinged", "connection": connection.id})
            elif message.type is WSMsgType.TEXT and not connection.half_dead:
                self.courier.hear(connection, message.data)

    # -- what happens to a socket -------------------------------------------------------------------------------

    async def ping(self, connection: Connection) -> Ack | None:
        """Send a SYSTEM ping and wait for its ack; None without one. The ack must echo ``opaque``."""
        opaque = self._world.opaque("opaque")
        frame = self._system(connection, PING, {"opaque": opaque}, message_id=push_id(self._world.serials))
        try:
            ack = await self.courier.converse(connection, frame, limit=self._world.quirks.ack_limit)
        except TimeoutError:
            return None
        return ack if ack is not None and ack.data.get("opaque") == opaque else None

    async def disconnect(self, connection: Connection, *, reason: str = "connection is expired") -> None:
        """Tell a socket to go: nothing more is routed to it, and after 10 s of silence TCP is cut."""
        bare = self._world.quirks.bare_system_frames
        connection.retiring = True
        message_id = None if bare else push_id(self._world.serials)
        await connection.send(self._system(connection, DISCONNECT, {"reason": reason}, message_id=message_id))
        self._start(self._cut_later(connection))

    def reset(self, connection: Connection) -> None:
        """Cut TCP hard."""
        connection.cut()

    async def close_with(self, connection: Connection, code: int = WSCloseCode.OK) -> None:
        """Close with a WebSocket code: 1000, 1001, 1011 …"""
        connection.retiring = True
        await connection.socket.close(code=code)

    def half_kill(self, connection: Connection) -> None:
        """Let the socket stay up while nothing passes any more, neither frames nor pongs."""
        connection.half_dead = True

    async def send_odd(self, connection: Connection, text: str) -> None:
        """Write any text to a socket: no JSON, an unknown type, a frame without headers, `OVERSIZE` characters."""
        await connection.write(text)

    # -- inside -------------------------------------------------------------------------------------------------

    def _choose(self, app: App, kind: FrameType, topic: str) -> Connection | None:
        able = [each for each in self.live(app.client_id) if not each.retiring and (kind, topic) in each.subscriptions]
        if not able:
            return None
        return able[int.from_bytes(self._world.serials.noise("route", 4), "big") % len(able)]

    def _system(self, connection: Connection, topic: str, data: Json, *, message_id: str | None) -> Frame:
        return Frame(
            type=FrameType.SYSTEM,
            topic=topic,
            data=data,
            at=self._world.clock.now(),
            message_id=message_id,
            connection_id=connection.id if self._world.quirks.connection_id_in_frames else "",
            bare=self._world.quirks.bare_system_frames,
        )

    async def _ping_for_ever(self, connection: Connection) -> None:
        every = self._world.quirks.ping_every
        while every > timedelta():
            await self.courier.rest(self._world.clock.now(), every)
            await self.ping(connection)

    async def _cut_later(self, connection: Connection) -> None:
        await self.courier.rest(self._world.clock.now(), self._world.quirks.silence_before_cut)
        if not connection.closed:
            connection.cut()

    def _start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _subscriptions(value: object) -> Subscriptions:
    """The topics asked for; raises `ApiError` for a list the gateway would not take."""
    if not isinstance(value, list) or not value:
        raise ApiError("invalidParameter", "subscriptions")
    found: set[tuple[FrameType, str]] = set()
    for entry in value:
        kind, topic = (entry.get("type"), entry.get("topic")) if isinstance(entry, dict) else (None, None)
        if kind not in list(FrameType) or not isinstance(topic, str) or not topic:
            raise ApiError("invalidParameter", f"subscriptions: {json.dumps(entry)[:80]}")
        if kind == FrameType.EVENT and topic != EVERY_EVENT:
            raise ApiError("invalidParameter", "an EVENT subscription has the topic *")
        found.add((FrameType(kind), topic))
    return frozenset(found)
