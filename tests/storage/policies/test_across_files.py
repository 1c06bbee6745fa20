"""What no single file can show: names that mean nothing, packs and tables that contradict each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import GB30871, HEIGHT, HOT, PLANT, Write, problems
from tests.support.rulebook import ZONE, local

_SITE = "  site: platform_session"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            HOT,
            "trigger: at_height",
            "trigger: at_hight",
            "measures.items[4].trigger: 没有「at_hight」这个条件",
        ),
        (HOT, "trigger: grade=special|risk", "trigger: grade=third|risk", "这类作业没有「third」这个级别"),
        (HEIGHT, "when: height_m>30,", "when: hight_m>30,", "「hight_m」不是数值，不能比较大小"),
        (HEIGHT, "when: height_m>30,", "when: height_m,", "没有「height_m」这个条件"),
        (HEIGHT, "when: height_m>30,", "when: planned_h>30,", "「planned_h」只能用在 reminders 里"),
        (HEIGHT, "grade: iv, why: 作业高度 30", "grade: special, why: 作业高度 30", "这类作业没有「special」这个级别"),
        (HEIGHT, "iii: prof_dept, iv: chief}", "iii: prof_dept}", "chain.nodes[2].role: 没有写 iv 由谁签"),
        ("vocabulary.yaml", "  mass_t: ", "  mass_kg: ", "figures.mass_kg: 系统不认识这个数值"),
        ("vocabulary.yaml", "  mass_t: ", "  mass_kg: ", "缺少「mass_t」的问句"),
        ("vocabulary.yaml", "  gust_5: ", "  gust_6: ", "缺少「gust_5」的问句"),
        (PLANT, "  prof_dept: [maintenance_head]\n", "", "没有写由哪个岗位担任「所在单位专业部门」"),
        (PLANT, "  steam_unit: [utility_deputy]\n", "", "没有写由哪个岗位担任「供汽主管单位」"),
        ("packs/cn.certificates.yaml", "when: [fusion_heat]", "when: [fusion_heet]", "没有「fusion_heet」这个条件"),
        (GB30871, 'jsa_done: "4.1"', 'jsa_don: "4.1"', "citations.jsa_don: 没有这一道关口"),
        (HOT, "gate: site_checked, clause", "gate: site_chekced, clause", "没有「site_chekced」这一道关口"),
        (HOT, "trigger: internal_work, evidence: gas", "trigger: internal_work, evidence: smell", "证据应为"),
        (HOT, "{gas: o2, when: oxygen_service}", "{gas: ozone, when: oxygen_service}", "气体表里没有「ozone」"),
        (
            GB30871,
            "other_methods: [draining, sampling]",
            "other_methods: [draning]",
            "没有「draning」这种作业方式或活动",
        ),
        (GB30871, "industries: [hazchem]", "industries: [hazchem, moon]", "industries[1]: 没有「moon」这个行业"),
        (GB30871, "effective_to:", "effective_to: 2021-01-01", "effective_to: 早于 effective_from"),
        ("packs/cn.mem13.2023.yaml", "pack: cn.mem13.2023", "pack: cn.gb30871.2022", "「cn.gb30871.2022」用了两次"),
        (
            "packs/cn.mem13.2023.yaml",
            "effective_from: 2024-01-01",
            "effective_from: 2024-01-01\nfills_gaps: yes",
            "只能有一个补缺",
        ),
        (
            "packs/permitbot.defaults.yaml",
            "like: cn.gb30871.2022",
            "like: cn.gb46768",
            "「cn.gb46768」里没有这类作业的措施清单",
        ),
        ("packs/cn.gb46768.2025.yaml", "- {role: approver, kinds", "- {role: acceptor, kinds", "证书要求只能写给"),
        ("vocabulary.yaml", "  principal: 主要负责人或书面委托人\n", "", "缺少角色「principal」的名称"),
        ("vocabulary.yaml", "  outdoor: 是露天作业吗？\n", "", "缺少「outdoor」的问句"),
        ("gases.yaml", "aliases: [CH4, ", "aliases: [h2s, ", "「h2s」也是 methane 的名称"),
        ("calendar/cn-2026.yaml", "元旦: [2026-01-01", "元旦: [2025-12-31", "holidays.元旦[0]: 不是 2026 年的日期"),
        ("calendar/cn-2026.yaml", "workdays: [2026-01-04", "workdays: [2025-01-04", "workdays[0]: 不是 2026 年的日期"),
        ("calendar/cn-2026.yaml", "workdays: [2026-01-04", "workdays: [2026-01-01", "同一天既放假又上班"),
        (PLANT, "industry: hazchem", "industry: bakery", "没有「bakery」这个行业"),
        (PLANT, "borrow: {}", "borrow: {hot: [cn.unknown]}", "borrow.hot[0]: 没有「cn.unknown」这个规则包"),
        (PLANT, 'night: {from: "20:00", to: "06:00"}', 'night: {from: "06:00", to: "06:00"}', "起止时刻不能相同"),
        (PLANT, "duty_leader: [duty_leader]", "duty_leader: []", "至少写一个岗位"),
        (PLANT, "  chief: [deputy_director]\n", "", "没有写由哪个岗位担任「主管领导」"),
        (PLANT, "  shift_leader: [shift_leader]\n", "  shift_leader: []\n", "没有写由哪个岗位担任「岗位当班班长」"),
        (PLANT, "at_site: []", "at_site: [sight_unit]", "at_site[0]: 没有「sight_unit」这个审批环节"),
        (
            PLANT,
            "  approver: platform_session_at_site",
            "  aprover: passkey",
            "proofs.aprover: 没有「aprover」这个审批环节",
        ),
        (
            PLANT,
            "  site: platform_session",
            "  site: vendor_face\n  start: {special: passkey, all: platform_session}",
            "proofs.start: 不能比 site 弱",
        ),
        (PLANT, _SITE, f"{_SITE}\n  resume: vouched_link", "不能用带班人担保的链接"),
        (PLANT, _SITE, f"{_SITE}\n  finish: passkey", "没有「finish」这个审批环节"),
        (
            PLANT,
            "extra_nodes: []",
            "extra_nodes: [{work: hot, key: acceptance, label: 验收, role: chief, after: site_unit}]",
            "「acceptance」已是审批环节",
        ),
    ],
)
def test_contradictions(folder: Path, write: Write, file: str, old: str, new: str, message: str) -> None:
    write(file, old, new)
    assert any(message in found for found in problems(folder)), problems(folder)


def test_two_gradings_at_once(folder: Path) -> None:
    text = (folder / GB30871).read_text(encoding="utf-8").replace("pack: cn.gb30871.2022", "pack: cn.gb30871.2027")
    second = folder / "packs/cn.gb30871.2027.yaml"
    second.write_text(text, encoding="utf-8")
    shutil.copytree(folder / "packs/cn.gb30871.2022", folder / "packs/cn.gb30871.2027")
    assert any("两张分级表无法取严" in found for found in problems(folder))
    old = folder / GB30871
    old.write_text(
        old.read_text(encoding="utf-8").replace("effective_to:", "effective_to: 2026-12-31", 1), encoding="utf-8"
    )
    second.write_text(text.replace("effective_from: 2022-10-01", "effective_from: 2027-01-01", 1), encoding="utf-8")
    book = load(folder, plant=PLANT)
    assert book.next_change(local("2026-08-01 00:00"), ZONE) == local("2027-01-01 00:00")


def test_a_year_twice(folder: Path) -> None:
    shutil.copy(folder / "calendar/cn-2026.yaml", folder / "calendar/cn-2026b.yaml")
    assert any("2026 年已在 calendar/cn-2026.yaml 里" in found for found in problems(folder))
