"""绿色通道 by chat: one line opens it, the place stops, the clock asks for the account, somebody else judges it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.buttons import Action
from handlers.deviating import remind
from handlers.outgoing import Answer, Refusal
from handlers.streams import deviations_of
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT, WORKER
from tests.support.office import SITE, Rows, Stage, World, at
from workflow.deviation.state import Deviation
from workflow.deviation.state import Stage as At
from workflow.ids import SiteId
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

FIRST = "PC-HC-20260318-001"
LEAK = "绿色通道 2号罐 法兰泄漏要马上动火堵"
HEAD = "zhengwei"
"""Deputy director, and the plant's duty leader."""
ACCOUNT = "补录 法兰泄漏，吴刚带两人戴正压呼吸器堵漏，检测LEL为0，已撤出，来不及等审批"


async def deviation(world: World, number: str = FIRST) -> Deviation:
    state, _ = await world.writer.submit(lambda tx: tx.load(deviations_of(SiteId(SITE)), number))
    return state


async def reminded(world: World) -> Rows:
    await world.writer.submit(lambda tx: remind(tx, world.house, world.now))
    return await world.rows()


def keys(rows: Rows, person: str | None = None) -> list[str]:
    return [answer.key for answer in rows.of(Answer, person)]


async def test_from_the_line_to_the_judgement(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(SHIFT, LEAK)
    assert keys(rows, SHIFT) == ["channel_open"]
    assert "channel_opened" in keys(rows, SAFETY)
    assert await world.status(NUMBER) is Status.SUSPENDED  # what went on there stops
    one = await deviation(world)
    assert one.what is not None
    assert (one.stage, one.opened_by, one.what.work, one.over_quota) == (At.OPEN, SHIFT, "hot", False)
    assert keys(await world.says(GUARD, f"抢修情况 {FIRST} LEL 0"), GUARD) == ["channel_noted"]
    assert (await world.says(SHIFT, ACCOUNT)).refused(SHIFT) == ["deviation.running"]
    assert keys(await world.says(SHIFT, "抢修结束"), SHIFT) == ["channel_ended"]
    rows = await world.says(SHIFT, ACCOUNT)
    assert keys(rows, SHIFT) == ["channel_recorded"]
    assert keys(rows, SAFETY) == ["channel_to_judge"]
    assert keys(await world.says(SAFETY, f"审查偏差 {FIRST.lower()} 属实，补办演练"), SAFETY) == ["channel_judged"]
    assert (await deviation(world)).stage is At.CLOSED


async def test_it_never_becomes_a_permit(at_stage: Stage) -> None:
    world = at_stage("issued")
    before = await world.permit(NUMBER)
    await world.says(SHIFT, LEAK)
    assert not (await world.permit(FIRST)).rules
    assert (await world.permit(NUMBER)).issued_at == before.issued_at


@pytest.mark.parametrize("who", [WORKER, GUARD, LEADER])
async def test_who_may_not_open_it_is_offered_the_stop(at_stage: Stage, who: str) -> None:
    world = at_stage("active")
    rows = await world.says(who, LEAK)
    assert rows.refused(who) == ["who.role"]
    assert "stop_whether" in rows.said(who)
    assert await world.writer.submit(lambda tx: tx.deviations_at("open")) == ()


async def test_the_fourth_of_a_month_takes_a_head(at_stage: Stage) -> None:
    world = at_stage("issued")
    for _ in range(3):
        assert keys(await world.says(SHIFT, LEAK), SHIFT) == ["channel_open"]
    assert (await world.says(SHIFT, LEAK)).refused(SHIFT) == ["deviation.quota"]
    assert keys(await world.says(HEAD, LEAK), HEAD) == ["channel_open"]
    assert (await deviation(world, "PC-HC-20260318-004")).over_quota
    (listed,) = (await world.says(WORKER, "偏差台账")).of(Answer, WORKER)
    assert (listed.args["used"], listed.args["quota"]) == ("4", "3")
    world.now += timedelta(days=14)  # April
    assert keys(await world.says(SHIFT, LEAK), SHIFT) == ["channel_open"]


async def test_the_clock_asks_the_one_who_opened_it_and_then_climbs(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(SHIFT, LEAK)
    world.now += timedelta(hours=23)
    assert keys(await reminded(world)) == []
    world.now += timedelta(hours=1)
    rows = await reminded(world)
    assert keys(rows) == keys(rows, SHIFT) == ["channel_owed"]
    assert keys(await reminded(world)) == []  # not twice for the same
    world.now += timedelta(hours=24)
    rows = await reminded(world)
    assert set(keys(rows)) == {"channel_overdue"}
    told = {answer.person for answer in rows.of(Answer)}
    assert told >= {SHIFT, SAFETY, HEAD}
    world.now += timedelta(hours=24)
    assert {answer.person for answer in (await reminded(world)).of(Answer)} >= told


async def test_a_late_account_is_called_late(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(SHIFT, LEAK)
    await world.says(SHIFT, "抢修结束")
    world.now += timedelta(hours=49)
    assert keys(await world.says(SHIFT, ACCOUNT), SHIFT) == ["channel_late"]
    assert keys(await reminded(world)) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("绿色通道", "channel_how"),
        ("绿色通道 泄漏", "channel_how"),
        ("抢修结束", "channel_how"),
        ("补录 PC-HC-20260318-009 没有的", "channel_unknown"),
    ],
)
async def test_what_is_not_clear_is_asked(at_stage: Stage, line: str, said: str) -> None:
    world = at_stage("issued")
    assert keys(await world.says(SHIFT, line), SHIFT) == [said]


# --- to those near by it is live work -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["绿色通道 一号罐区 法兰泄漏要马上加盲板", "绿色通道 一号罐区 大漏了先抢修"])
async def test_hot_work_next_to_it_stops_by_the_search_of_neighbours(at_stage: Stage, words: str) -> None:
    """X1 (7.6): a blind within 30 m of hot work. Unsaid work may be one."""
    world = at_stage("active")
    rows = await world.says(SHIFT, words)
    assert keys(rows, SHIFT) == ["channel_open"]
    assert await world.status(NUMBER) is Status.ACTIVE, "another area: not stopped by the opening itself"
    await world.fires()
    permit = await world.permit(NUMBER)
    assert permit.suspension is not None
    assert permit.suspension.reasons == (SuspendReason.CONFLICT,)
    assert f"绿色通道抢修 {FIRST}（一号罐区，正在进行）" in permit.suspension.text


async def test_it_keeps_work_beside_it_from_starting_until_its_end_is_told(at_stage: Stage) -> None:
    world = at_stage("ready")
    world.now = at("08:01")
    await world.says(SHIFT, "绿色通道 一号罐区 法兰泄漏要马上加盲板")
    await world.scans(GUARD, BOARD)
    rows = await world.taps(GUARD, Action.START, NUMBER, "guardian")
    assert "conflict.X1" in rows.refused(GUARD)
    (no,) = [one for intent in rows.of(Refusal, GUARD) for one in intent.findings if one.gate == "conflict.X1"]
    assert "请联系抢修负责人吴刚" in no.cure
    assert no.call == (SHIFT,)
    await world.says(SHIFT, "抢修结束")
    await world.scans(GUARD, BOARD)
    rows = await world.taps(GUARD, Action.START, NUMBER, "guardian")
    assert rows.refused(GUARD) == []


async def test_one_far_away_concerns_nobody_here(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(HEAD, "绿色通道 污水处理站 阀门坏了要马上动火")
    await world.fires()
    assert await world.status(NUMBER) is Status.ACTIVE
