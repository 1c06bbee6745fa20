"""Behind the glass: the owner's own, until it matters; then with a reason, and never in silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.encoding import pack_outgoing
from handlers.outgoing import Answer, BehindGlass
from storage.emergencies import EmergencyRow
from tests.support.hot_work import GUARD, LEADER, SAFETY, SHIFT, WORKER
from tests.support.office import Rows, World

SECRET_THING = "青霉素过敏，恐高"


@pytest.fixture
async def world(at_stage: Callable[[str], World]) -> World:
    world = at_stage("active")
    assert (await world.says(WORKER, "我的血型 A型")).said(WORKER) == ["glass_noted"]
    assert (await world.says(WORKER, f"我的作业禁忌 {SECRET_THING}")).said(WORKER) == ["glass_noted"]
    return world


def shown(rows: Rows, who: str) -> list[BehindGlass]:
    return rows.of(BehindGlass, who)


async def test_the_owner_sees_and_deletes_his_own(world: World) -> None:
    (mine,) = shown(await world.says(WORKER, "我的紧急信息"), WORKER)
    assert mine.subject == WORKER
    assert (await world.says(WORKER, "删除我的紧急信息")).said(WORKER) == ["glass_gone"]
    assert (await world.says(WORKER, "我的紧急信息")).said(WORKER) == ["glass_how"]


async def test_nobody_else_on_an_ordinary_day(world: World) -> None:
    for who in (LEADER, GUARD, SHIFT):
        rows = await world.says(who, "紧急查看 王强 想看看")
        assert rows.refused(who) == ["glass.who"]
        assert shown(rows, who) == []


async def test_an_officer_with_a_reason_and_everybody_hears_it(world: World) -> None:
    assert (await world.says(SAFETY, "紧急查看 王强")).refused(SAFETY) == ["glass.why"]
    rows = await world.says(SAFETY, "紧急查看 王强 中暑昏倒")
    (behind,) = shown(rows, SAFETY)
    assert behind.subject == WORKER
    assert behind.ends - world.now == timedelta(minutes=10)
    assert "stop_whether" in rows.said(SAFETY)  # somebody lies there: that is a cry, too
    (told,) = rows.of(Answer, WORKER)
    assert (told.key, told.args["why"]) == ("glass_told", "中暑昏倒")
    officers = {one.person for one in rows.of(Answer) if one.key == "glass_broken"}
    assert SAFETY not in officers
    records = await world.writer.submit(lambda tx: tx.records(world.house.glasses, WORKER))
    assert [one.kind for one in records] == ["GlassBroken"]
    assert SECRET_THING.encode() not in records[0].body
    assert SECRET_THING.encode() not in pack_outgoing(behind)
    (seen,) = (await world.says(WORKER, "谁看过我")).of(Answer, WORKER)
    assert "紧急查看了您的紧急信息：中暑昏倒" in seen.args["lines"]


async def test_in_an_emergency_whoever_is_near(world: World) -> None:
    row = EmergencyRow(zone="TK2", called_by=GUARD, called_at=world.now)
    await world.writer.submit(lambda tx: tx.put_emergency(row))
    rows = await world.says(GUARD, "紧急查看 王强 倒在罐边")
    assert len(shown(rows, GUARD)) == 1
    assert [one.key for one in rows.of(Answer, WORKER)] == ["glass_told"]
    assert any(one.key == "glass_broken" and one.person == SAFETY for one in rows.of(Answer))
