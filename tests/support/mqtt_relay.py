"""A relay behind an MQTT broker: hears commands, falls back by itself, says what it does when it is asked.

It speaks MQTT 3.1.1 by hand, so that it shares no mistake with our library.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.brokers import _packet, _text, published

TOLD, ANSWERS = "permitbot/outputs/door-1/set", "permitbot/outputs/door-1/state"


class Relay:
    """One device. ``how``: what it does wrong."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, how: str) -> None:
        self._reader, self._writer = reader, writer
        self.how = how
        self.does = "safe"
        self.heard: list[dict[str, Any]] = []
        """Everything it was told, with ``retained``: whether the broker had kept it."""
        self.subscribed = asyncio.Event()
        self._number = 0

    async def packet(self) -> tuple[int, bytes]:
        head = (await self._reader.readexactly(1))[0]
        length, shift = 0, 0
        while True:
            low = (await self._reader.readexactly(1))[0]
            length |= (low & 127) << shift
            shift += 7
            if low < 128:
                return head, await self._reader.readexactly(length)

    async def run(self) -> None:
        while True:
            head, body = await self.packet()
            if head >> 4 == 9:
                self.subscribed.set()
            if head >> 4 == 3:
                at = 2 + int.from_bytes(body[:2])
                if head & 0x06:
                    self._writer.write(b"\x40\x02" + body[at : at + 2])
                    at += 2
                self._told(json.loads(body[at:]), retained=bool(head & 1))

    def _told(self, said: dict[str, Any], *, retained: bool) -> None:
        self.heard.append(said | {"retained": retained})
        if self.how != "deaf":
            self.does = said.get("set", self.does)
        if said["nonce"] and self.how not in {"mute", "deaf"}:
            self.answer(said["nonce"])

    def answer(self, nonce: str, **changes: Any) -> None:
        """Say what it does; ``changes`` make that something else."""
        said = {"output": "door-1", "state": self.does, "nonce": nonce} | WRONG.get(self.how, {}) | changes
        self._number += 1
        body = json.dumps(said | {"more": "x" * 5000} if self.how == "too long" else said).encode()
        self._writer.write(published(ANSWERS, body, number=self._number, retain=self.how == "kept"))


WRONG: dict[str, dict[str, Any]] = {
    "another door": {"output": "door-2"}, "recorded": {"nonce": "of-another-question"},
    "a word unknown": {"state": "ajar"}, "no report": {"state": None},
}  # fmt: skip


@asynccontextmanager
async def relay(port: int, *, how: str = "well", name: str = "relay", clean: bool = True) -> AsyncIterator[Relay]:
    """The device, connected and listening. ``clean`` False: the broker keeps for it what comes meanwhile."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_packet(0x10, _text("MQTT") + bytes((4, 2 if clean else 0, 0, 60)) + _text(name)))
    one = Relay(reader, writer, how=how)
    assert (await one.packet())[0] == 0x20
    writer.write(_packet(0x82, b"\x00\x01" + _text(TOLD) + b"\x01"))
    running = asyncio.create_task(one.run())
    try:
        async with asyncio.timeout(30):
            await one.subscribed.wait()
        yield one
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
