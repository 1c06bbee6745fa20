"""The picture of the board: who sees what of it, what it says of a permit, and how it looked at an earlier moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cards.buttons import Action
from handlers.house import House
from handlers.live_board import LivePermit, Picture, apart, picture, picture_then, scope_of
from storage.directory import Register
from tests.support.hot_work import CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import Stage, World
from workflow.ids import AreaId, PermitId, PersonId
from workflow.overdue import Late
from workflow.permit.state import Status
from workflow.rules.types import Role

STRANGER = PersonId("hc0001")


async def taken(world: World, *, then: timedelta | None = None) -> Picture:
    house, now = apart(world.house), world.now
    if then is not None:
        return await world.writer.submit(lambda tx: picture_then(tx, house, now - then))
    return await world.writer.submit(lambda tx: picture(tx, house, now))


async def one(world: World) -> LivePermit:
    (found,) = (await taken(world)).permits
    return found


# --- who sees what


async def test_a_post_opens_its_places_and_everybody_else_sees_what_names_them(at_stage: Stage) -> None:
    world = at_stage("issued")
    permit = await one(world)
    scopes = {
        who: await world.writer.submit(lambda tx, who=who: scope_of(tx.directory, world.house, who))  # type: ignore[misc]  # bound
        for who in (SAFETY, UNIT, LEADER, WORKER, GUARD, STRANGER, PersonId("nobody"))
    }
    assert scopes[PersonId("nobody")] is None
    found = {who: scope for who, scope in scopes.items() if scope is not None}
    assert {who for who, scope in found.items() if scope.sees(permit)} == {SAFETY, UNIT, LEADER, WORKER, GUARD}
    assert {who for who, scope in found.items() if scope.whole} == {SAFETY}
    assert {who for who, scope in found.items() if scope.officer} == {SAFETY}
    assert found[UNIT].covers(permit.area)
    assert not found[UNIT].covers(AreaId("RX1")), "the tank farm's head looks after no reactors"
    elsewhere = replace(permit, area=AreaId("RX1"), people=frozenset())
    assert {who for who, scope in found.items() if scope.sees(elsewhere)} == {SAFETY}


async def test_the_plants_file_says_who_looks_after_places(at_stage: Stage) -> None:
    world = at_stage("issued")
    permit, plant = replace(await one(world), people=frozenset()), world.house.book.plant

    async def seeing(house: House) -> set[PersonId]:
        people = (SAFETY, UNIT, CHIEF)
        scopes = await world.writer.submit(lambda tx: [scope_of(tx.directory, house, who) for who in people])
        return {who for who, scope in zip(people, scopes, strict=True) if scope is not None and scope.sees(permit)}

    assert await seeing(world.house) == {SAFETY, UNIT, CHIEF}
    fewer = replace(world.house.book, plant=replace(plant, overseers=frozenset({Role.SITE_UNIT})))
    assert await seeing(replace(world.house, book=fewer)) == {UNIT}


async def test_who_has_left_sees_nothing(at_stage: Stage) -> None:
    world = at_stage("issued")

    def leave(tx: object) -> None:
        people = tx.directory.people  # type: ignore[attr-defined]  # a Tx
        tx.put_register(Register(people=(replace(people[SAFETY], active=False),)))  # type: ignore[attr-defined]  # same

    await world.writer.submit(leave)
    assert await world.writer.submit(lambda tx: scope_of(tx.directory, world.house, SAFETY)) is None


# --- what it says


async def test_it_says_whom_a_permit_waits_for_and_what_blocks_it(at_stage: Stage) -> None:
    world = at_stage("review")
    permit = await one(world)
    assert (permit.status, permit.since) == (Status.IN_REVIEW, world.now)
    assert UNIT in permit.asked
    assert permit.step == next(node.label for node in (await world.permit(NUMBER)).law.chain)
    assert permit.overdue == ()
    world.now += timedelta(hours=1)
    assert Late.SIGNATURE in {each.what for each in (await one(world)).overdue}


async def test_a_stop_is_on_it_with_its_reason_and_every_open_gate(at_stage: Stage) -> None:
    world = at_stage("active")
    assert (await one(world)).stopped is None
    await world.taps(GUARD, Action.STOP, NUMBER)
    permit = await one(world)
    assert permit.status is Status.SUSPENDED
    assert permit.stopped is not None
    world.now += timedelta(hours=1)
    assert "gas_fresh" in {each.gate for each in (await one(world)).blocked}


async def test_an_emergency_and_hazards_stand_at_their_place(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    await world.taps(SAFETY, Action.EMERGENCY, "zone:TK2", revision=0)
    found = await taken(world)
    assert [(heat.area, heat.open) for heat in found.heat] == [(AreaId("TK2"), 1)]
    assert [(zone.area, zone.name) for zone in found.zones] == [(AreaId("TK2"), "二号罐区")]
    back = await taken(world, then=timedelta(0))
    assert (back.heat, back.zones) == (found.heat, found.zones)


# --- then


def told(found: Picture) -> list[tuple[object, ...]]:
    """What a look back promises to know."""
    return [
        (each.id, each.version, each.status, each.live, each.asked, each.since, each.overdue, each.stopped, each.until)
        for each in found.permits
    ]


@pytest.mark.parametrize("stage", ["review", "active"])
async def test_a_look_back_at_now_is_the_present(at_stage: Stage, stage: str) -> None:
    world = at_stage(stage)
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    now, back = await taken(world), await taken(world, then=timedelta(0))
    assert told(now) == told(back)
    assert (now.heat, now.zones) == (back.heat, back.zones)
    assert back.past
    assert all(each.findings == () for each in back.permits), "gates of then were not written down"


async def test_every_moment_of_a_life_comes_back_as_it_was(at_stage: Stage) -> None:
    """What the board showed while the permit lived is what it shows of that moment from the end."""
    world = at_stage("active")
    records = await world.writer.submit(lambda tx: tx.records(world.house.permits, NUMBER))
    events = await world.events(NUMBER)
    state, last = world.house.permits.initial(NUMBER), {}
    for record, event in zip(records, events, strict=True):
        state = world.house.permits.evolve(state, event)
        last[record.at] = (state.status, state.version)
    house = apart(world.house)
    for moment, expected in last.items():
        found = await world.writer.submit(lambda tx, moment=moment: picture_then(tx, house, moment))  # type: ignore[misc]  # bound
        assert [(each.status, each.version) for each in found.permits] == [expected], moment
    before = min(last) - timedelta(seconds=1)
    assert (await world.writer.submit(lambda tx: picture_then(tx, house, before))).permits == ()


async def test_what_ended_is_there_before_its_end_and_gone_after(at_stage: Stage) -> None:
    world = at_stage("review")
    world.now += timedelta(minutes=5)
    stood = world.now
    world.now += timedelta(minutes=5)
    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.CANCELLED
    house, ended = apart(world.house), world.now
    before = await world.writer.submit(lambda tx: picture_then(tx, house, stood))
    assert [each.status for each in before.permits] == [Status.IN_REVIEW]
    after = await world.writer.submit(lambda tx: picture_then(tx, house, ended))
    assert after.permits == ()


async def test_a_hazard_stands_on_its_place_from_its_report_on(at_stage: Stage) -> None:
    world = at_stage("review")
    before = world.now
    world.now += timedelta(minutes=5)
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    house = apart(world.house)
    assert (await world.writer.submit(lambda tx: picture_then(tx, house, before))).heat == ()
    reported = world.now
    world.now += timedelta(days=30)
    then, now = await taken(world, then=world.now - reported), await taken(world)
    assert [(heat.open, heat.late) for heat in then.heat] == [(1, 0)]
    assert [(heat.open, heat.late) for heat in now.heat] == [(1, 1)], "nobody took it on for a month"


async def test_reading_apart_shares_no_working_memory(at_stage: Stage) -> None:
    """Two threads that see two versions of the register would give each other's answers."""
    world = at_stage("review")
    theirs = apart(world.house)
    for name in ("posts", "places", "permits", "names", "last_positions"):
        assert getattr(theirs, name) is not getattr(world.house, name), name
    assert (theirs.book, theirs.site, theirs.zone) == (world.house.book, world.house.site, world.house.zone)


async def test_a_picture_taken_from_the_last_one_is_a_fresh_one(at_stage: Stage) -> None:
    """What was kept of it is what would have been found, and what moved is found anew."""
    world = at_stage("active")
    house = apart(world.house)
    first = await taken(world)
    again = await world.writer.submit(lambda tx: picture(tx, house, world.now, first))
    assert all(one is two for one, two in zip(again.permits, first.permits, strict=True)), "nothing moved"
    await world.taps(GUARD, Action.STOP, NUMBER)
    stopped = await world.writer.submit(lambda tx: picture(tx, house, world.now, first))
    assert stopped == await taken(world)
    assert [one.status for one in stopped.permits] == [Status.SUSPENDED]
    elsewhere = replace(first.permits[0], id=PermitId("DHZY-HC-20260318-777"))
    one_more = replace(first, permits=(*first.permits, elsewhere))
    assert (await world.writer.submit(lambda tx: picture(tx, house, world.now, one_more))).permits == stopped.permits


async def test_work_of_the_green_channel_is_on_it_though_it_has_no_permit(at_stage: Stage) -> None:
    world = at_stage("review")
    assert (await taken(world)).green == ()
    await world.says(UNIT, "绿色通道 2号罐 法兰泄漏要马上动火堵")
    assert [(one.area, one.name) for one in (await taken(world)).green] == [(AreaId("TK2"), "二号罐区")]
