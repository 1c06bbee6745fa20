"""Who looked at whose data: once a day, told to the person himself, and not to be changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest

from handlers.looking import opened
from handlers.outgoing import Answer
from handlers.views import Viewer
from storage.tx import Tx
from tests.support.hot_work import CHIEF, GUARD, LEADER, NUMBER, SAFETY, WORKER
from tests.support.office import World
from workflow.ids import PermitId, PersonId


async def opens(world: World, who: PersonId) -> None:
    def work(tx: Tx) -> None:
        view = Viewer(house=world.house).permit(
            tx, PermitId(NUMBER), who, purpose=None, now=world.now, seal=lambda _: "", page=None
        )
        assert view is not None
        opened(tx, world.house, view)

    await world.writer.submit(work)


async def told(world: World, who: PersonId) -> str:
    rows = await world.says(who, "谁看过我")
    (answer,) = rows.of(Answer, who)
    return answer.args.get("lines", "")


async def test_everybody_named_can_see_who_opened_the_page(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    assert (await world.says(WORKER, "谁看过我")).said(WORKER) == ["looks_none"]
    await opens(world, SAFETY)
    for who in (WORKER, GUARD, LEADER, CHIEF):
        assert f"打开了写有您名字的作业票 {NUMBER}" in await told(world, who)
    assert await told(world, SAFETY) == ""  # nobody is told of his own looks


async def test_once_a_day_is_once(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    for _ in range(3):
        await opens(world, SAFETY)
        world.now += timedelta(minutes=1)
    assert len((await told(world, WORKER)).splitlines()) == 1
    world.now += timedelta(days=1)
    await opens(world, SAFETY)
    await opens(world, CHIEF)
    assert len((await told(world, WORKER)).splitlines()) == 3


async def test_rows_are_not_edited(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    await opens(world, SAFETY)
    database = world.writer._database.path  # type: ignore[attr-defined]  # to look from outside
    with sqlite3.connect(database) as outside, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        outside.execute("UPDATE looks SET viewer = 'somebody else'")
    outside.close()
