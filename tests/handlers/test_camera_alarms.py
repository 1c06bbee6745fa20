"""What a camera's box says it saw, all the way from the wire to the permit, the guardian or the hazard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from handlers.arrivals import DeviceAsks, InsideNow, SeenThere
from handlers.outgoing import PermitCard
from hardware_bridge.sample import Beat, DeviceKey, Flag, SourceKind
from hardware_bridge.service import Bridge
from storage.directory import Register
from storage.policy_hazards import load_hazards
from tests.support.detectors import device
from tests.support.hot_work import GUARD, NUMBER, WORKER
from tests.support.office import POLICIES, SITE, ZONE, Rows, World
from workflow.camera_alarms import AGAIN, TOLD_AGAIN, CameraAlarm, CameraAlarmRule, Then
from workflow.hazard.state import Hazard
from workflow.ids import HazardId, PermitId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.values import ActorKind

Stage = Callable[[str], World]
CAM = "CAM-3"


async def seen_at(
    at_stage: Stage, stage: str, then: Then | None = None, *, area: str | None = "TK2", permit: str | None = None
) -> tuple[World, Bridge]:
    """An office with a camera at a place, and what its plant wants of people without a helmet."""
    world = at_stage(stage)
    book = world.house.book
    rules = () if then is None else (CameraAlarmRule(kinds=frozenset({CameraAlarm.NO_HELMET}), then=then),)
    world.house = replace(
        world.house, book=replace(book, plant=replace(book.plant, seen=rules)),
        hazard_rules=load_hazards(POLICIES, plant="plant.example.yaml", industry=book.plant.industry),
    )  # fmt: skip
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    row = device(CAM, area=area, permit=permit, channels=())
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))

    def key() -> str:
        world.count += 1
        return str(world.count)

    async def tell(arrival: DeviceAsks | SeenThere | InsideNow) -> None:
        await world.office.handle(arrival)

    bridge = Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=tell, tell=tell, clock=lambda: world.now,
        key=key,
    )  # fmt: skip
    await bridge.tick()
    return world, bridge


async def sees(world: World, bridge: Bridge, *, times: int = 1, flag: Flag = Flag.NO_HELMET) -> Rows:
    for _ in range(times):
        world.now += timedelta(seconds=6)
        bridge.take(
            Beat(
                source=SourceKind.PUSH, device=DeviceKey(CAM), device_time=world.now, flags=frozenset({flag})
            )
        )  # fmt: skip
        await bridge.tick()
    return await world.rows()


async def hazards(world: World) -> list[Hazard]:
    fold = world.house.hazards
    return await world.writer.submit(lambda tx: [tx.load(fold, HazardId(row.id))[0] for row in tx.open_hazards()])


async def stops(world: World) -> list[e.WorkSuspended]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


async def test_a_stop_where_the_plant_wants_it_once_however_many_follow(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active", Then.STOP)
    rows = await sees(world, bridge, times=20)
    (stop,) = await stops(world)
    assert (stop.reason, stop.text) == (SuspendReason.DEVICE_ALARM, f"{CAM}号检测仪识别：有人没戴安全帽")
    assert (stop.by.kind, stop.by.id) == (ActorKind.DEVICE, CAM)
    assert {GUARD, WORKER} <= {card.person for card in rows.of(PermitCard) if card.purpose == "suspended"}


async def test_where_nobody_works_a_stop_is_a_hazard(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "ready", Then.STOP)
    await sees(world, bridge, times=3)
    (one,) = await hazards(world)
    assert one.sighting is not None
    assert (one.sighting.place, one.sighting.area, one.sighting.permit) == ("二号罐区", "TK2", None)
    assert await stops(world) == []


async def test_a_storm_is_one_hazard_and_it_is_seen_again_once_an_hour(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active")
    await sees(world, bridge, times=20)
    (one,) = await hazards(world)
    assert one.sighting is not None
    assert one.sighting.permit == PermitId(NUMBER)
    assert one.reporter is not None
    assert (one.reporter.kind, one.reporter.id) == (ActorKind.DEVICE, CAM)
    version = one.version
    world.now += AGAIN
    await sees(world, bridge, times=20)
    (again,) = await hazards(world)
    assert again.id == one.id
    assert again.version == version + 1
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_the_guardian_is_told_and_not_told_again_at_once(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active", Then.TELL)
    rows = await sees(world, bridge, times=5)
    cards = rows.of(PermitCard)
    assert {(card.person, card.note) for card in cards} == {(GUARD, "seen_there")}
    assert len(cards) == 1
    ((row, _),) = rows.claimed
    for _ in range(3):  # whatever the clock shows: it is counted from the last telling
        world.now = row.due_at + TOLD_AGAIN - timedelta(seconds=31)
        assert (await sees(world, bridge, times=5)).claimed == []
        assert world.now == row.due_at + TOLD_AGAIN - timedelta(seconds=1)
        rows = await sees(world, bridge, times=5)
        assert len(rows.of(PermitCard)) == 1
        ((row, _),) = rows.claimed
    assert await hazards(world) == []


async def test_another_place_and_another_permit_are_none_of_its_business(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active", Then.STOP, area="TK9")
    await sees(world, bridge)
    assert await stops(world) == []
    assert len(await hazards(world)) == 1


async def test_one_that_is_lent_to_a_permit_speaks_of_that_one_alone(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active", Then.STOP, permit="DHZY-HC-20260318-777")
    await sees(world, bridge)
    assert await stops(world) == []


async def test_a_device_nobody_registered_says_nothing(at_stage: Stage) -> None:
    world, bridge = await seen_at(at_stage, "active", Then.STOP)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=())))
    stranger = Beat(source=SourceKind.PUSH, device=DeviceKey("CAM-9"), flags=frozenset({Flag.NO_HELMET}))
    bridge.take(stranger)
    await bridge.tick()
    assert await stops(world) == []
    assert await hazards(world) == []
