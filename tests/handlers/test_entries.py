"""The entry log and the roster by chat, on a hot work whose guardian logs names."""

from __future__ import annotations

import pytest

from cards.buttons import Action
from handlers.outgoing import Answer, Ask, PermitCard
from tests.support.hot_work import GUARD, LEADER, NUMBER, SHIFT, WORKER
from tests.support.office import Rows, Stage, World
from workflow.permit.state import Status


def note(rows: Rows, who: str) -> PermitCard:
    (card,) = [one for one in rows.of(PermitCard, who) if one.note]
    return card


async def names(world: World) -> list[str]:
    return [one.person for one in (await world.permit(NUMBER)).inside]


async def test_the_guardian_types_who_goes_in_and_comes_out(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "王强进 工具2")
    assert rows.said(GUARD) == ["went_in"]
    assert note(rows, GUARD).args["who"].startswith("1人：王强（")
    assert "工具2件" in note(rows, GUARD).args["who"]
    assert await names(world) == [WORKER]
    rows = await world.says(GUARD, "王强出来了 工具2件")
    assert rows.said(GUARD) == ["came_out"]
    permit = await world.permit(NUMBER)
    assert (permit.inside, permit.people_inside, permit.tools_inside) == ((), 0, 0)


@pytest.mark.parametrize("line", ["王强、李强进", "王强和李强进去了", "王强 李强进场"])
async def test_several_at_once(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.says(GUARD, line)
    assert await names(world) == [WORKER, LEADER]


async def test_nobody_else_logs_anybody_in(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(WORKER, "王强进")
    assert await names(world) == []
    assert "went_in" not in rows.said(WORKER)


async def test_whoever_has_no_business_there_is_refused_and_it_is_kept(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "孙丽进")
    assert rows.refused(GUARD) == ["entry.listed"]
    assert (await world.kinds(NUMBER))[-1] == "AttemptRefused"


async def test_nobody_goes_in_while_work_is_stopped(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "停工")
    rows = await world.says(GUARD, "王强进")
    assert rows.refused(GUARD) == ["entry.stopped"]
    assert await names(world) == []


async def test_the_shift_leader_brings_somebody_out(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    rows = await world.says(SHIFT, "王强出")
    assert rows.said(SHIFT) == ["came_out"]
    assert await names(world) == []


async def test_a_tap_for_everybody(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(GUARD, Action.LOG, NUMBER)
    (ask,) = rows.of(Ask, GUARD)
    assert [offer.label for offer in ask.offers] == ["王强进", "李强进"]
    rows = await world.offered(rows, GUARD)
    assert await names(world) == [WORKER]
    rows = await world.taps(GUARD, Action.LOG, NUMBER)
    (ask,) = rows.of(Ask, GUARD)
    assert [offer.label for offer in ask.offers] == ["王强出", "李强进"]


async def test_an_expired_log_still_takes_people_out(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await world.passes(hours=5)
    rows = await world.says(GUARD, "王强出")
    assert rows.said(GUARD) == ["came_out"]
    assert await names(world) == []


@pytest.mark.parametrize("line", ["谁在里面", "里面还有谁？", "现在还有谁在里面", "点名", "2号罐区谁在里面"])
async def test_who_is_inside_is_answered_to_anybody(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    rows = await world.says("hc0001", line)
    (told,) = rows.of(Answer, "hc0001")
    assert told.key == "roster"
    assert "王强" in told.args["lines"]
    assert NUMBER in told.args["lines"]
    assert rows.lanes(Answer) == {"safety"}


async def test_where_no_names_are_logged_the_crew_is_named_as_such(at_stage: Stage) -> None:
    world = at_stage("active")
    (told,) = (await world.says("hc0001", "谁在里面")).of(Answer, "hc0001")
    assert "没有进出登记" in told.args["lines"]


async def test_nobody_is_inside(world: World) -> None:
    assert (await world.says("hc0001", "谁在里面")).said("hc0001") == ["roster_empty"]


@pytest.mark.parametrize("line", ["明早8点进罐", "大家出去", "材料出", "进", "今天8点到11点 进T-202清淤"])
async def test_other_words_about_going_in_are_no_entries(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.says(GUARD, line)
    assert await names(world) == []
    assert await world.status(NUMBER) is Status.ACTIVE
