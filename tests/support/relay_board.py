"""A relay board that speaks Modbus TCP, written from the Modbus Application Protocol 1.1b3 and not from our client."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Board:
    """Coils, and inputs that follow them."""

    coils: dict[int, bool] = field(default_factory=lambda: {3: False})
    follows: dict[int, int] = field(default_factory=lambda: {13: 3})
    how: str = "well"
    port: int = 0
    talks: set[asyncio.Task[None]] = field(default_factory=set)
    connections: int = 0

    def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.talks.add(asyncio.ensure_future(self.talk(reader, writer)))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readexactly(7)
                number, _, length, unit = struct.unpack(">HHHB", head)
                code, address, value = struct.unpack(">BHH", await reader.readexactly(length - 1))
                if self.how == "mute":
                    continue
                answer = self._answer(code, address, value)
                writer.write(struct.pack(">HHHB", number, 0, len(answer) + 1, unit) + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has gone
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _answer(self, code: int, address: int, value: int) -> bytes:
        if self.how == "refuses":
            return bytes((code | 0x80, 2))
        if code == 5:
            self.coils[address] = value == 0xFF00
            return struct.pack(">BHH", code, address, value)
        on = self.coils[address] if code == 1 else self.coils[self.follows[address]]
        return bytes((code, 1, int(on)))


@asynccontextmanager
async def board(how: str = "well") -> AsyncIterator[Board]:
    """A board on a port of its own; ``how``: well, mute, refuses."""
    one = Board(how=how)
    server = await asyncio.start_server(one.answer, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for talk in one.talks:
            talk.cancel()
        await asyncio.gather(*one.talks, return_exceptions=True)
