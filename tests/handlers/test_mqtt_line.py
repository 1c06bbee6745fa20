"""A live permit, a real broker, and the line between them: whatever is cut, silence stops the work within its bound."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hardware_bridge.sample import DeviceKey, Said
from hardware_bridge.service import Bridge
from hardware_bridge.sources.mqtt import Mqtt
from hardware_bridge.sources.mqtt_client import Door
from hardware_bridge.sources.mqtt_topics import Feed
from tests.handlers.test_monitoring import BOUND, Stage, bridge_of, stops, watched_at
from tests.support.brokers import Speaker, mosquitto
from tests.support.eventually import eventually
from tests.support.hot_work import NUMBER
from tests.support.office import World
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

pytestmark = pytest.mark.mqtt


def air(flammable: str = "0") -> bytes:
    """As most detectors say it: it goes straight once they have spoken."""
    return f'{{"device_id":"GD-1","gas":"flammable","value":{flammable},"unit":"%LEL"}}'.encode()


class Counted:
    """The bridge, and how often it was told anything."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.count = 0

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        self.bridge.take(said, received_at, via=via)
        self.count += 1

    def take_usual(self, body: bytes, at: datetime, devices: frozenset[DeviceKey] | None) -> bool:
        taken = self.bridge.take_usual(body, at, devices)
        self.count += taken
        return taken


@asynccontextmanager
async def listening(world: World, bridge: Bridge, port: int) -> AsyncIterator[tuple[Mqtt, Counted]]:
    """The bridge with a line to the broker, on the office's clock."""
    door = Door(host="127.0.0.1", port=port, client_id="house")
    source = Mqtt(
        "site", door, (Feed(pattern="gas/#"),), clock=lambda: world.now, steady=time.monotonic, chance=lambda: 0.5,
        token="t",
    )  # fmt: skip
    sink = Counted(bridge)
    task = asyncio.create_task(source.run(sink))
    try:
        await eventually(lambda: source.notes() == ())
        yield source, sink
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_broker_that_dies_stops_the_work_within_the_bound(at_stage: Stage, tmp_path: Path) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    with mosquitto(tmp_path / "broker") as broker:
        device = Speaker(broker.port, "detector")
        async with listening(world, bridge, broker.port) as (_, sink):
            for second in range(1, 91):
                await world.passes(seconds=1)
                await asyncio.to_thread(device.say, "gas/GD-1", air())
                await eventually(lambda: sink.count == second)  # noqa: B023 - awaited here
                await bridge.tick()
            assert await world.status(NUMBER) is Status.ACTIVE
            broker.stop(signal.SIGKILL)
            last = world.now
            while await world.status(NUMBER) is Status.ACTIVE:
                await world.passes(seconds=1)
                await bridge.tick()
                assert world.now - last <= BOUND
        (stop,) = await stops(world)
        assert stop.reason is SuspendReason.DEVICE_SILENT
        assert stop.at - last <= BOUND
        with contextlib.suppress(OSError):
            device.close()


async def test_what_a_broker_had_kept_never_keeps_work_going(at_stage: Stage, tmp_path: Path) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    with mosquitto(tmp_path / "broker") as broker:
        device = Speaker(broker.port, "detector")
        device.say("gas/GD-1", air(), retain=True)
        door = Door(host="127.0.0.1", port=broker.port, client_id="old", version="3.1.1", keeps=timedelta(0))
        source = Mqtt(
            "site", door, (Feed(pattern="gas/#"),), clock=lambda: world.now, steady=time.monotonic,
            chance=lambda: 0.5, token="t",
        )  # fmt: skip
        for _ in range(3):  # it is sent anew at every connection
            sink = Counted(bridge)
            task = asyncio.create_task(source.run(sink))
            await eventually(lambda: sink.count == 1)  # noqa: B023 - awaited here
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await bridge.tick()
            await world.passes(seconds=25)
        (stop,) = await stops(world)
        assert stop.reason is SuspendReason.DEVICE_SILENT
        device.close()


async def test_a_value_beyond_its_limit_over_the_line_stops_the_work(at_stage: Stage, tmp_path: Path) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    with mosquitto(tmp_path / "broker") as broker:
        device = Speaker(broker.port, "detector")
        async with listening(world, bridge, broker.port) as (_, sink):
            await bridge.tick()
            for _ in range(200):
                await asyncio.to_thread(device.say, "gas/GD-1", air("40"))
            await eventually(lambda: sink.count == 200)
            await bridge.tick()
        (stop,) = await stops(world)
        assert stop.reason is SuspendReason.GAS
        device.close()
