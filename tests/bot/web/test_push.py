"""The port devices push to, over a real socket: signed, once, in time, each for his own devices."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web

from bot.turned_away import STATUS, No
from bot.web.push import MOST, NONCE, PATH, SENDER, SIGNATURE, TIMESTAMP, push_port
from hardware_bridge.codecs.profiles import load
from hardware_bridge.codecs.signed_push import Push, sign
from hardware_bridge.sample import Beat, DeviceKey, Flag, Sample, SourceKind, Why
from hardware_bridge.sources.push import Inlet, Sender
from hardware_bridge.sources.tally import Tally
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.lines import Ear, running
from tests.support.office import World, at, copied, open_world
from tests.support.wecom_server import serving

NOW = at("09:00")
KEY, OTHER = b"the key of vendor a, of 32 bytes", b"the key of vendor b, of 32 bytes"
JSON = load(Path(__file__).parents[3] / "policies").json
GOOD = {"device_id": "G-001", "gas": "o2", "value": 20.9, "unit": "%vol"}


def sender(name: str, key: bytes, *devices: str, profile: str | None = None) -> Sender:
    owned = frozenset(map(DeviceKey, devices))
    return Sender(name=DeviceKey(name), key=key, devices=owned, format=JSON[profile] if profile else None)


SENDERS = (
    sender("vendor-a", KEY, "G-001", "G-002"),
    sender("vendor-b", OTHER, "CAM-3", profile="camera-ai"),
    sender("gateways", b"the key of the beacon gateways 32", "AC233F000001", profile="ble-gateway"),
)


@dataclass(slots=True)
class Port:
    """The served port, what it heard, and the memory behind it."""

    url: str
    clock: FakeClock
    session: aiohttp.ClientSession
    ear: Ear
    inlet: Inlet
    count: int = 0

    async def send(
        self, said: object, *, name: str = "vendor-a", key: bytes | None = None, moment: datetime | None = None,
        nonce: str = "", query: str = "", **but: str,
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        self.count += 1
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        push = Push(
            method="POST", path=PATH + query, timestamp=str(int((moment or self.clock.now()).timestamp())),
            nonce=nonce or f"nonce-{self.count:012d}", signature="", body=body,
        )  # fmt: skip
        own = next((one.key for one in SENDERS if one.name == name), KEY)
        headers = {
            SENDER: name, TIMESTAMP: push.timestamp, NONCE: push.nonce, SIGNATURE: sign(key or own, push)
        } | but  # fmt: skip
        async with self.session.post(self.url + PATH + query, data=body, headers=headers) as response:
            return response.status, await response.json()


@asynccontextmanager
async def open_port(world: World) -> AsyncIterator[Port]:
    clock = FakeClock(NOW)
    inlet = Inlet(SENDERS, Tally(clock.now))
    app = web.Application()
    app.add_routes(push_port(inlet, world.writer, clock))
    async with serving(app) as url, aiohttp.ClientSession() as session, running(inlet) as ear:
        await eventually(lambda: inlet.open)
        yield Port(url, clock, session, ear, inlet)


@pytest.fixture
async def world(office_seed: Path, tmp_path: Path) -> AsyncIterator[World]:
    opened = open_world(copied(office_seed, tmp_path), NOW)
    yield opened
    opened.writer.stop_blocking()


@pytest.fixture
async def port(world: World) -> AsyncIterator[Port]:
    async with open_port(world) as opened:
        yield opened


async def test_a_signed_push_is_heard_as_old_as_its_signature(port: Port) -> None:
    moment = NOW - timedelta(seconds=40)
    assert await port.send([GOOD], moment=moment, query="?v=1") == (200, {"taken": 1, "wrong": []})
    (one,) = port.ear.of(Sample)
    assert (one.device, one.source, str(one.value)) == ("G-001", SourceKind.PUSH, "20.9")
    # It said no time of its own: held back on the way, it must not pass for news.
    assert one.device_time == moment.replace(microsecond=0)
    own = "2026-03-18T08:59:58+08:00"
    await port.send([GOOD | {"measured_at": own}])
    assert port.ear.of(Sample)[1].device_time == datetime.fromisoformat(own)


async def test_a_push_is_taken_once_also_after_a_restart(world: World) -> None:
    async with open_port(world) as first:
        assert (await first.send(GOOD, nonce="one-and-the-same"))[0] == 200
        assert await first.send(GOOD, nonce="one-and-the-same") == (409, {"taken": 0, "why": "replayed"})
        assert len(first.ear.said) == 1
    async with open_port(world) as second:
        assert (await second.send(GOOD, nonce="one-and-the-same"))[0] == 409
        # Another sender's nonce is another nonce.
        camera = {"deviceCode": "CAM-3", "alarmType": "none"}
        assert (await second.send(camera, name="vendor-b", nonce="one-and-the-same"))[0] == 200
        assert not second.ear.readings


@pytest.mark.parametrize(
    ("more", "no"),
    [
        ({"key": OTHER}, No.SIGNATURE),
        ({"name": "nobody"}, No.SIGNATURE),
        ({"name": "nobody", "key": b"\0" * 32}, No.SIGNATURE),
        ({"name": ""}, No.SIGNATURE),
        ({"moment": NOW - timedelta(minutes=6)}, No.STALE),
        ({"moment": NOW + timedelta(minutes=6)}, No.STALE),
        ({"nonce": "short"}, No.HEADERS),
        ({SIGNATURE: "f" * 63}, No.HEADERS),
        ({SIGNATURE: "f" * 64}, No.SIGNATURE),
        ({TIMESTAMP: "soon"}, No.HEADERS),
    ],
)
async def test_who_is_not_the_sender_is_turned_away_and_learns_nothing(
    port: Port, more: dict[str, Any], no: No
) -> None:
    with structlog.testing.capture_logs() as logs:
        status, told = await port.send({"device_id": "a body that failed a signature"}, **more)
    assert (status, told) == (STATUS[no], {"taken": 0, "why": no.value})
    assert not port.ear.said
    assert "a body" not in str(logs)
    assert port.inlet.counts()["refused"] == 1


async def test_a_sender_speaks_for_his_own_devices_only_and_is_told_what_was_wrong(port: Port) -> None:
    strange = GOOD | {"device_id": "CAM-3"}
    status, told = await port.send([strange, GOOD, {"device_id": "G-002", "gas": "o2", "value": 20.9}])
    assert status == 200
    assert told == {
        "taken": 1,
        "wrong": [
            {"entry": 0, "why": "refused", "detail": "a device this sender does not speak for"},
            {"entry": 2, "why": "no_unit", "detail": "unit is missing or unknown"},
        ],
    }
    assert [one.device for one in port.ear.of(Sample)] == ["G-001"]
    assert (await port.send([strange]))[0] == STATUS[No.NOTHING]
    assert [one.why for one in port.ear.troubles] == [Why.REFUSED, Why.NO_UNIT, Why.REFUSED]


async def test_a_body_that_is_none(port: Port) -> None:
    assert await port.send(b"x" * (MOST + 1)) == (413, {"taken": 0, "why": "too_large"})
    for noise in (b"", b"\xff" * 100, b"[" * 10_000, b"null", b"{}", b'{"device_id": NaN}'):
        status, told = await port.send(noise)
        assert (status, told["taken"]) == (422, 0), noise
    assert not port.ear.readings


async def test_while_the_bridge_is_not_there_nothing_is_acknowledged(world: World) -> None:
    clock = FakeClock(NOW)
    inlet, app = Inlet(SENDERS, Tally(clock.now)), web.Application()
    app.add_routes(push_port(inlet, world.writer, clock))
    async with serving(app) as url, aiohttp.ClientSession() as session:
        closed = Port(url, clock, session, Ear(), inlet)
        assert await closed.send(GOOD, nonce="one-and-the-same") == (503, {"taken": 0, "why": "not_ready"})
        async with running(inlet):
            await eventually(lambda: inlet.open)
            assert (await closed.send(GOOD, nonce="one-and-the-same"))[0] == 200


async def test_alarms_of_cameras_and_beacons_heard_by_gateways(port: Port) -> None:
    stamp = int(NOW.timestamp() * 1000)
    alarm = {"deviceCode": "CAM-3", "alarmTime": stamp, "alarmType": "no_helmet"}
    assert (await port.send(alarm, name="vendor-b"))[0] == 200
    status, told = await port.send(alarm | {"alarmType": "a new word"}, name="vendor-b")
    assert status == STATUS[No.NOTHING]
    assert "known: none, no_helmet, no_harness, intrusion" in told["wrong"][0]["detail"]
    seen = {"gateway": "GW-2", "beacons": [{"mac": "AC233F000001", "rssi": -61, "ts": stamp}]}
    assert (await port.send(seen, name="gateways"))[0] == 200
    (raised,) = port.ear.of(Beat)
    assert raised.flags == {Flag.NO_HELMET}
    assert (raised.device, raised.device_time) == ("CAM-3", NOW)
    (near,) = port.ear.of(Sample)
    assert (near.device, near.channel, near.quantity.name, str(near.value)) == ("AC233F000001", "GW-2", "signal", "-61")
