"""The equipment interlock as people live it: locked, unlocked, confirmed by hand while silent, stopped by a denial."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cards.buttons import Action
from cards.history import Telling, history_line
from handlers.interlocking import Report, Taken, UnknownEquipment, reported
from handlers.office import Office
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT, WORKER
from tests.support.office import ZONE, Rows, Stage, World, at
from workflow.ids import EquipmentId
from workflow.interlock import MAX_AGE, EquipmentState, EquipmentStateReported
from workflow.permit import events as e
from workflow.permit.state import Status

TANK, NEXT, ELSEWHERE = EquipmentId("T-202"), EquipmentId("T-203"), EquipmentId("T-101")
PURGED, DENIED = EquipmentState.PURGED, EquipmentState.NOT_PURGED
SURE = f"置换确认 {NUMBER} 现场取样测爆合格，进出口已加盲板"


@pytest.fixture
def site(at_stage: Stage) -> World:
    """Everything in place for the start, in a plant with an equipment system that has said nothing yet."""
    return linked(at_stage("ready"))


def linked(world: World) -> World:
    world.house = replace(world.house, interlock=MAX_AGE)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    return world


async def system_says(
    world: World, state: EquipmentState, *, of: EquipmentId = TANK, when: datetime | None = None, key: str | None = None
) -> Taken:
    world.count += 1
    report = Report(
        key=key or f"equipment:{world.count}", equipment=of, state=state, at=when or world.now, by="中控王班长"
    )
    return await world.writer.submit(lambda tx: reported(tx, world.house, report, world.now))


async def start(world: World) -> Rows:
    """Both start signatures, as far as they go."""
    world.now = max(world.now, at("08:01"))
    await world.scans(GUARD, BOARD)
    await world.scans(SHIFT, BOARD)
    rows = await world.taps(GUARD, Action.START, NUMBER, "guardian")
    if rows.refused(GUARD):
        return rows
    return await world.taps(SHIFT, Action.START, NUMBER, "shift_leader")


async def test_not_purged_locks_and_purged_unlocks(site: World) -> None:
    assert await system_says(site, DENIED) is Taken.KEPT
    assert (await start(site)).refused(GUARD) == ["purged"]
    site.now += timedelta(minutes=1)
    assert await system_says(site, PURGED) is Taken.KEPT
    assert (await start(site)).refused(SHIFT) == []
    assert await site.status(NUMBER) is Status.ACTIVE


async def test_the_neighbour_in_the_area_locks_as_well_and_another_area_does_not(site: World) -> None:
    await system_says(site, PURGED)
    await system_says(site, DENIED, of=ELSEWHERE)
    await system_says(site, DENIED, of=NEXT)
    assert (await start(site)).refused(GUARD) == ["purged"]
    site.now += timedelta(minutes=1)
    await system_says(site, PURGED, of=NEXT)
    await start(site)
    assert await site.status(NUMBER) is Status.ACTIVE


async def test_silence_needs_a_named_human_and_the_record_says_that_it_was_one(site: World) -> None:
    assert (await start(site)).refused(GUARD) == ["purged"]
    rows = await site.says(SHIFT, SURE)
    assert rows.refused(SHIFT) == []
    assert rows.said(SHIFT) == ["purge_confirmed"]
    await start(site)
    assert await site.status(NUMBER) is Status.ACTIVE
    (event,) = [one for one in await site.events(NUMBER) if isinstance(one, e.PurgeConfirmedByHand)]
    assert event.by.as_person == SHIFT
    assert event.how == "现场取样测爆合格，进出口已加盲板"
    assert "没有报过2号罐的状态" in event.why
    line = history_line(event, Telling(names={SHIFT: "吴刚"}, zone=ZONE, nodes={}, photos={}))
    assert line == "吴刚 人工确认已置换合格（设备系统无回传）：现场取样测爆合格，进出口已加盲板"


async def test_nobody_of_the_team_confirms_and_nobody_against_the_system(site: World) -> None:
    for who, gate in ((LEADER, "who.role"), (WORKER, "who.role"), (GUARD, "who.role"), (SAFETY, "who.role")):
        assert (await site.says(who, SURE)).refused(who) == [gate], who
    await system_says(site, DENIED)
    assert (await site.says(UNIT, SURE)).refused(UNIT) == ["purged"]
    assert (await site.kinds(NUMBER))[-1] == "AttemptRefused"
    assert (await start(site)).refused(GUARD) == ["purged"]


async def test_a_confirmation_names_its_permit_and_how(site: World) -> None:
    assert (await site.says(SHIFT, "置换确认")).said(SHIFT) == ["purge_how"]
    assert (await site.says(SHIFT, "置换确认 DHZY-HC-20260318-999 看过")).said(SHIFT) == ["no_such_permit"]
    assert (await site.says(SHIFT, f"置换确认 {NUMBER}")).refused(SHIFT) == ["purged.how"]


async def test_a_denial_during_work_stops_it_at_once(site: World) -> None:
    await system_says(site, PURGED)
    await start(site)
    await site.rows()
    site.now += timedelta(minutes=5)
    assert await system_says(site, DENIED, of=NEXT) is Taken.KEPT
    rows = await site.fires()
    assert await site.status(NUMBER) is Status.SUSPENDED
    assert "suspended" in rows.pushed(GUARD)
    stop = (await site.events(NUMBER))[-1]
    assert isinstance(stop, e.WorkSuspended)
    assert "3号罐未置换合格" in stop.text


async def test_a_confirmation_counts_no_more_once_the_system_says_otherwise(site: World) -> None:
    await site.says(SHIFT, SURE)
    await start(site)
    site.now += timedelta(minutes=5)
    await system_says(site, DENIED)
    await site.fires()
    assert await site.status(NUMBER) is Status.SUSPENDED


async def test_what_is_older_changes_nothing(site: World) -> None:
    await system_says(site, DENIED)
    earlier = site.now - timedelta(seconds=1)
    assert await system_says(site, PURGED, when=earlier) is Taken.OLDER
    assert await system_says(site, PURGED) is Taken.OLDER  # of one moment the safer word stays
    assert (await start(site)).refused(GUARD) == ["purged"]


async def test_a_replay_and_a_code_nobody_knows_change_nothing(site: World) -> None:
    assert await system_says(site, DENIED, key="equipment:one") is Taken.KEPT
    site.now += timedelta(minutes=1)
    assert await system_says(site, PURGED, key="equipment:one") is Taken.REPLAYED
    with pytest.raises(UnknownEquipment):
        await system_says(site, PURGED, of=EquipmentId("T-999"), key="equipment:two")
    assert await system_says(site, PURGED, key="equipment:two") is Taken.KEPT  # the refused one left nothing behind


async def test_a_word_that_ages_is_silence_again(site: World) -> None:
    await system_says(site, PURGED, when=site.now - MAX_AGE)
    assert (await start(site)).refused(GUARD) == ["purged"]  # a minute later it is too old


async def test_the_journal_keeps_changes_and_not_every_repetition(site: World) -> None:
    for state in (PURGED, PURGED, DENIED):
        site.now += timedelta(minutes=1)
        await system_says(site, state)
    fold = site.house.equipment
    records = await site.writer.submit(lambda tx: tx.records(fold, TANK))
    kept = [fold.codec.decode(record.kind, record.body) for record in records]
    assert [one.state for one in kept if isinstance(one, EquipmentStateReported)] == [PURGED, DENIED]


async def test_without_a_system_the_register_decides_as_before(at_stage: Stage) -> None:
    world = at_stage("ready")
    await start(world)
    assert await world.status(NUMBER) is Status.ACTIVE
    assert (await world.says(SHIFT, SURE)).refused(SHIFT) == ["purged.no_system"]
