"""A plant tightens, never loosens; adds and raises nodes, never drops or lowers one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import PLANT, Write, line_of, problems
from tests.support.rulebook import rules
from tests.support.six_works import height, lift, power
from workflow.rules.book import RuleBook
from workflow.rules.types import Role


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
        ("{height: {validity: {all: 8 d}}}", "tighten.height.validity.all", "比 GB 30871-2022 8 的 168小时 宽松"),
        ("{height: {validity: {iv: 8 d}}}", "tighten.height.validity.iv", "比 GB 30871-2022 8 的 168小时 宽松"),
        ("{power: {validity: {all: 16 d}}}", "tighten.power.validity.all", "比 GB 30871-2022 10.8 的 360小时 宽松"),
        ("{power: {gas: {max_age: 31 min}}}", "tighten.power.gas.max_age", "宽松"),
        (
            '{power: {gas: {limits: [{gas: flammable, unit: "%vol", high: "0.6"}]}}}',
            "tighten.power.gas.limits[0].high",
            "0.5%vol 宽松",
        ),
        ('{height: {wind_stop: "8.1"}}', "tighten.height.wind_stop", "比 GB 30871-2022 8.2.6 的 8.0 m/s 宽松"),
        ('{lift: {wind_stop: "10.9"}}', "tighten.lift.wind_stop", "比 GB 30871-2022 9.2.4 的 10.8 m/s 宽松"),
        ("{road: {measures: [{no: R3, label: x, trigger: always}]}}", "tighten.road.measures[0].no", "法定措施"),
        ("{blind: {measures: [{no: Q4, label: x, trigger: always}]}}", "tighten.blind.measures[0].no", "法定措施"),
        ("{height: {validity: {first: 1 d}}}", "tighten.height.validity", "没有「first」这个级别"),
        ("{lift: {validity: {special: 1 d}}}", "tighten.lift.validity", "没有「special」这个级别"),
        ("{earth: {validity: {i: 1 d}}}", "tighten.earth.validity", "没有「i」这个级别"),
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
        ("[50, 100, 150, 200]", "[50, 100, 150]", "nodes.ladder", "四个递增的正数"),
        ("[50, 100, 150, 200]", "[0, 100, 150, 200]", "nodes.ladder[0]", "正整数"),
        ("[50, 100, 150, 200]", "[50, 100, 100, 200]", "nodes.ladder", "递增的正数"),
        ("[50, 100, 150, 200]", "[50, 120, 150, 200]", "nodes.ladder", "只能写 100"),
        ("[50, 100, 150, 200]", "[half, 100, 150, 200]", "nodes.ladder[0]", "正整数"),
        ("standby: {}", "standby: {site_unit: [workshop_head, workshop_deputy]}", "standby", "不能是全部"),
        ("standby: {}", "standby: {site_unit: [mayor]}", "standby", "一部分岗位"),
        ("standby: {}", "standby: {site_unit: []}", "standby", "一部分岗位"),
        ("raise_level: {}", "drop_nodes: {hot: [safety_dept]}", "drop_nodes.hot[0]", "法定审批环节，不能取消"),
        ("raise_level: {}", "drop_nodes: {hot: [mayor]}", "drop_nodes.hot[0]", "没有这个审批环节"),
        ("raise_level: {}", "drop_nodes: {road: [sign_fire]}", "drop_nodes.road[0]", "法定审批环节，不能取消"),
        ("raise_level: {}", "drop_nodes: {earth: [sign_steam]}", "drop_nodes.earth[0]", "法定审批环节，不能取消"),
        ("raise_level: {}", "drop_nodes: {height: [reviewer]}", "drop_nodes.height[0]", "法定审批环节，不能取消"),
        ("raise_level: {}", "drop_measures: {height: [G13]}", "drop_measures.height[0]", "法定安全措施，不能取消"),
        ("raise_level: {}", "drop_measures: {lift: [Q2]}", "drop_measures.lift[0]", "法定安全措施，不能取消"),
        ("raise_level: {}", "drop_measures: {lift: [Z1]}", "drop_measures.lift[0]", "没有这条措施"),
        (
            "raise_level: {}",
            "raise_level: {height: {approver: {iv: prof_dept}}}",
            "raise_level.height.approver.iv",
            "低于法定的「chief」",
        ),
        (
            "raise_level: {}",
            "raise_level: {lift: {approver: {second: base_unit}}}",
            "raise_level.lift.approver.second",
            "低于法定的「prof_dept」",
        ),
        (
            "raise_level: {}",
            "raise_level: {lift: {approver: {second: safety_dept}}}",
            "raise_level.lift.approver.second",
            "平级，不能替代",
        ),
        (
            "raise_level: {}",
            "raise_level: {road: {sign_fire: {none: chief}}}",
            "raise_level.road.sign_fire.none",
            "不能改审批级别",
        ),
        (
            "raise_level: {}",
            "raise_level: {power: {approver: {none: chief}}}",
            "raise_level.power.approver.none",
            "不能改审批级别",
        ),
        (
            "raise_level: {}",
            "raise_level: {height: {approver: {first: chief}}}",
            "raise_level.height.approver.first",
            "不能改审批级别",
        ),
        ("road: 24 h}", "road: 24 h, hot: 8 h}", "validity.hot", "GB 30871-2022 5 已规定有效期"),
        ("road: 24 h}", "road: 24 h, power: 10 d}", "validity.power", "GB 30871-2022 10.8 已规定有效期"),
        ("road: 24 h}", "road: 8 d}", "validity.road", "192小时 太长"),
        (
            "extra_nodes: []",
            "extra_nodes: [{work: height, grades: [special], key: x, label: x, role: chief}]",
            "extra_nodes[0].grades",
            "没有「special」这个级别",
        ),
        (
            "extra_nodes: []",
            "extra_nodes: [{work: earth, key: sign_water, label: x, role: chief}]",
            "extra_nodes[0].key",
            "要另起名",
        ),
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
        '{height: {validity: {iv: 1 d, all: 3 d}, wind_stop: "5.5"}, lift: {wind_stop: "8.0"}}',
        "{power: {validity: {all: 10 d}, gas: {max_age: 15 min}}, road: {validity: {all: 8 h}}}",
        "{earth: {measures: [{no: Z1, label: 通知电信, trigger: depth_m>1}]}}",
    ],
)
def test_a_plant_may_tighten(folder: Path, write: Write, tighten: str) -> None:
    write(PLANT, "tighten: {}", f"tighten: {tighten}")
    assert isinstance(load(folder, plant=PLANT), RuleBook)


@pytest.mark.parametrize(
    ("prompts", "soonest", "kinds"),
    [
        ("", 10, ["photo", "board", "place", "work"]),
        (", at_least: 12 min", 12, ["photo", "board", "place", "work"]),
        (", tasks: {height: {photo: 2, tap: 1}}", 10, ["photo", "tap"]),
        (", taps_only: [height]", 10, []),
        (", taps_only: [hot]", 10, ["photo", "board", "place", "work"]),
    ],
)
def test_what_guardians_are_asked_is_the_plants_choice(
    folder: Path, write: Write, prompts: str, soonest: int, kinds: list[str]
) -> None:
    write(PLANT, ", at_least: 10 min", prompts)
    found = rules(height("3"), book=load(folder, plant=PLANT))
    assert found.prompt_earliest == timedelta(minutes=soonest)
    assert [each.kind.value for each in found.prompt_tasks] == kinds


HEIGHT_IV, HEIGHT_I = height("31"), height("3")


def test_what_is_tightened_counts(folder: Path, write: Write) -> None:
    write(PLANT, "tighten: {}", "tighten: {height: {validity: {iv: 1 d}}, power: {validity: {all: 10 d}}}")
    book = load(folder, plant=PLANT)
    day = timedelta(days=1)
    assert rules(HEIGHT_IV, book=book).max_validity == day
    assert rules(HEIGHT_I, book=book).max_validity == 7 * day
    found = rules(power(reason="大修"), book=book)
    assert (found.max_validity, found.longer_validity) == (10 * day, None)


def test_a_plant_caps_the_longer_validity(folder: Path, write: Write) -> None:
    """15 days may become 20 with a reason only where the plant itself says no less than 20: what it sets is the end."""
    write(PLANT, "tighten: {}", "tighten: {power: {validity: {all: 15 d}}}")
    assert rules(power(reason="大修"), book=load(folder, plant=PLANT)).max_validity == timedelta(days=15)


def test_raised_levels_and_extra_nodes_of_the_later_works(folder: Path, write: Write) -> None:
    write(PLANT, "raise_level: {}", "raise_level: {height: {approver: {i: prof_dept, ii: chief}}}")
    write(
        PLANT,
        "extra_nodes: []",
        "extra_nodes: [{work: lift, grades: [third], key: x, label: 复核, role: chief, after: reviewer}]",
    )
    book = load(folder, plant=PLANT)
    assert rules(HEIGHT_I, book=book).chain[-1].role is Role.PROF_DEPT
    assert [node.key for node in rules(lift("20"), book=book).chain] == ["site_unit", "reviewer", "x", "approver"]
    assert [node.key for node in rules(lift("50"), book=book).chain] == ["site_unit", "reviewer", "approver"]
