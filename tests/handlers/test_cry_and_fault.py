"""A detector that cried and then fails has taken nothing back: work does not begin beside its cry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.detectors import bound_to
from hardware_bridge.sample import NO_FLAGS, Flag
from storage.directory import Register
from tests.handlers.test_monitoring import WATCH, Stage, bridge_of, runs
from tests.support.detectors import device, sample, watched
from tests.support.hot_work import GUARD, NUMBER
from tests.support.office import World
from workflow.ids import PermitId, PersonId
from workflow.monitoring import LOOK_BACK, Quality

FAULT = frozenset({Flag.FAULT})


async def two_detectors(at_stage: Stage) -> World:
    world = at_stage("issued")
    world.house = watched(world.house, WATCH)
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    area = (await world.permit(NUMBER)).what.area
    rows = (device("A", area=area), device("B", area=area))
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=rows)))
    return world


async def cries(world: World) -> list[str]:
    """What memory has of A's flammable gas from its last good word on, as the gate is told of it."""
    area = (await world.permit(NUMBER)).what.area
    found = await world.writer.submit(
        lambda tx: bound_to(tx, PermitId(NUMBER), area, {PersonId(GUARD)}, world.now, live=True)
    )
    (one,) = (each for each in found if each.id == "A")
    return [f"{said.value} {said.quality.value}" for said in one.since_good.get("flammable", ())]


async def test_a_fault_after_a_cry_hides_nothing_and_a_good_word_clears_it(at_stage: Stage) -> None:
    world = await two_detectors(at_stage)
    bridge = bridge_of(world)
    well = sample("flammable", "0", key="B")
    await runs(world, bridge, 3, sample("flammable", "0", key="A"), well)
    await runs(world, bridge, 2, sample("flammable", "40", key="A"), well)
    await runs(world, bridge, 5, sample("flammable", "0", key="A", flags=FAULT), well)
    assert await cries(world) == ["40 good", "0 faulty"]
    await runs(world, bridge, 2, sample("flammable", "0.5", key="A"), well)
    assert await cries(world) == [], "its last word is good"
    await runs(world, bridge, 3, sample("flammable", "0", key="A", flags=FAULT), well)
    assert await cries(world) == ["0.5 good", "0 faulty"]


@pytest.mark.parametrize(("value", "flags", "quality"), [("-3", NO_FLAGS, Quality.ZERO_DRIFT), ("0", FAULT, "faulty")])
async def test_an_hour_later_a_cry_is_forgotten_as_every_word_is(
    at_stage: Stage, value: str, flags: frozenset[Flag], quality: str
) -> None:
    world = await two_detectors(at_stage)
    bridge = bridge_of(world)
    await runs(world, bridge, 2, sample("flammable", "140", key="A"))
    assert await cries(world) == ["140 out_of_range"]
    await world.passes(seconds=int((LOOK_BACK - timedelta(minutes=1)).total_seconds()))
    await runs(world, bridge, 2, sample("flammable", value, key="A", flags=flags))
    assert await cries(world) == ["140 out_of_range", f"{value} {quality}"]
    await world.passes(seconds=120)
    await runs(world, bridge, 2, sample("flammable", value, key="A", flags=flags))
    assert await cries(world) == [f"{value} {quality}"]
