"""The relay of the demo: what it says on the wire, held against the protocol and driven by the production line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from hardware_bridge.outputs.coil import Coil, Wiring
from hardware_bridge.outputs.model import Command, OutputId, State, Unreached
from sandbox.devices.relay import COIL, CONTACT, Relay, Wear

AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
BOX = OutputId("box-1")
HOLD = 8.0


@dataclass
class Steady:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    one = Relay(hold=HOLD, steady=Steady())
    await one.start()
    yield one
    await one.stop()


async def wired(relay: Relay, *, released: bool) -> Coil:
    line = Coil(BOX, Wiring(host="127.0.0.1", port=relay.port, coil=COIL, read_back=CONTACT))
    if released:
        lasts = timedelta(seconds=HOLD)
        await line.command(Command(output=BOX, state=State.RELEASED, at=AT, key="1", lasts=lasts))
    return line


async def test_it_does_what_it_is_told_and_drops_by_itself(relay: Relay) -> None:
    line = await wired(relay, released=True)
    assert (await line.state(), relay.contact) == (State.RELEASED, True)
    assert isinstance(relay.steady, Steady)
    relay.steady.seconds = HOLD - 0.1
    assert await line.state() is State.RELEASED
    relay.steady.seconds = HOLD
    assert (await line.state(), relay.contact) == (State.SAFE, False), "nobody told it anything for so long"
    await line.close()


async def test_a_contact_that_sticks_is_read_back_as_it_is(relay: Relay) -> None:
    line = await wired(relay, released=True)
    relay.breaks(Wear.STUCK)
    await line.command(Command(output=BOX, state=State.SAFE, at=AT, key="2"))
    assert (relay.coil, await line.state()) == (False, State.RELEASED)
    relay.breaks(Wear.NONE)
    assert await line.state() is State.SAFE
    await line.close()


async def test_a_cut_line_says_nothing_until_it_is_mended(relay: Relay) -> None:
    line = await wired(relay, released=True)
    relay.breaks(Wear.SILENT)
    with pytest.raises(Unreached):
        await line.state()
    relay.breaks(Wear.NONE)
    assert await line.state() is State.RELEASED
    await line.close()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("05 0000 ff00", "05 0000 ff00"), ("01 0000 0001", "01 01 00"), ("02 0000 0001", "02 01 00"),
        ("05 0001 ff00", "85 02"), ("05 0000 1234", "85 03"), ("02 0000 0002", "82 03"), ("0f 0000 0001", "8f 01"),
    ],
)  # fmt: skip
async def test_the_frames_are_those_of_the_protocol(relay: Relay, asked: str, answered: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
    writer.write(bytes.fromhex("0007 0000 0006 01" + asked))
    wanted = bytes.fromhex(answered)
    head = bytes.fromhex("0007 0000") + (len(wanted) + 1).to_bytes(2, "big") + b"\x01"
    assert await reader.readexactly(len(head) + len(wanted)) == head + wanted
    writer.close()
    await writer.wait_closed()
