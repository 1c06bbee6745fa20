"""A private Mosquitto: its own port, its own configuration, killed and started again at will."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
USER, PASSWORD = "bridge", "a password nobody logs"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Mosquitto:
    """One broker. ``lines``: more of its configuration."""

    folder: Path
    port: int = field(default_factory=free_port)
    lines: tuple[str, ...] = ()
    _running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return once it listens."""
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "mosquitto.conf"
        # As root it would else become somebody who may read none of its files.
        head = ("per_listener_settings true", f"user {getpass.getuser()}")
        whole = (*head, f"listener {self.port} 127.0.0.1", *(self.lines or _OPEN), "")
        config.write_text("\n".join(whole), encoding="utf-8")
        with (self.folder / "log").open("ab") as log:
            self._running = subprocess.Popen([PROGRAM, "-c", str(config)], stdout=log, stderr=log)
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self._running.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop it; SIGKILL leaves no word to anybody."""
        if self._running is not None:
            self._running.send_signal(how)
            self._running.wait(30)
            self._running = None


_OPEN = ("allow_anonymous true", "max_queued_messages 100000")


@contextlib.contextmanager
def mosquitto(folder: Path, *lines: str) -> Iterator[Mosquitto]:
    """A broker that runs; everybody may come in unless ``lines`` say otherwise."""
    broker = Mosquitto(folder, lines=lines)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


class Wire:
    """A line between a client and a broker that can be cut without a word: packets vanish, nobody hears of an end."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._whole = asyncio.Event()
        self._whole.set()
        self.port = 0
        self.connections = 0

    async def start(self) -> None:
        """Listen on a port of its own."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """From now on nothing gets through; both ends look sound."""
        self._whole.clear()

    def mend(self) -> None:
        """What was sent meanwhile gets through, and everything after it."""
        self._whole.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        with contextlib.suppress(asyncio.CancelledError):  # how `stop` ends it; the server would call it an error
            await self._both(reader, writer)

    async def _both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        onward, back = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, back))
                both.create_task(self._pump(onward, writer))
        except* OSError:
            pass
        finally:
            writer.close()
            back.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._whole.wait()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def stop(self) -> None:
        """End every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


def _text(said: str | bytes) -> bytes:
    raw = said.encode() if isinstance(said, str) else said
    return len(raw).to_bytes(2, "big") + raw


def _packet(head: int, body: bytes) -> bytes:
    length, left = bytearray(), len(body)
    while True:
        left, low = divmod(left, 128)
        length.append(low | (128 if left else 0))
        if not left:
            return bytes((head,)) + bytes(length) + body


def published(topic: str, payload: bytes, *, number: int = 0, retain: bool = False, again: bool = False) -> bytes:
    """PUBLISH of MQTT 3.1.1; with a number at QoS 1."""
    identity = number.to_bytes(2, "big") if number else b""
    head = 0x30 | (0x08 if again else 0) | (0x02 if number else 0) | (0x01 if retain else 0)
    return _packet(head, _text(topic) + identity + payload)


class Speaker:
    """A device that speaks MQTT 3.1.1, written by hand: it must not share our library's mistakes."""

    def __init__(self, port: int, name: str, user: str | None = None, password: str | None = None) -> None:
        flags = 0x02 | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
        login = b"".join(_text(one) for one in (name, user, password) if one is not None)
        self._line = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._line.sendall(_packet(0x10, _text("MQTT") + bytes((4, flags, 0, 60)) + login))
        self._number = 0
        refused = self._exactly(4)[3]
        if refused:
            self._line.close()
            raise PermissionError(f"login refused: {refused}")

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            more = self._line.recv(count - len(found))
            assert more, "the broker went away"
            found += more
        return found

    def say(self, topic: str, payload: bytes, *, retain: bool = False, again: bool = False) -> None:
        """Publish at QoS 1; back once the broker has it."""
        self._number = self._number % 65_535 + 1
        self._line.sendall(published(topic, payload, number=self._number, retain=retain, again=again))
        assert self._exactly(4)[:2] == b"\x40\x02"

    def pour(self, packets: bytes) -> None:
        """Send packets as they are; answers are not read."""
        self._line.sendall(packets)

    def close(self) -> None:
        """Go politely."""
        self._line.sendall(b"\xe0\x00")
        self._line.close()
