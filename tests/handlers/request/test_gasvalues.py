"""Typed gas values and counts: exact, with gas and unit, or refused with a reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.counts import CountWhy, parse_counts
from handlers.request.gasvalues import GASES, GasWhy, parse_gas
from workflow.rules.types import Unit

VOL, LEL, PPM, MG = Unit.VOL_PERCENT, Unit.LEL_PERCENT, Unit.PPM, Unit.MG_M3

TAKEN = [
    ("氧 20.8%", [("o2", "20.8", VOL)]),
    ("氧气：２０．８％", [("o2", "20.8", VOL)]),
    ("LEL 4%LEL", [("flammable", "4", LEL)]),
    ("LEL 4%", [("flammable", "4", LEL)]),
    ("可燃 0.2%vol", [("flammable", "0.2", VOL)]),
    ("可燃气体 4 %LEL 氧气:20.9%VOL", [("flammable", "4", LEL), ("o2", "20.9", VOL)]),
    ("可燃0.2%vol，氧20.8%，H2S3ppm，CO5mg/m³", [("flammable", "0.2", VOL), ("o2", "20.8", VOL), ("h2s", "3", PPM),
    ("co", "5", MG)]),
    ("一氧化碳 5ppm 硫化氢 0ppm", [("co", "5", PPM), ("h2s", "0", PPM)]),
    ("甲烷 0.2%vol", [("methane", "0.2", VOL)]),
    ("苯 1mg/m3 二甲苯 2ppm 甲苯 3PPM", [("benzene", "1", MG), ("xylene", "2", PPM), ("toluene", "3", PPM)]),
    ("10:20 2号罐上部 氧 20.8%", [("o2", "20.8", VOL)]),
    ("co2.5ppm", [("co", "2.5", PPM)]),
    ("氨 20毫克/立方米", [("nh3", "20", MG)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values"), TAKEN, ids=[row[0] for row in TAKEN])
def test_values_with_gas_and_unit(text: str, values: list[tuple[str, str, Unit]]) -> None:
    found = parse_gas(text)
    assert [(one.gas, one.value, one.unit) for one in found.readings] == [
        (gas, Decimal(v), unit) for gas, v, unit in values
    ]
    assert found.refused == ()


REFUSED = [
    ("氧 20.8", GasWhy.NO_UNIT),
    ("H2S 3", GasWhy.NO_UNIT),
    ("LEL 0", GasWhy.NO_UNIT),
    ("3ppm", GasWhy.NO_GAS),
    ("0.2%", GasWhy.NO_GAS),
    ("CO2 400ppm", GasWhy.NO_GAS),
    ("可燃 0.2%", GasWhy.AMBIGUOUS_PERCENT),
    ("甲烷 0.2%", GasWhy.AMBIGUOUS_PERCENT),
    ("CO 1%", GasWhy.AMBIGUOUS_PERCENT),
    ("氧 20.8ppm", GasWhy.WRONG_UNIT),
    ("氧 20.8%LEL", GasWhy.WRONG_UNIT),
    ("可燃 5ppm", GasWhy.WRONG_UNIT),
    ("氯气 0.1%", GasWhy.WRONG_UNIT),
    ("H2S <1ppm", GasWhy.NOT_EXACT),
    ("H2S 小于1ppm", GasWhy.NOT_EXACT),
    ("可燃 0~2%LEL", GasWhy.NOT_EXACT),
    ("H2S 未检出", GasWhy.NOT_EXACT),
    ("氧气合格", GasWhy.NOT_EXACT),
    ("氧 208%", GasWhy.OUT_OF_RANGE),
    ("氧 上20.8% 中20.9%", GasWhy.TWICE),
    ("氧20.8% 氧20.7%", GasWhy.TWICE),
    ("可燃 氧20.8%", GasWhy.NO_VALUE),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused_and_why(text: str, why: GasWhy) -> None:
    assert [one.why for one in parse_gas(text).refused] == [why]


def test_the_good_values_beside_a_bad_one_are_told() -> None:
    found = parse_gas("可燃 0.2% 氧 20.8 H2S 3ppm CO 5mg/m3")
    assert [(one.gas, str(one.value), one.unit) for one in found.readings] == [("h2s", "3", PPM), ("co", "5", MG)]
    assert [(one.gas, one.why) for one in found.refused] == [
        ("flammable", GasWhy.AMBIGUOUS_PERCENT),
        ("o2", GasWhy.NO_UNIT),
    ]
    assert found.refused[0].units == (VOL, LEL)


def test_two_values_of_one_gas_are_no_value() -> None:
    assert parse_gas("氧20.8% 氧20.7%").readings == ()


def test_every_gas_is_one_of_the_gas_table() -> None:
    table = yaml.safe_load(Path("policies/gases.yaml").read_text(encoding="utf-8"))["gases"]
    assert set(GASES) - {"o2", "flammable"} <= set(table)


@given(st.decimals(min_value=0, max_value=100, places=2, allow_nan=False), st.sampled_from(["%LEL", "%vol"]))
def test_decimals_are_kept_exactly(value: Decimal, unit: str) -> None:
    found = parse_gas(f"可燃 {value}{unit}")
    assert [one.value for one in found.readings] == [value]


COUNTS = [
    ("人2工具5", 2, 5),
    ("2人5件工具", 2, 5),
    ("人员2 工具5", 2, 5),
    ("人：两名，工具：五件", 2, 5),
    ("工具10把 人员3名", 3, 10),
    ("出来3人", 3, None),
    ("工具0", None, 0),
    ("2号罐 人2工具5", 2, 5),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "people", "tools"), COUNTS)
def test_counts(text: str, people: int | None, tools: int | None) -> None:
    found = parse_counts(text)
    assert (found.people, found.tools, found.refused) == (people, tools, ())


@pytest.mark.parametrize(
    ("text", "why"),
    [("2 5", CountWhy.UNCLEAR_THING), ("几个人", CountWhy.NOT_EXACT), ("人2-3", CountWhy.NOT_EXACT), ("约3人",
    CountWhy.NOT_EXACT),
     ("2人，人员3", CountWhy.TWICE)],
)  # fmt: skip
def test_unclear_counts_are_refused(text: str, why: CountWhy) -> None:
    found = parse_counts(text)
    assert found.people is None
    assert {one.why for one in found.refused} == {why}


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    parse_gas(text)
    parse_counts(text)
