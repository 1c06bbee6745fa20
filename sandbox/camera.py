"""A camera's twin: RTSP 1.0 (RFC 2326) over one TCP line, JPEG pictures as RTP (RFC 2435) interleaved in it.

It shows one picture again and again, asks for a password where it has one (Basic, RFC 7617), and misbehaves on demand.
"""

from __future__ import annotations

import asyncio
import base64
import io
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PIL import Image

_FRAGMENT: Final = 1400
_PICTURES_A_SECOND: Final = 5
_CLOCK: Final = 90_000
_JPEG: Final = 26
_OPTIONS: Final = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"


class Manner(StrEnum):
    """How the camera behaves."""

    GOOD = "good"
    DEAF = "deaf"
    """Takes the connection and says nothing."""
    BLACK = "black"
    """Agrees to everything and sends no picture."""
    GARBAGE = "garbage"
    """Sends noise instead of pictures."""
    FLOOD = "flood"
    """Sends an answer that has no end."""
    DRIBBLE = "dribble"
    """Sends an answer a byte at a time, for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A baseline JPEG taken apart as RTP carries it."""

    width: int
    height: int
    tables: bytes
    """Two quantisation tables of 64 bytes, as they stand in the file."""
    data: bytes
    """The entropy-coded segment."""


def scan_of(picture: Image.Image) -> Scan:
    """Take a picture apart. Its sides are multiples of sixteen, at most 2040 (RFC 2435, 3.1.5)."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=80, subsampling=2, optimize=False)
    raw, tables, at = out.getvalue(), {}, 2
    while raw[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", raw, at + 2)
        body = raw[at + 4 : at + 2 + length]
        while raw[at + 1] == 0xDB and body:
            tables[body[0] & 15], body = body[1:65], body[65:]
        at += 2 + length
    (length,) = struct.unpack_from(">H", raw, at + 2)
    return Scan(
        width=picture.width, height=picture.height, tables=tables[0] + tables[1], data=raw[at + 2 + length : -2]
    )  # fmt: skip


def packets(scan: Scan, number: int, first: int) -> Iterator[bytes]:
    """One picture as RTP packets, numbered from ``first``; ``number``: the how-manieth picture."""
    for offset in range(0, len(scan.data), _FRAGMENT):
        part = scan.data[offset : offset + _FRAGMENT]
        last = offset + _FRAGMENT >= len(scan.data)
        head = struct.pack(
            ">BBHII", 0x80, _JPEG | (0x80 if last else 0), (first + offset // _FRAGMENT) & 0xFFFF,
            (number * _CLOCK // _PICTURES_A_SECOND) & 0xFFFFFFFF, 0x5EED,
        )  # fmt: skip
        # Type 1 is 4:2:0, Q 255 says that the tables follow in the first packet.
        jpeg = struct.pack(">IBBBB", offset, 1, 255, scan.width // 8, scan.height // 8)
        tables = struct.pack(">BBH", 0, 0, len(scan.tables)) + scan.tables if offset == 0 else b""
        yield head + jpeg + tables + part


class VirtualCamera:
    """A camera on this machine. ``login``: the user and password it wants, if any."""

    def __init__(self, picture: Image.Image, *, login: tuple[str, str] | None = None, path: str = "/stream1") -> None:
        self._scan = scan_of(picture)
        self._login = login
        self._path = path
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()
        self.manner = Manner.GOOD
        self.films: Callable[[], Image.Image] | None = None
        """What it sees at the moment it is asked; None: what it was last shown."""
        self.asked: Counter[str] = Counter()
        """What was asked of it, by method."""

    def show(self, picture: Image.Image) -> None:
        """What stands before the camera from now on."""
        self._scan = scan_of(picture)

    async def start(self, port: int = 0) -> None:
        """Listen on this machine."""
        self._server = await asyncio.start_server(self._met, "127.0.0.1", port)

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._server is None:
            raise RuntimeError("the camera is off")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Without user and password."""
        return f"rtsp://127.0.0.1:{self.port}{self._path}"

    async def stop(self) -> None:
        """Switch it off."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        for line in tuple(self._lines):
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        if line is not None:
            self._lines.add(line)
        try:
            await self._talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # hung up, by them or by us
        finally:
            if line is not None:
                self._lines.discard(line)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        playing: asyncio.Task[None] | None = None
        try:
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode("ascii", "replace")
                first, *rest = text.strip().split("\r\n")
                method, url, _ = first.split(" ", 2)
                headers = {name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in rest)}
                self.asked[method] += 1
                if self.manner in _ENDLESS:
                    await self._without_end(writer)
                writer.write(self._answer(method, url, headers))
                await writer.drain()
                if method == "PLAY" and playing is None and self._welcome(headers):
                    if self.films is not None:
                        self.show(self.films())
                    playing = asyncio.create_task(self._play(writer))
                if method == "TEARDOWN":
                    return
        finally:
            if playing is not None:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)

    async def _without_end(self, writer: asyncio.StreamWriter) -> None:
        if self.manner is Manner.DEAF:
            await asyncio.Event().wait()
        writer.write(b"RTSP/1.0 200 OK\r\nX-Noise: ")
        while True:
            writer.write(b"x" if self.manner is Manner.DRIBBLE else b"x" * 65536)
            await writer.drain()
            await asyncio.sleep(0.2 if self.manner is Manner.DRIBBLE else 0)

    def _welcome(self, headers: Mapping[str, str]) -> bool:
        if self._login is None:
            return True
        wanted = base64.b64encode(":".join(self._login).encode()).decode()
        return headers.get("authorization", "") == f"Basic {wanted}"

    def _answer(self, method: str, url: str, headers: Mapping[str, str]) -> bytes:
        number = headers.get("cseq", "0")
        if method == "OPTIONS":
            return _said("200 OK", number, {"Public": _OPTIONS})
        if not self._welcome(headers):
            return _said("401 Unauthorized", number, {"WWW-Authenticate": 'Basic realm="camera"'})
        if self._path not in url:
            return _said("404 Not Found", number, {})
        if method == "DESCRIBE":
            described = _DESCRIBED.encode()
            more = {"Content-Base": f"{url}/", "Content-Type": "application/sdp", "Content-Length": str(len(described))}
            return _said("200 OK", number, more) + described
        if method == "SETUP":
            return _said("200 OK", number, {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1", "Session": "1"})
        return _said("200 OK", number, {"Session": "1"})

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        sequence = 0
        for number in range(1 << 30):
            if self.manner is Manner.BLACK:
                return
            for packet in packets(self._scan, number, sequence):
                sent = bytes(12) + b"\xa5" * 200 if self.manner is Manner.GARBAGE else packet
                writer.write(struct.pack(">cBH", b"$", 0, len(sent)) + sent)
                sequence += 1
            await writer.drain()
            await asyncio.sleep(1 / _PICTURES_A_SECOND)


_ENDLESS: Final = frozenset({Manner.DEAF, Manner.FLOOD, Manner.DRIBBLE})
_DESCRIBED: Final = "\r\n".join(
    (
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
        f"m=video 0 RTP/AVP {_JPEG}", "a=control:track1", f"a=framerate:{_PICTURES_A_SECOND}", "",
    )
)  # fmt: skip


def _said(status: str, number: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"RTSP/1.0 {status}", f"CSeq: {number}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
