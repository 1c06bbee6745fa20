"""Detectors and a real office: a reading that crosses its limit, silence of every kind, a kill, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from cards.buttons import Action
from handlers import monitoring
from handlers.arrivals import DeviceAsks
from handlers.detectors import bound_to
from handlers.due import due_of
from handlers.outgoing import PermitCard
from handlers.sealing import seal_hours
from handlers.weather import WIND_UNIT
from hardware_bridge.sample import FLAMMABLE, Beat, DeviceKey, Flag, Position, Said, Sample, SourceKind, Unit
from hardware_bridge.service import Bridge
from storage.agenda import AgendaKind, timer_key
from storage.directory import Device, Register
from storage.errors import StorageTrouble, Trouble
from storage.readings import ReadingsTx, row_of
from storage.segments import SegmentsTx
from storage.tx import Tx
from tests.support.detectors import device, sample, watched
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SHIFT, WORKER
from tests.support.office import SITE, ZONE, World, at, facts_of
from workflow.facts import WeatherSaid
from workflow.ids import DeviceId, PermitId, PersonId
from workflow.monitoring import Quality, Reading, Watch
from workflow.permit import events as e
from workflow.permit.commands import LookAround, SuspendReason
from workflow.permit.state import Status
from workflow.segments import Segment, sealed
from workflow.values import ActorKind, WorkType

BOUND = timedelta(seconds=60)
WATCH = Watch(works=frozenset({WorkType.HOT}), quantities=("flammable",), silent_after=BOUND)
Stage = Callable[[str], World]


def bridge_of(world: World) -> Bridge:
    """A bridge beside the office, on the office's clock."""

    def key() -> str:
        world.count += 1
        return str(world.count)

    async def ask(arrival: DeviceAsks) -> None:
        await world.office.handle(arrival)

    return Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=ask, clock=lambda: world.now, key=key
    )


async def watched_at(at_stage: Stage, stage: str, *, asks: bool = True) -> World:
    """An office in which a four-gas detector stands at the place of the work."""
    world = at_stage(stage)
    if asks:
        world.house = watched(world.house, WATCH)
        world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    row = device(area=(await world.permit(NUMBER)).what.area)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    return world


def air(flammable: str = "0") -> Sample:
    return sample("flammable", flammable)


async def runs(world: World, bridge: Bridge, seconds: int, *said: Said, alive: bool = True) -> None:
    """Let seconds pass: each the detectors speak, the bridge turns, timers fire."""
    for _ in range(seconds):
        await world.passes(seconds=1)
        if alive:
            for one in said:
                bridge.take(one)
            await bridge.tick()


async def stops(world: World) -> list[e.WorkSuspended]:
    return [one for one in await world.events(NUMBER) if isinstance(one, e.WorkSuspended)]


async def test_a_value_beyond_its_limit_stops_the_work_and_everybody_hears_of_it(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 3, air())
    assert await world.status(NUMBER) is Status.ACTIVE
    await world.rows()
    for _ in range(1000):
        bridge.take(air("40"))
    await bridge.tick()
    rows = await world.rows()
    (stop,) = await stops(world)
    assert (stop.reason, stop.evacuate) == (SuspendReason.GAS, True)
    assert "40%LEL" in stop.text
    assert "限值 ≤" in stop.text
    assert stop.text.endswith("（检测仪GD-1）")
    assert {GUARD, LEADER, WORKER} <= {card.person for card in rows.of(PermitCard) if card.purpose == "suspended"}
    assert "safety" in {str(lane) for lane in rows.lanes(PermitCard)}
    recorded = [one for one in await world.events(NUMBER) if isinstance(one, e.GasRecorded) and not one.passed]
    assert [(one.by.kind, one.by.id, one.sample.device) for one in recorded] == [(ActorKind.DEVICE, "GD-1", "GD-1")]


async def test_good_values_after_a_stop_never_resume_the_work(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air("40"))
    await runs(world, bridge, 120, air())
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert len(await stops(world)) == 1  # silence is no second reason while nobody works
    samples = [one for one in await world.events(NUMBER) if isinstance(one, e.GasRecorded) and one.passed]
    assert samples[-1].by.kind is ActorKind.DEVICE


async def test_silence_stops_the_work_within_its_bound(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 100, air())
    assert await world.status(NUMBER) is Status.ACTIVE
    last = world.now
    await runs(world, bridge, 61)
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT
    assert stop.at - last <= BOUND
    assert stop.text == "GD-1号检测仪超过60秒没有合格数据（可燃气）"


async def test_a_bridge_that_is_gone_is_silence(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    await runs(world, bridge_of(world), 30, air())
    last = world.now
    await world.passes(minutes=10)  # nothing turns but the timers: killed, or never started again
    (stop,) = await stops(world)
    assert stop.reason is SuspendReason.DEVICE_SILENT
    assert stop.at - last <= BOUND


async def test_a_house_that_was_down_for_long_counts_it_as_silence(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    await runs(world, bridge_of(world), 30, air())
    world.now += timedelta(hours=1)  # down; the first thing it does is to fire what is due
    await world.fires()
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_short_restart_is_none(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    await runs(world, bridge_of(world), 30, air())
    await runs(world, bridge_of(world), 40, air())
    await runs(world, bridge_of(world), 40, air())
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_a_clock_set_back_buys_no_silence(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 3, air())
    world.now -= timedelta(hours=1)
    await runs(world, bridge, 75, air())
    assert await stops(world) == [], "whoever is heard keeps the work going"
    world.now -= timedelta(hours=1)
    await runs(world, bridge, 75)
    assert [one.reason for one in await stops(world)] == [SuspendReason.DEVICE_SILENT]


async def test_values_that_are_not_good_are_silence(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 20, air())
    await runs(world, bridge, 61, replace(air(), flags=frozenset({Flag.FAULT})))
    assert [one.reason for one in await stops(world)] == [SuspendReason.DEVICE_SILENT]


async def test_a_beat_is_no_reading_and_its_alarm_is_an_alarm(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 20, air())
    for _ in range(30):
        await world.passes(seconds=1)
        bridge.take(Beat(source=SourceKind.REPLAY, device=DeviceKey("GD-1")))
        old = frozenset({Flag.PANIC, Flag.STORED})
        bridge.take(Beat(source=SourceKind.REPLAY, device=DeviceKey("GD-1"), flags=old))
        await bridge.tick()
    assert await world.status(NUMBER) is Status.ACTIVE
    bridge.take(Beat(source=SourceKind.REPLAY, device=DeviceKey("GD-1"), flags=frozenset({Flag.PANIC})))
    await bridge.tick()
    (stop,) = await stops(world)
    assert (stop.reason, stop.text) == (SuspendReason.DEVICE_ALARM, "GD-1号检测仪报警")


@pytest.mark.parametrize(
    "said",
    [
        Position(source=SourceKind.JT808, device=DeviceKey("GD-1"), place=None, flags=frozenset({Flag.PANIC})),
        Beat(source=SourceKind.PUSH, device=DeviceKey("GD-1"), quantity=FLAMMABLE, flags=frozenset({Flag.OVER_RANGE})),
    ],
    ids=["a button for help on a terminal that tells where it is", "a sensor beyond its range that gives no figure"],
)
async def test_an_alarm_without_a_value_stops_the_work(at_stage: Stage, said: Said) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air())
    await runs(world, bridge, 1, said)
    assert [one.reason for one in await stops(world)] == [SuspendReason.DEVICE_ALARM]


async def test_work_the_plant_does_not_watch_is_stopped_by_danger_and_not_by_silence(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active", asks=False)
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air())
    await runs(world, bridge, 120)
    assert await stops(world) == []
    await runs(world, bridge, 2, air("40"))
    assert [one.reason for one in await stops(world)] == [SuspendReason.GAS]


async def due(world: World) -> datetime | None:
    """When silence of the work falls due, as the agenda has it."""
    return (await world.writer.submit(lambda tx: tx.timers())).get(NUMBER, {}).get(monitoring.DEVICES)


async def test_the_transaction_that_starts_the_work_sets_the_timer_and_the_one_that_stops_it_takes_it_away(
    at_stage: Stage,
) -> None:
    world = await watched_at(at_stage, "ready")
    assert await due(world) is None
    world.now = at("08:01")
    await runs(world, bridge_of(world), 2, air())
    await begins(world)
    assert await world.status(NUMBER) is Status.ACTIVE
    assert await due(world) == (world.now + BOUND).astimezone(UTC)
    await world.says(GUARD, "停工")
    assert await due(world) is None
    await world.writer.submit(
        lambda tx: monitoring.heard(tx, world.house, {PermitId(NUMBER): world.now + BOUND}, world.now)
    )
    assert await due(world) is None


async def begins(world: World) -> list[str]:
    """Both who start the work are at the place and sign; the gates that told the last of them no."""
    rows = await world.rows()
    for person, role in ((GUARD, "guardian"), (SHIFT, "shift_leader")):
        await world.scans(person, BOARD)
        rows = await world.taps(person, Action.START, NUMBER, role)
    return rows.refused(SHIFT)


async def test_work_does_not_begin_without_the_detectors_it_needs(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "ready")
    world.now = at("08:01")
    assert await begins(world) == ["detectors"]
    bridge = bridge_of(world)
    await runs(world, bridge, 2, replace(air(), flags=frozenset({Flag.FAULT})))
    assert await begins(world) == ["detectors"]
    await runs(world, bridge, 2, air())
    await runs(world, bridge, 61)
    assert await begins(world) == ["detectors"]
    assert await world.status(NUMBER) is Status.ISSUED
    await runs(world, bridge, 2, air())
    assert await begins(world) == []
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_a_detector_of_another_place_opens_nothing(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "ready")
    world.now = at("08:01")
    here = (await world.permit(NUMBER)).what.area
    rows = (device(area=None, permit="P-9"), device("GD-2", area="elsewhere"), device("GD-3", area=here, active=False))
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=rows)))
    for key in ("GD-1", "GD-2", "GD-3"):
        good = Reading(
            device=DeviceId(key), quantity="flammable", value=Decimal(0), unit="%LEL", quality=Quality.GOOD,
            received_at=world.now,
        )  # fmt: skip
        await world.writer.submit(partial(ReadingsTx.add_readings, rows=[row_of(good)]))
        await world.writer.submit(partial(SegmentsTx.serve, permit=NUMBER, device=key, since=world.now))
    assert await begins(world) == ["detectors"]


async def test_what_a_detector_said_elsewhere_opens_nothing_here(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "ready")
    world.now = at("08:01")
    (here,) = await world.writer.submit(lambda tx: tx.directory.register.devices)
    away, lent = replace(here, permit="P-9"), replace(here, permit=NUMBER)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(away,))))
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air())
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(lent,))))
    await runs(world, bridge, 10)
    assert await begins(world) == ["detectors"]
    await runs(world, bridge, 1, air())
    assert await begins(world) == []


async def test_a_detector_that_falls_silent_after_the_gate_saw_it_has_no_second_bound(at_stage: Stage) -> None:
    """The gate lets begin what was heard 50 seconds ago; the timer of the same transaction counts from then."""
    world = await watched_at(at_stage, "ready")
    world.now = at("08:01")
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air())
    heard = world.now
    await runs(world, bridge, 50)
    assert await begins(world) == []
    assert await due(world) == (heard + BOUND).astimezone(UTC)
    await runs(world, bridge, 11)
    (stop,) = await stops(world)
    assert (stop.reason, stop.at) == (SuspendReason.DEVICE_SILENT, heard + BOUND)


async def test_work_under_way_when_the_plant_begins_to_ask_for_detectors_gets_its_timer_once(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    assert await world.writer.submit(lambda tx: monitoring.unwatched(tx, world.house, world.now)) == (NUMBER,)
    assert await due(world) == (world.now + BOUND).astimezone(UTC)
    assert await world.writer.submit(lambda tx: monitoring.unwatched(tx, world.house, world.now)) == ()


async def test_no_clock_buys_more_silence_than_is_allowed(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    wild = {PermitId(NUMBER): world.now + timedelta(days=1)}
    await world.writer.submit(lambda tx: monitoring.heard(tx, world.house, wild, world.now))
    assert await due(world) == (world.now + BOUND).astimezone(UTC)


async def test_a_timer_of_silence_that_fires_late_stops_nothing_that_stands_already(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    await world.writer.submit(lambda tx: monitoring.unwatched(tx, world.house, world.now))
    (row,) = [
        one
        for one in await world.writer.submit(
            lambda tx: tx.claim_due(AgendaKind.TIMER, now=world.now + BOUND, limit=99, lease=BOUND, worker="late")
        )
        if one.key == timer_key(NUMBER, monitoring.DEVICES)
    ]
    await world.says(GUARD, "停工")
    await world.take(due_of(row, site=SITE, now=world.now))
    assert [one.reason for one in await stops(world)] == [SuspendReason.STOP_WORK]


async def test_an_office_that_does_not_answer_is_asked_again(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    asked = bridge._ask
    tries: list[DeviceAsks] = []

    async def fails_twice(arrival: DeviceAsks) -> None:
        tries.append(arrival)
        if len(tries) < 3:
            raise StorageTrouble(Trouble.OTHER, "the disk is full")
        await asked(arrival)

    bridge._ask = fails_twice
    await runs(world, bridge, 1, air())
    await runs(world, bridge, 4, air("40"))
    assert len(tries) == 3
    assert [one.reason for one in await stops(world)] == [SuspendReason.GAS]


async def test_wind_that_rises_asks_running_work_at_once(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active", asks=False)
    row = replace(device("W-1", area=None, channels=(("wind_speed", "m/s", "0", "60"),)), kind="wind")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    bridge, known = bridge_of(world), []

    async def ask(arrival: DeviceAsks) -> None:
        rows = await world.writer.submit(lambda tx: tx.readings_of_device("W-1", world.now - BOUND, world.now + BOUND))
        known.append((type(arrival.command), rows[-1].value, rows[-1].unit, rows[-1].quality))
        await world.office.handle(arrival)

    bridge._ask = ask
    await bridge.tick()
    for speed in ("7.8", "7.9", "8.0", "8.1"):
        await world.passes(seconds=1)
        bridge.take(sample("wind_speed", speed, key="W-1", unit=Unit.M_S))
        await bridge.tick()
    # What the gates read is stored by then, in the words they look for; within one force nobody is asked again.
    assert known == [
        (LookAround, Decimal("7.8"), WIND_UNIT, "good"), (LookAround, Decimal("8.0"), WIND_UNIT, "good"),
    ]  # fmt: skip


async def test_a_storm_is_believed_of_an_anemometer_that_is_overdue_and_its_calm_is_not(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active", asks=False)
    overdue = replace(device("W-1", area=None, channels=(("wind_speed", "m/s", "0", "60"),), due=None), kind="wind")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(overdue,))))
    bridge, asked = bridge_of(world), []

    async def ask(arrival: DeviceAsks) -> None:
        asked.append(type(arrival.command))

    bridge._ask = ask
    await bridge.tick()
    for speed in ("1.0", "20.0"):
        await runs(world, bridge, 1, sample("wind_speed", speed, key="W-1", unit=Unit.M_S))
    facts = await facts_of(world, NUMBER)
    assert (facts.wind_ms, facts.wind_doubted_ms) == (None, Decimal("20.0"))
    assert asked == [LookAround, LookAround]


async def test_the_storm_of_a_weather_service_is_believed_and_its_calm_is_not(at_stage: Stage) -> None:
    """It speaks of somewhere near, however well it is kept; and who says what is told with the speed."""
    world = await watched_at(at_stage, "active", asks=False)
    wind = (("wind_speed", "m/s", "0", "60"),)
    mast = replace(device("W-1", area=None, channels=wind), kind="wind")
    service = replace(device("MET-1", area=None, channels=wind, stale_s=1800), kind="wind_feed")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(service,))))
    bridge = bridge_of(world)
    await bridge.tick()
    observed = world.now - timedelta(minutes=10)
    await runs(world, bridge, 1, sample("wind_speed", "1.0", key="MET-1", unit=Unit.M_S, at=observed))
    facts = await facts_of(world, NUMBER)
    assert (facts.wind_ms, facts.wind_said) == (None, None)
    assert facts.wind_doubted_said == WeatherSaid(by="MET-1号检测仪", feed=True, at=observed)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(service, mast))))
    bridge._looked = None
    await bridge.tick()
    await runs(world, bridge, 1, sample("wind_speed", "20.0", key="MET-1", unit=Unit.M_S, at=observed))
    await runs(world, bridge, 1, sample("wind_speed", "2.0", key="W-1", unit=Unit.M_S))
    facts = await facts_of(world, NUMBER)
    assert (facts.wind_ms, facts.wind_doubted_ms) == (Decimal("2.0"), Decimal("20.0"))
    assert facts.wind_said is not None
    assert (facts.wind_said.by, facts.wind_said.feed) == ("W-1号检测仪", False)
    # What the service observed longer ago than the register allows is no news, however lately it was said.
    await runs(world, bridge, 301)
    old = world.now - timedelta(minutes=31)
    await runs(world, bridge, 1, sample("wind_speed", "20.0", key="MET-1", unit=Unit.M_S, at=old))
    assert (await facts_of(world, NUMBER)).wind_doubted_ms is None


# --- before work


async def test_a_detector_tests_the_air_before_the_start(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "issued")
    before = len((await world.permit(NUMBER)).gas)
    await runs(world, bridge_of(world), 2, air())
    records = (await world.permit(NUMBER)).gas
    assert len(records) == before + 1
    assert (records[-1].passed, records[-1].sample.device) == (True, "GD-1")


async def test_an_expired_detector_tests_nothing(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "issued")
    expired = replace(device(area=(await world.permit(NUMBER)).what.area), calibration_due=None)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(expired,))))
    before = (await world.permit(NUMBER)).gas
    bridge = bridge_of(world)
    await runs(world, bridge, 5, air())
    assert (await world.permit(NUMBER)).gas == before


# --- what is kept


async def test_a_permit_yields_its_gas_curve_with_what_people_typed(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    begun = world.now
    await runs(world, bridge, 10, air("1.5"))
    await world.says(GUARD, "可燃气 0%LEL")
    await runs(world, bridge, 10, air("2"))
    curve = await world.writer.submit(lambda tx: tx.readings_of_permit(NUMBER, begun, world.now + BOUND))
    assert [one.quality for one in curve].count(Quality.MANUAL) == 1
    assert {(one.device, one.value) for one in curve if one.quality == Quality.GOOD} == {
        ("GD-1", Decimal("1.5")), ("GD-1", Decimal(2)),
    }  # fmt: skip
    assert [one.device for one in curve if one.quality == Quality.MANUAL] == [f"person:{GUARD}"]
    await bridge.seal(world.now + timedelta(hours=2))
    segments = await world.writer.submit(lambda tx: tx.segments_of_permit(NUMBER))
    assert {one.subject for one in segments} == {"device:GD-1", f"permit:{NUMBER}"}
    assert sum(one.count for one in segments) >= len(curve)


async def test_a_clock_set_back_into_a_sealed_hour_adds_to_it_and_changes_nothing(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await bridge.tick()
    await runs(world, bridge, 3, air("1.5"))
    now, ahead = world.now.astimezone(UTC), world.now.astimezone(UTC) + timedelta(hours=2)

    async def found() -> dict[str, Segment]:
        segments = await world.writer.submit(lambda tx: tx.segments_of_permit(NUMBER))
        return {f"{one.subject} {one.hour:%H}": one for one in segments}

    await bridge.seal(ahead)
    before, hour = await found(), f"{now:%H}"
    assert set(before) >= {f"device:GD-1 {hour}"}
    await bridge.seal(now)  # the clock was set right
    await runs(world, bridge, 2, air("1.5"))
    await bridge.seal(world.now.astimezone(UTC))
    assert await found() == before, "the hour is not over yet"
    for _ in range(2):
        await bridge_of(world).seal(ahead)  # another process, twice
    after = await found()
    assert before.items() < after.items()
    assert after[f"device+1:GD-1 {hour}"].count > 0
    for one in after.values():
        lines = await world.writer.submit(partial(SegmentsTx.segment_lines, subject=one.subject, hour=one.hour))
        anew = sealed(site=SITE, subject=one.subject, hour=one.hour, lines=lines, lost=one.lost, previous=one.previous)
        assert anew.hash == one.hash
    assert await world.writer.submit(lambda tx: tx.setting("readings.sealed_again_from")) == ""


async def test_who_first_speaks_after_a_clock_was_set_back_is_sealed_too(at_stage: Stage) -> None:
    world = at_stage("issued")
    hour = world.now.astimezone(UTC).replace(minute=0)

    def story(tx: Tx) -> set[tuple[str, datetime]]:
        for speaker, again in (("A", 3), ("B", 4)):
            tx.serve("P", speaker, hour)
            seal_hours(tx, hour + timedelta(hours=again))
            seal_hours(tx, hour)  # the clock is set back
        return {(one.subject, one.hour) for one in tx.segments_between(hour, hour + timedelta(hours=1))}

    assert await world.writer.submit(story) == {("device:A", hour), ("device:B", hour)}


async def test_when_memory_is_slow_raw_points_are_dropped_and_counted_and_no_alarm_is(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = Bridge(
        site=SITE, zone=ZONE, house=world.house, writer=world.writer, ask=world.office.handle,
        clock=lambda: world.now, key=lambda: "only", most_waiting=10,
    )  # fmt: skip
    await bridge.tick()
    for _ in range(99):
        bridge.take(air("40"))
    bridge.take(air("41"))
    await bridge.tick()
    assert [one.reason for one in await stops(world)] == [SuspendReason.GAS]
    kept = await world.writer.submit(lambda tx: tx.readings_of_device("GD-1", world.now, world.now + BOUND))
    assert [(one.quality, one.value) for one in kept[:1]] == [(Quality.GAP.value, Decimal(90))]
    assert [one.value for one in kept[1:]] == [Decimal(40)] * 9 + [Decimal(41)]
    assert any("90 readings were dropped" in note for note in bridge.notes())


async def test_a_device_nobody_registered_is_named_and_nothing_else(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active", asks=False)
    bridge = bridge_of(world)
    await runs(world, bridge, 3, sample("flammable", "99", key="stranger"))
    assert await stops(world) == []
    assert bridge.notes() == ("1 devices nobody registered speak, e.g. stranger",)


async def test_which_words_of_which_devices_open_work(at_stage: Stage) -> None:
    """None of what another wears; none from before it came here, or from before it came back."""
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    area = (await world.permit(NUMBER)).what.area

    async def newest() -> dict[str, list[str] | None]:
        found = await world.writer.submit(
            lambda tx: bound_to(tx, PermitId(NUMBER), area, {PersonId(GUARD)}, world.now, live=True)
        )
        return {one.name: None if one.newest is None else sorted(one.newest) for one in found}

    async def registered(*rows: Device) -> None:
        await world.writer.submit(lambda tx: tx.put_register(Register(devices=rows)))

    here, away = device(area=area), device(area="ELSEWHERE")
    await registered(here, device("W", area=None, person="somebody"))
    await runs(world, bridge, 3, air())
    assert await newest() == {"GD-1号检测仪": ["flammable"]}
    await registered(away)
    await runs(world, bridge, 11)
    assert await newest() == {}
    await registered(here)
    assert await newest() == {"GD-1号检测仪": None}, "the bridge has not said yet that it serves again"
    await runs(world, bridge, 11)
    assert await newest() == {"GD-1号检测仪": []}
    await runs(world, bridge, 1, air())
    await runs(world, bridge, 1)
    assert await newest() == {"GD-1号检测仪": ["flammable"]}
