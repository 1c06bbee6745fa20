"""A first-grade hot work, brought to each of its stages by what people type, tap, scan and photograph."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cards.buttons import Action
from tests.support.office import World, at
from workflow.ids import PersonId
from workflow.permit.state import Permit, Status
from workflow.rules.checklists import NUMBERS, PHOTO, TEXT, evidence_of

LEADER, WORKER, GUARD = PersonId("liqiang"), PersonId("wangqiang"), PersonId("zhaomin")
UNIT, SAFETY, CHIEF, SHIFT = PersonId("zhoujianguo"), PersonId("sunli"), PersonId("chenan"), PersonId("wugang")
BOARD = "PTB1:HC-TK2-B1"
NUMBER = "DHZY-HC-20260318-001"


async def requested(world: World, *ticks: str) -> str:
    """The request is submitted; its number. ``ticks``: what else is said of the place."""
    await world.says(LEADER, "今天8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏")
    await world.answers(LEADER, ticks)
    rows = await world.submits(LEADER)
    assert rows.pushed(UNIT) == ["ask_accept"]
    return NUMBER


async def prepared(world: World, *ticks: str) -> str:
    """Taken in, every measure answered, the analysis attached, the leader's signature given."""
    number = await requested(world, *ticks)
    rows = await world.taps(UNIT, Action.ACCEPT, number)
    assert rows.pushed(LEADER) == ["ask_prepare"]
    permit = await world.permit(number)
    ticked = tuple(one.no for one in permit.law.measures if one.trigger == "always" or _proposed(permit, one.no))
    await world.taps(LEADER, Action.MEASURES, number, chosen={"measures": ticked})
    await world.taps(LEADER, Action.JSA, number)
    rows = await world.says(LEADER, "火花飞溅引燃：清理周边可燃物，铺防火毯，专人监护")
    assert rows.said(LEADER) == ["jsa_taken"]
    rows = await world.taps(LEADER, Action.REVIEW, number)
    assert rows.refused(LEADER) == []
    return number


def _proposed(permit: Permit, no: str) -> bool:
    state = permit.measures.get(no)
    return state is not None and bool(state.involved)


async def issued(world: World, *ticks: str) -> str:
    """Three signatures, the last at the place."""
    number = await prepared(world, *ticks)
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, number, "site_unit")
    assert rows.refused(UNIT) == []
    rows = await world.taps(SAFETY, Action.APPROVE, number, "safety_dept")
    assert rows.refused(SAFETY) == []
    await world.scans(CHIEF, BOARD)
    rows = await world.taps(CHIEF, Action.APPROVE, number, "approver")
    assert rows.refused(CHIEF) == []
    assert await world.status(number) is Status.ISSUED
    return number


async def confirmed(world: World, number: str) -> None:
    """The guardian goes through the checklist: a tap each, with figures and photos where they are asked for."""
    permit = await world.permit(number)
    for measure in permit.law.measures:
        if not permit.measures[measure.no].involved:
            continue
        rows = await world.taps(GUARD, Action.CONFIRM, number, measure.no)
        wanted = evidence_of(measure)
        if {TEXT, NUMBERS} & set(wanted):
            rows = await world.says(GUARD, "灭火器2具 灭火毯1块 距离12米 6米 设备号C-01")
        if PHOTO in wanted:
            rows = await world.photographs(GUARD)
        assert rows.refused(GUARD) == []
        assert (await world.permit(number)).measures[measure.no].confirmed_by == GUARD


async def ready(world: World, *ticks: str) -> str:
    """Everything in place for the start."""
    number = await issued(world, *ticks)
    world.now = at("07:50")
    for person in (LEADER, WORKER, GUARD, UNIT):
        rows = await world.taps(person, Action.BRIEF, number)
        assert rows.refused(person) == []
    await world.scans(GUARD, BOARD)
    await confirmed(world, number)
    for _ in range(2):
        rows = await world.photographs(GUARD)
        assert rows.said(GUARD) == ["photo_taken_as"]
    rows = await world.says(GUARD, "可燃 0.1%LEL")
    assert rows.said(GUARD) == ["gas_taken"]
    return number


async def started(world: World) -> str:
    """Work goes on."""
    number = await ready(world)
    world.now = at("08:01")
    await world.scans(GUARD, BOARD)
    await world.scans(SHIFT, BOARD)
    rows = await world.taps(GUARD, Action.START, number, "guardian")
    assert rows.refused(GUARD) == []
    rows = await world.taps(SHIFT, Action.START, number, "shift_leader")
    assert rows.refused(SHIFT) == []
    assert await world.status(number) is Status.ACTIVE
    return number


STAGES: dict[str, Callable[[World], Awaitable[str]]] = {
    "submitted": requested,
    "review": prepared,
    "issued": issued,
    "ready": ready,
    "active": started,
}
"""How far a permit may be brought; `tests/handlers/conftest.py` makes each once and hands out copies."""
