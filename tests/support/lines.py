"""Lines for tests: a sink that remembers, a source that runs meanwhile, a device that talks over a real socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from hardware_bridge.sample import Position, Said, Sample, Trouble
from hardware_bridge.source import Source
from hardware_bridge.sources.port import Port
from tests.support.eventually import eventually

T = TypeVar("T")


@dataclass(slots=True)
class Ear:
    """A `Sink` that keeps what it is told."""

    said: list[Said] = field(default_factory=list)

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        self.said.append(said)

    def of(self, kind: type[T]) -> list[T]:
        return [one for one in self.said if isinstance(one, kind)]

    @property
    def readings(self) -> list[Sample | Position]:
        """Everything that says something of the world."""
        return [one for one in self.said if isinstance(one, Sample | Position)]

    @property
    def troubles(self) -> list[Trouble]:
        return self.of(Trouble)


@asynccontextmanager
async def running(source: Source) -> AsyncIterator[Ear]:
    """The source runs; it must still do so in the end, and let go when it is told to."""
    ear = Ear()
    task = asyncio.create_task(source.run(ear))
    try:
        yield ear
        assert not task.done(), "the source ended by itself"
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def address_of(port: Port) -> tuple[str, int]:
    """Where the port listens, once it does."""
    await eventually(lambda: port.address is not None)
    assert port.address is not None
    return port.address


@asynccontextmanager
async def calling(port: Port) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A device's line to the port."""
    reader, writer = await asyncio.open_connection(*await address_of(port))
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def answering(talk: Talk, port: int = 0) -> AsyncIterator[tuple[str, int]]:
    """A server whose every line is handled by ``talk``, an async function; where it listens."""
    lines: set[asyncio.StreamWriter] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[:2]
    finally:
        server.close()
        for line in lines:
            line.transport.abort()
        await server.wait_closed()
