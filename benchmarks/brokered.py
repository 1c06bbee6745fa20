"""What G6 and G7 share: running hot works with detectors around them, the house behind a broker, and a gateway that
speaks as fast as it is told to. The gateway writes MQTT by hand, so that its cost is no library's."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import shutil
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import works
from tests.support.brokers import PROGRAM, Speaker, published
from tests.support.eventually import eventually

if TYPE_CHECKING:
    from handlers.arrivals import DeviceAsks
    from hardware_bridge.service import Bridge
    from hardware_bridge.sources.mqtt import Mqtt
    from storage.tx import Tx
    from storage.writer import Writer

TOPIC = "plant/gas"
BEYOND = Decimal(40)
"""%LEL, and beyond every limit."""
AREA = "B{}"
"""How `works` names the places of its works."""


def made(folder: Path, running: int, devices: int, idle: int = 0) -> Path:
    """A database of running works and detectors, dealt out among their places; ``idle`` more stand elsewhere."""
    from storage.directory import Register
    from storage.engine import open_database
    from storage.writer import Writer
    from tests.support.detectors import device

    path = works.make(folder, running)
    rows = [device(f"GD-{n}", area=AREA.format(n % running), stale_s=86_400) for n in range(devices)]
    rows += [device(f"ID-{n}", area="TK1", stale_s=86_400) for n in range(idle)]
    writer = Writer(open_database(f"sqlite:///{path}"), works.SITE)
    writer.start_blocking()
    writer.submit_blocking(lambda tx: tx.put_register(Register(devices=tuple(rows))))
    writer.stop_blocking()
    return path


@dataclass(kw_only=True)
class Behind:
    """The house behind a broker. ``stopped``: permits whose danger was committed, and when (seconds, steady)."""

    bridge: Bridge
    source: Mqtt
    writer: Writer
    clock: works.WorkdayClock
    stopped: list[tuple[str, float]] = field(default_factory=list)

    def stored(self) -> int:
        """How many readings memory holds."""
        return self.writer.submit_blocking(_count)


def _count(tx: Tx) -> int:
    from sqlalchemy import func, select

    from storage.schema_readings import reading_blocks
    from storage.sql import Channel, Statement

    size = Statement(select(func.coalesce(func.sum(reading_blocks.c.count), 0)), channel=Channel.READINGS)
    return int(tx.read(size, ())[0][0])


@asynccontextmanager
async def house(database: Path, port: int) -> AsyncIterator[Behind]:
    """Office and bridge on a fresh copy of the database, listening to the broker."""
    import structlog

    from bot.clock import SystemEntropy, steady
    from bot.warming import warm
    from handlers.house import house as furnished
    from handlers.office import Office
    from hardware_bridge.service import Bridge
    from hardware_bridge.sources.mqtt import Mqtt
    from hardware_bridge.sources.mqtt_client import Door
    from hardware_bridge.sources.mqtt_topics import Feed
    from storage.engine import open_database
    from storage.policies import load
    from storage.writer import Writer
    from tests.support.detectors import watched
    from tests.support.office import POLICIES
    from workflow.ids import SiteId
    from workflow.monitoring import Watch
    from workflow.permit.commands import RecordGas
    from workflow.values import WorkType

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    path = database.with_name("running.sqlite3")
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copy(database, path)
    writer = Writer(open_database(f"sqlite:///{path}"), works.SITE)
    await writer.start()
    watch = Watch(works=frozenset({WorkType.HOT}), quantities=("flammable",), silent_after=timedelta(minutes=5))
    book = load(POLICIES, plant="plant.example.yaml")
    site = SiteId(works.SITE)
    furniture = watched(furnished(site=site, zone=works.ZONE, book=book, secret=works.KEY.encode()), watch)
    clock = works.WorkdayClock()
    office = Office(writer=writer, house=furniture, clock=clock.now)
    door = Door(host="127.0.0.1", port=port, client_id="house", keeps=timedelta(0))
    source = Mqtt(
        "bench", door, (Feed(pattern=f"{TOPIC}/#"),), clock=clock.now, steady=steady, chance=lambda: 0.5,
        token=SystemEntropy().take(8).hex(),
    )  # fmt: skip
    numbers = iter(range(10**9))

    async def ask(arrival: DeviceAsks) -> None:
        await office.handle(arrival)
        command = arrival.command
        if isinstance(command, RecordGas) and any(one.value >= BEYOND for one in command.sample.readings):
            behind.stopped.append((arrival.permit, steady()))

    bridge = Bridge(
        site=site, zone=works.ZONE, house=furniture, writer=writer, ask=ask, clock=clock.now,
        key=lambda: f"bench-{next(numbers)}", sources=(source,),
    )  # fmt: skip
    behind = Behind(bridge=bridge, source=source, writer=writer, clock=clock)
    task = asyncio.create_task(bridge.run())
    try:
        await eventually(lambda: not source.notes() and bool(bridge._watching._works))
        await warm(writer, furniture, clock, asyncio.sleep)  # both as the service does
        gc.freeze()
        yield behind
    finally:
        task.cancel()
        await asyncio.wait((task,))
        await writer.stop()


def reading(device: int, sequence: int, value: str = "0.5", old: int = 0) -> bytes:
    """One value in our own JSON, some 120 bytes, measured so many seconds ago."""
    said = {
        "device_id": f"GD-{device}", "gas": "flammable", "value": float(value), "unit": "%LEL", "quality": "normal",
        "measured_at": (works.NOW - timedelta(seconds=old)).isoformat(), "seq": sequence,
    }  # fmt: skip
    return json.dumps(said).encode()


def packets(count: int, devices: int, value: str | None = None) -> bytes:
    """So many readings at QoS 1, of all devices in turn, as they go over the wire: each says a value for every second,
    one that trembles unless it is given, and spells its times in whole seconds, as most do."""
    return b"".join(
        published(
            f"{TOPIC}/GD-{n % devices}",
            reading(n % devices, n, value or f"0.{(n + n // devices) * 7919 % 50:02}", (count - n - 1) // devices),
            number=n % 65_535 + 1,
        )
        for n in range(count)
    )


class Gateway(Speaker):
    """A speaker whose answers are read by a thread and thrown away, as a gateway that trusts its broker does."""

    def __init__(self, port: int, name: str = "gateway") -> None:
        super().__init__(port, name)
        self._line.settimeout(None)
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        try:
            while self._line.recv(65_536):
                pass
        except OSError:
            return

    def close(self) -> None:
        """Hang up."""
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()


def broker_here() -> bool:
    """Whether Mosquitto is installed; says so where it is not."""
    here = Path(PROGRAM).exists()
    if not here:
        print("not measured: the Mosquitto broker is not installed (make test-deps)", file=sys.stderr)
    return here


def say(**said: object) -> None:
    """One line for the other process."""
    print(json.dumps(said), flush=True)


def told(lines: Iterable[str]) -> dict[str, float]:
    """The next line of the other process."""
    return dict(json.loads(next(iter(lines))))
