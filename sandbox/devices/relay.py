"""A relay on a network of its own: one coil that is written, one contact that is read back, Modbus TCP.

Written from the Modbus Application Protocol 1.1b3. Like any output of a permit it falls back by itself: a coil that
was not written for `hold` seconds of this machine's time drops, whatever the plant's clock does.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

COIL: Final = 0
CONTACT: Final = 0
"""A discrete input: what the relay really does."""
_READ_COILS, _READ_INPUTS, _WRITE_COIL = 0x01, 0x02, 0x05
_NO_FUNCTION, _NO_ADDRESS, _NO_VALUE = 1, 2, 3
_ON, _OFF = 0xFF00, 0x0000
_REQUEST: Final = 6
"""Bytes of each request it knows, with the unit: function, two addresses or values."""


class Wear(StrEnum):
    """What is wrong with it."""

    NONE = "none"
    STUCK = "stuck"
    """The contact stays as it is, whatever the coil does."""
    SILENT = "silent"
    """The line is cut."""


@dataclass(slots=True, kw_only=True)
class Relay:
    """One relay. ``steady``: seconds of a clock nobody can push. Start it, use `port`, stop it."""

    hold: float
    steady: Callable[[], float]
    wear: Wear = Wear.NONE
    port: int = 0
    _coil: bool = False
    _written: float = 0.0
    _welded: bool = False
    _server: asyncio.Server | None = None
    _talks: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def coil(self) -> bool:
        """Whether the coil holds. It drops by itself."""
        return self._coil and self.steady() - self._written < self.hold

    @property
    def contact(self) -> bool:
        """Whether the contact is closed."""
        return self._welded if self.wear is Wear.STUCK else self.coil

    def breaks(self, wear: Wear) -> None:
        """Something goes wrong with it, or it is mended."""
        self._welded = self.contact
        self.wear = wear
        if wear is Wear.SILENT:
            self._hang_up()

    async def start(self) -> None:
        """Listen on a free port of this machine."""
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up and let go of the port."""
        if self._server is not None:
            self._server.close()
            self._hang_up()
            await self._server.wait_closed()
            self._server = None

    def _hang_up(self) -> None:
        for one in self._talks:
            one.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(writer)
        try:
            while self.wear is not Wear.SILENT:
                number, protocol, length, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                if protocol != 0 or length != _REQUEST:
                    return
                answer = self._answered(await reader.readexactly(length - 1))
                writer.write(struct.pack(">HHHB", number, 0, len(answer) + 1, unit) + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has gone
        finally:
            self._talks.discard(writer)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _answered(self, request: bytes) -> bytes:
        code, address, value = struct.unpack(">BHH", request)
        if code not in (_READ_COILS, _READ_INPUTS, _WRITE_COIL):
            return bytes((code | 0x80, _NO_FUNCTION))
        if address != (CONTACT if code == _READ_INPUTS else COIL):
            return bytes((code | 0x80, _NO_ADDRESS))
        if value not in ((_ON, _OFF) if code == _WRITE_COIL else (1,)):
            return bytes((code | 0x80, _NO_VALUE))
        if code == _WRITE_COIL:
            self._coil, self._written = value == _ON, self.steady()
            return request
        return bytes((code, 1, self.coil if code == _READ_COILS else self.contact))
