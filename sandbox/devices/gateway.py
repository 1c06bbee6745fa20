"""The gateway the plant's instruments hang on: an MQTT 3.1.1 client that publishes one message an instrument.

The protocol is written out (OASIS MQTT 3.1.1: 2.2.3 remaining length, 3.1 CONNECT, 3.2 CONNACK, 3.3 PUBLISH QoS 0,
3.14 DISCONNECT); what it needs of it is four packets.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

_CONNECT, _PUBLISH, _DISCONNECT = 0x10, 0x30, 0xE0
_LEVEL_3_1_1: Final = 4
_CLEAN, _PASSWORD, _USER = 0x02, 0x40, 0x80
_ACCEPTED: Final = b"\x20\x02\x00\x00"
_PATIENCE: Final = 5.0


class Gateway:
    """Connects when it has something to say, and again after its line was cut."""

    def __init__(self, host: str, port: int, *, name: str, user: str = "", password: str = "") -> None:
        self._address = (host, port)
        self._name = name
        self._login = (user, password)
        self._line: asyncio.StreamWriter | None = None

    async def publish(self, messages: Iterable[Mapping[str, object]]) -> bool:
        """Send each under the topic of its device; whether the broker took the line."""
        try:
            line = self._line or await self._connected()
            for one in messages:
                line.write(_publish(f"permitbot/devices/{one['device_id']}", json.dumps(one).encode()))
            await line.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            await self._hang_up()
            return False
        return True

    async def _connected(self) -> asyncio.StreamWriter:
        async with asyncio.timeout(_PATIENCE):
            reader, self._line = await asyncio.open_connection(*self._address)
            self._line.write(_connect(self._name, *self._login))
            if await reader.readexactly(len(_ACCEPTED)) != _ACCEPTED:
                raise ConnectionRefusedError("the broker does not let the gateway in")
        return self._line

    async def close(self) -> None:
        """Say good-bye."""
        if self._line is not None:
            self._line.write(_packet(_DISCONNECT, b""))
            await self._hang_up()

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()
            with contextlib.suppress(OSError):
                await line.wait_closed()


def _connect(name: str, user: str, password: str) -> bytes:
    flags = _CLEAN | (_USER | _PASSWORD if user else 0)
    body = _text("MQTT") + bytes((_LEVEL_3_1_1, flags, 0, 0)) + _text(name)
    return _packet(_CONNECT, body + (_text(user) + _text(password) if user else b""))


def _publish(topic: str, payload: bytes) -> bytes:
    return _packet(_PUBLISH, _text(topic) + payload)


def _packet(kind: int, body: bytes) -> bytes:
    left, length = len(body), b""
    while True:
        left, digit = divmod(left, 128)
        length += bytes((digit | (0x80 if left else 0),))
        if not left:
            return bytes((kind,)) + length + body


def _text(text: str) -> bytes:
    held = text.encode()
    return len(held).to_bytes(2, "big") + held
