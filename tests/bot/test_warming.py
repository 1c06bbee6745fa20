"""After a start running work is looked at, a few permits at a time; its failure is said and hurts nobody."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.warming import AT_ONCE, PAUSE, warm
from handlers.warming import MOST, running
from storage.tx import Tx
from tests.handlers.test_neighbours import beside
from tests.support.clock import FakeClock
from tests.support.office import Stage
from workflow.ids import PermitId


async def test_a_few_at_a_time_with_a_pause_between(at_stage: Stage) -> None:
    world, paused = at_stage("active"), list[float]()

    def many(tx: Tx) -> None:
        for number in range(AT_ONCE * 3):
            tx.put_on_board(beside(permit=f"MB-{number}"))

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    await world.writer.submit(many)
    found = await world.writer.submit(lambda tx: running(tx, world.now))
    assert len(found) == AT_ONCE * 3 + 1
    with capture_logs() as said:
        await warm(world.writer, world.house, FakeClock(world.now), pause)
    assert [one for one in paused if one] == [PAUSE] * 4
    assert [(one["event"], one["permits"]) for one in said] == [("warmed", len(found))]
    assert len(world.house.places.codes) == 1, "rows of the board without a journal are nobody's permit"


async def test_its_failure_is_said_once_and_hurts_nobody(at_stage: Stage) -> None:
    world = at_stage("active")

    async def pause(_seconds: float) -> None:
        raise OSError("whatever")

    with capture_logs() as said:
        await warm(world.writer, world.house, FakeClock(world.now), pause)
    assert [one["event"] for one in said] == ["not warmed"]


async def test_no_more_than_memory_should_hold(at_stage: Stage) -> None:
    world = at_stage("active")

    def crowd(tx: Tx) -> tuple[PermitId, ...]:
        for number in range(MOST + 5):
            tx.put_on_board(beside(permit=f"MB-{number:05}", people=()))
        return running(tx, world.now)

    assert len(await world.writer.submit(crowd)) == MOST
