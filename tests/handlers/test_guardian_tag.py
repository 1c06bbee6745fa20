"""A guardian's tag and a real office: leaving the fence, a tag that dies, a tag nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from cards.buttons import Action
from handlers import guardian_tag
from handlers.arrivals import DeviceAsks
from handlers.outgoing import PermitCard
from hardware_bridge.sample import Position
from hardware_bridge.service import Bridge
from storage.directory import Register
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SHIFT, WORKER
from tests.support.office import SITE, ZONE, World
from tests.support.tags import spot, tag, told
from workflow.ids import AreaId, PermitId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.presence import TagRule
from workflow.values import ActorKind, WorkType

BOUND = timedelta(seconds=60)
RULE = TagRule(works=frozenset({WorkType.HOT}), silent_after=BOUND)
FAR = 400
Stage = Callable[[str], World]


def bridge_of(world: World) -> Bridge:
    """A bridge beside the office, on the office's clock."""

    def key() -> str:
        world.count += 1
        return str(world.count)

    async def ask(arrival: DeviceAsks) -> None:
        await world.office.handle(arrival)

    return Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=ask, clock=lambda: world.now, key=key
    )


async def tagged_at(at_stage: Stage, stage: str, *, asks: bool = True) -> tuple[World, Callable[[float], Position]]:
    """An office whose guardian wears a tag, and what that tag says so many metres east of the place's middle."""
    world = at_stage(stage)
    if asks:
        plant = replace(world.house.book.plant, guardian_tag=(RULE,))
        world.house = replace(world.house, book=replace(world.house.book, plant=plant))
        world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    area = AreaId((await world.permit(NUMBER)).what.area)
    row = tag(person=GUARD)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    fence = (await world.writer.submit(lambda tx: tx.directory)).areas[area].fence
    middle = sum(one.latitude for one in fence) / Decimal(4), sum(one.longitude for one in fence) / Decimal(4)
    return world, lambda east: told(spot(east, middle=middle), at=world.now)


async def runs(world: World, bridge: Bridge, times: int, say: Callable[[], Position] | None = None) -> None:
    """Let five seconds pass so many times: the tag speaks, the bridge turns, timers fire."""
    await bridge.tick()  # one that was just made knows nobody yet
    for _ in range(times):
        await world.passes(seconds=5)
        if say is not None:
            bridge.take(say())
        await bridge.tick()


async def stops(world: World) -> list[e.WorkSuspended]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


async def test_a_guardian_outside_the_fence_stops_the_work_and_everybody_hears_of_it(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active", asks=False)
    bridge = bridge_of(world)
    await runs(world, bridge, 4, lambda: says(0))
    await world.rows()
    await runs(world, bridge, 2, lambda: says(FAR))
    assert await world.status(NUMBER) is Status.ACTIVE
    await runs(world, bridge, 1, lambda: says(FAR))
    rows = await world.rows()
    (stop,) = await stops(world)
    assert (stop.reason, stop.by.kind, stop.by.id) == (SuspendReason.GUARDIAN_LEFT, ActorKind.DEVICE, "TAG-1")
    assert {GUARD, LEADER, WORKER} <= {card.person for card in rows.of(PermitCard) if card.purpose == "suspended"}
    left = [one for one in await world.events(NUMBER) if isinstance(one, e.LeftSite)]
    assert [(one.person, one.by.id) for one in left] == [(GUARD, "TAG-1")]


async def test_coming_back_resumes_nothing_and_checks_nobody_in(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 3, lambda: says(0))
    await runs(world, bridge, 3, lambda: says(FAR))
    await runs(world, bridge, 24, lambda: says(0))
    permit = await world.permit(NUMBER)
    assert permit.status is Status.SUSPENDED
    assert GUARD not in permit.presence
    assert len(await stops(world)) == 1


async def test_the_codes_copy_is_worth_nothing_beside_a_tag_that_is_elsewhere(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 3, lambda: says(FAR))
    assert await world.status(NUMBER) is Status.SUSPENDED
    await world.scans(GUARD, BOARD)
    assert GUARD in (await world.permit(NUMBER)).presence
    await runs(world, bridge, 1, lambda: says(FAR))
    assert GUARD not in (await world.permit(NUMBER)).presence


async def test_a_tag_that_dies_stops_the_work_within_its_bound(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 30, lambda: says(0))
    assert await world.status(NUMBER) is Status.ACTIVE
    last = world.now
    await runs(world, bridge, 13)
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT
    assert stop.at - last <= BOUND
    assert stop.text == "监护人定位标签超过60秒没有显示在作业点内"


async def test_a_house_that_is_gone_is_a_silent_tag(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active")
    await runs(world, bridge_of(world), 6, lambda: says(0))
    await world.passes(minutes=10)  # nothing turns but the timers
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT


async def test_a_clock_set_back_buys_no_silence(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 6, lambda: says(0))
    world.now -= timedelta(hours=1)
    await bridge.tick()
    await world.passes(seconds=61)
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT


async def test_where_nothing_is_asked_a_silent_tag_stops_nothing(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "active", asks=False)
    await runs(world, bridge_of(world), 6, lambda: says(0))
    await world.passes(minutes=5)
    assert await stops(world) == []


async def test_the_timer_begins_with_the_work_and_ends_with_it(at_stage: Stage) -> None:
    world, says = await tagged_at(at_stage, "ready")

    async def timers() -> dict[str, object]:
        return dict((await world.writer.submit(lambda tx: tx.timers())).get(NUMBER, {}))

    assert guardian_tag.TAG not in await timers()
    await world.passes(minutes=15)
    for who, role in ((GUARD, "guardian"), (SHIFT, "shift_leader")):
        await world.scans(who, BOARD)
        await world.taps(who, Action.START, NUMBER, role)
    assert await world.status(NUMBER) is Status.ACTIVE
    assert guardian_tag.TAG in await timers()
    bridge = bridge_of(world)
    await runs(world, bridge, 3, lambda: says(FAR))
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert guardian_tag.TAG not in await timers()


async def test_no_sight_of_the_tag_buys_more_than_its_bound(at_stage: Stage) -> None:
    world, _ = await tagged_at(at_stage, "active")
    wild = {PermitId(NUMBER): world.now + timedelta(days=1)}
    await world.writer.submit(lambda tx: guardian_tag.seen(tx, world.house, wild, world.now))
    due = (await world.writer.submit(lambda tx: tx.timers()))[NUMBER][guardian_tag.TAG]
    assert due == world.now + BOUND


async def test_work_that_goes_on_when_the_plant_begins_to_ask_gets_its_bound(at_stage: Stage) -> None:
    world, _ = await tagged_at(at_stage, "active")
    assert guardian_tag.TAG not in (await world.writer.submit(lambda tx: tx.timers())).get(NUMBER, {})
    await bridge_of(world).tick()
    await world.passes(seconds=61)
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT
