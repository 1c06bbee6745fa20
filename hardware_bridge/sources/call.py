"""A line we open ourselves and only listen on; connected again when it is gone or mute for too long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from hardware_bridge.source import Sink
from hardware_bridge.sources.port import CHUNK, Receive
from hardware_bridge.sources.tally import Tallied, Tally

AGAIN: Final = timedelta(seconds=2)
"""How long a line that is gone is left alone."""
CONNECT_WITHIN: Final = 5.0
"""Seconds a connection may take."""
MUTE_AFTER: Final = timedelta(seconds=30)
"""A line that says nothing for so long may be half open: it is made anew."""


class Call(Tallied):
    """A source that calls ``host``. ``meet`` makes a fresh reader for each line: a torn rest never meets a new line."""

    def __init__(
        self,
        name: str,
        *,
        host: str,
        port: int,
        meet: Callable[[], Receive],
        tally: Tally,
        mute_after: timedelta = MUTE_AFTER,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._host = host
        self._port = port
        self._meet = meet
        self._tally = tally
        self._mute_after = mute_after.total_seconds()
        self._pause = pause

    async def run(self, sink: Sink) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen(sink)
                self._tally.down("closed by the other side")
            except (TimeoutError, OSError) as gone:
                self._tally.down(type(gone).__name__)
            await self._pause(AGAIN.total_seconds())

    async def _listen(self, sink: Sink) -> None:
        async with asyncio.timeout(CONNECT_WITHIN):
            reader, writer = await asyncio.open_connection(self._host, self._port, limit=CHUNK)
        try:
            receive = self._meet()
            while True:
                async with asyncio.timeout(self._mute_after):
                    data = await reader.read(CHUNK)
                if not data:
                    return
                self._tally.up()
                for said in receive(data, self._tally.now()).said:
                    self._tally.heard(said)
                    sink.take(said)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
