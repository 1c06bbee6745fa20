"""A port devices call: TCP lines, each with its own reader, within limits no stranger can stretch.

A line is *proved* once something other than trouble was heard on it. One that is not proved in time, or sends nothing
for too long, or too much, is closed; when all places are taken, the oldest line that is not proved makes room. Whatever
goes wrong on one line ends that line only; the devices behind it are silent then, and silence is noticed elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from hardware_bridge.codecs.heard import Heard
from hardware_bridge.sample import Trouble
from hardware_bridge.source import Sink
from hardware_bridge.sources.tally import Tallied, Tally

_log = structlog.get_logger()

CHUNK: Final = 4096
_ANSWER_WITHIN: Final = 5.0
"""Seconds a device may take to fetch an answer."""
_MINUTE: Final = 60.0

Receive = Callable[[bytes, datetime], Heard]
"""Reads the bytes of one line."""
Meet = Callable[[str], Receive | None]
"""A fresh reader for a line from this address; None: nobody from there is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one port bears."""

    lines: int = 256
    idle: timedelta = timedelta(minutes=3)
    prove_within: timedelta = timedelta(seconds=30)
    bytes_a_minute: int = 1 << 20
    """Of one line."""


class _Line:
    """One connection."""

    __slots__ = ("minute", "proved", "since", "taken")

    def __init__(self, since: float) -> None:
        self.since = since
        """All times in seconds of the loop's own clock."""
        self.proved = False
        self.minute = since
        self.taken = 0

    def may_take(self, size: int, now: float, most: int) -> bool:
        """Count bytes; False when there are too many within a minute."""
        if now - self.minute >= _MINUTE:
            self.minute, self.taken = now, 0
        self.taken += size
        return self.taken <= most


class Port(Tallied):
    """A listening source. ``port`` 0 takes any free one; `address` tells which."""

    def __init__(
        self, name: str, *, host: str, port: int, meet: Meet, tally: Tally, limits: Limits | None = None
    ) -> None:
        self.name = name
        self._host = host
        self._port = port
        self._meet = meet
        self._tally = tally
        self._limits = limits or Limits()
        self._lines: dict[asyncio.Task[None], _Line] = {}
        self.address: tuple[str, int] | None = None
        """Where it listens; None while it does not."""

    def counts(self) -> Mapping[str, int]:
        """What was counted, and how many lines there are now."""
        return {**self._tally.counts(), "lines": len(self._lines)}

    async def run(self, sink: Sink) -> None:
        """Listen until cancelled. Raise `OSError` where the port cannot be had."""

        def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = _Line(asyncio.get_running_loop().time())
            task = asyncio.create_task(self._line(reader, writer, sink, line), name=f"line-{self.name}")
            self._lines[task] = line
            task.add_done_callback(self._lines.pop)

        server = await asyncio.start_server(met, self._host, self._port, limit=CHUNK)
        self.address = server.sockets[0].getsockname()[:2]
        try:
            await asyncio.Event().wait()
        finally:
            self.address = None
            server.close()
            lines = tuple(self._lines)
            for task in lines:
                task.cancel()
            await asyncio.gather(*lines, return_exceptions=True)
            await server.wait_closed()

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sink: Sink, line: _Line) -> None:
        self._tally.counted["connected"] += 1
        try:
            receive = self._meet(str(writer.get_extra_info("peername")[0]))
            if receive is None or not self._room(line):
                self._tally.counted["refused"] += 1
                return
            await self._talk(reader, writer, receive, sink, line)
        except TimeoutError:
            self._tally.counted["timed_out"] += 1
        except OSError:
            self._tally.counted["lost"] += 1
        except Exception as bug:  # one line never takes the port with it
            self._tally.counted["bugs"] += 1
            _log.exception("line failed", action="port", source=self.name, error=type(bug).__name__)
        finally:
            await _let_go(writer)

    def _room(self, newcomer: _Line) -> bool:
        """Whether there is a place for one more; a line that proved nothing yet gives up its own."""
        if len(self._lines) <= self._limits.lines:
            return True
        idle = [task for task, line in self._lines.items() if not line.proved and line is not newcomer]
        if not idle:
            return False
        idle[0].cancel()
        return True

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        receive: Receive,
        sink: Sink,
        line: _Line,
    ) -> None:
        loop, limits = asyncio.get_running_loop(), self._limits
        prove_by = line.since + limits.prove_within.total_seconds()
        idle = limits.idle.total_seconds()
        while True:
            now = loop.time()
            async with asyncio.timeout_at(now + idle if line.proved else min(now + idle, prove_by)):
                data = await reader.read(CHUNK)
            if not data:
                return
            if not line.may_take(len(data), loop.time(), limits.bytes_a_minute):
                self._tally.counted["flooded"] += 1
                return
            heard = receive(data, self._tally.now())
            for said in heard.said:
                self._tally.heard(said)
                sink.take(said)
                line.proved = line.proved or not isinstance(said, Trouble)
            if heard.send:
                writer.write(heard.send)
                async with asyncio.timeout(_ANSWER_WITHIN):
                    await writer.drain()
            if heard.close:
                return


async def _let_go(writer: asyncio.StreamWriter) -> None:
    """Close the socket, also of somebody who never fetches what was sent."""
    writer.close()
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()
