"""紧急停工: the plain stop at once, one tap for the rest, the names of who is inside, and no way to resume all."""

from __future__ import annotations

import pytest

from cards.buttons import Action
from handlers.outgoing import Answer, Ask, Refusal
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT
from tests.support.office import Stage, World
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

BOSS = "zhengwei"
"""The duty leader."""
STRANGER = "hc0001"
"""Somebody of the plant who has nothing to do with any permit."""


async def test_the_callers_own_work_stops_before_anything_is_asked(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "紧急停工")
    assert await world.status(NUMBER) is Status.SUSPENDED
    asks = {ask.key: ask for ask in rows.of(Ask, GUARD)}
    assert [offer.label for offer in asks["emergency_where"].offers] == ["二号罐区全部停", "全厂全部停"]
    assert rows.lanes(Ask) == {"safety"}


async def test_anybody_stops_a_zone_with_one_tap_and_the_names_are_called(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    rows = await world.says(STRANGER, "2号罐区紧急停工")
    (ask,) = [one for one in rows.of(Ask, STRANGER) if one.key == "emergency_where"]
    rows = await world.taps(STRANGER, Action.EMERGENCY, ask.offers[0].press.subject, revision=0)
    permit = await world.permit(NUMBER)
    assert permit.suspension is not None
    assert SuspendReason.EMERGENCY in permit.suspension.reasons
    for who in (STRANGER, SAFETY, SHIFT):
        (told,) = [one for one in rows.of(Answer, who) if one.key == "emergency_called"]
        assert told.args["where"] == "二号罐区"
        assert "王强" in told.args["lines"]
    assert rows.lanes(Answer) == {"safety"}


async def test_the_whole_plant(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    assert await world.status(NUMBER) is Status.SUSPENDED, "issued work does not start into an emergency"
    assert [one.args["where"] for one in rows.of(Answer, STRANGER) if one.key == "emergency_called"] == ["全厂"]


async def test_work_goes_on_by_its_own_signatures_and_a_new_test_only(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    await world.passes(minutes=1)
    for who in (GUARD, LEADER):
        await world.scans(who, BOARD)
    rows = await world.taps(LEADER, Action.RESUME, NUMBER, "work_leader:removed")
    assert "gas_fresh" in rows.refused(LEADER)
    assert await world.status(NUMBER) is Status.SUSPENDED


@pytest.mark.parametrize("line", ["全部复工", "全厂复工", "都复工"])
async def test_nobody_resumes_everything(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    await world.says("zhengwei", line)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_plain_stop_offers_nothing_more(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "停工")
    assert rows.of(Ask, GUARD) == []


async def test_where_nothing_is_at_work_the_zone_is_offered_all_the_same(world: World) -> None:
    rows = await world.says(STRANGER, "2号罐区紧急停工")
    (ask,) = rows.of(Ask, STRANGER)
    assert [offer.label for offer in ask.offers] == ["二号罐区全部停", "全厂全部停"]
    assert "stop_nothing" in rows.said(STRANGER)


# --- in force: nothing new begins -----------------------------------------------------------------------------------


async def test_a_permit_on_its_way_is_not_issued_into_an_emergency(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    assert "emergency" in rows.refused(UNIT)
    (no,) = [one for intent in rows.of(Refusal, UNIT) for one in intent.findings if one.gate == "emergency"]
    assert "二号罐区紧急状态未解除" in no.fact
    assert SAFETY in no.call
    assert CHIEF in no.call
    assert (await world.permit(NUMBER)).signatures == ()


async def test_a_permit_issued_beforehand_does_not_start(at_stage: Stage) -> None:
    """Stopped before its start it must be resumed; every road back asks for the emergency first."""
    world = at_stage("issued")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    await world.scans(SHIFT, BOARD)
    await world.scans(GUARD, BOARD)
    for action in (Action.RESUME, Action.START):
        rows = await world.taps(GUARD, action, NUMBER, "guardian:removed" if action is Action.RESUME else "guardian")
        assert rows.refused(GUARD)
    assert "emergency" in (await world.says(GUARD, f"为什么 {NUMBER}")).refused(GUARD)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_an_emergency_elsewhere_holds_nothing_here(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:OFF", revision=0)
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    assert rows.refused(UNIT) == []


async def test_a_zone_nobody_knows_holds_every_place(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:GONE", revision=0)
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    (no,) = [one for intent in rows.of(Refusal, UNIT) for one in intent.findings if one.gate == "emergency"]
    assert "不能确定作业点不在其内" in no.fact


async def test_it_stops_live_work_of_a_zone_nobody_knows(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:GONE", revision=0)
    assert await world.status(NUMBER) is Status.SUSPENDED


# --- lifting --------------------------------------------------------------------------------------------------------


async def test_a_named_person_of_the_right_post_lifts_it_and_nothing_resumes(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    rows = await world.says(SAFETY, "解除紧急停工 二号罐区 泄漏已堵住，现场复查合格")
    for who in (STRANGER, SAFETY, SHIFT, UNIT):
        (told,) = [one for one in rows.of(Answer, who) if one.key == "emergency_lifted"]
        assert told.args["where"] == "二号罐区"
        assert told.args["reason"] == "泄漏已堵住，现场复查合格"
    assert await world.status(NUMBER) is Status.SUSPENDED, "lifting resumes nothing"
    await world.passes(minutes=1)
    await world.scans(LEADER, BOARD)
    rows = await world.taps(LEADER, Action.RESUME, NUMBER, "work_leader:removed")
    assert "emergency" not in rows.refused(LEADER)
    assert "gas_fresh" in rows.refused(LEADER)


@pytest.mark.parametrize("who", [STRANGER, GUARD, LEADER, SHIFT, UNIT])
async def test_nobody_else_lifts_it(at_stage: Stage, who: str) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    rows = await world.says(who, "解除紧急 二号罐区 没事了大家放心")
    assert rows.refused(who) == ["who.role"]
    assert await in_force(world) == ["TK2"]


async def test_the_whole_plant_is_lifted_by_those_at_the_top_only(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    assert (await world.says(SAFETY, "解除紧急 全厂 险情消除，各区查过")).refused(SAFETY) == ["who.role"]
    assert (await world.says(SAFETY, "解除紧急 二号罐区 险情消除，各区查过")).refused(SAFETY) == ["emergency.none"]
    assert await in_force(world) == ["plant"]
    rows = await world.says(BOSS, "解除紧急 全厂 险情消除，各区查过")
    assert rows.refused(BOSS) == []
    assert await in_force(world) == []


@pytest.mark.parametrize(
    "line",
    [
        "解除紧急停工",
        "解除紧急 险情消除了现场查过",
        "解除紧急停工 二号罐区 险情消除了吗？",
        "解除紧急 一号罐区和二号罐区 查过没事了",
    ],
)
async def test_what_does_not_say_where_and_why_lifts_nothing_and_stops_nothing(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    rows = await world.says(SAFETY, line)
    assert "emergency_lift_how" in rows.said(SAFETY)
    assert await in_force(world) == ["TK2"]


async def test_a_reason_is_wanted(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    assert (await world.says(SAFETY, "解除紧急 二号罐区 好了")).refused(SAFETY) == ["emergency.reason"]
    assert await in_force(world) == ["TK2"]


async def test_called_twice_it_is_lifted_once_and_may_be_called_again(at_stage: Stage) -> None:
    world = at_stage("active")
    for who in (STRANGER, GUARD):
        await world.taps(who, Action.EMERGENCY, "zone:TK2", revision=0)
    await world.says(SAFETY, "解除紧急 二号罐区 泄漏已堵住，复查合格")
    assert await in_force(world) == []
    await world.taps(GUARD, Action.EMERGENCY, "zone:TK2", revision=0)
    assert await in_force(world) == ["TK2"]


async def test_anybody_may_ask_where_there_is_one(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(STRANGER, "紧急状态？")
    assert [one.args["lines"] for one in rows.of(Answer, STRANGER)] == ["没有未解除的紧急状态。"]
    await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    (told,) = (await world.says(GUARD, "紧急状态")).of(Answer, GUARD)
    assert told.args["lines"].startswith("二号罐区：")
    assert "发起，由" in told.args["lines"]


async def in_force(world: World) -> list[str]:
    return await world.writer.submit(lambda tx: [row.zone for row in tx.emergencies()])
