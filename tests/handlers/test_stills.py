"""Pictures and a real office: what is ordered with which event, who answers in a dead camera's place, what follows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cards.buttons import Action
from handlers.arrivals import DeviceAsks, Sender
from handlers.luck import moment
from handlers.outgoing import PermitCard, StillOrder
from handlers.stills import PATIENCE as PATIENCE_ROW
from handlers.stills import STILL, luck, unlooked
from storage.agenda import timer_key
from tests.support.hot_work import BOARD, GUARD, NUMBER, SHIFT, WORKER
from tests.support.office import SITE, World
from workflow.effects import Lane
from workflow.ids import AreaId, DeviceId, MediaHash, PermitId
from workflow.permit import events as e
from workflow.permit.commands import RecordStill, SuspendReason
from workflow.permit.state import Status
from workflow.stills import ANSWER_WITHIN, Camera, Cameras, Occasion, OnSilence, Silence, StillRule
from workflow.values import Actor, WorkType

Stage = Callable[[str], World]
HOUR = timedelta(hours=1)
CAM = DeviceId("cam-1")
PICTURE = MediaHash("a" * 64)
RULE = StillRule(works=frozenset({WorkType.HOT}), every=HOUR, earliest=HOUR / 3)
PATIENCE = int(ANSWER_WITHIN.total_seconds())


def watched(world: World, *cameras: str, rule: StillRule | None = RULE, area: str = "TK2") -> World:
    """An office whose plant asks its cameras, and the cameras that look at the place."""
    book = world.house.book
    if rule is not None:
        book = replace(book, plant=replace(book.plant, stills=(rule,)))
    every = (Camera(id=DeviceId(one), name=f"{one}号", areas=frozenset({AreaId(area)})) for one in cameras)
    world.house = replace(
        world.house, book=book, cameras=Cameras(by_id={one.id: one for one in every}, there=True)
    )  # fmt: skip
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    return world


async def starts(world: World) -> list[StillOrder]:
    """The last two signatures of the start; the pictures they order."""
    world.now += timedelta(minutes=11)
    await world.scans(GUARD, BOARD)
    await world.scans(SHIFT, BOARD)
    await world.taps(GUARD, Action.START, NUMBER, "guardian")
    rows = await world.taps(SHIFT, Action.START, NUMBER, "shift_leader")
    assert await world.status(NUMBER) is Status.ACTIVE
    assert rows.lanes(StillOrder) <= {Lane.INFORMATION.value}
    return rows.of(StillOrder)


async def answers(world: World, order: StillOrder, silence: Silence | None = None) -> Any:
    said = {"silence": silence} if silence else {"media": PICTURE, "taken_at": world.now}
    command = RecordStill(
        by=Actor.device(order.camera), at=world.now, key=order.key, occasion=order.occasion, camera=order.camera,
        name="罐顶", asked_at=order.at, **said,
    )  # fmt: skip
    arrival = DeviceAsks(
        site=SITE, sender=Sender(platform="", corp="", user="camera"), dedup_key=f"still:{order.key}",
        received_at=world.now, permit=order.permit, command=command,
    )  # fmt: skip
    return await world.take(arrival)


async def told(world: World) -> list[e.StillTaken | e.CameraSilent]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.StillTaken | e.CameraSilent)]


async def stops(world: World) -> list[e.WorkSuspended]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


async def next_picture(world: World) -> datetime | None:
    timers = await world.writer.submit(lambda tx: tx.timers())
    return timers.get(NUMBER, {}).get(STILL)


async def test_every_camera_of_the_place_is_asked_with_the_start_and_the_stop(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", "cam-2")
    begun = await starts(world)
    assert [(one.camera, one.occasion, one.at) for one in begun] == [
        ("cam-1", Occasion.BEGIN, world.now), ("cam-2", Occasion.BEGIN, world.now)
    ]  # fmt: skip
    rows = await world.says(WORKER, "停工 着火了", key="stop")
    assert [(one.camera, one.occasion) for one in rows.of(StillOrder)] == [
        ("cam-1", Occasion.STOP), ("cam-2", Occasion.STOP)
    ]  # fmt: skip
    assert (await world.says(WORKER, "停工 着火了", key="stop")).of(StillOrder) == []
    assert await next_picture(world) is None


@pytest.mark.parametrize(
    ("rule", "there"), [(replace(RULE, works=frozenset({WorkType.LIFT})), True), (None, True), (RULE, False)]
)
async def test_a_plant_that_asks_nothing_or_has_no_cameras_orders_nothing(
    at_stage: Stage, rule: StillRule | None, there: bool
) -> None:
    world = watched(at_stage("ready"), "cam-1", rule=rule)
    world.house = replace(world.house, cameras=replace(world.house.cameras, there=there))
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    assert await starts(world) == []
    assert await next_picture(world) is None


async def test_a_place_without_a_camera_says_so_once(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", area="TK9")
    assert await starts(world) == []
    await world.passes(seconds=1)
    (silent,) = await told(world)
    assert isinstance(silent, e.CameraSilent)
    assert (silent.why, silent.camera, silent.by) == (Silence.NO_CAMERA, "", Actor.clock())
    assert await stops(world) == []


async def test_a_place_without_a_camera_stops_where_the_plant_wants_it(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", area="TK9", rule=replace(RULE, silent=OnSilence.SUSPEND))
    await starts(world)
    await world.passes(seconds=1)
    (stop,) = await stops(world)
    assert (stop.reason, stop.text) == (SuspendReason.DEVICE_SILENT, "作业点摄像头没有画面：作业点没有登记摄像头")


async def test_a_picture_is_on_the_journal_and_nobody_answers_in_its_place(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", rule=replace(RULE, silent=OnSilence.SUSPEND))
    (order,) = await starts(world)
    await world.passes(seconds=3)
    rows = await answers(world, order)
    assert rows.of(PermitCard) == []
    await world.passes(seconds=PATIENCE + 1)
    (taken,) = await told(world)
    assert isinstance(taken, e.StillTaken)
    assert (taken.media, taken.by, taken.taken_at - taken.asked_at) == (
        PICTURE, Actor.device(CAM), timedelta(seconds=3)
    )  # fmt: skip
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_an_answer_ends_the_patience(at_stage: Stage) -> None:
    """Also where the journal would not take a second answer: a row that is left would wake the house for nothing."""
    world = watched(at_stage("ready"), "cam-1")
    (order,) = await starts(world)
    await answers(world, order)
    timers = await world.writer.submit(lambda tx: tx.timers())
    assert PATIENCE_ROW not in timers[NUMBER]


async def test_whoever_is_down_the_wish_is_answered_in_time(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1")
    (order,) = await starts(world)
    await world.passes(seconds=PATIENCE - 1)
    assert await told(world) == []
    await world.passes(seconds=1)
    (silent,) = await told(world)
    assert isinstance(silent, e.CameraSilent)
    assert (silent.why, silent.by) == (Silence.UNANSWERED, Actor.clock())
    await answers(world, order)
    assert await told(world) == [silent]


async def test_the_guardian_hears_of_silence_where_the_plant_wants_it(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", rule=replace(RULE, silent=OnSilence.TELL))
    (order,) = await starts(world)
    rows = await answers(world, order, Silence.DENIED)
    (card,) = rows.of(PermitCard)
    assert (card.person, card.note) == (GUARD, "camera_silent")
    assert card.args == {"name": "罐顶", "why": "摄像头拒绝访问"}
    assert (await answers(world, order, Silence.DENIED)).of(PermitCard) == []
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_silence_stops_the_work_where_the_plant_wants_it_and_only_work(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", rule=replace(RULE, silent=OnSilence.SUSPEND))
    (order,) = await starts(world)
    await answers(world, order, Silence.UNREACHED)
    rows = await world.passes(seconds=1)
    (stop,) = await stops(world)
    assert (stop.reason, stop.text, stop.by) == (
        SuspendReason.DEVICE_SILENT, "罐顶没有画面：连不上", Actor.clock()
    )  # fmt: skip
    (again,) = rows.of(StillOrder)
    await answers(world, again, Silence.UNREACHED)
    await world.passes(minutes=2)
    assert await stops(world) == [stop]


async def test_a_stop_for_want_of_a_picture_that_comes_too_late_is_stale(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1", rule=replace(RULE, silent=OnSilence.SUSPEND))
    (order,) = await starts(world)
    await answers(world, order, Silence.UNREACHED)
    await world.says(WORKER, "停工 着火了")
    await world.passes(seconds=1)
    assert [one.reason for one in await stops(world)] == [SuspendReason.STOP_WORK]


async def test_pictures_by_chance_come_within_their_bounds(at_stage: Stage) -> None:
    soonest, latest = timedelta(minutes=5), timedelta(minutes=15)
    world = watched(at_stage("ready"), "cam-1", rule=replace(RULE, every=latest, earliest=soonest))
    await starts(world)
    waits = []
    for _ in range(2):
        last, due = world.now, await next_picture(world)
        assert due is not None
        waits.append(due - last)
        rows = await world.passes(seconds=math.ceil((due - last).total_seconds()))
        (order,) = rows.of(StillOrder)
        assert (order.occasion, order.at) == (Occasion.RANDOM, due)
    assert all(soonest <= wait <= latest for wait in waits)
    assert waits[0] != waits[1]


def test_whoever_lacks_the_secret_cannot_draw_the_moment() -> None:
    at = datetime(2026, 3, 18, 8, tzinfo=UTC)
    drawn = {moment(at, at + HOUR, luck(bytes([one]), NUMBER, at)) for one in range(100)}
    assert len(drawn) == 100
    assert luck(b"x", NUMBER, at) != luck(b"x", NUMBER, at + timedelta(microseconds=1)) != luck(b"x", "other", at)


async def test_the_moment_stands_in_the_agenda_and_nowhere_people_look(at_stage: Stage) -> None:
    world = watched(at_stage("ready"), "cam-1")
    await starts(world)
    due = await next_picture(world)
    assert due is not None
    told_of = " ".join(repr(one) for one in await world.events(NUMBER)) + repr(await world.permit(NUMBER))
    assert due.isoformat() not in told_of
    assert repr(due) not in told_of
    again = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    world.office = again  # the house was started anew: the moment is the one that was drawn
    assert await next_picture(world) == due
    assert timer_key(PermitId(NUMBER), STILL) == f"{NUMBER}/still"


async def test_work_under_way_when_the_plant_begins_to_ask_is_looked_at_by_chance(at_stage: Stage) -> None:
    bare = replace(RULE, every=None, earliest=None)
    world = watched(at_stage("active"), "cam-1", rule=bare)

    async def looked() -> datetime | None:
        await world.writer.submit(lambda tx: unlooked(tx, world.house, world.now))
        return await next_picture(world)

    assert await looked() is None
    watched(world, "cam-1", rule=replace(bare, every=HOUR))
    due = await looked()
    assert due is not None
    assert HOUR / 3 <= due - world.now <= HOUR
    world.now += timedelta(minutes=1)
    assert await looked() == due, "a house that begins anew again and again must look all the same"
    watched(world, "cam-1", rule=replace(bare, every=HOUR / 4))
    sooner = await looked()
    assert sooner is not None
    assert sooner - world.now <= HOUR / 4
    await world.says(WORKER, "停工 着火了")
    assert await looked() is None
