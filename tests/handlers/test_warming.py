"""Running work is looked at after a start: what a first decision works out is ready, and nothing else has happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.neighbour_news import ask_again
from handlers.warming import look_over, running
from storage.agenda import AgendaKind
from storage.tx import Tx
from tests.handlers.test_neighbours import beside, desk_of
from tests.support.hot_work import NUMBER
from tests.support.office import Stage, World
from workflow.ids import PermitId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

UNREADABLE = "DHZY-HC-20260318-404"


def look(world: World, *permits: str) -> None:
    """As the service does after a start."""
    names = tuple(map(PermitId, permits))
    world.writer.submit_blocking(lambda tx: look_over(tx, world.house, world.now, names))


@pytest.mark.parametrize(("stage", "found"), [("review", ()), ("issued", ()), ("active", (NUMBER,))])
async def test_only_running_work_is_looked_at(at_stage: Stage, stage: str, found: tuple[str, ...]) -> None:
    world = at_stage(stage)
    assert await world.writer.submit(lambda tx: running(tx, world.now)) == found


async def test_nothing_is_written_and_nobody_is_told(at_stage: Stage) -> None:
    world = at_stage("active")

    def state(tx: Tx) -> tuple[object, ...]:
        return (
            tx.last_record(), tx.agenda_counts(), tx.next_due(AgendaKind.TIMER), tx.on_board(NUMBER),
            tx.load(world.house.permits, NUMBER),
        )  # fmt: skip

    before = await world.writer.submit(state)
    look(world, NUMBER)
    assert await world.writer.submit(state) == before


async def test_what_the_first_decision_needs_is_ready(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.writer.submit(lambda tx: tx.put_on_board(beside(area="TK1")))
    places, book = world.house.places, world.house.book
    assert (len(places.seen), len(places.codes)) == (0, 0)
    look(world, NUMBER)
    ready = (len(places.seen), len(places.codes), len(book._of_contents), len(book._pairs))
    assert min(ready) > 0

    def decide(tx: Tx) -> None:
        permit = tx.load(world.house.permits, NUMBER)[0]
        desk_of(world, tx).facts_about(permit.id, permit.what)

    await world.writer.submit(decide)
    assert (len(places.seen), len(places.codes), len(book._of_contents), len(book._pairs)) == ready


async def test_what_changes_after_the_look_stops_work_all_the_same(at_stage: Stage) -> None:
    world = at_stage("active")
    look(world, NUMBER)
    world.now += timedelta(seconds=1)
    await world.writer.submit(lambda tx: tx.put_on_board(beside()))
    await world.writer.submit(lambda tx: ask_again(tx, PermitId(NUMBER), world.now))
    await world.fires()
    assert await world.status(NUMBER) is Status.SUSPENDED
    stop = (await world.events(NUMBER))[-1]
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.CONFLICT


async def test_what_is_gone_or_ended_meanwhile_keeps_nobody_from_the_others(at_stage: Stage) -> None:
    world = at_stage("active")
    look(world, UNREADABLE, NUMBER)
    assert len(world.house.places.codes) == 1
