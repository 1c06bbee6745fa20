"""MQTT when somebody stands still: a broker that takes the call and says nothing, or we ourselves for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest

from bot.clock import SystemClock
from hardware_bridge.sources.mqtt import Mqtt, Pace
from hardware_bridge.sources.mqtt_client import Connection, Door, LineLost

LET_IN = b"\x20\x02\x00\x00"
"""CONNACK of MQTT 3.1.1: accepted."""
DOOR = Door(host="127.0.0.1", port=1, client_id="bridge-1", version="3.1.1")


@asynccontextmanager
async def broker(answer: bytes) -> AsyncIterator[int]:
    """Takes every call, says this once, and then nothing any more; its port."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read(1024)
            writer.write(answer)
            while await reader.read(1024):
                pass
        except ConnectionError:
            pass  # the other side has gone
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.ensure_future(talk(reader, writer)))

    server = await asyncio.start_server(call, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


def line_to(port: int, *, patience: float) -> Connection:
    door = Door(host="127.0.0.1", port=port, client_id="bridge-1", version="3.1.1")
    return Connection(door, hear=lambda *_: None, opened=lambda _: None, patience=patience)


async def test_a_broker_that_never_answers_the_login_is_given_up() -> None:
    async with broker(b"") as port:
        line = line_to(port, patience=0.05)
        with pytest.raises(LineLost, match="no answer to the login"):
            async with asyncio.timeout(30):
                await line.open()
        await line.close()


async def test_a_broker_that_never_answers_the_subscriptions_is_given_up() -> None:
    async with broker(LET_IN) as port:
        line = line_to(port, patience=1)
        await line.open()
        with pytest.raises(LineLost, match="no answer to the subscriptions"):
            async with asyncio.timeout(30):
                await line.subscribe([("plant/gas/#", 1)])
        await line.close()


class Line:
    """A line whose waits take as long as they are told, by a clock of their own; after the last of them it is closed.
    The first mark comes back, no other does."""

    def __init__(self, *waits: float) -> None:
        self.now = 0.0
        self.waits = list(waits)
        self.source = Mqtt(
            "site", DOOR, (), clock=SystemClock().now, steady=lambda: self.now, chance=lambda: 0.5, token="t0ken",
            pace=Pace(),
        )  # fmt: skip
        self.marks = 0

    def publish(self, topic: str, payload: bytes) -> None:
        self.marks += 1
        if self.marks == 1:
            self.source._hear(topic, payload, False)

    async def ended(self, _within: float) -> bool:
        if not self.waits:
            return True
        self.now += self.waits.pop(0)
        return False

    async def watched(self) -> None:
        await self.source._watch(cast(Connection, self))


async def test_nothing_for_longer_than_a_line_may_be_silent_is_the_end_of_it() -> None:
    with pytest.raises(LineLost, match="nothing came in for 30 s"):
        await Line(5, 5, 5, 5, 5, 5).watched()


async def test_a_machine_that_stood_still_hears_first_what_came_in_meanwhile() -> None:
    """Not they were silent, we were away: the line is not dropped for it."""
    with pytest.raises(LineLost, match="the connection was closed"):
        await Line(5, 60, 5).watched()
