"""A refusal names whom to call, with a number the one who asked may see; it never goes into the journal."""

from __future__ import annotations

from dataclasses import replace

from cards.refusal import refusal
from handlers.outgoing import Refusal
from handlers.streams import isolations_of
from storage.directory import Register
from storage.tx import Tx
from tests.handlers.test_isolating import FIRST, LOCKED
from tests.support.hot_work import LEADER, SHIFT, WORKER
from tests.support.office import SITE, Rows, Stage, World
from workflow.ids import PersonId, SiteId

NUMBER = "13800138000"


async def reachable(world: World, who: PersonId, employer: str | None = None) -> None:
    """The register knows a number of this person."""

    def put(tx: Tx) -> None:
        person = tx.directory.people[who]
        tx.put_register(Register(people=(replace(person, phone=NUMBER, employer=employer),)))

    await world.writer.submit(put)


def told(rows: Rows, who: str) -> str:
    (no,) = rows.of(Refusal, who)
    return refusal(no.asked, no.findings, permit=no.permit).text


async def test_the_owner_of_a_lock_is_named_with_his_number(at_stage: Stage) -> None:
    world = at_stage("issued")
    await reachable(world, LEADER)
    await world.says(LEADER, LOCKED)
    assert f"［李强 {NUMBER}］" in told(await world.says(SHIFT, "解锁 L12"), SHIFT)
    records = await world.writer.submit(lambda tx: tx.records(isolations_of(SiteId(SITE)), FIRST))
    assert [record.kind for record in records] == ["LockedOn", "RemovalRefused"]
    assert all(NUMBER.encode() not in record.body for record in records)


async def test_a_contractor_sees_the_name_alone(at_stage: Stage) -> None:
    world = at_stage("issued")
    await reachable(world, LEADER)
    await world.says(LEADER, LOCKED)
    hired = await world.writer.submit(lambda tx: tx.directory.people[WORKER])
    await world.writer.submit(lambda tx: tx.put_register(Register(people=(replace(hired, employer="鲁安检修"),))))
    text = told(await world.says(WORKER, "解锁 L12"), WORKER)
    assert NUMBER not in text
    assert "［李强］" in text


async def test_who_has_no_number_is_named_alone(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(LEADER, LOCKED)
    assert "［李强］" in told(await world.says(SHIFT, "解锁 L12"), SHIFT)
