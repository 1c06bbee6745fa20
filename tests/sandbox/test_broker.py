"""The demo's broker, spoken to by the production source."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import pytest

from bot.clock import SystemClock
from hardware_bridge.sample import Said, Sample
from hardware_bridge.sources.mqtt import Mqtt
from hardware_bridge.sources.mqtt_client import Door
from hardware_bridge.sources.mqtt_topics import Feed
from sandbox.broker import DemoBroker
from tests.support.brokers import Speaker
from tests.support.eventually import eventually

WORD = "made up for this test"


async def test_a_device_of_the_demo_reaches_the_house() -> None:
    broker = DemoBroker(password=WORD)
    await broker.start()
    heard: list[Said] = []

    class Sink:
        def take(self, said: Said, received_at: object = None, *, via: str = "") -> None:
            heard.append(said)

    door = Door(host="127.0.0.1", port=broker.port, client_id="house", version="3.1.1", user="demo", password=WORD)
    source = Mqtt(
        "demo", door, (Feed(pattern="gas/#"),), clock=SystemClock().now, steady=time.monotonic, chance=lambda: 0.5,
        token="t",
    )  # fmt: skip
    task = asyncio.create_task(source.run(Sink()))
    try:
        await eventually(lambda: source.notes() == ())
        with pytest.raises(PermissionError, match="login refused"):
            await asyncio.to_thread(Speaker, broker.port, "thief", "demo", "a guess")
        device = await asyncio.to_thread(Speaker, broker.port, "device", "demo", WORD)
        said = json.dumps({"device_id": "G-1", "gas": "o2", "value": "20.9", "unit": "%vol"}).encode()
        await asyncio.to_thread(device.say, "gas/G-1", said)
        await eventually(lambda: len(heard) == 1)
        await asyncio.to_thread(device.close)
        assert isinstance(heard[0], Sample)
        assert (WORD in repr(broker), WORD in repr(door)) == (False, False)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await broker.stop()
