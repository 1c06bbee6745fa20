"""What a sample is worth: each way to be worth less, planted once, and what each leaves of the value."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hardware_bridge.devices import Devices, read
from hardware_bridge.judging import Judge, located
from hardware_bridge.sample import DeviceKey, Flag, Position, Sample, SourceKind, Unit
from storage.directory import Device
from tests.support.detectors import KEY, device, register, sample
from workflow import values
from workflow.ids import DeviceId
from workflow.monitoring import MEANINGFUL, Quality, Reading
from workflow.values import Datum

NOW = datetime(2026, 5, 12, 2, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def judge(*rows: Device) -> Judge:
    return Judge(register(*rows) if rows else Devices(), ZONE)


def quality(said: Sample, row: Device | None = None, now: datetime = NOW) -> Quality:
    return judge(row or device()).judge(said, now).quality


def test_a_good_value_keeps_value_unit_and_both_times() -> None:
    at = NOW - seconds(2)
    found = judge(device()).judge(sample("h2s", "0.70", at=at), NOW)
    assert found == Reading(
        device=found.device, quantity="h2s", value=Decimal("0.70"), unit="ppm", quality=Quality.GOOD,
        received_at=NOW, measured_at=at,
    )  # fmt: skip
    assert (found.device, found.age) == ("GD-1", seconds(2))


def test_units_are_spelt_one_way_and_converted_exactly() -> None:
    said = judge(device()).judge(sample("h2s", "700", unit=Unit.PPB), NOW)
    assert (said.value, said.unit, said.quality) == (Decimal("0.7"), "ppm", Quality.GOOD)
    anemometer = device(channels=(("wind_speed", "m/s", "0", "60"),))
    wind = judge(anemometer).judge(sample("wind_speed", "28.8", unit=Unit.KM_H), NOW)
    assert (wind.value, wind.unit, wind.quality) == (Decimal(8), "m/s", Quality.GOOD)


@pytest.mark.parametrize("unit", [Unit.VOL_PERCENT, Unit.PPM])
def test_a_percentage_of_the_air_is_never_taken_for_one_of_the_lel(unit: Unit) -> None:
    assert quality(sample("flammable", "0.5", unit=unit)) is Quality.WRONG_UNIT
    assert Quality.WRONG_UNIT not in MEANINGFUL


def test_who_is_not_registered_says_nothing() -> None:
    assert quality(sample(key="stranger")) is Quality.UNKNOWN_DEVICE
    assert quality(sample("nh3", "1", unit=Unit.PPM)) is Quality.UNKNOWN_DEVICE
    two = read([device("A"), replace(device("B"), address="A")])
    assert "belongs to A as well" in two.problems[0]
    assert Judge(two, ZONE).judge(sample(key="A"), NOW).quality is Quality.UNKNOWN_DEVICE
    retired = Judge(read([device(active=False)]), ZONE)
    assert retired.judge(sample(), NOW).quality is Quality.UNKNOWN_DEVICE
    assert retired.sensors == 0


@pytest.mark.parametrize(
    ("value", "wanted", "alarm"),
    [("100", Quality.GOOD, False), ("100.1", Quality.OUT_OF_RANGE, True), ("-0.1", Quality.ZERO_DRIFT, False)],
)
def test_the_range(value: str, wanted: Quality, alarm: bool) -> None:
    found = judge(device()).judge(sample("flammable", value), NOW)
    assert (found.quality, found.alarm) == (wanted, alarm)


def test_a_low_end_above_nought() -> None:
    wide = device(channels=(("o2", "%vol", "1", "25"),))
    assert quality(sample("o2", "0.5"), wide) is Quality.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("age", "wanted"),
    [(30, Quality.GOOD), (30.001, Quality.STALE), (-5, Quality.GOOD), (-5.001, Quality.CLOCK_DRIFT)],
)
def test_the_device_clock(age: float, wanted: Quality) -> None:
    assert quality(sample(at=NOW - seconds(age))) is wanted


def test_a_wild_stamp_does_not_make_the_next_ones_late() -> None:
    one = judge(device())
    assert one.judge(sample(at=NOW + timedelta(days=1)), NOW).quality is Quality.CLOCK_DRIFT
    later = NOW + seconds(1)
    assert one.judge(sample(at=later), later).quality is Quality.GOOD


def test_what_comes_out_of_order_or_out_of_a_store_is_not_of_now() -> None:
    one = judge(device())
    one.judge(sample(at=NOW - seconds(1)), NOW)
    assert one.judge(sample("o2", "18", at=NOW - seconds(2)), NOW).quality is Quality.STALE
    stored = sample(at=NOW - seconds(1), flags=frozenset({Flag.STORED, Flag.ALARM}))
    found = judge(device()).judge(stored, NOW)
    assert (found.quality, found.alarm) == (Quality.STALE, False)


@pytest.mark.parametrize("flag", [Flag.FAULT, Flag.WARMING_UP, Flag.CALIBRATING, Flag.SENSOR_SPENT, Flag.PUMP_BLOCKED])
def test_a_faulty_sensor_means_nothing(flag: Flag) -> None:
    assert quality(sample(flags=frozenset({flag}))) is Quality.FAULTY


@pytest.mark.parametrize(
    "flag", [Flag.ALARM, Flag.ALARM_LOW, Flag.ALARM_HIGH, Flag.OVER_RANGE, Flag.PANIC, Flag.MAN_DOWN]
)
def test_an_alarm_is_heard_even_from_a_faulty_device(flag: Flag) -> None:
    assert judge(device()).judge(sample(flags=frozenset({flag, Flag.FAULT})), NOW).alarm
    assert not judge(device()).judge(sample(flags=frozenset({Flag.NORMAL, Flag.LOW_BATTERY})), NOW).alarm


def test_a_value_that_stands_still() -> None:
    row = device()
    row = replace(row, settings=row.settings.replace('"high":"100"}', '"high":"100","stuck_s":60}', 1))
    one = Judge(register(row), ZONE)
    found = [one.judge(sample("flammable", "3"), NOW + seconds(at)).quality for at in (0, 59, 60, 61)]
    assert found == [Quality.GOOD, Quality.GOOD, Quality.STUCK, Quality.STUCK]
    assert one.judge(sample("flammable", "4"), NOW + seconds(62)).quality is Quality.GOOD
    assert [one.judge(sample(), NOW + seconds(at)).quality for at in (0, 9999)] == [Quality.GOOD, Quality.GOOD]


def test_one_and_the_same_message_again_and_again() -> None:
    one = judge(device())
    found = [one.judge(sample(sequence=7), NOW + seconds(at)).quality for at in (0, 1, 10, 11)]
    assert found == [Quality.GOOD, Quality.GOOD, Quality.GOOD, Quality.STUCK]
    assert one.judge(sample(sequence=8), NOW + seconds(12)).quality is Quality.GOOD


@pytest.mark.parametrize(
    ("due", "wanted"),
    [
        (date(2026, 5, 12), Quality.GOOD),
        (date(2026, 5, 11), Quality.CALIBRATION_EXPIRED),
        (None, Quality.CALIBRATION_EXPIRED),
    ],
)
def test_calibration_counts_in_days_of_the_site(due: date | None, wanted: Quality) -> None:
    midnight = datetime(2026, 5, 11, 16, tzinfo=UTC)  # 00:00 on the 12th in Shanghai
    assert quality(sample(), device(due=due), midnight) is wanted


@pytest.mark.parametrize(
    ("person", "settings", "wanted"),
    [
        ("zhaomin", {}, Quality.BUMP_MISSING),
        ("zhaomin", {"bump_tested_at": "2026-05-11T02:00:00Z"}, Quality.GOOD),
        ("zhaomin", {"bump_tested_at": "2026-05-11T01:59:59Z"}, Quality.BUMP_MISSING),
        (None, {}, Quality.GOOD),
        (None, {"bump_every_h": 8, "bump_tested_at": "2026-05-11T17:00:00Z"}, Quality.BUMP_MISSING),
    ],
)
def test_what_people_wear_is_bump_tested_every_day(
    person: str | None, settings: dict[str, Any], wanted: Quality
) -> None:
    row = device(area=None, person=person, **settings) if person else device(**settings)
    assert quality(sample(), row) is wanted


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ('{"channels":[{"quantity":"o2","unit":"percent","low":0,"high":30}]}', "$.channels[0].unit"),
        ('{"channels":[{"quantity":"O2","unit":"%vol","low":0,"high":30}]}', "$.channels[0].quantity"),
        ('{"channels":[{"quantity":"o2","unit":"%vol","low":30,"high":30}]}', "$.channels[0]"),
        ('{"chanels":[]}', "chanels"),
        ('{"bump_tested_at":"2026-05-11T02:00:00"}', "$.bump_tested_at"),
        ("", "truncated"),
    ],
)
def test_settings_that_cannot_be_read_name_the_device_and_the_key(settings: str, why: str) -> None:
    found = read([replace(device(), settings=settings), device("GD-2")])
    assert list(found.by_id) == ["GD-2"]
    (problem,) = found.problems
    assert problem.startswith("GD-1: settings: ")
    assert why in problem


def test_two_sensors_of_one_quantity_are_two_devices() -> None:
    """With one device for both, the one that is calm took back every half minute what the other cried."""
    row = device()
    settings = json.loads(row.settings)
    settings["channels"].append({"quantity": "h2s", "unit": "ppm", "low": "0", "high": "500", "channel": "2"})
    found = read([replace(row, settings=json.dumps(settings))])
    assert found.by_id == {}
    assert "$.channels[4]" in found.problems[0]


def test_one_device_under_two_names_is_nobody() -> None:
    """It would stand for the two detectors a plant asks for."""
    found = read([device("A", model="K", serial="1"), device("B", model="K", serial="1"), device("C", model="K")])
    assert [bool(found.by_id[DeviceId(name)].channels) for name in "ABC"] == [False, False, True]
    assert len(found.problems) == 1


def test_one_device_under_two_spellings_is_nobody_either() -> None:
    found = read([device("A", model="GX-6000", serial="12 3"), device("B", model="ＧＸ6000", serial="１２-3")])
    assert [bool(found.by_id[DeviceId(name)].channels) for name in "AB"] == [False, False]
    assert found.problems == ("B: serial １２-3 is that of A as well",)


def test_a_renewed_register_forgets_the_sensors_of_devices_that_left() -> None:
    one = judge(device("A"), device("B"))
    for key in "AB":
        one.judge(sample(key=key), NOW)
    one.renew(register(device("B")))
    assert one.sensors == 1
    assert one.judge(sample(key="A"), NOW).quality is Quality.UNKNOWN_DEVICE


# --- where it is


def where(datum: Datum, latitude: str, longitude: str, mock: bool | None = None) -> values.Position | None:
    place = values.Position(latitude=Decimal(latitude), longitude=Decimal(longitude), datum=datum)
    return located(Position(source=SourceKind.JT808, device=DeviceKey(KEY), place=place, mock=mock))


def test_a_position_is_converted_once_and_says_so() -> None:
    """Shanghai in three systems (domain 5.9)."""
    for datum, latitude, longitude in (
        (Datum.WGS84, "31.2304", "121.4737"),
        (Datum.GCJ02, "31.228458", "121.478223"),
        (Datum.BD09, "31.234311", "121.484781"),
    ):
        found = where(datum, latitude, longitude)
        assert found is not None
        assert found.datum is Datum.WGS84
        assert abs(found.latitude - Decimal("31.2304")) < Decimal("0.00001")
        assert abs(found.longitude - Decimal("121.4737")) < Decimal("0.00001")
        again = located(Position(source=SourceKind.JT808, device=DeviceKey(KEY), place=found))
        assert again == found


def test_no_fix_and_a_made_up_fix_are_no_place() -> None:
    assert located(Position(source=SourceKind.JT808, device=DeviceKey(KEY), place=None)) is None
    assert where(Datum.WGS84, "31.2304", "121.4737", mock=True) is None
    assert where(Datum.WGS84, "31.2304", "121.4737", mock=False) is not None
