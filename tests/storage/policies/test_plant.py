"""A plant tightens, never loosens; adds and raises nodes, never drops or lowers one."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import PLANT, Write, line_of, problems
from workflow.rules.book import RuleBook


@pytest.mark.parametrize(
    ("tighten", "key", "message"),
    [
        ("{hot: {validity: {first: 12 h}}}", "tighten.hot.validity.first", "12小时 比 GB 30871-2022 5 的 8小时 宽松"),
        ("{hot: {validity: {all: 24 h}}}", "tighten.hot.validity.first", "宽松"),
        ("{cs: {validity: {all: 48 h}}}", "tighten.cs.validity.all", "宽松"),
        ("{hot: {gas: {max_age: 45 min}}}", "tighten.hot.gas.max_age", "45分钟 比 GB 30871-2022 5.3.1 的 30分钟 宽松"),
        ("{hot: {gas: {retest_after_break: {second: 90 min}}}}", "tighten.hot.gas.retest_after_break.second", "宽松"),
        ("{cs: {gas: {record_every: 30 min}}}", "tighten.cs.gas.record_every", "GB 46768-2025 6.2.3 的 15分钟 宽松"),
        ("{cs: {gas: {retest_after_break: {all: 5 min}}}}", "tighten.cs.gas.retest_after_break.all", "任何中断"),
        ('{hot: {wind_stop: "10.8"}}', "tighten.hot.wind_stop", "比 GB 30871-2022 5.2.15 的 8.0 m/s 宽松"),
        (
            '{cs: {gas: {limits: [{gas: o2, unit: "%vol", high: "22", when: "!oxygen_rich"}]}}}',
            "tighten.cs.gas.limits[0].high",
            "22 比 GB 30871-2022 6 的 21%vol 宽松",
        ),
        (
            '{cs: {gas: {limits: [{gas: o2, unit: "%vol", low: "19", when: "!oxygen_rich"}]}}}',
            "tighten.cs.gas.limits[0].low",
            "只能更高",
        ),
        (
            '{hot: {gas: {limits: [{gas: flammable, unit: "%vol", high: "0.6"}]}}}',
            "tighten.hot.gas.limits[0].high",
            "0.5%vol 宽松",
        ),
        ("{hot: {measures: [{no: H1, label: x, trigger: always}]}}", "tighten.hot.measures[0].no", "法定措施"),
    ],
)
def test_a_plant_never_loosens(folder: Path, write: Write, tighten: str, key: str, message: str) -> None:
    write(PLANT, "tighten: {}", f"tighten: {tighten}")
    found = problems(folder)
    line = line_of(folder, PLANT, "tighten: {")
    assert any(each.startswith(f"{PLANT}:{line}: {key}: ") and message in each for each in found), found


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("fire_watch: {hot: 30 min}", "fire_watch: {hot: 20 min}", "fire_watch.hot", "短于 30分钟"),
        (
            "raise_level: {}",
            "raise_level: {hot: {approver: {special: base_unit}}}",
            "raise_level.hot.approver.special",
            "低于法定的「chief」",
        ),
        (
            "raise_level: {}",
            "raise_level: {hot: {approver: {first: guardian}}}",
            "raise_level.hot.approver.first",
            "不能改审批级别",
        ),
        (
            "raise_level: {}",
            "raise_level: {hot: {aprover: {first: chief}}}",
            "raise_level.hot.aprover",
            "没有这个审批环节",
        ),
        ("raise_level: {}", "drop_nodes: {hot: [safety_dept]}", "drop_nodes.hot[0]", "法定审批环节，不能取消"),
        ("raise_level: {}", "drop_nodes: {hot: [mayor]}", "drop_nodes.hot[0]", "没有这个审批环节"),
        (
            "extra_nodes: []",
            "extra_nodes: [{work: hot, key: approver, label: x, role: chief}]",
            "extra_nodes[0].key",
            "要另起名",
        ),
        (
            "extra_nodes: []",
            "extra_nodes: [{work: hot, key: x, label: x, role: chief, after: y}]",
            "extra_nodes[0].after",
            "没有「y」",
        ),
    ],
)
def test_a_plant_never_drops_or_lowers(folder: Path, write: Write, old: str, new: str, key: str, message: str) -> None:
    write(PLANT, old, new)
    found = problems(folder)
    assert any(f": {key}: " in each and message in each for each in found), found


@pytest.mark.parametrize(
    "tighten",
    [
        "{hot: {validity: {second: 24 h, first: 8 h}}}",
        "{hot: {gas: {max_age: 20 min, retest_after_break: {all: 20 min}}}}",
        '{hot: {wind_stop: "5.5"}, cs: {gas: {record_every: 10 min}}}',
        '{cs: {gas: {limits: [{gas: o2, unit: "%vol", low: "20", high: "20.9", when: "!oxygen_rich"}]}}}',
        "{hot: {measures: [{no: Z1, label: 通知消防队, trigger: always}]}}",
    ],
)
def test_a_plant_may_tighten(folder: Path, write: Write, tighten: str) -> None:
    write(PLANT, "tighten: {}", f"tighten: {tighten}")
    assert isinstance(load(folder, plant=PLANT), RuleBook)
