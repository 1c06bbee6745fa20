"""The isolation register by chat: from a lock put on to a lock taken off, and everything that must keep it on."""

from __future__ import annotations

import pytest

from handlers.streams import isolations_of
from tests.support.hot_work import LEADER, NUMBER, SAFETY, SHIFT, WORKER
from tests.support.office import SITE, Rows, Stage, World
from workflow.ids import SiteId
from workflow.isolation.state import Energy, Isolation, Method
from workflow.isolation.state import Stage as On

FIRST = "GL-HC-20260318-001"
LOCKED = "上锁 2号罐 进料阀 阀门 锁L12 牌P34"


async def isolation(world: World, number: str = FIRST) -> Isolation:
    state, _ = await world.writer.submit(lambda tx: tx.load(isolations_of(SiteId(SITE)), number))
    return state


async def kinds(world: World, number: str = FIRST) -> list[str]:
    records = await world.writer.submit(lambda tx: tx.records(isolations_of(SiteId(SITE)), number))
    return [record.kind for record in records]


async def test_from_on_to_off(at_stage: Stage) -> None:
    world = at_stage("issued")
    assert (await world.says(LEADER, LOCKED)).said(LEADER) == ["isolation_on"]
    one = await isolation(world)
    assert one.point is not None
    assert (one.stage, one.owner, one.point.method, one.point.energy) == (
        On.LOCKED, LEADER, Method.VALVE_LOCK, Energy.PROCESS,
    )  # fmt: skip
    assert (one.point.lock, one.point.tag) == ("L12", "P34")
    assert (await world.says(WORKER, "验证 L12 放空无压")).said(WORKER) == ["isolation_proven"]
    assert (await world.says(LEADER, f"引用 L12 {NUMBER}")).said(LEADER) == ["isolation_cited"]
    rows = await world.says(LEADER, "解锁 L12")
    assert rows.refused(LEADER) == ["isolation.cited"]
    assert (await isolation(world)).on
    await cancelled(world)
    assert (await world.says(LEADER, "解锁 l12")).said(LEADER) == ["isolation_off"]
    assert await kinds(world) == ["LockedOn", "ZeroEnergyProven", "CitedByPermit", "RemovalRefused", "LockedOff"]


async def cancelled(world: World) -> None:
    """The permit is taken back: it stands on nothing any more."""
    from cards.buttons import Action

    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.offered(rows, LEADER)
    assert (await world.permit(NUMBER)).over


async def test_a_line_that_names_the_permit_cites_it_at_once(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.says(LEADER, f"{LOCKED} {NUMBER.lower()}")
    assert rows.said(LEADER) == ["isolation_on", "isolation_cited"]
    assert (await isolation(world)).cited_by == (NUMBER,)


async def test_another_ones_lock_stays_on_and_the_attempt_is_kept(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(LEADER, LOCKED)
    assert (await world.says(WORKER, "解锁 L12")).refused(WORKER) == ["isolation.own"]
    assert (await world.says(WORKER, "强制解锁 L12 急用")).refused(WORKER) == ["who.role"]
    assert (await kinds(world))[1:] == ["RemovalRefused", "RemovalRefused"]
    assert (await world.says(SAFETY, "强制解锁 L12")).refused(SAFETY) == ["isolation.reason"]
    assert (await world.says(SAFETY, "强制解锁 L12 锁主住院，现场已确认")).said(SAFETY) == ["isolation_off"]
    assert (await isolation(world)).broken == "锁主住院，现场已确认"


async def test_a_lock_changes_hands(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(LEADER, LOCKED)
    assert (await world.says(LEADER, "交锁 L12 给王强")).said(LEADER) == ["isolation_offered"]
    assert (await world.says(SHIFT, "接锁 L12")).refused(SHIFT) == ["isolation.to"]
    assert (await world.says(WORKER, "接锁 L12")).said(WORKER) == ["isolation_taken"]
    assert (await world.says(LEADER, "解锁 L12")).refused(LEADER) == ["isolation.own"]
    assert (await world.says(WORKER, "解锁 L12")).said(WORKER) == ["isolation_off"]


async def test_the_list_shows_what_is_on(at_stage: Stage) -> None:
    world = at_stage("issued")
    assert (await world.says(LEADER, "隔离台账")).said(LEADER) == ["isolation_none"]
    await world.says(LEADER, LOCKED)
    await world.says(LEADER, "上锁 机修车间 拆短节 盲板号M7")
    rows = await world.says(SHIFT, "隔离台账")
    assert rows.said(SHIFT) == ["isolation_list"]
    listed = shown(rows)
    assert listed["count"] == "2"
    assert "锁" in listed["lines"]
    assert shown(await world.says(SHIFT, "隔离台账 2号罐"))["count"] == "1"


def shown(rows: Rows) -> dict[str, str]:
    from handlers.outgoing import Answer

    (answer,) = rows.of(Answer)
    return dict(answer.args)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("上锁", ["isolation_how"]),
        ("上锁 2号罐 锁L1", ["isolation_how"]),  # how?
        ("上锁 阀门 锁L1", ["isolation_how"]),  # where?
        ("验证 L99 试车", ["isolation_unknown"]),
        ("解锁", ["isolation_unknown"]),
        ("引用 L12", ["isolation_words"]),
    ],
)
async def test_what_is_not_clear_is_asked_and_nothing_is_done(at_stage: Stage, line: str, said: list[str]) -> None:
    world = at_stage("issued")
    assert (await world.says(LEADER, line)).said(LEADER) == said
    assert await world.writer.submit(lambda tx: tx.isolations_in_place()) == ()


async def test_a_lock_without_its_number_is_refused_and_uses_no_register_number(at_stage: Stage) -> None:
    world = at_stage("issued")
    assert (await world.says(LEADER, "上锁 2号罐 进料阀 阀门")).refused(LEADER) == ["isolation.fields"]
    await world.says(LEADER, LOCKED)
    assert (await isolation(world)).on  # it got the first number
    assert (await world.says(WORKER, "上锁 2号罐 出料阀 阀门 锁L12")).refused(WORKER) == ["isolation.lock"]


@pytest.mark.parametrize(
    "line", ["今天14点到16点 机修车间 打磨支架 断电上锁 作业人王强 监护赵敏", "泵已经上锁了", "请解锁手机"]
)
async def test_a_line_that_only_mentions_locks_is_something_else(at_stage: Stage, line: str) -> None:
    world = at_stage("issued")
    assert not [key for key in (await world.says(LEADER, line)).said(LEADER) if key.startswith("isolation")]
