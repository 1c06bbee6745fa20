"""封存: by the safety department, by number, with a reason."""

from __future__ import annotations

from collections.abc import Callable

from handlers.forgetting import held
from tests.support.hot_work import NUMBER
from tests.support.office import World
from workflow.rules.types import Role


async def test_the_safety_department_holds_and_lifts(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    found = await world.writer.submit(lambda tx: world.house.posts.holders(tx.directory, None))
    officer = found[Role.SAFETY_DEPT][0]
    worker = (await world.permit(NUMBER)).what.workers[0]
    assert (await world.says(officer, "封存清单")).said(officer) == ["hold_none"]
    assert (await world.says(officer, "封存 事故调查")).said(officer) == ["hold_how"]
    assert (await world.says(worker, f"封存 {NUMBER} 事故调查")).refused(worker) == ["hold.officer"]
    assert (await world.says(worker, "封存清单")).said(worker) == ["hold_officers"]
    assert (await world.says(officer, f"封存 {NUMBER}")).refused(officer) == ["hold.reason"]
    assert (await world.says(officer, f"封存 {NUMBER} 事故调查")).said(officer) == ["hold_placed"]
    assert await world.writer.submit(lambda tx: held(tx, world.house)) == {NUMBER: "事故调查"}
    assert (await world.says(officer, "封存清单")).said(officer) == ["hold_list"]
    assert (await world.says(officer, f"解除封存 {NUMBER} 调查结束")).said(officer) == ["hold_lifted"]
    assert await world.writer.submit(lambda tx: held(tx, world.house)) == {}
