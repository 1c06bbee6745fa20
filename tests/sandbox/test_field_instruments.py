"""Virtual instruments: what goes over the wire, held against the written protocols and read by the production codec."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from hardware_bridge.codecs import json_envelope
from hardware_bridge.sample import Flag, Position, Sample, SourceKind, Trouble, Unit, Why
from sandbox.devices.gateway import Gateway
from sandbox.devices.instruments import FLAMMABLE, H2S, OXYGEN, WIND, Fault, Instrument, Model
from sandbox.devices.station import Falls, Station
from sandbox.devices.tag import Stand, Tag
from sandbox.plant.places import areas, middle
from workflow.geo import inside

AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)


def heard(one: Instrument, at: datetime = AT) -> Sample | Trouble:
    said = one.says(at)
    assert said is not None
    (found,) = json_envelope.read(msgspec.json.encode(said), SourceKind.MQTT)
    assert isinstance(found, Sample | Trouble)
    return found


def device(model: Model, value: str | None = None) -> Instrument:
    one = Instrument(id="AT-1", model=model)
    if value is not None:
        one.slide(Decimal(value))
    return one


@pytest.mark.parametrize(
    ("model", "value", "flag"),
    [
        (FLAMMABLE, "24.5", Flag.NORMAL), (FLAMMABLE, "25", Flag.ALARM_LOW), (FLAMMABLE, "50", Flag.ALARM_HIGH),
        (OXYGEN, "19.5", Flag.NORMAL), (OXYGEN, "19.4", Flag.ALARM_LOW), (OXYGEN, "23.5", Flag.ALARM_HIGH),
        (H2S, "7", Flag.ALARM_LOW), (H2S, "14", Flag.ALARM_HIGH), (WIND, "10.8", Flag.NORMAL),
    ],
)  # fmt: skip
def test_its_own_alarms_lie_where_the_standard_has_them(model: Model, value: str, flag: Flag) -> None:
    said = heard(device(model, value))
    assert isinstance(said, Sample)
    assert (said.value, said.flags) == (Decimal(value), frozenset({flag}))


def test_what_is_wrong_with_it_is_on_the_wire() -> None:
    one = device(FLAMMABLE, "3")
    first, second = heard(one), heard(one, AT + timedelta(seconds=2))
    assert isinstance(first, Sample)
    assert isinstance(second, Sample)
    assert (first.sequence, second.sequence, second.device_time) == (1, 2, AT + timedelta(seconds=2))

    one.breaks(Fault.STUCK, AT)
    one.slide(Decimal(60))
    said = heard(one)
    assert isinstance(said, Sample)
    assert (said.value, said.sequence) == (Decimal(3), 2), "the figure and its counter stand still"

    one.breaks(Fault.DRIFT, AT)
    falling = [heard(one, AT + timedelta(seconds=30 * n)) for n in range(3)]
    assert [said.value for said in falling if isinstance(said, Sample)] == [
        Decimal(one) for one in ("59.5", "59", "58.5")
    ]

    one.breaks(Fault.UNIT, AT)
    said = heard(one)
    assert isinstance(said, Sample)
    assert said.unit is Unit.VOL_PERCENT

    one.breaks(Fault.SILENT, AT)
    assert one.says(AT) is None

    wind = device(WIND)
    wind.breaks(Fault.UNIT, AT)
    said = heard(wind)
    assert isinstance(said, Trouble)
    assert said.why is Why.NO_UNIT


def told(station: Station) -> dict[str, tuple[Decimal, str]]:
    """What the production codec reads of everything the station says, by quantity."""
    found = [one for said in station.says(AT) for one in json_envelope.read(msgspec.json.encode(said), SourceKind.MQTT)]
    assert all(isinstance(one, Sample) and one.device == "WS-1" and one.device_time == AT for one in found)
    return {one.quantity.name: (one.value, one.unit.value) for one in found if isinstance(one, Sample)}


def test_a_station_says_the_wind_how_far_one_sees_and_of_each_kind_whether_it_falls() -> None:
    station = Station(id="WS-1", falls=Falls.RAINSTORM)
    station.sight.slide(Decimal(400))
    no, yes = (Decimal(0), "state"), (Decimal(1), "state")
    assert told(station) == {
        "wind_speed": (Decimal("2.4"), "m/s"), "visibility": (Decimal(400), "m"),
        "rain": yes, "rainstorm": yes, "snow": no, "heavy_snow": no,
    }  # fmt: skip
    station.falls = Falls.SNOW
    assert [told(station)[one] for one in ("rain", "rainstorm", "snow", "heavy_snow")] == [no, no, yes, no]

    station.breaks(Fault.STUCK, AT)
    station.falls = Falls.NONE
    station.wind.slide(Decimal(12))
    assert (told(station)["snow"], told(station)["wind_speed"]) == (yes, (Decimal("2.4"), "m/s"))
    station.breaks(Fault.SILENT, AT)
    assert told(station) == {}


async def test_the_gateway_speaks_mqtt_as_it_is_written() -> None:
    got = bytearray()
    done = asyncio.Event()

    async def broker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.extend(await reader.read(1000))
        writer.write(b"\x20\x02\x00\x00")
        while data := await reader.read(1000):
            got.extend(data)
        writer.close()
        done.set()

    server = await asyncio.start_server(broker, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gateway = Gateway("127.0.0.1", port, name="g", user="u", password="p")
    assert await gateway.publish([{"device_id": "D", "pad": "x" * 271}])
    await gateway.close()
    await done.wait()
    server.close()
    # 3.1: name, level 4, user + password + clean session, no keep alive, three strings
    assert got.startswith(b"\x10\x13\x00\x04MQTT\x04\xc2\x00\x00\x00\x01g\x00\x01u\x00\x01p\x30")
    # 2.2.3: 321 bytes, 21 of the topic and 300 of JSON, are spelt C1 02
    assert got[21:45] == b"\x30\xc1\x02\x00\x13permitbot/devices/D"
    assert got.endswith(b"\xe0\x00")


async def test_a_gateway_without_a_broker_says_so_and_comes_back() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gateway = Gateway("127.0.0.1", port, name="g")
    assert not await gateway.publish([{"device_id": "D"}])
    server.close()
    assert not await gateway.publish([{"device_id": "D"}])
    await gateway.close()


def test_a_tag_says_where_its_wearer_stands_and_how_sure_it_is() -> None:
    latitude, longitude = middle("TK2")
    fence = next(area.fence for area in areas() if area.id == "TK2")
    assert fence is not None
    tag = Tag(id="TAG-1", latitude=latitude, longitude=longitude)

    def there(stand: Stand) -> bool | str | None:
        tag.stand = stand
        said = tag.says(AT)
        if said is None:
            return "silent"
        (found,) = json_envelope.read(msgspec.json.encode(said), SourceKind.MQTT)
        assert isinstance(found, Position)
        assert (found.device, found.device_time) == ("TAG-1", AT)
        assert found.place is not None
        return inside(fence, found.place)

    assert [there(one) for one in Stand] == [True, False, "silent", None], "the last may be anywhere"
