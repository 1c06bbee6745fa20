"""Manners of the outbox: a distance between two words, a night that is told once, alarms that come in a storm."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.delivery import Push
from cards.buttons import Action
from cards.card import Card
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.encoding import unpack_outgoing
from handlers.manners import climbs_by_day, late_at
from handlers.outgoing import GroupNote, Overnight
from storage.agenda import AgendaKind, Claimed
from storage.tx import Tx
from tests.bot.test_present import studio
from tests.support.hot_work import GUARD, LEADER, NUMBER, UNIT, WORKER
from tests.support.office import Rows, Stage, World, at
from workflow.effects import Lane
from workflow.escalation import waiting
from workflow.ids import PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Permit, Status
from workflow.values import Actor, Interval

SIX = at("06:00", "2026-03-19")


async def waits(world: World, person: str) -> list[tuple[str, datetime]]:
    """What a person will be told later: why, and when."""

    def look(tx: Tx) -> list[tuple[str, datetime]]:
        rows = [
            row for lane in Lane for row in tx.late(AgendaKind.MESSAGE, before=at("23:59", "2026-03-20"), lanes=(lane,))
        ]
        return [(row.purpose, row.due_at.astimezone(world.house.zone)) for row in rows if row.recipient == person]

    return await world.writer.submit(look)


async def due_for(world: World, person: str) -> list[Claimed]:
    """The rows of a person that may leave now, claimed."""

    def claim(tx: Tx) -> tuple[Claimed, ...]:
        return tx.claim_due(AgendaKind.MESSAGE, now=world.now, limit=9, lease=timedelta(days=1), worker="w")

    return [row for row in await world.writer.submit(claim) if row.recipient == person]


async def asks(world: World, line: str) -> Rows:
    await world.says(LEADER, line)
    await world.answers(LEADER, ())
    return await world.submits(LEADER)


TOMORROW = "明天9点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏"
AFTERNOON = "明天14点到16点 2号罐 换法兰 电焊 作业人王强 监护赵敏"
TONIGHT = "今天23点到23点50分 2号罐 换法兰 电焊 作业人王强 监护赵敏"


# --- again ----------------------------------------------------------------------------------------------------------


async def test_a_reminder_keeps_its_distance_and_the_newest_word_wins(at_stage: Stage) -> None:
    world = at_stage("submitted")
    began = world.now
    climbed = await world.passes(minutes=11)
    assert climbed.pushed(UNIT) == []
    assert await waits(world, UNIT) == [("remind", began + timedelta(minutes=15))]
    world.now = began + timedelta(minutes=15)
    assert (await world.rows()).pushed(UNIT) == ["remind"]


async def test_what_is_asked_anew_does_not_wait(at_stage: Stage) -> None:
    """A returned request that comes back is another thing to decide."""
    world = at_stage("submitted")
    await world.taps(UNIT, Action.RETURN, NUMBER, "accept")
    rows = await world.says(UNIT, "补充监护人")
    assert rows.pushed(LEADER) == ["returned"]


# --- night ----------------------------------------------------------------------------------------------------------


async def test_what_can_wait_for_the_morning_waits_and_its_clock_stands_still(world: World) -> None:
    world.now = at("21:50")
    rows = await asks(world, TOMORROW)
    assert rows.pushed(UNIT) == ["ask_accept"]
    climbed = await world.passes(hours=8)
    assert climbed.claimed == [], "nobody is late for having slept"
    assert world.now == at("05:50", "2026-03-19")
    climbed = await world.passes(minutes=31)
    assert climbed.pushed(UNIT) == ["remind"]
    assert world.now == at("06:21", "2026-03-19")


async def test_the_night_is_one_message_in_the_morning(world: World) -> None:
    world.now = at("22:30")
    assert (await asks(world, TOMORROW)).to(UNIT) == []
    assert (await asks(world, AFTERNOON)).to(UNIT) == []
    assert [due for _, due in await waits(world, UNIT)] == [SIX + timedelta(minutes=1)] * 2
    world.now = SIX + timedelta(minutes=1)
    desk = studio(world)
    rows = await due_for(world, UNIT)
    waited = [unpack_outgoing(row.payload) for row in rows]
    assert all(isinstance(one, Overnight) and one.step == "1:accept" for one in waited), "of the step it is about"
    told = [await desk.presenter(row) for row in rows]
    (only,) = told[0]
    assert isinstance(only, Push)
    assert isinstance(only.message, Card)
    assert only.message.title == "夜里没打扰您，现在有2件事"
    assert len(only.message.buttons) == 2
    assert told[1:] == [()], "the first speaks for all"
    await world.writer.submit(partial(_done, row=rows[0], now=world.now))
    assert await desk.presenter(rows[1]) == (), "also once it has"


def _done(tx: Tx, *, row: Claimed, now: datetime) -> None:
    tx.mark_done(row, now)


async def test_of_a_night_only_what_still_stands_is_said(world: World) -> None:
    world.now = at("22:30")
    await asks(world, TOMORROW)
    await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.says(LEADER, "不干了")
    assert await world.status(NUMBER) is Status.CANCELLED
    world.now = SIX + timedelta(minutes=1)
    desk = studio(world)
    rows = await due_for(world, UNIT)
    assert [await desk.presenter(row) for row in rows] == [()]


async def test_work_of_the_night_has_people_who_are_awake(world: World) -> None:
    world.now = at("22:05")
    rows = await asks(world, TONIGHT)
    assert rows.pushed(UNIT) == ["ask_accept"]


async def test_a_stop_at_night_is_told_at_once(at_stage: Stage) -> None:
    world = at_stage("active")
    world.now = at("22:30")
    rows = await world.taps(WORKER, Action.STOP, NUMBER)
    assert rows.pushed(GUARD)[0] == "suspended"


# --- storm ----------------------------------------------------------------------------------------------------------


async def stops(world: World, reason: SuspendReason) -> Rows:
    def work(tx: Tx) -> None:
        world.count += 1
        desk = Desk(tx, world.house, now=world.now, cause=f"storm-{world.count}", sender=CLOCK, actor=None)
        desk.ask(PermitId(NUMBER), c.StopWork(by=Actor.clock(), at=world.now, reason=reason, text=reason.value))
        desk.close()

    await world.writer.submit(work)
    return await world.rows()


async def test_alarms_that_add_to_a_known_stop_are_counted_and_told_once(at_stage: Stage) -> None:
    world = at_stage("active")
    began = world.now
    rows = await stops(world, SuspendReason.GAS)
    assert rows.pushed(GUARD) == ["suspended"]
    later = [SuspendReason.WIND, SuspendReason.VENTILATION, SuspendReason.GUARDIAN_LEFT]
    for reason in later:
        world.now += timedelta(seconds=5)
        rows = await stops(world, reason)
        assert rows.pushed(GUARD) == []
        assert rows.of(GroupNote) == []
    assert await waits(world, GUARD) == [("suspended", began + timedelta(minutes=1))]
    world.now = began + timedelta(minutes=1)
    rows = await world.rows()
    assert rows.pushed(GUARD) == ["suspended"]
    assert len(rows.of(GroupNote)) == 1


async def test_what_orders_people_out_does_not_wait_to_be_counted(at_stage: Stage) -> None:
    world = at_stage("active")
    assert (await stops(world, SuspendReason.WIND)).pushed(GUARD) == ["suspended"]
    world.now += timedelta(seconds=5)
    assert (await stops(world, SuspendReason.GAS)).pushed(GUARD) == ["suspended"]
    world.now += timedelta(seconds=5)
    assert (await stops(world, SuspendReason.DEVICE_ALARM)).pushed(GUARD) == []
    assert (await stops(world, SuspendReason.EMERGENCY)).pushed(GUARD) == ["suspended"]


# --- the last signature ---------------------------------------------------------------------------------------------


async def planned_ahead(world: World, start: datetime) -> Permit:
    """All have signed but the last, for work that begins then and may last three days."""
    permit = await world.permit(NUMBER)
    planned = Interval(start=start, end=start + timedelta(hours=3))
    return replace(
        permit,
        status=Status.IN_REVIEW,
        content=replace(permit.what, planned=planned),
        rules=replace(permit.law, max_validity=timedelta(hours=72)),
        signatures=permit.signatures[:-1],
        waiting_since=world.now,
        issued_at=None,
    )


@pytest.mark.parametrize("days", [4, 5, 6])
async def test_no_night_before_the_last_signature_can_be_given_makes_it_late_a_night_later(
    at_stage: Stage, days: int
) -> None:
    """It can be given from 72 hours before the start on: from then on its time counts, and from then on it stands still
    at night."""
    world = at_stage("issued")
    world.now = at("10:00")
    start = at("14:00") + timedelta(days=days)
    permit = await planned_ahead(world, start)
    first, step = start - timedelta(hours=72), waiting(permit, world.now)
    assert step is not None
    assert late_at(world.house, permit) == first + step.wait

    def climbs(tx: Tx, permit: Permit, due: datetime) -> datetime:
        desk = Desk(tx, world.house, now=world.now, cause="x", sender=CLOCK, actor=PersonId(""))
        return climbs_by_day(desk, permit, due)

    assert await world.writer.submit(lambda tx: climbs(tx, permit, first + step.wait / 2)) == first + step.wait / 2
    # Its own night counts; and so does this one, for a step that has climbed.
    late = await planned_ahead(world, at("21:50") + timedelta(days=days))
    over = at("21:50") + timedelta(days=days - 3) + step.wait
    assert await world.writer.submit(lambda tx: climbs(tx, late, over)) == over + timedelta(hours=8)
    world.now, again = at("21:50"), at("22:10")
    risen = replace(late, escalation_level=1)
    assert await world.writer.submit(lambda tx: climbs(tx, risen, again)) == again + timedelta(hours=8)
