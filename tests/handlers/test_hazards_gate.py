"""An open hazard that stops work keeps work beside it from beginning and from going on again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from cards.buttons import Action
from handlers.outgoing import Refusal
from storage.hazards import HazardRow
from storage.tx import Tx
from tests.support.hot_work import BOARD, GUARD, NUMBER, SAFETY, SHIFT, UNIT
from tests.support.office import Rows, Stage, World, at, facts_of
from workflow.findings import Finding
from workflow.ids import HazardId
from workflow.permit.state import Status

ONE = HazardId("YH-HC-20260318-001")
LEAK = "隐患 2号罐旁边法兰大量泄漏"
HOLD = f"临时措施 {ONE} 已停泵泄压，拉警戒线专人看守"


def beside(rows: Rows, who: str) -> list[Finding]:
    """What a refusal says of hazards."""
    return [one for intent in rows.of(Refusal, who) for one in intent.findings if one.gate == "hazards"]


def _lose(tx: Tx, row: HazardRow) -> None:
    tx.put_hazard(row)


async def starts(world: World) -> Rows:
    """The guardian's half of the start."""
    world.now = max(world.now, at("08:01"))
    await world.scans(GUARD, BOARD)
    return await world.taps(GUARD, Action.START, NUMBER, "guardian")


async def resumes(world: World) -> Rows:
    """The guardian's half of going on."""
    return await world.taps(GUARD, Action.RESUME, NUMBER, "guardian:removed")


async def test_nothing_begins_beside_it_until_it_is_held_off(at_stage: Stage) -> None:
    world = at_stage("ready")
    await world.says("linhui", LEAK)
    (no,) = beside(await starts(world), GUARD)
    assert no.stops
    assert str(ONE) in no.fact
    assert f"临时措施 {ONE}" in no.cure, "the work that mends it needs a way, too"
    assert (await world.says(UNIT, HOLD)).said(UNIT) == ["hazard_done"]
    assert (await starts(world)).refused(GUARD) == []
    await world.scans(SHIFT, BOARD)
    assert (await world.taps(SHIFT, Action.START, NUMBER, "shift_leader")).refused(SHIFT) == []
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_what_it_stopped_does_not_go_on_until_it_is_held_off(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says("linhui", LEAK)
    await world.passes(minutes=1)
    assert await world.status(NUMBER) is Status.SUSPENDED
    await world.scans(GUARD, BOARD)
    (no,) = beside(await resumes(world), GUARD)
    assert str(ONE) in no.fact
    await world.says(UNIT, HOLD)
    assert beside(await resumes(world), GUARD) == []


async def test_what_it_stopped_goes_on_once_it_is_no_hazard(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says("linhui", LEAK)
    await world.passes(minutes=1)
    assert beside(await resumes(world), GUARD)
    await world.says(SAFETY, f"不属实 {ONE} 现场核实，是冷凝水")
    await world.passes(minutes=1)
    assert beside(await resumes(world), GUARD) == []


async def test_said_to_be_put_right_is_not_accepted(at_stage: Stage) -> None:
    world = at_stage("ready")
    await world.photographs("linhui", name="before")
    await world.says("linhui", "隐患 2号罐 平台护栏松动")
    await world.says(SAFETY, f"核定等级 {ONE} 较大 紧急，马上要断")
    await world.taps(UNIT, Action.HAZARD, ONE, "rectify", revision=0)
    await world.photographs(UNIT, name="after")
    await world.says(UNIT, "护栏立柱已焊牢")
    (no,) = beside(await starts(world), GUARD)
    assert no.cure == "已报整改，请安全管理部门验收"
    await world.taps(SAFETY, Action.HAZARD, ONE, "accept", revision=0)
    assert (await starts(world)).refused(GUARD) == []


@pytest.mark.parametrize(
    ("said", "held"),
    [
        (f"隐患 {NUMBER} 旁边法兰大量泄漏", True),
        ("隐患 1号罐和2号罐之间 法兰大量泄漏", True),
        ("隐患 锅炉房 法兰大量泄漏", False),
        ("隐患 法兰大量泄漏", False),
        ("隐患 2号罐 护栏松动", False),
        ("隐患 2号罐 爬梯踏板少一块", False),
    ],
    ids=["the permit named", "two places", "elsewhere", "nobody knows where", "serious", "ordinary"],
)
async def test_it_holds_what_it_would_have_stopped(at_stage: Stage, said: str, held: bool) -> None:
    world = at_stage("ready")
    await world.says("linhui", said)
    assert await world.writer.submit(lambda tx: len(tx.open_hazards())) == 1
    assert bool(beside(await starts(world), GUARD)) is held


async def test_approvers_hear_of_it_and_may_sign(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.says("linhui", LEAK)
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    assert rows.refused(UNIT) == []
    assert [one.id for one in (await facts_of(world, NUMBER)).hazards or ()] == [ONE]


async def test_one_that_cannot_be_read_may_be_here(at_stage: Stage) -> None:
    """Its record on the board, and nothing in the journal that tells what it is."""
    world = at_stage("ready")
    await world.says("linhui", LEAK)
    await world.says(UNIT, HOLD)
    (row,) = await world.writer.submit(lambda tx: tx.open_hazards())
    lost = "YH-HC-20260318-077"
    for area, held in (("TK2", True), ("", True), ("BOILER", False)):
        await world.writer.submit(partial(_lose, row=replace(row, id=lost, area=area)))
        (no,) = beside(await starts(world), GUARD) or (None,)
        assert (no is not None) is held, area
        assert no is None or (lost in no.fact and no.verdict.value == "unknown")
