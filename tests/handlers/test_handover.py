"""交接班 by chat: the call, the record in one line, signatures at the place, and who guards afterwards."""

from __future__ import annotations

import pytest

from cards.buttons import Action
from handlers.handover import parts
from handlers.outgoing import Answer
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, UNIT, WORKER
from tests.support.office import Rows, Stage, World
from workflow.ids import PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

NEXT = PersonId("songyan")
RECORD = "交接 监护宋岩 负责不变 隔离3块盲板在位 人0 工具0 遗留法兰还剩两个"


async def called(world: World) -> Rows:
    rows = await world.says(GUARD, "交接班")
    await world.passes(minutes=1)
    for who in (GUARD, LEADER):
        await world.scans(who, BOARD)
    return rows


async def test_the_call_stops_the_work_and_says_what_to_do(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await called(world)
    assert rows.said(GUARD) == ["handover_how"]
    permit = await world.permit(NUMBER)
    assert permit.status is Status.SUSPENDED
    assert permit.suspension is not None
    assert permit.suspension.reasons == (SuspendReason.SHIFT_CHANGE,)


async def test_one_line_writes_the_record_and_asks_the_others(at_stage: Stage) -> None:
    world = at_stage("active")
    await called(world)
    rows = await world.says(GUARD, RECORD)
    assert rows.said(GUARD) == ["handover_opened"]
    assert rows.pushed(LEADER) == ["ask_handover"]
    assert rows.pushed(NEXT) == ["ask_handover"]
    record = (await world.permit(NUMBER)).handover
    assert record is not None
    said = record.record
    assert (said.guardian, said.leader, said.isolation, said.people, said.tools, said.issues) == (
        NEXT, LEADER, "3块盲板在位", 0, 0, "法兰还剩两个",
    )  # fmt: skip


async def test_the_next_guardian_guards_after_the_last_signature(at_stage: Stage) -> None:
    world = at_stage("active")
    await called(world)
    await world.says(GUARD, RECORD)
    rows = await world.taps(NEXT, Action.HANDOVER, NUMBER, "1")
    assert rows.refused(NEXT) == ["place.signer"], "signed from afar"
    await world.scans(NEXT, BOARD)
    rows = await world.taps(NEXT, Action.HANDOVER, NUMBER, "1")
    assert rows.refused(NEXT) == []
    assert (await world.permit(NUMBER)).guardian == GUARD
    rows = await world.taps(LEADER, Action.HANDOVER, NUMBER, "1")
    assert rows.refused(LEADER) == []
    permit = await world.permit(NUMBER)
    assert (permit.guardian, permit.what.guardian) == (NEXT, GUARD)
    await world.taps(NEXT, Action.BRIEF, NUMBER)
    await world.says(NEXT, "可燃 0.1%LEL")
    for who, role in ((NEXT, "guardian"), (LEADER, "work_leader")):
        rows = await world.taps(who, Action.RESUME, NUMBER, f"{role}:removed")
        assert rows.refused(who) == []
    assert await world.status(NUMBER) is Status.ACTIVE
    rows = await world.says(NEXT, "王强进")
    assert rows.said(NEXT) == ["went_in"]


async def test_the_work_does_not_go_on_before(at_stage: Stage) -> None:
    world = at_stage("active")
    await called(world)
    await world.says(GUARD, RECORD)
    rows = await world.taps(GUARD, Action.RESUME, NUMBER, "guardian:removed")
    assert rows.refused(GUARD) == ["handover.open"]


async def test_half_a_record_is_refused_with_what_is_missing(at_stage: Stage) -> None:
    world = at_stage("active")
    await called(world)
    (told,) = (await world.says(GUARD, "交接 监护宋岩 人0 遗留无")).of(Answer, GUARD)
    assert told.key == "handover_missing"
    assert told.args["what"] == "接班负责人、隔离状态、工具数"
    assert (await world.permit(NUMBER)).handover is None


@pytest.mark.parametrize(("who", "gate"), [("王强", "people_distinct"), ("周建国", "handover.independent")])
async def test_the_wrong_man_is_refused_by_name(at_stage: Stage, who: str, gate: str) -> None:
    world = at_stage("active")
    await called(world)
    rows = await world.says(GUARD, RECORD.replace("宋岩", who))
    assert gate in rows.refused(GUARD)


async def test_whoever_has_no_part_in_it_changes_nothing(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says("hc0001", "交接班")
    assert rows.said("hc0001") == ["shift_nothing"]
    await called(world)
    rows = await world.says(UNIT, RECORD)
    assert rows.said(UNIT) == ["shift_nothing"]
    assert (await world.permit(NUMBER)).handover is None


async def test_a_worker_may_call_it(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(WORKER, "换班了")
    assert await world.status(NUMBER) is Status.SUSPENDED


def test_the_parts_of_a_record() -> None:
    said = parts("监护人：刘军，负责不变；隔离 专人看守工具间 人数2 工具3件 遗留问题：无")
    assert said == {
        "guardian": "刘军", "leader": "不变", "isolation": "专人看守工具间", "people": "2", "tools": "3件",
        "issues": "无",
    }  # fmt: skip
