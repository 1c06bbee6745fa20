"""Hazards in the chat: no report is lost, no old picture counts, and what is named is stopped."""

from __future__ import annotations

from collections.abc import Callable

from cards.buttons import Action
from handlers.arrivals import Photo
from handlers.outgoing import Fetch, HazardCard
from tests.support.hot_work import GUARD, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import World
from workflow.hazard.state import Hazard, Stage
from workflow.ids import HazardId, MediaHash
from workflow.permit.state import Status

ONE, TWO = (HazardId(f"YH-HC-20260318-00{number}") for number in (1, 2))
SEEN = "隐患 2号罐 爬梯踏板少一块"


async def hazard(world: World, number: HazardId = ONE) -> Hazard:
    return await world.writer.submit(lambda tx: tx.load(world.house.hazards, number)[0])


async def press(world: World, who: str, what: str, number: HazardId = ONE) -> None:
    await world.taps(who, Action.HAZARD, number, what, revision=0)


async def test_the_permit_somebody_names_is_stopped_wherever_it_is(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await world.says("linhui", f"隐患 {NUMBER} 旁边法兰大量泄漏")
    seen = (await hazard(world)).sighting
    assert seen is not None
    assert (seen.permit, seen.area) == (NUMBER, None)
    await world.passes(seconds=1)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_picture_of_another_hazard_mends_nothing(world: World) -> None:
    await world.photographs(WORKER, name="mended last year")
    await world.says(WORKER, SEEN)
    await world.photographs(GUARD)
    await world.says(GUARD, "隐患 2号罐 5号泵没有罩")
    await press(world, UNIT, "rectify", TWO)
    await world.says(UNIT, "已装好防护罩")
    rows = await world.photographs(UNIT, name="mended last year")
    assert rows.refused(UNIT) == ["hazard.after"]
    assert (await hazard(world, TWO)).stage is Stage.RECTIFYING


async def test_a_copy_of_an_old_picture_mends_nothing_either(world: World) -> None:
    """Saved anew it is another file; what it shows is known all the same."""
    await world.photographs(WORKER)
    await world.says(WORKER, SEEN)
    await press(world, UNIT, "rectify")
    await world.says(UNIT, "已补好踏板")
    rows = await world.take(Photo(**world.head(UNIT, None), handle="saved anew"))
    (fetch,) = rows.of(Fetch, UNIT)
    rows = await world.stores(fetch, world.md5("saved anew"), copies=MediaHash("0" * 64))
    assert rows.refused(UNIT) == ["hazard.after"]
    assert (await hazard(world)).stage is Stage.RECTIFYING


async def test_a_major_one_is_told_to_the_safety_department_where_nobody_was_elected(world: World) -> None:
    rows = await world.says(WORKER, "隐患 2号罐 有人无票动火")
    assert "representatives" in [card.about for card in rows.of(HazardCard, SAFETY)]


async def test_the_same_as_one_that_ended_meanwhile_is_another(world: World) -> None:
    await world.says(WORKER, SEEN)
    rows = await world.says(GUARD, SEEN)
    await world.says(SAFETY, f"不属实 {ONE} 现场核实踏板齐全")
    await world.offered(rows, GUARD)
    assert (await hazard(world, TWO)).stage is Stage.RECTIFYING


async def test_a_button_of_another_question_settles_nothing(world: World) -> None:
    await world.says(WORKER, SEEN)
    await world.says(SAFETY, "隐患 2号罐 5号泵没有罩")
    await world.says(GUARD, SEEN)
    rows = await world.taps(GUARD, Action.HAZARD, TWO, "same", revision=0)
    assert rows.said(GUARD) == ["old_button"]
    assert (await hazard(world)).witnesses == (await hazard(world, TWO)).witnesses == ()


async def test_not_urgent_is_not_urgent(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await world.says("linhui", "隐患 2号罐 管线外皮生锈")
    await world.says(SAFETY, f"核定等级 {ONE} 一般 看过了，不紧急，下周处理")
    assert not (await hazard(world)).ruling[1].urgent
    await world.passes(seconds=1)
    assert await world.status(NUMBER) is Status.ACTIVE
    await world.says(SAFETY, f"核定等级 {ONE} 一般 紧急，马上要断")
    assert (await hazard(world)).ruling[1].urgent
