"""G7: from a value beyond its limit on the wire to the suspended permit on the disk.

``[FULL=1] python benchmarks/g7_alarm.py`` prints one JSON line a figure. Beside it a gateway publishes 1,000 good
readings a second, all of which are stored:

- alarm published to the suspension committed, over an MQTT round trip (a bare gmqtt subscriber on the same broker) and
  one raw commit, taken right before it in the same process (goal: p50 at 4 or less; p99 at 50 ms or less);
- a flood of readings beyond the limit of every permit: commands for each (goal: 1);
- what 10,000 detectors with four sensors each take of memory.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.brokered import BEYOND, TOPIC, Gateway, broker_here, house, made, packets, reading
from benchmarks.pairs import FULL, middle, report
from benchmarks.works import number
from bot.clock import steady
from tests.support.brokers import mosquitto, published
from tests.support.eventually import eventually

WORKS = 200 if FULL else 50
FLOOD = 100_000 if FULL else 20_000
A_SECOND = 1_000
DEVICES = 10_000


class Background:
    """A thousand good readings a second, by devices that raise no alarm."""

    def __init__(self, port: int) -> None:
        self._gateway = Gateway(port, "background")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.sent = 0

    def _run(self) -> None:
        began = time.perf_counter()
        while not self._over.wait(0.02):
            due = int((time.perf_counter() - began) * A_SECOND)
            said = []
            for n in range(self.sent, due):
                one = WORKS + n % WORKS
                said.append(published(f"{TOPIC}/GD-{one}", reading(one, n), number=n % 65_535 + 1))
            self._gateway.pour(b"".join(said))
            self.sent = due

    def __enter__(self) -> Background:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._gateway.close()


class Limit:
    """The parts that cannot be saved: a message to a bare subscriber, and one commit."""

    def __init__(self, folder: Path, port: int) -> None:
        self._file = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body BLOB)")
        self._port = port
        self._heard = asyncio.Event()

    async def start(self) -> None:
        """Listen."""
        import gmqtt

        logging.getLogger("gmqtt").setLevel(logging.CRITICAL)
        self._client = gmqtt.Client("limit")
        self._client.on_message = lambda *_: self._heard.set()
        ready = asyncio.Event()
        self._client.on_subscribe = lambda *_: ready.set()
        await self._client.connect("127.0.0.1", self._port)
        self._client.subscribe("echo", qos=1)
        await ready.wait()

    async def seconds(self, gateway: Gateway) -> float:
        """Both, one after the other."""
        self._heard.clear()
        began = time.perf_counter()
        gateway.pour(published("echo", b"x" * 120, number=1))
        await self._heard.wait()
        self._file.execute("BEGIN IMMEDIATE")
        self._file.execute("INSERT INTO event (body) VALUES (?)", (b"x" * 400,))
        self._file.execute("COMMIT")
        return time.perf_counter() - began

    async def stop(self) -> None:
        """Hang up."""
        await self._client.disconnect()
        self._file.close()


async def latency(home: Path, database: Path, port: int) -> None:
    """An alarm for one permit after the other."""
    limit, gateway = Limit(home, port), Gateway(port, "alarms")
    await limit.start()
    pairs: list[tuple[float, float]] = []
    async with house(database, port) as behind:
        with Background(port) as background:
            await eventually(lambda: behind.source.messages > A_SECOND)
            for index in range(WORKS):
                least = await limit.seconds(gateway)
                body = reading(index, 1, str(BEYOND))
                began = steady()
                gateway.pour(published(f"{TOPIC}/GD-{index}", body, number=2))
                await eventually(lambda: len(behind.stopped) > index)  # noqa: B023 - awaited here
                assert behind.stopped[-1][0] == number(index)
                pairs.append((least, behind.stopped[-1][1] - began))
                await asyncio.sleep(0.02)
            sent = background.sent
    took = sorted(ours for _, ours in pairs)
    common: dict[str, Any] = {"beside_per_s": A_SECOND, "ms_limit": middle((least for least, _ in pairs), 1e3)}
    report(
        "G7", "alarm to the suspension committed over an MQTT round trip and a raw commit",
        [ours / least for least, ours in pairs], goal_p50=4, ms_p50=middle(took, 1e3),
        ms_p99=round(took[int(len(took) * 0.99)] * 1e3, 1), goal_ms_p99=50, heard=sent, **common,
    )  # fmt: skip
    await limit.stop()
    gateway.close()


async def flood(database: Path, port: int) -> None:
    """Every permit beyond its limit, again and again."""
    async with house(database, port) as behind:
        gateway = Gateway(port, "flood")
        gateway.pour(packets(FLOOD, 2 * WORKS, str(BEYOND)))
        await eventually(lambda: behind.source.messages >= FLOOD, seconds=200)
        await asyncio.sleep(2)
        commands = Counter(permit for permit, _ in behind.stopped)
        gateway.close()
        report(
            "G7", "commands for each permit in a flood beyond the limit", commands.values(), goal_ratio=1,
            readings=FLOOD, permits=len(commands), of=WORKS, dropped_points=behind.bridge._recorder.dropped,
        )  # fmt: skip


async def memory(database: Path, port: int) -> None:
    """What detectors take that speak: the register's and what the bridge remembers of four sensors each."""
    from decimal import Decimal

    from tests.support.detectors import CLEAN, sample

    async with house(database, port) as behind:
        before = _rss()
        for n in range(DEVICES):
            for gas, value in CLEAN.items():
                behind.bridge.take(sample(gas, Decimal(value), key=f"ID-{n}"))
        await eventually(lambda: not len(behind.bridge._recorder), seconds=100)
        report(
            "G7", "memory of the bridge for 10,000 detectors with four sensors each, of 64 MiB",
            [(_rss() - before) / 64], mib_sensors=round(_rss() - before, 1), mib_process=round(_rss(), 1),
            sensors=behind.bridge._judge.sensors,
        )  # fmt: skip


def _rss() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def main(home: Path) -> None:
    """Measure and print."""
    database = made(home, WORKS, 2 * WORKS)
    with mosquitto(home / "broker") as broker:
        asyncio.run(latency(home, database, broker.port))
        asyncio.run(flood(database, broker.port))
        (home / "many").mkdir()
        many = made(home / "many", 1, 1, idle=DEVICES)
        asyncio.run(memory(many, broker.port))


if __name__ == "__main__" and broker_here():
    with tempfile.TemporaryDirectory(prefix="permitbot-g7-") as directory:
        main(Path(directory))
