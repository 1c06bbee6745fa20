"""The straight way says what the long way says: two bridges hear the same messages, one of them only the long way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.house import House
from hardware_bridge.codecs.json_envelope import read_exactly
from hardware_bridge.codecs.json_map import JsonMap
from hardware_bridge.judging import Judge, Sensor
from hardware_bridge.sample import DeviceKey, Said, Sample, SourceKind
from hardware_bridge.service import Bridge
from hardware_bridge.sources.mqtt import Mqtt
from hardware_bridge.sources.mqtt_client import Door
from hardware_bridge.sources.mqtt_topics import Feed
from hardware_bridge.straight import Straight
from storage.directory import Device
from storage.writer import Writer
from tests.support.detectors import device, register, served
from workflow.ids import SiteId
from workflow.monitoring import Quality, Reading

NOW = datetime(2026, 5, 12, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening at the site."""
ZONE = ZoneInfo("Asia/Shanghai")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def stuck(row: Device, after_s: int) -> Device:
    """The same detector, of which no sensor may stand still for longer."""
    said = json.loads(row.settings)
    for one in said["channels"]:
        one["stuck_s"] = after_s
    return replace(row, settings=json.dumps(said))


def wired(row: Device, channel: str) -> Device:
    """The same detector, of which every sensor speaks under a name of its own."""
    said = json.loads(row.settings)
    for one in said["channels"]:
        one["channel"] = channel
    return replace(row, settings=json.dumps(said))


ROWS = (
    device("GD-1"),
    device("GD-2", channels=(("flammable", "%LEL", "-1", "50"), ("h2s", "ppm", "0.5", "20"))),
    stuck(device("GD-3"), 60),
    device("GD-4", due=date(2026, 5, 12)),
    device("GD-5", due=date(2026, 5, 14)),
    device("GD-6", bump_tested_at=(NOW - timedelta(hours=1)).isoformat(), bump_every_h=2),
    device("GD-7", bump_every_h=2),
    device("GD-8", due=None),
    device("GD-9", gateway="GW-1"),
    device("GD-10", stale_s=2, clock_ahead_s=1),
    wired(device("GD-11"), "1"),
    device("GD-12", bump_tested_at="9999-12-31T00:00:00Z", bump_every_h=8760),
)
OTHER_ROWS = (
    device("GD-1", channels=(("flammable", "%LEL", "0", "10"), ("o2", "%vol", "0", "25"))),
    device("GD-2", gateway="GW-1"),
    replace(device("GD-3"), active=False),
    *ROWS[3:],
)


def message(name: str = "GD-1", value: object = 0.5, **more: object) -> dict[str, object]:
    """An entry; ``value`` as JSON spells it."""
    return {"device_id": name, "gas": "flammable", "value": value, "unit": "%LEL", **more}


class One:
    """A bridge, and the two ways into it. Neither an office nor memory is asked by what is tried here."""

    def __init__(self) -> None:
        self.now = NOW
        self.long: list[Sample] = []
        self.bridge = Bridge(
            site=SiteId("s"), zone=ZONE, house=cast(House, None), writer=cast(Writer, None), ask=cast(Any, None),
            clock=lambda: self.now, key=lambda: "k",
        )  # fmt: skip
        self.registers(ROWS)

    def registers(self, rows: Iterable[Device]) -> None:
        devices = register(*rows)
        self.bridge._judge.renew(devices)
        self.bridge.impostors.renew(devices)
        self.bridge._watching.bind([served(NOW)], devices)

    def hears(self, body: bytes, devices: frozenset[DeviceKey] | None, *, straight: bool) -> None:
        """As a source does."""
        if straight and self.bridge.take_usual(body, self.now, devices):
            return
        for said in read_exactly(body, SourceKind.MQTT):
            if devices is None or getattr(said, "device", None) in devices:
                self.bridge.take(said, self.now)

    def state(self) -> dict[str, object]:
        """All that came of it."""
        bridge, judge = self.bridge, self.bridge._judge
        rows = bridge._recorder.batch(self.now)
        return {
            "rows": [(one, str(one.value)) for one in rows], "newest": dict(bridge.newest),
            "unknown": dict(bridge.unknown), "troubles": dict(bridge.troubles),
            "impostors": dict(bridge.impostors.times),
            "wishes": bridge._watching.wishes(), "ends": bridge._watching.ends(), "aired": bridge._watching.aired(),
            "seen": bridge._telling.camera_alarms.waiting(), "woken": bridge._wake.is_set(),
            "sensors": {key: [getattr(one, name) for name in Sensor.__slots__] for key, one in judge._sensors.items()},
        }  # fmt: skip


class Both:
    """One that goes straight where it can, and one that never does."""

    def __init__(self) -> None:
        self.short, self.long = One(), One()

    def passes(self, length: timedelta) -> None:
        for one in (self.short, self.long):
            one.now += length

    def registers(self, rows: Iterable[Device]) -> None:
        for one in (self.short, self.long):
            one.registers(rows)

    def hear(self, *entries: dict[str, object], devices: frozenset[DeviceKey] | None = None) -> list[Reading]:
        """The readings kept of a message, from the straight way, compared with the long one in everything."""
        body = json.dumps(entries[0] if len(entries) == 1 else entries).encode()
        self.short.hears(body, devices, straight=True)
        self.long.hears(body, devices, straight=False)
        found, wanted = self.short.state(), self.long.state()
        assert found == wanted
        return [one for one, _ in cast(list[tuple[Reading, str]], found["rows"])]


# --- that it is taken at all


def plain(*rows: Device) -> tuple[Judge, Straight, list[Sample], list[Reading]]:
    judge, long, kept = Judge(register(*(rows or ROWS)), ZONE), list[Sample](), list[Reading]()

    def take(said: Sample, at: datetime) -> None:
        long.append(said)
        kept.append(judge.judge(said, at))

    return judge, Straight(judge, take=take, keep=kept.append), long, kept


def test_once_a_sensor_has_spoken_its_usual_messages_go_straight() -> None:
    judge, straight, long, kept = plain()
    first, later = NOW, NOW + seconds(1)
    for at in (first, first, later):
        body = json.dumps(message(measured_at=at.isoformat(), quality="normal")).encode()
        if not straight.take(body, at, None):
            for said in read_exactly(body, SourceKind.MQTT):
                judge.judge(cast(Sample, said), at)
    assert (long, [one.received_at for one in kept]) == ([], [first, later])
    assert kept[1] == Reading(
        device=kept[1].device, quantity="flammable", value=kept[1].value, unit="%LEL", quality=Quality.GOOD,
        received_at=later, measured_at=later,
    )  # fmt: skip
    assert (kept[1].device, str(kept[1].value)) == ("GD-1", "0.5")


def test_a_list_goes_straight_but_for_the_one_that_is_odd() -> None:
    judge, straight, long, kept = plain()
    both = [message(), message(gas="co", unit="ppm", value=3)]
    for said in read_exactly(json.dumps(both).encode(), SourceKind.MQTT):
        judge.judge(cast(Sample, said), NOW)
    assert straight.take(json.dumps(both).encode(), NOW, None)
    assert (len(kept), long) == (2, [])
    assert straight.take(json.dumps([both[0], {**both[1], "value": 1001}]).encode(), NOW, None)
    assert [one.quality for one in kept[2:]] == [Quality.GOOD, Quality.OUT_OF_RANGE]
    assert [one.quantity.name for one in long] == ["co"]


def test_nothing_of_a_message_is_taken_where_one_entry_cannot_be_read() -> None:
    _, straight, long, kept = plain()
    both = Both()
    for _ in range(3):
        both.hear(message())
        straight.take(json.dumps(message()).encode(), NOW, None)
    both.hear(message(), message(measured_at="yesterday"))
    both.hear(message(), message(seq=2**63))
    both.hear(message(), message(value=1e40))
    assert not straight.take(json.dumps([message(), message(measured_at="yesterday")]).encode(), NOW, None)
    assert (long, kept) == ([], [])


# --- what it leaves to the long way


def spoken(*entries: dict[str, object]) -> Both:
    """Both have heard these three times: whatever may go straight does."""
    both = Both()
    for entry in entries:
        for number in range(3):
            both.hear({**entry, "seq": number} if "seq" in entry else entry)
    return both


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("GD-1", 0, Quality.GOOD), ("GD-1", 100, Quality.GOOD), ("GD-1", 100.1, Quality.OUT_OF_RANGE),
        ("GD-1", -0.1, Quality.ZERO_DRIFT), ("GD-2", -0.5, Quality.GOOD), ("GD-2", 50.1, Quality.OUT_OF_RANGE),
    ],
)  # fmt: skip
def test_a_value_beyond_the_range(name: str, value: float, wanted: Quality) -> None:
    (found,) = spoken(message(name)).hear(message(name, value))
    assert (found.quality, found.alarm) == (wanted, wanted is Quality.OUT_OF_RANGE)


@pytest.mark.parametrize(
    ("old", "wanted"),
    [
        (30, Quality.GOOD), (30.000001, Quality.STALE), (-5, Quality.GOOD), (-5.000001, Quality.CLOCK_DRIFT),
        (86_400, Quality.STALE),
    ],
)  # fmt: skip
def test_a_time_too_old_or_of_a_time_to_come(old: float, wanted: Quality) -> None:
    (found,) = spoken(message()).hear(message(measured_at=(NOW - seconds(old)).isoformat()))
    assert found.quality is wanted


def test_a_value_older_than_what_is_known() -> None:
    both = spoken(message())
    both.hear(message(measured_at=NOW.isoformat()))
    (late,) = both.hear(message(measured_at=(NOW - seconds(1)).isoformat()))
    (same,) = both.hear(message(measured_at=NOW.isoformat()))
    assert (late.quality, same.quality) == (Quality.STALE, Quality.GOOD)


def test_a_time_to_come_makes_nothing_after_it_late() -> None:
    both = spoken(message())
    both.hear(message(measured_at=(NOW + seconds(4)).isoformat()))
    (found,) = both.hear(message(measured_at=(NOW + seconds(1)).isoformat()))
    assert found.quality is Quality.GOOD


def test_one_and_the_same_message_again_and_again() -> None:
    both = spoken(message(seq=0))
    found = []
    for _ in range(12):
        both.passes(seconds(1))
        (one,) = both.hear(message(seq=7))
        found.append(one.quality)
    assert found == [Quality.GOOD] * 11 + [Quality.STUCK]
    (again,) = both.hear(message(seq=8))
    assert again.quality is Quality.GOOD


def test_a_sensor_that_stands_still() -> None:
    both, found = spoken(message("GD-3")), []
    for value in (0.5, 0.5, 0.5, 0.6):
        both.passes(seconds(30))
        found += [one.quality for one in both.hear(message("GD-3", value))]
    assert found == [Quality.GOOD, Quality.STUCK, Quality.STUCK, Quality.GOOD]


@pytest.mark.parametrize(
    ("name", "later", "wanted"),
    [
        ("GD-4", 29 * 60, Quality.GOOD), ("GD-4", 30 * 60, Quality.CALIBRATION_EXPIRED), ("GD-5", 86_400, Quality.GOOD),
        ("GD-5", 2 * 86_400 + 1800, Quality.CALIBRATION_EXPIRED), ("GD-6", 3600, Quality.GOOD),
        ("GD-6", 3600.000001, Quality.BUMP_MISSING), ("GD-7", 0, Quality.BUMP_MISSING),
        ("GD-8", 0, Quality.CALIBRATION_EXPIRED), ("GD-1", 9 * 86_400, Quality.GOOD),
    ],
)  # fmt: skip
def test_a_device_that_may_no_longer_serve(name: str, later: float, wanted: Quality) -> None:
    both = spoken(message(name))
    both.passes(seconds(later))
    (found,) = both.hear(message(name))
    assert found.quality is wanted


@pytest.mark.parametrize("word", ["fault", "alarm", "stored", "warming_up", "low_battery", "no_helmet", "over_range"])
def test_a_device_that_says_something_of_itself(word: str) -> None:
    both = spoken(message(), message(quality="normal"))
    for _ in range(3):
        both.hear(message(quality=word))
    (found,) = both.hear(message())
    assert found.quality is Quality.GOOD


def test_a_value_in_another_unit_is_not_taken_for_one_in_its_own() -> None:
    # Nought is nought in every unit: the first message must not settle how the next is read.
    said = message("GD-1", 0, gas="h2s", unit="ppb")
    both = spoken(said, {**said, "unit": "ppm"}, {**said, "unit": "mg/m3"})
    (found,) = both.hear({**said, "value": 700})
    assert (str(found.value), found.unit, found.quality) == ("0.7", "ppm", Quality.GOOD)
    (wrong,) = both.hear({**said, "value": 5, "unit": "mg/m3"})
    assert wrong.quality is Quality.WRONG_UNIT


def test_what_one_sensor_says_is_not_taken_for_what_its_neighbour_says() -> None:
    h2s, co = message(gas="h2s", unit="ppm", value=0), message(gas="co", unit="ppm", value=0)
    both = spoken(h2s, co)
    assert [one.quantity for one in both.hear({**h2s, "value": 15}, {**co, "value": 16})] == ["h2s", "co"]


def test_a_channel_the_register_does_not_know_is_not_taken_for_the_one_it_knows() -> None:
    both = spoken(message("GD-11", channel="1"))
    assert len(both.hear(message("GD-11", channel="1"))) == 1
    assert both.hear(message("GD-11", channel="2")) == both.hear(message("GD-11")) == []


def test_a_bump_test_of_the_last_days_of_time_stops_nobody() -> None:
    (found,) = spoken(message("GD-12")).hear(message("GD-12"))
    assert found.quality is Quality.GOOD


def test_who_speaks_through_a_gateway_or_for_another_is_not_heard() -> None:
    both = spoken(message("GD-9"))
    assert both.hear(message("GD-9")) == []
    both = spoken(message())
    assert both.hear(message(), devices=frozenset({DeviceKey("GD-2")})) == []
    assert len(both.hear(message(), devices=frozenset({DeviceKey("GD-1")}))) == 1


def test_the_register_moves_and_every_plan_with_it() -> None:
    both = spoken(message(), message("GD-2"), message("GD-3"))
    both.registers(OTHER_ROWS)
    (low,) = both.hear(message(value=10.1))
    assert low.quality is Quality.OUT_OF_RANGE
    assert both.hear(message("GD-2")) == both.hear(message("GD-3")) == []
    both.registers(ROWS)
    (back,) = both.hear(message("GD-3"))
    assert back.quality is Quality.GOOD


# --- anything


_times = st.none() | st.sampled_from([0.0, -1, -2, -2.1, -30, -30.1, 1, 1.1, 5, 5.1, -7200])
_entries = st.fixed_dictionaries(
    {
        "device_id": st.sampled_from([*(row.id for row in ROWS), "stranger", "GD-1", "GD-1"]),
        "gas": st.sampled_from(["flammable", "flammable", "h2s", "o2", "nh3"]),
        "value": st.sampled_from([0, 0.0, 0.5, 0.51, -0.1, -1, -1.1, 10, 10.1, 20, 20.1, 50, 50.1, 100, 100.1, 1e3]),
        "unit": st.sampled_from(["%LEL", "%LEL", "ppm", "ppb", "%vol", "mg/m3"]),
    },
    optional={
        "quality": st.sampled_from(["normal", "normal", "", "fault", "alarm", "stored", "low_battery", "no_helmet"]),
        "seq": st.integers(-1, 2), "channel": st.sampled_from(["", "1"]), "measured_at": _times, "odd": st.just(1),
    },
)  # fmt: skip
_speaks = st.tuples(st.lists(_entries, min_size=1, max_size=3), st.booleans())
_passes = st.sampled_from([0.0, 1, 10, 29, 30, 60, 1800, 3600, 86_400, -1, -3600]).map(seconds)
_registers = st.sampled_from([ROWS, OTHER_ROWS])
_steps = st.lists(st.one_of(_speaks, _speaks, _passes, _registers), min_size=5, max_size=25)


@given(_steps, _entries)
def test_both_ways_agree(steps: list[Any], usual: dict[str, object]) -> None:
    both = Both()
    for step in steps:
        if isinstance(step, timedelta):
            both.passes(step)
        elif isinstance(step[0], Device):
            both.registers(step)
        else:
            entries, twice = step
            told = [stamped(one, both.short.now) for one in entries]
            both.hear(*told)
            for _ in range(2 * twice):  # so that there is a plan, and then it is used
                both.hear(stamped(usual, both.short.now))


def stamped(entry: dict[str, object], now: datetime) -> dict[str, object]:
    """With its time spelt out."""
    since = entry.get("measured_at")
    if since is None:
        return {name: held for name, held in entry.items() if name != "measured_at"}
    return {**entry, "measured_at": (now + seconds(cast(float, since))).isoformat()}


# --- from the line


class Straightly:
    """A sink that takes everything straight, and says how it was taken."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        self.told.append("long")

    def take_usual(self, body: bytes, at: datetime, devices: frozenset[DeviceKey] | None) -> bool:
        self.told.append(f"straight for {sorted(devices)}" if devices else "straight")
        return True


def test_only_what_is_of_now_and_in_our_own_format_goes_straight() -> None:
    theirs = JsonMap(
        name="x", label="x", device=None, each=(), time=None, values=(), states=(), place=None, strings=False
    )
    feeds = (Feed(pattern="own/+"), Feed(pattern="one/+", device=1), Feed(pattern="theirs/+", map=theirs, device=1))
    one = Mqtt(
        "site", Door(host="127.0.0.1", port=1, client_id="x"), feeds, clock=lambda: NOW, steady=lambda: 0.0,
        chance=lambda: 0.5, token="t",
    )  # fmt: skip
    sink, body = Straightly(), json.dumps(message()).encode()
    one.listens_for(sink)
    one._hear("own/1", body, False)  # nobody knows how long it waited
    one._ages.connected(resumed=False, at=NOW)
    one._hear("own/1", body, True)
    one._hear("theirs/1", b"{}", False)
    assert sink.told == ["long"] * 3
    one._hear("own/1", body, False)
    one._hear("one/GD-1", body, False)
    assert sink.told[3:] == ["straight", "straight for ['GD-1']"]
