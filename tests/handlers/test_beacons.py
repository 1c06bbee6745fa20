"""Beacons over a real bridge and a real office: leaving, silence, strangers, the count of heads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from handlers.arrivals import DeviceAsks, InsideNow, SeenThere
from hardware_bridge.devices import Devices, read
from hardware_bridge.nearness import Nearness
from hardware_bridge.sample import NO_FLAGS, Flag, Unit
from hardware_bridge.service import Bridge
from storage.directory import BEACON, Device, Register
from tests.handlers.test_muster import lines
from tests.handlers.test_occupancy import STOP_STRANGERS, STRANGER, ruled
from tests.support.detectors import sample
from tests.support.hot_work import GUARD, NUMBER, SAFETY
from tests.support.office import SITE, ZONE, World
from tests.support.tags import tag
from workflow.ids import AreaId, DeviceId, PermitId
from workflow.nearness import Near
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.release import SeenAt
from workflow.permit.state import Status
from workflow.presence import TagRule, Where
from workflow.values import WorkType

Stage = Callable[[str], World]
UUID = "fda50693-a4e2-4fb1-afcf-c6eb07647825"
HERE, THERE = "AC:23:3F:00:00:01", f"{UUID}/10/258"
FRAME = "4c000215FDA50693A4E24FB1AFCFC6EB07647825000A0102C5"
"""The second as manufacturer data in hexadecimal."""
RULE = TagRule(works=frozenset({WorkType.HOT}))


def beacon(name: str, address: str, area: str, near_dbm: int = -75) -> Device:
    return Device(
        id=DeviceId(name), name=f"{name}号信标", kind=BEACON, address=address, area=AreaId(area),
        settings=json.dumps({"near_dbm": near_dbm}),
    )  # fmt: skip


class Place:
    """The place of the work with one beacon, another place with another, people with tags, and a bridge."""

    def __init__(self, world: World, bridge: Bridge) -> None:
        self.world, self.bridge = world, bridge

    async def hears(
        self, who: str, *heard: tuple[str, int], times: int = 1, old: int = 0, flags: frozenset[Flag] = NO_FLAGS
    ) -> None:
        """The tag of this person hears these beacons so strongly, every second."""
        for _ in range(times):
            await self.world.passes(seconds=1)
            at = self.world.now - timedelta(seconds=old)
            for one, dbm in heard:
                said = sample("signal", Decimal(dbm), key=f"TAG-{who}", unit=Unit.DBM, channel=one, at=at, flags=flags)
                self.bridge.take(said)
            await self.bridge.tick()

    async def stops(self) -> list[e.WorkSuspended]:
        return [one for one in await self.world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


async def place(world: World, *people: str, more: tuple[Device, ...] = (), rule: TagRule | None = None) -> Place:
    if rule is not None:
        book = world.house.book
        world.house = replace(world.house, book=replace(book, plant=replace(book.plant, guardian_tag=(rule,))))
        world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    area = (await world.permit(NUMBER)).what.area
    directory = await world.writer.submit(lambda tx: tx.directory)
    other = next(name for name in directory.areas if name != area)
    rows = (beacon("1", HERE.replace(":", ""), area), beacon("2", THERE, other), *more)
    rows += tuple(tag(f"TAG-{one}", person=one) for one in people)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=rows)))

    async def ask(arrival: DeviceAsks | SeenThere | InsideNow) -> None:
        await world.office.handle(arrival)

    def key() -> str:
        world.count += 1
        return str(world.count)

    bridge = Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=ask, tell=ask, clock=lambda: world.now,
        key=key,
    )  # fmt: skip
    await bridge.tick()
    return Place(world, bridge)


@pytest.mark.parametrize("name", [THERE, FRAME, THERE.upper()])
async def test_a_guardian_near_another_places_beacon_and_deaf_to_his_own_has_left(at_stage: Stage, name: str) -> None:
    here = await place(at_stage("active"), GUARD)
    await here.hears(GUARD, (HERE, -60), times=3)
    await here.hears(GUARD, (name, -60), times=15)
    assert await here.stops() == [], "his own was heard a moment ago"
    await here.hears(GUARD, (name, -60), times=3)
    (stop,) = await here.stops()
    assert (stop.reason, stop.by.id) == (SuspendReason.GUARDIAN_LEFT, f"TAG-{GUARD}")


@pytest.mark.parametrize(
    "heard", [(), ((HERE, -110),), ((THERE, -100),), ((THERE, -50), (HERE, -110))],
    ids=["nothing", "his own, weakly", "another, weakly", "another, and his own weakly"],
)  # fmt: skip
async def test_what_cannot_be_told_stops_nothing(at_stage: Stage, heard: tuple[tuple[str, int], ...]) -> None:
    here = await place(at_stage("active"), GUARD)
    await here.hears(GUARD, (HERE, -60), times=2)
    await here.hears(GUARD, *heard, times=30)
    assert await here.stops() == []


async def test_the_work_goes_on_as_long_as_he_is_near_and_stops_within_the_bound(at_stage: Stage) -> None:
    world = at_stage("active")
    here = await place(world, GUARD, rule=RULE)
    await here.hears(GUARD, (HERE, -70), times=90)
    assert await here.stops() == []
    assert here.bridge.at_post(PermitId(NUMBER)) == (Where.INSIDE, SeenAt(person=GUARD, at=world.now))
    # Too weak to be near: nobody can tell, and that is not the place.
    await here.hears(GUARD, (HERE, -95), times=70)
    (stop,) = await here.stops()
    assert stop.reason is SuspendReason.DEVICE_SILENT


@pytest.mark.parametrize(
    ("old", "flags"), [(31, NO_FLAGS), (-6, NO_FLAGS), (0, frozenset({Flag.STORED})), (0, frozenset({Flag.FAULT}))]
)
async def test_what_says_nothing_of_now_shows_nothing(at_stage: Stage, old: int, flags: frozenset[Flag]) -> None:
    here = await place(at_stage("active"), GUARD, rule=RULE)
    await here.hears(GUARD, (HERE, -50), times=5, old=old, flags=flags)
    assert here.bridge.at_post(PermitId(NUMBER)) == (Where.UNKNOWN, None)


async def test_a_beacon_nobody_registered_and_one_that_stands_twice_show_nothing(at_stage: Stage) -> None:
    twin = beacon("3", HERE, "TK1")
    here = await place(at_stage("active"), GUARD, more=(twin,), rule=RULE)
    await here.hears(GUARD, (HERE, -50), ("AC233F0000FF", -40), ("not a beacon", -40), times=5)
    assert here.bridge.at_post(PermitId(NUMBER)) == (Where.UNKNOWN, None)
    assert here.bridge.unknown == {}


async def test_a_beacon_checks_nobody_in_and_resumes_nothing(at_stage: Stage) -> None:
    world = at_stage("active")
    here = await place(world, GUARD)
    await here.hears(GUARD, (HERE, -60), times=2)
    await here.hears(GUARD, (THERE, -60), times=20)
    permit = await world.permit(NUMBER)
    assert (permit.status, GUARD in permit.presence) == (Status.SUSPENDED, False)
    await here.hears(GUARD, (HERE, -50), times=30)
    permit = await world.permit(NUMBER)
    assert (permit.status, GUARD in permit.presence) == (Status.SUSPENDED, False)


async def test_a_stranger_near_the_beacon_stops_the_work_after_two_hearings(at_stage: Stage) -> None:
    here = await place(ruled(at_stage("active"), STOP_STRANGERS), STRANGER)
    await here.hears(STRANGER, (HERE, -60))
    assert await here.stops() == []
    await here.hears(STRANGER, (HERE, -60))
    (stop,) = await here.stops()
    assert stop.reason is SuspendReason.CONDITIONS


async def test_the_count_of_heads_names_the_beacon(at_stage: Stage) -> None:
    world = at_stage("active")
    here = await place(world, GUARD, STRANGER)
    await here.hears(GUARD, (THERE, -60))
    await here.hears(STRANGER, (HERE, -60))
    area = (await world.permit(NUMBER)).what.area
    name = (await world.writer.submit(lambda tx: tx.directory)).areas[area].name
    found = lines(await world.says(SAFETY, f"清点 {name}"), SAFETY)
    assert found["赵敏"].endswith("定位标签在别处的2号信标附近（1秒前），请打电话确认")
    (other,) = [line for line in found.values() if "1号信标" in line]
    assert other.startswith("[在里面]")
    assert other.endswith("定位标签在1号信标附近（0秒前）")
    world.now += timedelta(minutes=6)
    found = lines(await world.says(SAFETY, f"清点 {name}"), SAFETY)
    (other,) = [line for line in found.values() if "1号信标" in line]
    assert other.startswith("[在现场]"), "of a while ago"


async def test_a_place_with_a_beacon_needs_no_fence(at_stage: Stage) -> None:
    here = await place(at_stage("active"), GUARD, rule=RULE)
    assert here.bridge._positions.lacking(here.bridge._nearness.places) == ()


def test_what_was_heard_of_a_beacon_where_it_stood_says_nothing_of_where_it_stands() -> None:
    now, worn = datetime(2026, 3, 18, 8, tzinfo=ZONE), tag("TAG-1", person=GUARD)

    def register(area: str) -> Devices:
        return read((beacon("1", HERE, area), beacon("2", THERE, "TK1"), worn))

    def hears(name: str, dbm: int) -> Near | None:
        said = sample("signal", Decimal(dbm), key="TAG-1", unit=Unit.DBM, channel=name, at=now)
        return nearness.take(devices.by_id[DeviceId("TAG-1")], said, now)

    nearness, devices = Nearness(), register("TK2")
    nearness.bind(devices)
    near = hears(HERE, -60)
    assert (near and near.beacon and near.beacon.area) == "TK2"
    nearness.bind(devices)
    near = hears(THERE, -110)
    assert (near and near.beacon and near.beacon.area) == "TK2", "it stands as it stood"
    devices = register("GB1")
    nearness.bind(devices)
    near = hears(THERE, -110)
    assert near is not None
    assert near.beacon is None
