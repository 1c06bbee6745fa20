"""Strangers, too many and too long at a real office: timers that survive, tags over a real bridge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.building import build
from bot.demo import plant
from bot.settings import DELIVERED_POLICIES, EXAMPLE_PLANT
from handlers.arrivals import DeviceAsks, InsideNow, SeenThere
from handlers.occupancy import untimed
from handlers.outgoing import PermitCard
from hardware_bridge.service import Bridge
from storage.directory import Register
from tests.handlers.test_stills import starts
from tests.support.clock import FakeClock
from tests.support.hot_work import GUARD, LEADER, NUMBER, UNIT, WORKER
from tests.support.office import SITE, ZONE, Rows, World
from tests.support.tags import spot, tag, told
from workflow.ids import AreaId
from workflow.occupancy import OccupancyBreach, OccupancyRule, Then
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.values import ActorKind, WorkType

Stage = Callable[[str], World]
STRANGER = "hc0001"
HOT = frozenset({WorkType.HOT})
STOP_STRANGERS = OccupancyRule(kind=OccupancyBreach.STRANGER, then=Then.STOP, works=HOT)
AN_HOUR = OccupancyRule(kind=OccupancyBreach.OVERTIME, then=Then.STOP, works=HOT, after=timedelta(minutes=60))
FAR = 400.0


def ruled(world: World, *rules: OccupancyRule) -> World:
    book = world.house.book
    world.house = replace(world.house, book=replace(book, plant=replace(book.plant, crowd=rules)))
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    return world


async def stops(world: World) -> list[e.WorkSuspended]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


def questions(rows: Rows) -> list[str]:
    cards = [card for card in rows.of(PermitCard) if card.note == "crowd"]
    assert {card.person for card in cards} <= {GUARD}
    return [card.args["what"] for card in cards]


# --- too long -------------------------------------------------------------------------------------------------------


async def test_too_long_inside_is_counted_from_the_log_and_begins_anew_with_every_entry(at_stage: Stage) -> None:
    minutes = OccupancyRule(kind=OccupancyBreach.OVERTIME, then=Then.STOP, works=HOT, after=timedelta(minutes=8))
    world = ruled(at_stage("active"), minutes)
    await world.says(GUARD, "王强进")
    await world.passes(minutes=5)
    await world.says(GUARD, "李强进")
    await world.says(GUARD, "王强出来了")
    await world.passes(minutes=4)
    assert await stops(world) == []
    await world.passes(minutes=3, seconds=59)
    assert await stops(world) == []
    await world.passes(seconds=2)
    (stop,) = await stops(world)
    assert (stop.reason, stop.text, stop.by.kind) == (
        SuspendReason.CONDITIONS, "李强连续作业超过8分钟", ActorKind.CLOCK
    )  # fmt: skip


async def test_where_no_names_are_logged_the_work_itself_is_too_long(at_stage: Stage) -> None:
    world = ruled(at_stage("ready"), replace(AN_HOUR, after=timedelta(minutes=7)))
    await starts(world)
    await world.passes(minutes=6, seconds=59)
    assert await stops(world) == []
    await world.passes(seconds=1)
    (stop,) = await stops(world)
    assert stop.text == "李强、王强连续作业超过7分钟"


async def test_the_guardian_is_asked_again_and_again_and_not_every_minute(at_stage: Stage) -> None:
    world = ruled(at_stage("active"), replace(AN_HOUR, then=Then.TELL, after=timedelta(minutes=2)))
    await world.says(GUARD, "王强进")
    rows = await world.passes(minutes=4)
    assert questions(rows) == ["王强连续作业超过2分钟"]
    rows = await world.passes(minutes=10)
    assert questions(rows) == ["王强连续作业超过2分钟"]
    assert await stops(world) == []


async def test_who_is_out_again_is_asked_about_no_more(at_stage: Stage) -> None:
    world = ruled(at_stage("active"), replace(AN_HOUR, after=timedelta(minutes=3)))
    await world.says(GUARD, "王强进")
    await world.says(GUARD, "王强出来了")
    await world.passes(minutes=9)
    assert await stops(world) == []
    timers = await world.writer.submit(lambda tx: tx.timers())
    assert "stay" not in timers[NUMBER]


async def stay(world: World) -> datetime | None:
    timers = await world.writer.submit(lambda tx: tx.timers())
    return timers.get(NUMBER, {}).get("stay")


async def begins_to_ask(world: World, *rules: OccupancyRule) -> datetime | None:
    """The plant file changes and the service starts anew."""
    ruled(world, *rules)
    await world.writer.submit(lambda tx: untimed(tx, world.house, world.now))
    return await stay(world)


async def test_work_under_way_when_the_plant_begins_to_ask_may_last_too_long_as_well(at_stage: Stage) -> None:
    world = at_stage("active")
    began = world.now
    await world.says(GUARD, "王强进")
    assert await begins_to_ask(world) is None
    due = await begins_to_ask(world, AN_HOUR)
    assert due is not None
    assert due - began == AN_HOUR.after
    assert await begins_to_ask(world, AN_HOUR) == due
    minutes = replace(AN_HOUR, after=timedelta(minutes=6))
    assert await begins_to_ask(world, minutes) == began + timedelta(minutes=6)
    await world.passes(minutes=6, seconds=1)
    assert [one.text for one in await stops(world)] == ["王强连续作业超过6分钟"]
    assert await begins_to_ask(world, minutes) is None


async def test_what_is_too_long_already_when_the_plant_begins_to_ask_is_due_at_once(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await world.passes(minutes=9)
    await begins_to_ask(world, replace(AN_HOUR, after=timedelta(minutes=6)))
    await world.passes(seconds=1)
    assert [one.text for one in await stops(world)] == ["王强连续作业超过6分钟"]


async def test_a_guardian_who_was_asked_is_not_asked_again_by_a_restart(at_stage: Stage) -> None:
    tell = replace(AN_HOUR, then=Then.TELL, after=timedelta(minutes=2))
    world = ruled(at_stage("active"), tell)
    await world.says(GUARD, "王强进")
    assert questions(await world.passes(minutes=3)) == ["王强连续作业超过2分钟"]
    again = await stay(world)
    assert again is not None
    assert again > world.now
    assert await begins_to_ask(world, tell) == again


async def test_the_service_sets_the_moments_as_it_starts(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    began = world.now
    await world.says(GUARD, "王强进")
    assert await stay(world) is None
    world.writer.stop_blocking()
    plant_file = tmp_path / "plant.yaml"
    asks = "\ncrowd:\n  - {kind: overtime, works: [hot], after: 60 min, then: stop}\n"
    plant_file.write_text((DELIVERED_POLICIES / EXAMPLE_PLANT).read_text("utf-8") + asks, "utf-8")
    memory = {"database_url": f"sqlite:///{tmp_path / 'office.sqlite3'}", "plant_file": str(plant_file)}
    settings = plant.settings_for(tmp_path, "http://127.0.0.1:1", also=memory)
    service = await build(settings, clock=FakeClock(began), migrate=True)
    try:
        await service.start()
        timers = await service.writer.submit(lambda tx: tx.timers())
    finally:
        await service.stop()
    assert timers[NUMBER]["stay"] == began + timedelta(minutes=60)


# --- who and how many -----------------------------------------------------------------------------------------------


class Place:
    """The fence of the work's place, people with tags, and a bridge."""

    def __init__(self, world: World, bridge: Bridge, middle: tuple[Decimal, Decimal]) -> None:
        self.world, self.bridge, self.middle = world, bridge, middle

    async def sees(self, *who: str, times: int = 1, east: float = 0) -> Rows:
        for _ in range(times):
            await self.world.passes(seconds=5)
            for person in who:
                place = spot(east, middle=self.middle)
                self.bridge.take(told(place, at=self.world.now, key=f"TAG-{person}"))
            await self.bridge.tick()
        return await self.world.rows()


async def place(world: World, *people: str) -> Place:
    area = AreaId((await world.permit(NUMBER)).what.area)
    rows = tuple(tag(f"TAG-{one}", person=one) for one in people)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=rows)))
    fence = (await world.writer.submit(lambda tx: tx.directory)).areas[area].fence
    middle = sum(one.latitude for one in fence) / Decimal(4), sum(one.longitude for one in fence) / Decimal(4)

    def key() -> str:
        world.count += 1
        return str(world.count)

    async def tell(arrival: DeviceAsks | SeenThere | InsideNow) -> None:
        await world.office.handle(arrival)

    bridge = Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=tell, tell=tell, clock=lambda: world.now,
        key=key,
    )  # fmt: skip
    await bridge.tick()
    return Place(world, bridge, middle)


async def test_a_stranger_inside_stops_the_work_after_two_readings(at_stage: Stage) -> None:
    world = ruled(at_stage("active"), STOP_STRANGERS)
    here = await place(world, STRANGER)
    await here.sees(STRANGER)
    assert await stops(world) == []
    await here.sees(STRANGER)
    (stop,) = await stops(world)
    assert (stop.reason, stop.by.id) == (SuspendReason.CONDITIONS, f"TAG-{STRANGER}")
    assert stop.text.startswith("无关人员进入作业区：")
    await here.sees(STRANGER, times=5)
    assert await stops(world) == [stop]


@pytest.mark.parametrize("who", [WORKER, UNIT, *(pytest.param(one, marks=pytest.mark.deep) for one in (LEADER, GUARD))])
async def test_who_belongs_there_is_no_stranger(at_stage: Stage, who: str) -> None:
    world = ruled(at_stage("active"), STOP_STRANGERS)
    await (await place(world, who)).sees(who, times=6)
    assert await stops(world) == []


async def test_outside_the_fence_or_where_nobody_works_nobody_is_looked_for(at_stage: Stage) -> None:
    world = ruled(at_stage("active"), STOP_STRANGERS)
    await (await place(world, STRANGER)).sees(STRANGER, times=6, east=FAR)
    assert await stops(world) == []
    world = ruled(world)
    await (await place(world, STRANGER)).sees(STRANGER, times=6)
    assert await stops(world) == []


async def test_too_many_is_more_than_the_plant_or_the_permit_says(at_stage: Stage) -> None:
    most = OccupancyRule(kind=OccupancyBreach.TOO_MANY, then=Then.TELL, works=HOT, most=1)
    world = ruled(at_stage("active"), most)
    here = await place(world, LEADER, WORKER)
    assert questions(await here.sees(LEADER, times=3)) == []
    rows = await here.sees(LEADER, WORKER, times=3)
    assert questions(rows) == ["作业区内有2人，最多1人"]
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_as_many_as_the_permit_names_are_not_too_many(at_stage: Stage) -> None:
    world = ruled(at_stage("active"), OccupancyRule(kind=OccupancyBreach.TOO_MANY, then=Then.STOP, works=HOT))
    named = (LEADER, WORKER, GUARD)
    here = await place(world, *named, UNIT)
    await here.sees(*named, times=4)
    assert await stops(world) == []
    await here.sees(*named, UNIT, times=3)
    (stop,) = await stops(world)
    assert stop.text == "作业区内有4人，最多3人"
