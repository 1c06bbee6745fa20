"""Counting what went wrong within a while."""

from __future__ import annotations

from datetime import timedelta

from handlers.tally import Tally
from storage.tx import Tx
from tests.support.office import World

WITHIN = timedelta(minutes=10)


async def counted(world: World) -> int:
    return await world.writer.submit(lambda tx: Tally.at(tx, "key", world.now, WITHIN).count)


async def once_more(world: World) -> None:
    def add(tx: Tx) -> None:
        Tally.at(tx, "key", world.now, WITHIN).add(tx)

    await world.writer.submit(add)


async def test_all_of_it_is_forgotten_together_when_its_time_is_over(world: World) -> None:
    await once_more(world)
    world.now += WITHIN - timedelta(seconds=1)
    await once_more(world)
    assert await counted(world) == 2
    world.now += timedelta(seconds=1)
    assert await counted(world) == 0


async def test_a_clock_that_leapt_ahead_keeps_nobody_out_until_it_is_that_late_again(world: World) -> None:
    world.now += timedelta(days=400)
    await once_more(world)
    world.now -= timedelta(days=400)
    assert await counted(world) == 0
    await once_more(world)
    world.now -= timedelta(seconds=1)
    assert await counted(world) == 1, "two machines' clocks differ"
