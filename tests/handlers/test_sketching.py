"""The sketch of a form: announced by a line, sent as a photo while the permit is prepared, and by nobody later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.forms import gather
from cards.buttons import Action
from tests.handlers.test_six_works import ASKER, JOBS, submit
from tests.support.hot_work import NUMBER, WORKER
from tests.support.office import ZONE, Stage, World
from workflow.permit.state import Permit, Status
from workflow.values import WorkType


@pytest.fixture
async def blind(world: World) -> Permit:
    """A blind whose permit is being prepared."""
    permit = await submit(world, JOBS[WorkType.BLIND])
    for unit in ("zhoujianguo", "wugang"):
        await world.taps(unit, Action.ACCEPT, permit.id)
    permit = await world.permit(permit.id)
    assert permit.status is Status.PREPARING
    return permit


async def test_the_announced_photo_is_the_sketch_and_stands_on_the_form(world: World, blind: Permit) -> None:
    assert (await world.says(ASKER, f"示意图 {blind.id}")).said(ASKER) == ["sketch_ask"]
    rows = await world.photographs(ASKER, camera="never", name="drawing")
    assert rows.said(ASKER) == ["photo_taken_as"]
    (photo,) = (await world.permit(blind.id)).photos
    assert (photo.purpose, photo.by) == ("sketch", ASKER)
    house = world.house
    paper = await world.writer.submit(lambda tx: gather(tx, house.permits, blind.id, zone=ZONE, book=house.book))
    assert paper is not None
    assert [(one.media, one.by) for one in paper.sketches] == [(photo.media, ASKER)]
    rows = await world.photographs(ASKER, camera="never", name="something else")
    assert len([one for one in (await world.permit(blind.id)).photos if one.purpose == "sketch"]) == 1


async def test_the_same_drawing_may_serve_two_permits(world: World, blind: Permit) -> None:
    await world.says(ASKER, "示意图")
    await world.photographs(ASKER, camera="never", name="drawing")
    world.now = world.now.replace(hour=8, minute=40)
    job = replace(JOBS[WorkType.BLIND], number="MBCD-HC-20260318-002")
    other = await submit(world, replace(job, line=job.line.replace("今天", "明天")))
    await world.taps("zhoujianguo", Action.ACCEPT, other.id)
    assert (await world.says(ASKER, f"示意图 {other.id}")).said(ASKER) == ["sketch_ask"]
    rows = await world.photographs(ASKER, camera="never", name="drawing")
    assert "photo_used" not in rows.said(ASKER)
    assert [one.purpose for one in (await world.permit(other.id)).photos] == ["sketch"]


async def test_nobody_else_sends_one(world: World, blind: Permit) -> None:
    assert (await world.says(WORKER, f"示意图 {blind.id}")).said(WORKER) == ["sketch_how"]


async def test_other_works_have_none(at_stage: Stage) -> None:
    hot = at_stage("review")
    assert (await hot.says(ASKER, f"示意图 {NUMBER}")).said(ASKER) == ["sketch_how"]
    assert (await hot.says(ASKER, "示意图")).said(ASKER) == ["sketch_how"]
