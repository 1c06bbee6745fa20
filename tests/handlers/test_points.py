"""Points by chat: earned by what was accepted, lost with what was none, exchanged and corrected by name."""

from __future__ import annotations

import json

import pytest

from bot.withholding import REPORTER, withheld
from cards.hazard import hazard_card
from handlers.hazard_views import hazard_view
from handlers.outgoing import Answer
from tests.handlers.test_hazards import ONE, TWO, hazard, press, to_accept
from tests.support.hot_work import GUARD, SAFETY, UNIT, WORKER
from tests.support.office import Rows, World
from workflow.hazard.state import Stage
from workflow.ids import HazardId, PersonId
from workflow.points import Account, EntryKind

HEAD = "chenan"


async def ledger(world: World, who: str = WORKER) -> Account:
    return await world.writer.submit(lambda tx: tx.load(world.house.points, who)[0])


def told(rows: Rows, who: str) -> dict[str, str]:
    (answer,) = rows.of(Answer, who)
    return dict(answer.args)


async def filed(world: World) -> Rows:
    await to_accept(world)
    return await press(world, SAFETY, "accept")


async def test_points_come_with_the_acceptance_and_everybody_reads_his_own(world: World) -> None:
    await to_accept(world)
    assert (await ledger(world)).entries == (), "not before"
    await press(world, SAFETY, "accept")
    (entry,) = (await ledger(world)).entries
    assert (entry.kind, entry.points, entry.reason, entry.by.id) == (EntryKind.CREDIT, 2, ONE, SAFETY)
    mine = told(await world.says(WORKER, "我的积分"), WORKER)
    assert mine == {"name": "王强", "balance": "2", "lines": f"第1笔 3月18日 周三 +2分 隐患{ONE}"}
    view = await world.writer.submit(
        lambda tx: hazard_view(
            tx, world.house, ONE, PersonId(WORKER), about="archived", now=world.now, seal=lambda press: press.arg
        )
    )
    assert view is not None
    assert hazard_card(view).quote == "整改验收通过，已归档。记2分，发「我的积分」看。"
    assert (await world.says(GUARD, "我的积分")).said(GUARD) == ["points_none"]
    assert (await world.says(GUARD, "积分台账 王强")).said(GUARD) == ["points_officers"]


async def test_a_report_that_turns_out_to_be_none_or_a_double_loses_them(world: World) -> None:
    await filed(world)
    await world.says(WORKER, f"重开隐患 {ONE} 又松了一块踏板")
    await world.says(SAFETY, f"不属实 {ONE} 现场核实踏板齐全")
    state = await ledger(world)
    assert [(one.points, one.reason) for one in state.entries] == [(2, ONE), (-2, "现场核实踏板齐全")]
    assert state.balance == 0
    await world.says(SAFETY, f"重开隐患 {ONE} 核实有误，确有松动")
    await world.says(GUARD, "隐患 2号罐 5号泵没有罩")
    await world.says(SAFETY, f"合并 {ONE} {TWO}")
    assert (await hazard(world)).stage is Stage.MERGED
    assert len((await ledger(world)).entries) == 2, "once"


async def test_one_bolt_reported_again_earns_nothing_and_another_one_does(world: World) -> None:
    await filed(world)
    for number, (seen, earned) in enumerate(
        (("隐患 2号罐 爬梯的踏板又少一块", 2), ("隐患 2号罐 5号泵没有罩", 4)), start=2
    ):
        again = HazardId(f"YH-HC-20260318-00{number}")
        await world.photographs(WORKER)
        await world.says(WORKER, seen)
        await press(world, UNIT, "rectify", again)
        await world.photographs(UNIT)
        await world.says(UNIT, "已经换好并紧固")
        await press(world, SAFETY, "accept", again)
        assert (await hazard(world, again)).stage is Stage.ARCHIVED
        assert (await ledger(world)).balance == earned


async def test_the_safety_department_exchanges_and_corrects_by_name(world: World) -> None:
    await filed(world)
    assert (await world.says(SAFETY, "积分兑换 王强")).said(SAFETY) == ["points_how"]
    assert (await world.says(SAFETY, "积分兑换 3分 手套")).said(SAFETY) == ["points_how"]
    assert (await world.says(SAFETY, "积分兑换 王强 3分 手套")).refused(SAFETY) == ["points.balance"]
    assert (await world.says(UNIT, "积分兑换 王强 2分 手套")).refused(UNIT) == ["points.officer"]
    rows = await world.says(SAFETY, "积分兑换 王强 2分 手套一副")
    assert told(rows, SAFETY) == {"name": "王强", "balance": "0"}
    assert told(rows, WORKER) == {"balance": "0"}, "he hears of it"
    assert (await world.says(HEAD, "积分更正 王强 第2笔 手套退回来了")).said(HEAD) == ["points_done"]
    lines = told(await world.says(SAFETY, "积分台账 王强"), SAFETY)["lines"].split("\n")
    assert lines == [
        f"第1笔 3月18日 周三 +2分 隐患{ONE}",
        "第2笔 3月18日 周三 −2分 兑换手套一副（孙丽），已冲销",
        "第3笔 3月18日 周三 +2分 冲销第2笔：手套退回来了（陈安）",
    ]
    await world.says(SAFETY, "积分兑换 王强 1分 口罩")
    assert told(await world.says(SAFETY, "积分台账"), SAFETY)["lines"] == "王强 1分（已兑换1分）"


async def test_a_redelivered_line_exchanges_once(world: World) -> None:
    await filed(world)
    for _ in range(2):
        await world.says(SAFETY, "积分兑换 王强 1分 口罩", key="the same")
    assert (await ledger(world)).balance == 1


@pytest.mark.parametrize("word", ["隐患", "匿名隐患"])
async def test_what_was_earned_unnamed_stays_in_the_house(world: World, word: str) -> None:
    await world.photographs(WORKER)
    await world.says(WORKER, f"{word} 2号罐 爬梯踏板少一块")
    await press(world, UNIT, "rectify")
    await world.photographs(UNIT)
    await world.says(UNIT, "已补装踏板并紧固")
    await press(world, SAFETY, "accept")
    records = await world.writer.submit(lambda tx: tx.records(world.house.points, PersonId(WORKER)))
    assert [json.loads(one.body)["named"] for one in records] == [word == "隐患"]
    assert list(withheld([records]).values()) == ([] if word == "隐患" else [REPORTER])
