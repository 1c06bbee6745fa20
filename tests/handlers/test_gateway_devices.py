"""A gateway speaks for the devices the register puts behind it, and nobody else speaks for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from hardware_bridge.gateway.batch import Batch, Entry, Tickets, written
from hardware_bridge.sample import Beat, DeviceKey, Flag, Position, Said, SourceKind
from hardware_bridge.service import Bridge
from hardware_bridge.sources.gateways import Gateways
from storage.directory import Register
from tests.handlers.test_monitoring import WATCH, Stage, bridge_of, stops
from tests.support.detectors import KEY, device, sample, watched
from tests.support.hot_work import NUMBER
from tests.support.office import World
from workflow.monitoring import Quality
from workflow.permit.state import Status

NAMES = ("north", "south")


async def plant(at_stage: Stage) -> tuple[World, Bridge]:
    """Running work beside a detector that stands behind the gateway north."""
    world = at_stage("active")
    world.house = watched(world.house, WATCH)
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    row = device(area=(await world.permit(NUMBER)).what.area, gateway="north")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    bridge = bridge_of(world)
    await bridge.tick()
    return world, bridge


class Post:
    """Both gateways, each with its own key, at the port of the house."""

    def __init__(self, source: Gateways, tickets: Tickets, world: World) -> None:
        self._source, self._tickets, self._world = source, tickets, world
        self._number = 0

    async def says(self, gateway: str, *said: Said) -> None:
        self._number += 1
        entries = [Entry(said=msgspec.Raw(written(one)), waited_ms=0) for one in said]  # type: ignore[arg-type]  # none of them is trouble
        batch = Batch(spool="s", number=self._number, entries=entries, ticket=self._tickets.give(1.0))
        await self._source.accept(gateway, batch, self._world.now)


@asynccontextmanager
async def post(world: World, bridge: Bridge) -> AsyncIterator[Post]:
    async def first_time(_: str) -> bool:
        return True

    tickets = Tickets(b"t" * 32)
    source = Gateways(NAMES, steady=lambda: 1.0, tickets=tickets, first_time=first_time)
    listening = asyncio.create_task(source.run(bridge))
    await asyncio.sleep(0)
    try:
        yield Post(source, tickets, world)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_the_key_of_another_gateway_makes_neither_danger_nor_good_air(at_stage: Stage) -> None:
    world, bridge = await plant(at_stage)
    async with post(world, bridge) as gateways:
        for value in ("0", "40"):
            await gateways.says("south", sample("flammable", value))
        alarm = Beat(source=SourceKind.PUSH, device=KEY, flags=frozenset({Flag.ALARM}))
        lost = Position(source=SourceKind.PUSH, device=KEY, place=None, flags=frozenset({Flag.PANIC}))
        await gateways.says("south", alarm, lost)
        await bridge.tick()
        assert await world.status(NUMBER) is Status.ACTIVE
        assert bridge.newest == {}, "not even as the last thing heard of it"
        assert bridge.impostors.times == {("south", "GD-1"): 4}
        assert [note for note in bridge.notes() if "GD-1 by gateway south" in note]
        await gateways.says("north", sample("flammable", "0"))
        assert bridge.newest[DeviceKey("GD-1"), "flammable"].quality is Quality.GOOD  # type: ignore[index]  # ids are spelt alike here
        await gateways.says("north", sample("flammable", "40"))
        await bridge.tick()
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert len(await stops(world)) == 1


async def test_a_line_of_the_house_does_not_speak_for_what_stands_behind_a_gateway(at_stage: Stage) -> None:
    world, bridge = await plant(at_stage)
    bridge.take(sample("flammable", "40"))
    await bridge.tick()
    assert await world.status(NUMBER) is Status.ACTIVE
    assert [note for note in bridge.notes() if "GD-1 by a line of this house" in note]


async def test_a_gateway_does_not_speak_for_what_the_house_hears_itself(at_stage: Stage) -> None:
    """As the register was before it said anything of gateways: the work stops by silence rather than go on by a key
    that was never given the device."""
    world, bridge = await plant(at_stage)
    row = device(area=(await world.permit(NUMBER)).what.area)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    bridge._moved = True
    await bridge.tick()
    async with post(world, bridge) as gateways:
        await gateways.says("north", sample("flammable", "0"))
    assert bridge.newest == {}


async def test_what_the_register_was_mended_for_is_told_no_longer(at_stage: Stage) -> None:
    """Nor what came in before the register was read: every start would tell of devices nobody registered."""
    world, bridge = await plant(at_stage)
    for key in ("GD-1", "NEW"):
        bridge.take(sample("flammable", "0", key=DeviceKey(key)))
    told = " ".join(bridge.notes())
    assert "GD-1 by a line of this house" in told
    assert "e.g. NEW" in told
    area = (await world.permit(NUMBER)).what.area
    await world.writer.submit(
        lambda tx: tx.put_register(Register(devices=(device("GD-1", area=area), device("NEW", area=area))))
    )
    bridge._moved = True
    await bridge.tick()
    told = " ".join(bridge.notes())
    assert "GD-1 by" not in told
    assert "nobody registered" not in told


async def test_what_somebody_repeats_is_remembered_a_thousand_times_at_most(at_stage: Stage) -> None:
    world, bridge = await plant(at_stage)
    rows = [device(f"D-{number}", gateway="north") for number in range(1001)]
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=tuple(rows))))
    bridge._moved = True
    await bridge.tick()
    for row in rows:
        bridge.take(sample("flammable", "40", key=row.address), via="south")
    assert len(bridge.impostors.times) == 1000
    assert bridge.newest == {}
