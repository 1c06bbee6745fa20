"""Other makers' JSON: only what the file declares, in the unit and the time it declares."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from hardware_bridge.codecs.json_map import MOST_ENTRIES, JsonMap, read
from hardware_bridge.codecs.profiles import load
from hardware_bridge.sample import (
    CO,
    FLAMMABLE,
    H2S,
    O2,
    Beat,
    DeviceKey,
    Flag,
    Kind,
    Position,
    Quantity,
    Said,
    Sample,
    SourceKind,
    Trouble,
    Unit,
    Why,
)  # fmt: skip
from storage.policy_yaml import PolicyError

ROOT = Path(__file__).resolve().parents[3]
GATEWAY = load(ROOT / "policies").json["json-gateway"]
HEAD = "protocol: json\nprofile: x\nlabel: x\nsource: x\nmark: S\n"
NESTED = """
each: devices[].sensors[]
device: ^.id
time: {path: $.time, as: text, format: "%Y-%m-%d %H:%M:%S", zone: Asia/Shanghai}
strings: yes
values:
  - path: value
    channel_path: no
    quantity_path: type
    quantities: {CH4: flammable, O2: o2, "运行": ventilation}
    unit: "%vol"
    unit_path: unit
    units: {"%LEL": "%LEL", "PPM": ppm, "-": state}
states:
  - {path: ok, codes: {"true": [normal], "false": [fault]}}
"""


@pytest.fixture
def nested(tmp_path: Path) -> JsonMap:
    (tmp_path / "devices").mkdir()
    (tmp_path / "gases.yaml").write_text((ROOT / "policies/gases.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "devices/x.yaml").write_text(HEAD + NESTED, encoding="utf-8")
    return load(tmp_path).json["x"]


def heard(document: object, map_: JsonMap = GATEWAY, device: DeviceKey | None = None) -> list[Said]:
    return read(json.dumps(document).encode(), map_, SourceKind.MQTT, device)


def facts(said: list[Said]) -> list[tuple[Quantity, Decimal, Unit]]:
    return [(one.quantity, one.value, one.unit) for one in said if isinstance(one, Sample)]


def whys(said: list[Said]) -> list[Why]:
    return [one.why for one in said if isinstance(one, Trouble)]


def message(**changed: object) -> dict[str, object]:
    data = {"lel": 3.2, "o2": 20.9, "h2s": 0.5, "co": 3}
    return {"device_id": "G-001", "timestamp": 1767576600000, "data": data, "status": 0} | changed


def test_a_four_gas_gateway() -> None:
    said = heard(message())
    assert facts(said) == [
        (FLAMMABLE, Decimal("3.2"), Unit.LEL_PERCENT), (O2, Decimal("20.9"), Unit.VOL_PERCENT),
        (H2S, Decimal("0.5"), Unit.PPM), (CO, Decimal(3), Unit.PPM),
    ]  # fmt: skip
    first = said[0]
    assert isinstance(first, Sample)
    assert (first.device, first.channel, first.flags) == (DeviceKey("G-001"), "lel", frozenset({Flag.NORMAL}))
    assert first.device_time is not None
    assert first.device_time.isoformat() == "2026-01-05T01:30:00+00:00"


@pytest.mark.parametrize("time", [1767576600, 1767576600000000, "1767576600000", "2026-01-05", True, -1, 1e300, {}])
def test_a_time_in_another_form_than_declared_is_none(time: object) -> None:
    said = heard(message(timestamp=time))
    assert set(whys(said)) <= {Why.TIME, Why.NOT_A_NUMBER}
    assert len(said) == 1
    assert not facts(said)


def test_a_time_not_said_is_none() -> None:
    said = heard({key: value for key, value in message().items() if key != "timestamp"})
    assert [one.device_time for one in said if isinstance(one, Sample)] == [None] * 4


@pytest.mark.parametrize("value", [None, True, "20.9", [], {}])
def test_what_is_no_number_costs_only_itself(value: object) -> None:
    said = heard(message(data={"o2": value, "co": 3}))
    assert whys(said) == [Why.NOT_A_NUMBER]
    assert facts(said) == [(CO, Decimal(3), Unit.PPM)]


def test_states() -> None:
    for status, flags, troubles in (
        (1, {Flag.ALARM}, []), ("2", {Flag.FAULT}, []), (9, {Flag.FAULT}, [Why.SHAPE]),
        (None, {Flag.FAULT}, [Why.SHAPE]), (True, {Flag.FAULT}, [Why.SHAPE]),
    ):  # fmt: skip
        said = heard(message(status=status))
        assert {one.flags for one in said if isinstance(one, Sample)} == {frozenset(flags)}
        assert whys(said) == troubles
    (beat,) = heard({"device_id": "G-001", "status": 2})
    assert isinstance(beat, Beat)
    assert beat.flags == {Flag.FAULT}


def test_a_null_of_a_faulty_device_is_a_fault() -> None:
    (beat,) = heard(message(status=2, data={"o2": None}))
    assert isinstance(beat, Beat)
    assert (beat.channel, beat.quantity, beat.flags) == ("o2", O2, frozenset({Flag.FAULT}))


def test_nothing_declared_is_a_sign_of_life_and_nothing_undeclared_is_read() -> None:
    (beat,) = heard({"device_id": "G-001", "data": {"methane": 99}})
    assert isinstance(beat, Beat)
    assert beat.flags == frozenset()


def test_the_device_is_named() -> None:
    assert whys(heard({"data": {"o2": 20.9}})) == [Why.SHAPE]
    assert whys(heard([])) == [Why.SHAPE]


def test_a_position() -> None:
    said = heard({"device_id": 7, "location": {"latitude": 31.2304, "longitude": 121.4737}})
    assert isinstance(said[0], Position)
    assert said[0].place is not None
    assert said[0].place.latitude == Decimal("31.2304")
    (none,) = heard({"device_id": 7, "location": {"latitude": 0, "longitude": 0}})
    assert isinstance(none, Position)
    assert none.place is None
    assert whys(heard({"device_id": 7, "location": {"latitude": "31.2304", "longitude": 121}})) == [Why.NOT_A_NUMBER]
    assert whys(heard({"device_id": 7, "location": {"latitude": 31}})) == [Why.NOT_A_NUMBER]


def sensor(**changed: object) -> dict[str, object]:
    return {"no": 1, "type": "CH4", "value": "1.5", "unit": "%LEL", "ok": True} | changed


def nest(*sensors: object) -> dict[str, object]:
    return {"time": "2026-01-05 09:30:00", "devices": [{"id": "A", "sensors": list(sensors)}]}


def test_lists_in_lists(nested: JsonMap) -> None:
    document = {
        "time": "2026-01-05 09:30:00",
        "devices": [{"id": "A", "sensors": [sensor(), sensor(no=2, type="O2", value=20.9, unit=None)]},
                    {"id": "B", "sensors": [sensor(ok=False)]}],
    }  # fmt: skip
    said = heard(document, nested)
    assert facts(said) == [
        (FLAMMABLE, Decimal("1.5"), Unit.LEL_PERCENT), (O2, Decimal("20.9"), Unit.VOL_PERCENT),
        (FLAMMABLE, Decimal("1.5"), Unit.LEL_PERCENT),
    ]  # fmt: skip
    samples = [one for one in said if isinstance(one, Sample)]
    assert [(one.device, one.channel) for one in samples] == [("A", "1"), ("A", "2"), ("B", "1")]
    assert [one.flags for one in samples] == [{Flag.NORMAL}, {Flag.NORMAL}, {Flag.FAULT}]
    assert {one.device_time.isoformat() for one in samples if one.device_time} == {"2026-01-05T09:30:00+08:00"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({"unit": "ppb"}, Why.NO_UNIT), ({"type": "O2"}, Why.NO_UNIT),
     ({"type": "H2"}, Why.NO_QUANTITY), ({"type": None}, Why.NO_QUANTITY),
     ({"no": None}, Why.SHAPE), ({"value": "1.5 %"}, Why.NOT_A_NUMBER)],
)  # fmt: skip
def test_what_the_tables_do_not_hold_is_trouble(nested: JsonMap, changed: dict[str, object], expected: Why) -> None:
    said = heard(nest(sensor(**changed), sensor()), nested)
    assert whys(said) == [expected]
    assert len(facts(said)) == 1


def test_a_state_may_be_true_or_false(nested: JsonMap) -> None:
    ((quantity, value, unit),) = facts(heard(nest(sensor(type="运行", value=True, unit="-")), nested))
    assert (quantity.kind, value, unit) == (Kind.VENTILATION, Decimal(1), Unit.STATE)


def test_what_is_no_list_and_what_is_too_much(nested: JsonMap) -> None:
    assert whys(heard({"devices": {}}, nested)) == [Why.SHAPE]
    assert whys(heard({"devices": [{"sensors": 1}]}, nested)) == [Why.SHAPE]
    assert whys(heard(nest(*[1] * (MOST_ENTRIES + 1)), nested)) == [Why.TOO_LONG]
    assert whys(heard(nest(1), nested)) == [Why.SHAPE]


# --- the weather in words -------------------------------------------------------------------------------------------

SERVICE = load(ROOT / "policies").json["weather-feed"]


def weather(document: dict[str, object]) -> dict[str, Decimal]:
    said = heard({"time": "2026-03-18T08:50:00+08:00", **document}, SERVICE, DeviceKey("MET-1"))
    return {one.quantity.name: one.value for one in said if isinstance(one, Sample) and one.unit is Unit.STATE}


def test_a_word_says_of_every_kind_whether_it_is_there() -> None:
    none = dict.fromkeys(("fog", "rain", "snow", "dense_fog", "rainstorm", "heavy_snow"), Decimal(0))
    assert weather({"text": "晴"}) == none
    assert weather({"text": "暴雨"}) == none | {"rain": 1, "rainstorm": 1}
    assert weather({"text": "雨夹雪"}) == none | {"rain": 1, "snow": 1}


@pytest.mark.parametrize("word", ["沙尘暴", "", None, 3, {}])
def test_a_word_nobody_wrote_down_says_of_no_weather_that_there_is_none(word: object) -> None:
    said = heard({"time": "2026-03-18T08:50:00+08:00", "text": word}, SERVICE, DeviceKey("MET-1"))
    assert weather({"text": word}) == {}
    assert whys(said) == [Why.SHAPE]
    assert weather({}) == {}


def test_a_kind_of_weather_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "devices").mkdir()
    (tmp_path / "gases.yaml").write_text((ROOT / "policies/gases.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "devices/x.yaml").write_text(
        HEAD + "weather:\n  path: ^.text\n  codes:\n    沙尘暴: [sandstorm]\n", encoding="utf-8"
    )
    with pytest.raises(PolicyError) as wrong:
        load(tmp_path)
    (problem,) = wrong.value.problems
    assert (problem.line, "fog、rain" in str(problem)) == (9, True)
