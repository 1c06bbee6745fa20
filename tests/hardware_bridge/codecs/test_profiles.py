"""Device files: what ships can be read, and what is wrong is said with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hardware_bridge.codecs.profiles import load
from storage.policy_yaml import PolicyError

POLICIES = Path(__file__).resolve().parents[3] / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(POLICIES / "gases.yaml", tmp_path)
    shutil.copytree(POLICIES / "devices", tmp_path / "devices")
    return tmp_path


def problems(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / "devices" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load(folder)
    return [str(one) for one in caught.value.problems]


def test_what_ships_can_be_read() -> None:
    found = load(POLICIES)
    assert {"ya-k300-s", "o2-generic", "h2s-generic", "wind-rs-fsjt"} <= found.modbus.keys()
    assert "hj212" in found.hj212
    assert "json-gateway" in found.json
    assert all(len(each) == 64 for each in found.sha256.values())


def test_addresses_of_a_manual_that_counts_from_one(folder: Path) -> None:
    path = folder / "devices/wind-rs-fsjt.yaml"
    text = path.read_text(encoding="utf-8").replace('base: "0"', 'base: "1"').replace('address: "0"', 'address: "1"')
    path.write_text(text, encoding="utf-8")
    profile = load(folder).modbus["wind-rs-fsjt"]
    assert profile.reads == ((0, 1),)
    assert profile.fields[0].address == 0


YA, JSON, HJ = "ya-k300-s.yaml", "json-gateway.example.yaml", "hj212.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "word"),
    [
        (YA, "protocol: modbus", "protocol: mbus", 2, "protocol", "modbus"),
        (YA, 'unit: "%LEL"', "unit: 百分比", 12, "values[0].unit", "%LEL"),
        (YA, "quantity: flammable", "quantity: h2z", 12, "values[0].quantity", "gases.yaml"),
        (YA, "quantity: temperature", "quantity: gas", 13, "values[1].quantity", "o2"),
        (YA, 'address: "3"', 'address: "9"', 13, "values[1].address", "reads"),
        (YA, 'address: "0", count', 'address: "0x10000", count', 10, "reads[0].address", "65535"),
        (YA, 'count: "8"', 'count: "126"', 10, "reads[0].count", "125"),
        (YA, "type: uint16", "type: float32", 12, "values[0]", "order"),
        (YA, 'divide: "10"', 'divide: "20"', 12, "values[0]", "10 的幂"),
        (YA, "channels: [gas]", "channels: [gsa]", 16, "states[1].channels", "gsa"),
        (YA, "channel: temperature", "channel: gas", 13, "values[1].channel", "两次"),
        (YA, '"2": [fault]}', '"2": [broken]}', 15, 'states[0].codes.2[0]', "fault"),
        (YA, "codes: {", "bits: {", 15, "states[0].bits.0", "fault"),
        (YA, '"5": ["100"]', '"8": ["100"]', 18, "expects", "8"),
        (YA, "mark: S", "mark: X", 6, "mark", "T"),
        (YA, "profile: ya-k300-s", "profile: o2-generic", 3, "profile", "o2-generic"),
        (JSON, ', unit: "%LEL"', "", 11, "values[0]", "单位不能猜"),
        (JSON, "as: ms", "as: text", 9, "time", "format"),
        (JSON, "as: ms", 'as: text, format: "%Y-%m-%d %H:%M:%S"', 9, "time", "zone"),
        (JSON, "as: ms", "as: ms, zone: Asia/Shanghai", 9, "time", "zone"),
        (JSON, "as: ms", 'as: text, format: "%H", zone: Asia/Atlantis', 9, "time.zone", "Asia/Shanghai"),
        (JSON, "device: device_id", "device: ^.device_id", 8, "device", "each"),
        (JSON, "path: data.lel", "path: data..lel", 11, "values[0].path", "路径"),
        (JSON, "device: device_id", "device: device_id\neach: data.sensors", 9, "each", "[]"),
        (JSON, "datum: wgs84", "datum: china", 19, "position.datum", "wgs84"),
        (HJ, "unit: m/s", "unit: km/h}\n  a01009: {quantity: o2, unit: '%'", 12, "codes.a01009.unit", "o2"),
        (YA, 'unit: "%LEL"', 'unit: "%"', 12, "values[0].unit", "flammable"),
        (HJ, "unit: m/s", "unit: mps", 11, "codes.a01007.unit", "m/s"),
    ],
)  # fmt: skip
def test_faults_are_said_where_they_are(
    folder: Path, file: str, old: str, new: str, line: int, key: str, word: str
) -> None:
    found = problems(folder, file, old, new)
    assert any(one.startswith(f"devices/{file}:{line}: {key}: ") and word in one for one in found), found
