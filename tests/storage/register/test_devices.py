"""Devices in the register's files: read, checked with file, line and key, written again; a sheet of the workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hardware_bridge.devices import known
from hardware_bridge.devices import read as read_devices
from hardware_bridge.sample import Unit
from storage.directory import Home, Register
from storage.register import RegisterError, plan, read
from storage.register_columns import SHEET_OF
from storage.register_export import spell
from storage.register_fields import DEVICE_UNITS
from workflow.ids import AreaId
from workflow.nearness import Beacon

HOME = Home(corps={"wecom": "ww1"})
HEAD = """\
areas:
  - {code: TK1, name: 甲醇罐区}
people:
  - {id: zhaomin, name: 赵敏}
devices:
"""
FOUR = """\
  - id: GD-1
    name: 1号检测仪
    person: zhaomin
    model: GX-6000
    serial: "123"
    calibrated_on: 2026-01-05
    calibration_due: 2027-01-04
    bump_tested_at: 2026-05-11T07:30:00+08:00
    channels:
      - {quantity: o2, unit: "%vol", low: 0, high: 30, response_s: 15}
      - {quantity: flammable, unit: "%LEL", low: 0, high: 100, stuck_s: 600}
  - {id: W-1, name: 风速仪, kind: wind, address: gw1/17, area: TK1, active: no}
"""


def loaded(folder: Path, text: str) -> Register:
    path = folder / "register.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path).against(Register(), site="hc", home=HOME)


def test_what_is_written_is_what_the_bridge_knows(tmp_path: Path) -> None:
    register = loaded(tmp_path, HEAD + FOUR)
    first, second = register.devices
    one = known(first)
    assert (one.id, one.person, one.model, one.serial, str(one.calibration_due)) == (
        "GD-1", "zhaomin", "GX-6000", "123", "2027-01-04",
    )  # fmt: skip
    assert [(channel.quantity.name, channel.unit, int(channel.high)) for channel in one.channels.values()] == [
        ("o2", Unit.VOL_PERCENT, 30), ("flammable", Unit.LEL_PERCENT, 100),
    ]  # fmt: skip
    assert one.bump_tested_at is not None
    assert one.bump_tested_at.isoformat() == "2026-05-11T07:30:00+08:00"
    assert (second.address, second.area, second.active, json.loads(second.settings)) == ("gw1/17", "TK1", False, {})


def test_what_is_written_down_again_reads_the_same(tmp_path: Path) -> None:
    register = loaded(tmp_path, HEAD + FOUR)
    assert loaded(tmp_path, spell(register, site="hc", home=HOME)) == register
    assert plan(register, register).idle


@pytest.mark.parametrize(
    ("wrong", "line", "key", "why"),
    [
        ("  - {id: A, name: a, area: X}\n", 6, "devices[0].area", "没有区域 X"),
        ("  - {id: A, name: a, person: x}\n", 6, "devices[0].person", "没有人员 x"),
        ("  - {id: A, name: a}\n  - {id: B, name: b, address: A}\n", 7, "devices[1].address", "不能用同一个地址"),
        ("  - {id: A, name: a, calibrated_on: 2026-01-05, calibration_due: 2026-01-05}\n", 6,
         "devices[0].calibration_due", "之后"),
        ("  - {id: A, name: a, channels: [{quantity: o2, unit: percent, low: 0, high: 1}]}\n", 6,
         "devices[0].channels[0].unit", "没有这个单位"),
        ("  - {id: A, name: a, channels: [{quantity: O2, unit: ppm, low: 0, high: 1}]}\n", 6,
         "devices[0].channels[0].quantity", "气体表"),
        ("  - {id: A, name: a, channels: [{quantity: co, unit: ppm, low: 5, high: 5}]}\n", 6,
         "devices[0].channels[0].low", "下限应小于上限"),
        ("  - {id: A, name: a, bump_tested_at: 2026-05-11T07:30:00}\n", 6, "devices[0].bump_tested_at", "带时区"),
        ('  - {id: A, name: a, model: GX 6, serial: "a-1２"}\n  - {id: B, name: b, model: gx-6, serial: A12}\n',
         7, "devices[1].serial", "与设备 A 相同"),
        ("  - {id: A, name: a, near_dbm: -75}\n", 6, "devices[0].near_dbm", "只有信标"),
        ("  - {id: A, name: a, kind: beacon, near_dbm: -75}\n", 6, "devices[0].area", "所在区域"),
        ("  - {id: A, name: a, kind: beacon, area: TK1, person: zhaomin, near_dbm: -75}\n", 6, "devices[0].person",
         "不能有佩戴人"),
        ("  - {id: A, name: a, kind: beacon, area: TK1}\n", 6, "devices[0].near_dbm", "门限"),
        ("  - {id: A, name: a, kind: beacon, area: TK1, near_dbm: 75}\n", 6, "devices[0].near_dbm", "负整数"),
        ("  - {id: A, name: a, kind: beacon, area: TK1, near_dbm: -75, drop_db: 41}\n", 6, "devices[0].drop_db", "40"),
        ("  - {id: A, name: a, kind: beacon, area: TK1, near_dbm: -75, heard_s: 301}\n", 6,
         "devices[0].heard_s", "300"),
        ("  - {id: A, name: a, address: AC233F000001}\n  - {id: B, name: b, address: 'ac:23:3f:00:00:01'}\n", 7,
         "devices[1].address", "不能用同一个地址"),
        ("  - {id: A, name: a, stale_s: 0}\n", 6, "devices[0].stale_s", "1 到"),
        ("  - {id: A, name: a, colour: red}\n", 6, "devices[0].colour", ""),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_line_and_key(tmp_path: Path, wrong: str, line: int, key: str, why: str) -> None:
    with pytest.raises(RegisterError) as caught:
        loaded(tmp_path, HEAD + wrong)
    (problem,) = caught.value.problems
    assert (problem.line, problem.key) == (line, key)
    assert why in problem.message


def test_a_box_is_registered_once_whatever_was_loaded_before(tmp_path: Path) -> None:
    """Else the second file makes two detectors of one."""
    before = loaded(tmp_path, HEAD + FOUR)
    path = tmp_path / "register.yaml"
    path.write_text('devices:\n  - {id: GD-2, name: b, model: gx6000, serial: "1 2-3"}\n', encoding="utf-8")
    with pytest.raises(RegisterError, match=r"register.yaml:2: devices\[0\].serial: .*GD-1"):
        read(path).against(before, site="hc", home=HOME)
    retired = tuple(replace(one, active=False) for one in before.devices)
    read(path).against(replace(before, devices=retired), site="hc", home=HOME)
    path.write_text('devices:\n  - {id: GD-2, name: b, model: gx6000, serial: "1 2-3", active: no}\n', encoding="utf-8")
    read(path).against(before, site="hc", home=HOME)


def test_units_are_those_the_bridge_knows() -> None:
    assert set(DEVICE_UNITS) == {unit.value for unit in Unit}


def test_the_workbook_has_a_sheet_of_devices() -> None:
    assert {"id", "calibration_due", "channels"} <= {column.key for column in SHEET_OF["devices"].columns}


def test_a_beacon_is_read_and_written_down_again(tmp_path: Path) -> None:
    said = (
        "  - {id: B, name: b, kind: beacon, address: AC233F000001, area: TK1, near_dbm: -75, drop_db: 8, heard_s: 20}\n"
    )
    register = loaded(tmp_path, HEAD + said)
    (one,) = register.devices
    assert json.loads(one.settings) == {"near_dbm": -75, "drop_db": 8, "heard_s": 20}
    (known,) = read_devices(register.devices).by_id.values()
    assert known.beacon == Beacon(
        id=one.id, name="b", area=AreaId("TK1"), near_dbm=-75, drop_db=8, heard_for=timedelta(seconds=20)
    )
    assert loaded(tmp_path, spell(register, site="hc", home=HOME)) == register
