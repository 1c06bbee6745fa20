"""When acknowledgements leave: together, in order, after the messages were heard and before anything else of ours."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from hardware_bridge.sources.mqtt_acks import MOST
from hardware_bridge.sources.mqtt_client import Connection, Door
from tests.support.brokers import published

CONNACK, PUBACK, PUBLISH = b"\x20\x02\x00\x00", 0x40, 0x30
MARK = "permitbot/x/mark"


class Broker:
    """The broker's end of one line, its bytes written by hand: what is on the wire can be looked at at any moment."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._had = b""

    def here(self) -> bool:
        """Whether anything at all has come in that was not taken yet."""
        with suppress(BlockingIOError):
            self._had += self._line.recv(65_536)
        return bool(self._had)

    async def packet(self) -> tuple[int, bytes]:
        """The next packet: its head, and what follows the length (of less than 128 bytes)."""
        while len(self._had) < 2 or len(self._had) < 2 + self._had[1]:
            more = await self._loop.sock_recv(self._line, 65_536)
            assert more, "the client hung up"
            self._had += more
        head, end = self._had[0], 2 + self._had[1]
        body, self._had = self._had[2:end], self._had[end:]
        return head, body

    async def say(self, *packets: bytes) -> None:
        """In one piece."""
        await self._loop.sock_sendall(self._line, b"".join(packets))


@asynccontextmanager
async def connected(hear: Callable[[str, bytes, bool], None]) -> AsyncIterator[tuple[Broker, Connection]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        at = Door(
            host="127.0.0.1", port=server.getsockname()[1], client_id="x", version="3.1.1", keeps=timedelta(minutes=1)
        )
        client = Connection(at, hear=hear, opened=lambda _resumed: None)
        opening = asyncio.create_task(client.open())
        line, _ = await asyncio.get_running_loop().sock_accept(server)
        with line:
            line.setblocking(False)
            broker = Broker(line)
            assert (await broker.packet())[0] == 0x10
            await broker.say(CONNACK)
            await opening
            yield broker, client
        await client.close()


def numbered(count: int) -> bytes:
    return b"".join(published("a", b"x", number=number) for number in range(1, count + 1))


async def test_acknowledgements_leave_after_what_one_read_brought_was_heard_and_in_its_order() -> None:
    early: list[bool] = []
    async with connected(lambda *_: early.append(broker.here())) as (broker, _):
        await broker.say(numbered(20))
        got = [await broker.packet() for _ in range(20)]
    assert early == [False] * 20
    assert got == [(PUBACK, number.to_bytes(2, "big")) for number in range(1, 21)]


async def test_many_are_not_held_without_end() -> None:
    count = 3 * MOST + 7
    early: list[bool] = []
    async with connected(lambda *_: early.append(broker.here())) as (broker, _):
        await broker.say(numbered(count))
        got = [await broker.packet() for _ in range(count)]
    assert (len(early), len(got)) == (count, count)
    assert early[-1], "some left while the rest was still being heard"
    assert [int.from_bytes(body, "big") for _, body in got] == list(range(1, count + 1))


async def test_a_mark_never_overtakes_the_acknowledgement_of_what_was_heard_before_it() -> None:
    # Else a message the broker sends again after a break could pass for younger than the last mark (docs/adr/0159).
    async with connected(lambda *_: client.publish(MARK, b"1", qos=0)) as (broker, client):
        await broker.say(published("a", b"x", number=9))
        first, second = await broker.packet(), await broker.packet()
    assert first == (PUBACK, (9).to_bytes(2, "big"))
    assert second[0] == PUBLISH
    assert MARK.encode() in second[1]


async def test_what_is_due_when_the_line_is_let_go_of_is_said_before_goodbye() -> None:
    closing: list[asyncio.Task[None]] = []

    def hear(*_: object) -> None:
        closing.append(asyncio.create_task(client.close()))

    async with connected(hear) as (broker, client):
        await broker.say(published("a", b"x", number=9))
        assert await broker.packet() == (PUBACK, (9).to_bytes(2, "big"))
        assert (await broker.packet())[0] == 0xE0
        await broker.say()
    await asyncio.gather(*closing)


async def test_a_line_that_broke_meanwhile_takes_nothing_and_costs_nothing() -> None:
    ended = asyncio.Event()

    def hear(*_: object) -> None:
        client._client._connection._transport.abort()  # the line goes in the middle of a read
        ended.set()

    async with connected(hear) as (broker, client):
        await broker.say(numbered(3))
        await ended.wait()
        assert await client.ended(10.0)


async def test_usual_messages_do_not_pass_through_the_library() -> None:
    # Should gmqtt read its packets elsewhere one day, they all would: right as ever, at five times the price.
    heard: list[bytes] = []
    through: list[object] = []
    async with connected(lambda _topic, payload, _kept: heard.append(payload)) as (broker, client):
        client._client.on_message = lambda *said: through.append(said)
        await broker.say(published("a", b"usual", number=1), published("a", b"kept", number=2, retain=True))
        assert [await broker.packet() for _ in range(2)] == [(PUBACK, b"\0\1"), (PUBACK, b"\0\2")]
    assert (heard, len(through)) == ([b"usual"], 1)


async def test_what_was_heard_is_acted_on_before_the_broker_gets_its_word() -> None:
    early: list[bool] = []

    def hear(*_: object) -> None:
        asyncio.get_running_loop().call_soon(lambda: early.append(broker.here()))

    async with connected(hear) as (broker, _):
        await broker.say(published("a", b"x", number=9))
        assert await broker.packet() == (PUBACK, b"\0\x09")
    assert early == [False]
