"""Rules are the largest part of a permit: those frozen under equal rules share one object, and nothing else moves."""

from __future__ import annotations

from handlers.house import permits_of
from storage.tx import Tx
from tests.support.hot_work import NUMBER
from tests.support.office import SITE, Stage
from workflow.permit.state import Permit


async def test_permits_under_equal_rules_hold_the_same_ones(at_stage: Stage) -> None:
    world = at_stage("submitted")
    records = await world.writer.submit(lambda tx: tx.records(world.house.permits, NUMBER))
    fold = permits_of(SITE)
    stored = [fold.codec.decode(record.kind, record.body) for record in records]

    def copy(tx: Tx) -> tuple[Permit, Permit]:
        folded = [tx.append(fold, name, 0, stored, world.now, "copy")[0] for name in ("first", "second")]
        return folded[0], folded[1]

    first, second = await world.writer.submit(copy)
    assert first.law is second.law
    assert first.law == (await world.permit(NUMBER)).law
    again = [fold.codec.decode(record.kind, record.body) for record in records]
    third = fold.initial("third")
    for event in again:
        third = fold.evolve(third, event)
    assert third.law is first.law
    assert again == stored
