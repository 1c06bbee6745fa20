"""Permits of one job by way of the agenda: each hears what becomes of the other, once, and durably."""

from __future__ import annotations

from cards.buttons import Action
from storage.agenda import AgendaKind
from tests.support.hot_work import LEADER, NUMBER
from tests.support.office import Stage, World
from workflow.ids import PermitId
from workflow.permit.life import LinkedWork
from workflow.permit.state import Status
from workflow.values import WorkType

ENTRY = PermitId("YXKJ-HC-20260318-001")


async def cited(world: World) -> None:
    """An entry is asked for that cites the hot work."""
    await world.says(LEADER, f"今天12点到15点 进T-202清淤 作业人王强 监护赵敏 关联 {NUMBER}")
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    assert await world.status(ENTRY) is Status.SUBMITTED


async def test_both_come_to_know_each_other_by_rows_that_survive(at_stage: Stage) -> None:
    world = at_stage("issued")
    await cited(world)
    assert (await world.permit(NUMBER)).job == (), "nothing is asked inside the other's transaction"
    assert await world.writer.submit(lambda tx: tx.next_due(AgendaKind.TIMER)) is not None
    await world.fires()
    await world.fires()
    assert (await world.permit(NUMBER)).job == (LinkedWork(number=ENTRY, work=WorkType.CONFINED_SPACE),)
    assert (await world.permit(ENTRY)).job == (LinkedWork(number=PermitId(NUMBER), work=WorkType.HOT),)
    before = await world.kinds(NUMBER)
    await world.fires()
    assert await world.kinds(NUMBER) == before


async def test_a_permit_that_is_taken_back_tells_the_other(at_stage: Stage) -> None:
    world = at_stage("issued")
    await cited(world)
    await world.fires()
    await world.fires()
    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.CANCELLED
    rows = await world.fires()
    assert (await world.kinds(ENTRY))[-1] == "LinkedPermitChanged"
    assert rows.pushed(LEADER) == ["linked"]


async def test_a_number_on_paper_is_no_trouble(world: World) -> None:
    await world.says(LEADER, "今天8点到11点 进T-202清淤 作业人王强 监护赵敏 关联 PAPER-20260318-7")
    await world.answers(LEADER, ())
    await world.submits(LEADER)
    await world.fires()
    assert await world.status(ENTRY) is Status.SUBMITTED
