"""Work orders over real sockets: signed both ways, the newest version wins, and a machine puts nothing right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.building import _takes_orders
from bot.platform import TryLater
from bot.settings import Settings, SettingsError
from bot.work_orders import PATH, WorkOrders
from cards.buttons import Action
from handlers.outgoing import HazardCard, WorkOrder
from sandbox.orders import PATH as TAKEN_AT
from sandbox.orders import OrdersTwin
from tests.support.hot_work import GUARD, SAFETY, UNIT, WORKER
from tests.support.office import Rows, World, at, copied, open_world
from tests.support.wecom_server import serving
from workflow.hazard import events as e
from workflow.hazard.state import Stage
from workflow.ids import HazardId

KEY = b"what the equipment system and we alone know"
ONE = HazardId("YH-HC-20260318-001")
SEEN = "隐患 2号罐 爬梯踏板少一块"


@dataclass
class Clock:
    """The clock of a world of the office."""

    world: World

    def now(self) -> object:
        return self.world.now


@dataclass(slots=True, kw_only=True)
class Plant:
    """An office with an equipment system beside it."""

    world: World
    twin: OrdersTwin
    ours: WorkOrders
    url: str

    async def sends(self, rows: Rows) -> int:
        """What the relay does with the orders among these rows; how many there were."""
        wanted = rows.of(WorkOrder)
        for one in wanted:
            await self.ours.hand_over(one)
        return len(wanted)

    async def notes(self) -> list[str]:
        records = await self.world.writer.submit(lambda tx: tx.records(self.world.house.hazards, ONE))
        events = [self.world.house.hazards.codec.decode(one.kind, one.body) for one in records]
        return [one.text for one in events if isinstance(one, e.NoteAdded)]

    async def stage(self) -> Stage:
        return (await self.world.writer.submit(lambda tx: tx.load(self.world.house.hazards, ONE)[0])).stage


@pytest.fixture
async def plant(office_seed: Path, tmp_path: Path) -> AsyncIterator[Plant]:
    world = open_world(copied(office_seed, tmp_path), at("07:30"))
    world.house = replace(world.house, work_orders=True)
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    twin = OrdersTwin(key=KEY, now=lambda: world.now)
    count = iter(range(1000))
    try:
        async with AsyncExitStack() as stack:
            theirs = await stack.enter_async_context(serving(twin.app()))
            session = await stack.enter_async_context(aiohttp.ClientSession())
            ours = WorkOrders(
                url=theirs + TAKEN_AT, key=KEY, session=session, writer=world.writer, house=world.house,
                clock=Clock(world),  # type: ignore[arg-type]  # it tells the time, that is all
                nonce=lambda: f"nonce-{next(count):012d}",
            )  # fmt: skip
            app = web.Application()
            app.add_routes(ours.routes())
            yield Plant(world=world, twin=twin, ours=ours, url=await stack.enter_async_context(serving(app)))
    finally:
        world.writer.stop_blocking()


async def test_an_order_goes_out_with_where_it_stands_and_never_with_whose_report_it_was(plant: Plant) -> None:
    await plant.world.photographs(WORKER)
    assert await plant.sends(await plant.world.says(WORKER, SEEN)) == 1
    order = plant.twin.orders[ONE]
    assert (order["status"], order["kind"], order["level"], order["urgent"]) == ("open", "equipment", "ordinary", False)
    assert (order["area"], order["responsible"], order["round"]) == ("TK2", "周建国", 0)
    assert order["due"] == "2026-03-18T23:30:00Z"
    assert not {"王强", WORKER} & set(map(str, order.values()))
    assert plant.twin.keys == [f"{ONE}/{order['version']}"]
    assert await plant.notes() == ["设备系统已接工单WO-1"]


async def test_it_is_followed_to_its_end_and_a_late_older_version_changes_nothing(plant: Plant) -> None:
    world = plant.world
    await world.photographs(WORKER)
    await plant.sends(await world.says(WORKER, SEEN))
    early = dict(plant.twin.orders[ONE])
    await world.taps(UNIT, Action.HAZARD, ONE, "rectify", revision=0)
    await world.photographs(UNIT)
    assert await plant.sends(await world.says(UNIT, "已补装踏板并紧固")) == 1
    assert plant.twin.orders[ONE]["status"] == "put_right"
    await plant.sends(await world.taps(SAFETY, Action.HAZARD, ONE, "accept", revision=0))
    assert plant.twin.orders[ONE]["status"] == "closed"
    assert plant.twin.orders[ONE]["version"] > early["version"]
    assert await plant.notes() == ["设备系统已接工单WO-1"], "its number once"


async def test_what_is_no_matter_for_equipment_stays_here(plant: Plant) -> None:
    assert (await plant.world.says(WORKER, "隐患 2号罐 安全带没系")).of(WorkOrder) == []
    plain = replace(plant.world.house, work_orders=False)
    plant.world.office = type(plant.world.office)(writer=plant.world.writer, house=plain, clock=lambda: plant.world.now)
    assert (await plant.world.says(GUARD, "隐患 2号罐 5号泵没有罩")).of(WorkOrder) == []


async def test_until_it_has_answered_itself_it_is_sent_again_and_taken_once(plant: Plant) -> None:
    rows = await plant.world.says(WORKER, SEEN)
    for fault in ("down", "answers_lost", "lies"):
        setattr(plant.twin, fault, 1)
        with pytest.raises(TryLater):
            await plant.sends(rows)
        assert await plant.notes() == []
        plant.world.now += timedelta(minutes=5)
    (note,) = plant.ours.notes()
    assert note.startswith("work orders: none taken since 2026-03-18T07:30:00+08:00: "), "since the first time"
    plant.twin.lies = False
    assert await plant.sends(rows) == 1
    assert plant.ours.notes() == ()
    assert (len(plant.twin.orders), plant.twin.numbers) == (1, {ONE: "WO-1"})
    assert len(plant.twin.keys) == 3
    assert len(set(plant.twin.keys)) == 1, "under one key"
    assert await plant.notes() == ["设备系统已接工单WO-1"]


async def test_another_key_is_neither_heard_there_nor_here(plant: Plant) -> None:
    rows = await plant.world.says(WORKER, SEEN)
    with pytest.raises(TryLater):
        await replace(plant.ours, key=b"another key of thirty-two bytes!").hand_over(rows.of(WorkOrder)[0])
    assert (plant.twin.forged, plant.twin.orders) == (1, {})
    forged = await plant.twin.says(plant.url, ONE, "done", key="another key of thirty-two bytes!")
    assert forged == (403, {"taken": False, "why": "bad_signature"})
    assert await plant.notes() == []


async def test_done_is_a_word_that_is_told_and_puts_nothing_right(plant: Plant) -> None:
    await plant.sends(await plant.world.says(WORKER, SEEN))
    said = await plant.twin.says(plant.url, ONE, "done", by="张师傅", note="换了踏板", nonce="nonce-of-the-done-one")
    assert said == (200, {"taken": True, "result": "kept"})
    assert (await plant.notes())[-1] == "设备系统工单WO-1：已完工（张师傅，换了踏板）"
    assert await plant.stage() is Stage.RECTIFYING, "that takes a person, at the place, with a photo"
    rows = await plant.world.rows()
    assert [card.about for card in rows.of(HazardCard, UNIT)] == ["order_done"]
    assert rows.of(HazardCard, SAFETY) == []
    again = await plant.twin.says(plant.url, ONE, "done", by="张师傅", note="换了踏板", nonce="nonce-of-the-done-one")
    assert again == (409, {"taken": False, "why": "replayed"})
    assert (await plant.twin.says(plant.url, ONE, "done"))[0] == 200, "said again, because an answer was lost"
    assert len(await plant.notes()) == 2
    assert (await plant.world.rows()).of(HazardCard) == []

    await plant.twin.says(plant.url, ONE, "refused", note="没有备件")
    rows = await plant.world.rows()
    for who in (UNIT, SAFETY):
        assert [card.about for card in rows.of(HazardCard, who)] == ["order_refused"]


async def test_what_is_not_ours_or_not_a_document_is_turned_away(plant: Plant) -> None:
    assert await plant.twin.says(plant.url, "YH-HC-20260318-099", "done") == (
        404,
        {"taken": False, "why": "unknown_order"},
    )
    assert (await plant.twin.says(plant.url, ONE, "exploded"))[1]["why"] == "bad_document"
    assert (await plant.twin.says(plant.url, ONE, "done", at="2026-03-18T08:30:00+08:00"))[1]["why"] == (
        "state_in_the_future"
    )
    async with aiohttp.ClientSession() as session, session.post(plant.url + PATH, data=b"{}") as answer:
        assert (await answer.json())["why"] == "bad_headers"


def test_half_of_the_settings_is_none() -> None:
    settings = Settings(_env_file=None, work_order_url="https://eam.example/orders")
    with pytest.raises(SettingsError, match="PERMITBOT_WORK_ORDER_KEY"):
        _takes_orders(settings)
