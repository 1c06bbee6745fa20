"""The short way through a usual packet says what gmqtt's own reader says: the same bytes are fed to both."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from gmqtt.mqtt.connection import MQTTConnection
from gmqtt.mqtt.protocol import MQTTProtocol
from hypothesis import example, given
from hypothesis import strategies as st

from hardware_bridge.sources.mqtt_client import Connection, Door, Version
from hardware_bridge.sources.mqtt_frames import Frames

VERSIONS: dict[Version, int] = {"3.1.1": 4, "5": 5}


class Wire(asyncio.Transport):
    """What is written to it, kept."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return False


@dataclass
class Side:
    """One client without a socket, and what became of what was fed to it."""

    version: Version
    heard: list[tuple[str, bytes, bool]] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    library: int = 0
    """Packets gmqtt itself has handled."""

    def start(self, *, short: bool) -> Callable[[bytes], int]:
        """The reader to be fed: gmqtt's own, or ours before it."""
        door = Door(host="", port=0, client_id="x", version=self.version, keeps=timedelta(0))
        owner = Connection(door, hear=lambda *said: self.heard.append(said), opened=lambda _: None)
        self.client = client = owner._client
        client._connection_state.protocol_version = VERSIONS[self.version]
        handler = client._package_handler
        protocol = MQTTProtocol(connection_state=client._connection_state, id_generator=handler.id_generator)
        self.wire = protocol._transport = Wire()
        self.line = client._connection = MQTTConnection(self.wire, protocol, True, 60, package_handler=handler)
        taken = self.line.put_package

        def put(package: object) -> None:
            self.library += 1
            taken(package)

        self.line.put_package = put
        if not short:
            return lambda data: int(protocol._read_packet(data))
        return Frames(self.line, owe=client._owe, hear=owner._heard).read

    def stop(self) -> None:
        self.client.acknowledge()
        self.line._keep_connection_callback.cancel()


def fed(version: Version, pieces: list[bytes], *, short: bool) -> Side:
    """The pieces as the socket would bring them: what is left of one is read again with the next."""

    async def all_of_it() -> Side:
        side = Side(version)
        read, left = side.start(short=short), b""
        for piece in pieces:
            left += piece
            side.read.append(read(left))
            if side.read[-1] < 0:
                break
            left = left[side.read[-1] :]
        side.stop()
        return side

    return asyncio.run(all_of_it())


def text(raw: bytes) -> bytes:
    return len(raw).to_bytes(2, "big") + raw


def length(count: int, more: int = 0) -> bytes:
    """A length as MQTT spells it, in ``more`` bytes than it needs."""
    found = bytearray()
    while True:
        count, low = divmod(count, 128)
        last = not count and more <= 0
        found.append(low if last else low | 128)
        if last:
            return bytes(found)
        more -= 0 if count else 1


def packet(head: int, body: bytes, more: int = 0) -> bytes:
    return bytes((head,)) + length(len(body), more) + body


def message(
    payload: bytes = b"{}", *, topic: bytes = b"plant/gas/1", head: int = 0x32, number: int = 7, attached: bytes = b"",
    five: bool = False,
) -> bytes:  # fmt: skip
    """PUBLISH; with a number unless it is of QoS 0."""
    named = number.to_bytes(2, "big") if head & 0x06 else b""
    return packet(head, text(topic) + named + (length(len(attached)) + attached if five else b"") + payload)


EXPIRES = b"\x02\x00\x00\x00\x3c"
TWICE = b"\x23\x00\x01"
"""A topic alias, 1."""


@pytest.mark.parametrize("version", VERSIONS)
def test_usual_messages_never_pass_through_the_library(version: Version) -> None:
    five = version == "5"
    data = b"".join(message(b"x" * size, number=size + 1, five=five) for size in (0, 1, 100, 127, 128, 9000))
    side = fed(version, [data], short=True)
    assert side.library == 0
    assert side.read == [len(data)]
    assert [len(payload) for _, payload, _ in side.heard] == [0, 1, 100, 127, 128, 9000]
    assert side.wire.written[:2] == (b"\x40\x04" if five else b"\x40\x02")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "odd",
    [
        message(head=0x30), message(head=0x33), message(head=0x3A), message(head=0x34), message(topic=b""),
        message(topic=b"\xff"), message(b"\xff"), message(b""), message(attached=EXPIRES, five=True),
        message(attached=TWICE, five=True), message(attached=b"\xff", five=True), packet(0x32, b""),
        packet(0x32, b"\0"), packet(0x32, b"\0\1a"), packet(0x32, b"\0\1a\0"), packet(0x32, b"\0\1a\0\1"),
        packet(0x32, b"\xff\xffabcdef"), message(b"x" * 20_000, five=True), packet(0xD0, b""),
        packet(0x40, b"\0\7"), packet(0xE0, b""),
        packet(0x32, text(b"a") + b"\0\1\0x", 1), packet(0x32, text(b"a") + b"\0\1\0x", 2),
        b"\x32\xff\xff\xff\xff\x7f", b"\x32", b"\x32\x90", b"\x32\x90\x01",
    ],
)  # fmt: skip
def test_the_odd_is_told_as_the_library_tells_it_and_so_is_what_follows(version: Version, odd: bytes) -> None:
    usual = message(five=version == "5")
    same(version, [usual + odd + usual])
    same(version, [odd, usual, odd])


def same(version: Version, pieces: list[bytes]) -> None:
    ours, theirs = fed(version, pieces, short=True), fed(version, pieces, short=False)
    assert (ours.read, ours.heard, ours.wire.written) == (theirs.read, theirs.heard, theirs.wire.written)


_topics = st.sampled_from([b"plant/gas/1", b"", b"a", "罐/1".encode(), b"\xff"]) | st.binary(max_size=9)
_payloads = st.binary(max_size=9) | st.integers(110, 140).map(bytes) | st.integers(16_370, 16_400).map(bytes)
_attached = st.sampled_from([b"", b"", EXPIRES, TWICE, EXPIRES + TWICE, b"\x26"]) | st.binary(max_size=6)
_messages = st.builds(
    message, _payloads, topic=_topics, head=st.sampled_from([0x32, 0x32, 0x30, 0x31, 0x33, 0x34, 0x3A, 0x36]),
    number=st.integers(0, 65_535), attached=_attached, five=st.booleans(),
)  # fmt: skip
_others = st.builds(
    packet, st.sampled_from([0x32, 0xD0, 0x40, 0x90, 0x50, 0x62, 0xE0, 0x00]), st.binary(max_size=8), st.integers(0, 3)
)
_cut = st.integers(0, 30)


@given(st.sampled_from(list(VERSIONS)), st.lists(_messages | _others | st.binary(max_size=5), max_size=5), _cut, _cut)
@example("5", [message(five=True)] * 3, 9, 9)
def test_both_readers_agree(version: Version, packets: list[bytes], one: int, other: int) -> None:
    data = b"".join(packets)
    at = sorted({0, min(one, len(data)), min(one + other, len(data)), len(data)})
    same(version, [data[begins:ends] for begins, ends in itertools.pairwise(at)])


async def test_a_connection_that_was_given_up_is_heard_no_more() -> None:
    side = Side("5")
    read = side.start(short=True)
    side.client._package_handler.set_connection(None)
    assert read(message(five=True)) == len(message(five=True))
    assert (side.heard, side.library) == ([], 1)
    side.stop()


async def test_the_library_learns_that_something_came_in() -> None:
    # Else it takes the line for dead, and pings and closes it although messages come in.
    side = Side("5")
    read = side.start(short=True)
    side.line._last_data_in = 0.0
    read(message(five=True))
    assert side.line._last_data_in > 0
    side.stop()
