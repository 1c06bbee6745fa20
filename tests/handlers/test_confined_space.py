"""A confined space by chat: three sampling points, ventilation, people in and out, danger from inside."""

from __future__ import annotations

from cards.buttons import Action
from handlers.outgoing import Answer, Ask
from tests.support.hot_work import BOARD, GUARD, LEADER, SHIFT, UNIT, WORKER
from tests.support.office import World, at
from workflow.permit.state import Status
from workflow.rules.checklists import NUMBERS, PHOTO, TEXT, evidence_of

NUMBER = "YXKJ-HC-20260318-001"
SAMPLE = "氧 20.8% 可燃 0.1%LEL 硫化氢 0ppm 一氧化碳 0ppm 苯 0ppm"


async def issued(world: World) -> None:
    await world.says(LEADER, "今天8点到11点 进T-202清淤 作业人王强 监护赵敏")
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    rows = await world.taps(UNIT, Action.ACCEPT, NUMBER)
    assert rows.refused(UNIT) == []
    permit = await world.permit(NUMBER)
    proposed = {no for no, state in permit.measures.items() if state.involved}
    ticked = tuple(one.no for one in permit.law.measures if one.trigger == "always" or one.no in proposed)
    await world.taps(LEADER, Action.MEASURES, NUMBER, chosen={"measures": ticked})
    await world.taps(LEADER, Action.JSA, NUMBER)
    await world.says(LEADER, "中毒窒息：先通风后检测，监护人不离开")
    rows = await world.taps(LEADER, Action.REVIEW, NUMBER)
    assert rows.refused(LEADER) == []
    for person in (UNIT, "zhengwei"):
        await world.scans(person, BOARD)
    permit = await world.permit(NUMBER)
    for node in permit.law.chain:
        await world.taps(UNIT, Action.APPROVE, NUMBER, node.key)
    assert await world.status(NUMBER) is Status.ISSUED


async def ready(world: World) -> None:
    await issued(world)
    world.now = at("07:50")
    for person in (LEADER, WORKER, GUARD, UNIT):
        await world.taps(person, Action.BRIEF, NUMBER)
    await world.scans(GUARD, BOARD)
    permit = await world.permit(NUMBER)
    for measure in permit.law.measures:
        if not permit.measures[measure.no].involved:
            continue
        rows = await world.taps(GUARD, Action.CONFIRM, NUMBER, measure.no)
        if {TEXT, NUMBERS} & set(evidence_of(measure)):
            rows = await world.says(GUARD, "消防器材2 救生绳2 气防装备2 设备号C-01")
        if PHOTO in evidence_of(measure):
            rows = await world.photographs(GUARD)
        assert rows.refused(GUARD) == [], measure
    for _ in [need for need in permit.law.photos if need.moment == "start"]:
        await world.photographs(GUARD)


async def test_a_sample_names_its_point(world: World) -> None:
    await ready(world)
    rows = await world.says(GUARD, SAMPLE)
    (told,) = rows.of(Answer, GUARD)
    assert told.key == "gas_point"
    assert "上部" in told.args["points"]
    for point in ("上部", "中部", "下层"):
        rows = await world.says(GUARD, f"{point} {SAMPLE}")
        assert rows.said(GUARD) == ["gas_taken"], rows.refused(GUARD)
    assert [one.sample.point for one in (await world.permit(NUMBER)).gas] == ["upper", "middle", "lower"]


async def test_into_the_space_and_out_again(world: World) -> None:
    await ready(world)
    for point in ("上部", "中部", "下部"):
        await world.says(GUARD, f"{point} {SAMPLE}")
    rows = await world.says(GUARD, "机械通风已开")
    if rows.said(GUARD) == ["not_understood"]:
        assert not (await world.permit(NUMBER)).law.gas.ventilation_always  # type: ignore[union-attr]
    world.now = at("08:01")
    for person in (GUARD, LEADER, SHIFT):
        await world.scans(person, BOARD)
    permit = await world.permit(NUMBER)
    people = {"guardian": GUARD, "work_leader": LEADER, "shift_leader": SHIFT, "site_unit": UNIT}
    for role in permit.law.start_roles:
        rows = await world.taps(people[role.value], Action.START, NUMBER, role.value)
        assert rows.refused(people[role.value]) == []
    assert await world.status(NUMBER) is Status.ACTIVE

    rows = await world.says(GUARD, "人2工具3")
    assert rows.said(GUARD) == ["count_taken"]
    rows = await world.says(GUARD, "中部 氧 18.9% 可燃 0.1%LEL 硫化氢 0ppm 一氧化碳 0ppm 苯 0ppm")
    assert rows.said(GUARD) == ["gas_failed"]
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert rows.pushed(WORKER) == ["suspended"]

    rows = await world.taps(LEADER, Action.FINISH, NUMBER)
    rows = await world.says(LEADER, "人0工具0")
    assert rows.refused(LEADER) == ["count.inside"]  # the guardian counted two in, and not out again
    await world.says(GUARD, "人0工具0")
    await world.taps(LEADER, Action.FINISH, NUMBER)
    rows = await world.says(LEADER, "人0工具0")
    assert await world.status(NUMBER) is Status.COMPLETED


async def test_values_for_one_of_two_permits_are_asked_about(world: World) -> None:
    await issued(world)
    await world.says(LEADER, "今天8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏")
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    other = "DHZY-HC-20260318-001"
    await world.taps(UNIT, Action.ACCEPT, other)
    rows = await world.says(LEADER, f"上部 {SAMPLE}")
    if rows.of(Ask, LEADER):
        assert rows.said(LEADER) == ["gas_which"]
        rows = await world.offered(rows, LEADER)
    assert "gas_taken" in rows.said(LEADER)
