"""The printed forms as data: which cells each form has, what stays empty, what a signature is said to be worth."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from cards import words as chat
from cards import words_proofs
from cards.forms import words
from cards.forms.cells import cells
from cards.forms.paper import BREAK, Paper, masked, printable
from cards.forms.sheet import COPIES, form_code, sheet
from cards.forms.tables import measures, signatures, tables
from cards.worth import worth
from tests.support.papers import NUMBER_OF_CARD, blank, events, paper, paper_of
from tests.support.works import GUARDIAN, LEADER, PERMIT, SHIFT, UNIT_HEAD, WORKER, at
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.life import HandoverRecord
from workflow.permit.state import Status
from workflow.rules.types import Grade, Role
from workflow.values import Actor, Proof, ProofMethod, WorkType

EVERY = ["作业申请单位", "监护人", "风险辨识结果"]
LINKED = "关联的其他特殊作业及安全作业票编号"
FORMS = {
    WorkType.HOT: [
        "作业申请时间",
        "作业内容",
        "动火地点及动火部位",
        "动火作业级别",
        "动火方式",
        "动火人及证书编号",
        "作业单位",
        "作业负责人",
        "代表性气体",
        LINKED,
        "作业实施时间",
    ],
    WorkType.CONFINED_SPACE: [
        "作业申请时间",
        "作业内容",
        "受限空间名称",
        "原有介质名称",
        "作业单位",
        "作业负责人",
        "作业人",
        LINKED,
        "作业实施时间",
    ],
    WorkType.BLIND: [
        "作业单位",
        "作业类别",
        "设备、管道名称",
        "管道介质",
        "温度",
        "压力",
        "盲板材质",
        "盲板规格",
        "盲板编号",
        "实际作业开始时间",
        "盲板位置图编号",
        "位置图编制人",
        "盲板位置图（可另附图）",
        "作业负责人",
        "作业人",
        LINKED,
    ],
    WorkType.HEIGHT: [
        "作业申请时间",
        "作业地点",
        "作业内容",
        "作业高度",
        "高处作业级别",
        "作业单位",
        "作业负责人",
        "作业人",
        LINKED,
        "作业实施时间",
    ],
    WorkType.LIFT: [
        "作业申请时间",
        "作业单位",
        "吊装地点",
        "吊具名称",
        "吊物质量及作业级别",
        "吊物内容",
        "吊装作业人",
        "司索人",
        "指挥人员",
        "作业实施时间",
    ],
    WorkType.POWER: [
        "作业申请时间",
        "作业地点",
        "作业内容",
        "电源接入点",
        "许可用电功率",
        "工作电压",
        "用电人",
        "用电设备名称及额定功率",
        "作业人及电工证号",
        "作业负责人及电工证号",
        "超过15天的原因",
        LINKED,
        "作业实施时间",
    ],
    WorkType.EARTH: [
        "作业申请时间",
        "作业单位",
        "作业负责人",
        "作业地点",
        "作业内容",
        "作业范围、内容、方式（含深度、面积，附简图）",
        LINKED,
        "作业实施时间",
    ],
    WorkType.ROAD: [
        "作业单位",
        "作业负责人",
        "涉及相关单位（部门）",
        "断路原因",
        "断路地段示意图（可另附图）及相关说明",
        LINKED,
        "作业实施时间",
    ],
}
"""The cells of Annex A, by form (domain 1.9)."""


def filled(one: Paper) -> dict[str, str]:
    return {cell.label: cell.value for cell in cells(one)}


@pytest.mark.parametrize("work", WorkType)
def test_each_form_has_exactly_its_cells(work: WorkType) -> None:
    assert sorted(filled(paper(work))) == sorted([*EVERY, *FORMS[work]])


@pytest.mark.parametrize("work", WorkType)
def test_everything_that_was_said_stands_there_and_nothing_else(work: WorkType) -> None:
    told = filled(paper(work))
    drawn = {"断路地段示意图（可另附图）及相关说明", "盲板位置图（可另附图）"}
    assert {label for label, value in told.items() if not value} <= drawn
    empty = filled(blank(work))
    assert empty["风险辨识结果"] == ""
    assert not set(empty.values()) & {"None", "0", "-", "无"}


def test_the_forms_without_a_content_or_a_place_do_not_show_one() -> None:
    for work in (WorkType.BLIND, WorkType.ROAD):
        assert not {"作业内容", "作业地点"} & set(filled(paper(work)))
    assert "作业单位" not in filled(paper(WorkType.POWER))
    assert "关联的其他特殊作业及安全作业票编号" not in filled(paper(WorkType.LIFT))


def test_details_are_spelled_exactly() -> None:
    told = filled(paper(WorkType.BLIND))
    assert (told["温度"], told["压力"], told["作业类别"]) == ("42.5 ℃", "0.62 MPa", "堵盲板")
    told = filled(paper(WorkType.LIFT))
    assert told["吊物质量及作业级别"].startswith("62.4 t")
    assert filled(paper(WorkType.POWER))["用电设备名称及额定功率"] == "电焊机 ZX7-400 18.5 kW；角磨机"


def test_the_start_of_a_blind_is_the_real_one() -> None:
    assert filled(blank(WorkType.BLIND))["实际作业开始时间"] == ""
    assert filled(paper(WorkType.BLIND))["实际作业开始时间"] == "2025年6月11日 09时01分"


# --- tables


def test_a_measure_nobody_answered_stays_empty() -> None:
    assert {row[2:] for row in measures(blank(WorkType.HOT)).rows} == {("", "", "")}
    rows = {row[0]: row for row in measures(paper(WorkType.HOT)).rows}
    assert rows["M1"][2:4] == (words.YES, "赵敏")
    assert rows["M5"][2:] == (words.NO, "", "")
    assert rows["M20"][1].endswith("增设防风挡板一组")
    assert measures(paper(WorkType.HOT)).note.endswith("王强")


def test_gas_has_no_last_column_and_keeps_the_failed_test() -> None:
    table = next(one for one in tables(paper(WorkType.CONFINED_SPACE)) if one.title == "气体分析")
    assert len(table.rows) == 61  # the acceptable values, then every sample
    failed = next(row for row in table.rows if row[5].startswith(words.FAILED))
    assert failed[5].endswith("硫化氢 30ppm 超过 10mg/m3")
    assert "19.5～21 %vol" in table.rows[0][4]


def test_a_space_has_the_columns_of_its_own_form() -> None:
    table = next(one for one in tables(paper(WorkType.CONFINED_SPACE)) if one.title == "气体分析")
    assert [label for label, _ in table.columns] == [
        "分析时间", "分析部位", "有毒有害介质", "可燃气", "氧含量", "结论", "分析人",
    ]  # fmt: skip
    accepted, first = table.rows[0], table.rows[1]
    assert accepted[1] == "合格标准"
    assert "19.5" in accepted[4]
    assert first[1:5] == ("上部", "硫化氢 0 ppm", "可燃 0.1 %vol", "氧 20.9 %vol")


def test_only_works_with_air_have_an_empty_gas_table() -> None:
    with_air = {work for work in WorkType if any(one.title == "气体分析" for one in tables(blank(work)))}
    assert with_air == {WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.POWER}


def test_who_briefed_is_not_of_the_crew() -> None:
    ((briefers, briefed),) = next(one for one in tables(paper(WorkType.HOT)) if one.title == "安全交底").rows
    assert briefers == "钱进 2025年6月11日 07时40分"
    assert "赵敏" in briefed
    assert "钱进" not in briefed


def test_a_signature_says_what_it_is_worth_and_no_more() -> None:
    rows = {row[0]: row for row in signatures(paper(WorkType.HOT)).rows}
    assert rows["所在单位"][1:3] == ("同意，注意风向", "钱进")
    assert rows["所在单位"][4] == chat.PROOF[ProofMethod.PLATFORM_SESSION]
    assert rows["安全管理部门"][4] == chat.NO_PROOF
    assert rows["审批人"][4] == chat.PROOF[ProofMethod.PASSKEY] + words_proofs.ON_SITE
    assert words.CHECK_TICKET in rows
    assert signatures(paper(WorkType.LIFT)).rows[0][0] == words.COMMANDER_OPINION


def test_start_resume_and_acceptance_say_what_they_are_worth() -> None:
    signed = Proof(method=ProofMethod.PASSKEY, subject=UNIT_HEAD, decision_hash="", at=at("12:30"))
    told = [
        replace(event, proof=signed)
        if isinstance(event, e.AcceptanceSigned) and event.role is Role.SITE_UNIT
        else event
        for event in events(WorkType.HOT)
    ]
    said: dict[str, set[str]] = {}
    for title, _, _, _, how in signatures(paper_of(tuple(told))).rows:
        said.setdefault(title[:4], set()).add(how)
    key, tap = chat.PROOF[ProofMethod.PASSKEY], chat.PROOF[ProofMethod.PLATFORM_SESSION]
    assert (said["开工确认"], said["复工确认"], said["完工验收"]) == ({tap}, {tap}, {key, chat.NO_PROOF})


@pytest.mark.parametrize("method", [ProofMethod.PLATFORM_SESSION, ProofMethod.PLATFORM_SESSION_AT_SITE])
def test_a_tap_in_the_chat_is_never_called_biometric(method: ProofMethod) -> None:
    for at_site in (True, None):
        said = worth(Proof(method=method, subject=UNIT_HEAD, decision_hash="", at=at("08:00"), at_site=at_site), str)
        assert "未核验指纹人脸" in said
    assert "指纹" not in worth(None, str)
    assert "人脸" not in worth(None, str)


def test_unsigned_nodes_are_listed_and_empty() -> None:
    rows = signatures(blank(WorkType.HOT)).rows
    assert len(rows) == 1 + 3 + 2 + 2
    assert all(set(row[1:]) == {""} for row in rows)


def test_the_course_tells_why_work_stood_still() -> None:
    rows = next(one for one in tables(paper(WorkType.HOT)) if one.title == "经过").rows
    stop = next(row for row in rows if row[1] == "停工")
    assert (stop[2], stop[3]) == ("监护人两次未应答 监护人连续2次未应答", "系统")


def test_photos_are_listed_with_the_whole_hash() -> None:
    table = next(one for one in tables(paper(WorkType.HOT)) if one.title == "照片与附件索引")
    assert all(len(row[4]) == 64 for row in table.rows)
    assert {row[0] for row in table.rows} == {"风险辨识", "措施M1", "措施M2", "措施M3", "无残火"}


def test_a_relief_is_named_with_its_time_and_its_signatures() -> None:
    record = HandoverRecord(guardian=SHIFT, leader=LEADER, gas=(), isolation="盲板在位", people=0, tools=0, issues="无")
    by = Actor.person(GUARDIAN)
    told = (
        *events(WorkType.CONFINED_SPACE, closed=False),
        e.PersonEntered(by=by, at=at("10:30"), person=WORKER, tools=2),
        e.PersonCameOut(by=by, at=at("10:50"), person=WORKER, tools=2),
        e.WorkSuspended(by=by, at=at("11:00"), reason=SuspendReason.SHIFT_CHANGE, text="", evacuate=True),
        e.HandoverOpened(by=by, at=at("11:05"), number=1, record=record),
        *(e.HandoverSigned(by=Actor.person(who), at=at("11:06"), number=1) for who in (GUARDIAN, LEADER, SHIFT)),
        e.ShiftHandedOver(by=by, at=at("11:10"), number=1, guardian=SHIFT, leader=LEADER),
    )
    one = paper_of(told)
    assert filled(one)["监护人"] == "赵敏；吴刚（2025年6月11日 11时10分起）"
    assert filled(one)["作业负责人"] == "王强"
    assert [row[2] for row in signatures(one).rows if row[0] == "交接班签字（第1份）"] == ["赵敏", "王强", "吴刚"]
    logged = next(table for table in tables(one) if table.title == "人员进出登记")
    assert [(row[1], row[2], row[3]) for row in logged.rows] == [("李明", "进入", "2件"), ("李明", "出来", "2件")]


# --- the whole sheet


def data(one: Paper, copy: int = 1) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(sheet(one, copy))
    return told


def test_every_copy_names_its_holder() -> None:
    assert [data(paper(WorkType.HOT), copy)["holder"] for copy in COPIES] == [
        "持有：监护人",
        "持有：作业单位（动火人）",
        "持有：安全管理部门",
    ]
    assert words.holder(WorkType.HOT, Grade.SECOND, 3) == "所在基层单位"
    assert words.holder(WorkType.POWER, Grade.NONE, 3) == "电气管理部门"
    with pytest.raises(ValueError, match="no copy 4"):
        sheet(paper(WorkType.HOT), 4)


def test_what_may_not_be_worked_by_is_stamped() -> None:
    assert data(blank(WorkType.HOT))["stamp"] == "未签发"
    assert data(paper(WorkType.HOT))["stamp"] == ""
    live = tuple(events(WorkType.HOT, closed=False))
    void = e.PermitVoided(by=Actor.person(UNIT_HEAD), at=at("11:00"), reason="作业条件变化")
    over = e.PermitExpired(by=Actor.clock(), at=at("15:00"), why="有效期已到", was_live=True)
    assert data(paper_of(live))["stamp"] == ""
    stopped = e.WorkSuspended(by=Actor.clock(), at=at("10:40"), reason=SuspendReason.WIND, text="", evacuate=False)
    assert data(paper_of((*live, stopped)))["stamp"] == "已停工"
    assert data(paper_of((*live, stopped, void)))["stamp"] == "作废"
    assert data(paper_of((*live, over)))["stamp"] == "已过期"
    assert set(words.STAMP) == set(Status)


def test_the_code_points_to_the_number_and_the_head() -> None:
    one = paper(WorkType.HOT)
    assert form_code(one) == f"PTF1:{PERMIT}:{one.permit.version}:{bytes(range(32)).hex()}"


def test_a_certificate_number_loses_its_middle() -> None:
    assert masked(NUMBER_OF_CARD) == "T3201**********1234"
    assert masked("安培-017") == "安培-017"
    told = sheet(paper(WorkType.HOT), 3).decode() + sheet(paper(WorkType.POWER), 3).decode()
    assert NUMBER_OF_CARD not in told
    assert masked(NUMBER_OF_CARD) in told


def test_hostile_text_is_only_text() -> None:
    assert printable("a\u202eb\x00c\u200bd") == "a□b□c□d"
    assert printable("#eval(1)\n\\ \" ' $x$") == "#eval(1)\n\\ \" ' $x$"
    assert printable("x" * 40).replace(BREAK, "") == "x" * 40
    assert BREAK in printable("x" * 40)
    assert BREAK not in printable("LSYD-HC-20250611-004")


def test_the_same_paper_is_the_same_sheet() -> None:
    assert sheet(paper(WorkType.HOT), 2) == sheet(paper(WorkType.HOT), 2)
    assert sheet(paper(WorkType.HOT), 2) != sheet(replace(paper(WorkType.HOT), head=bytes(32)), 2)


def test_every_role_that_signs_has_a_word() -> None:
    for role in (Role.GUARDIAN, Role.WORK_LEADER, Role.SHIFT_LEADER, Role.SITE_UNIT, Role.ACCEPTOR):
        assert words.SIGNER[role]
