"""Readings memory did not take: they are lost, and the gas curve says how many, so that nobody takes a hole for quiet
air."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from hardware_bridge.recorder import BATCH_DEVICES, Recorder
from hardware_bridge.sample import DeviceKey
from storage.errors import StorageTrouble, Trouble
from storage.writer import Writer
from tests.handlers.test_monitoring import Stage, air, bridge_of, runs, watched_at
from tests.support.detectors import sample
from tests.support.hot_work import NUMBER
from tests.support.office import at
from workflow.ids import DeviceId, PermitId
from workflow.monitoring import Quality, Reading


class FullDisk:
    """The writer of a house whose disk takes no readings; whatever else is asked of it goes through."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def submit(self, work: Callable[[Any], Any]) -> Any:
        if isinstance(work, partial) and work.func.__name__ == "add_said":
            raise StorageTrouble(Trouble.OTHER, "the disk is full")
        return await self._writer.submit(work)


async def test_what_could_not_be_written_stands_in_the_curve_as_a_gap(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 2, air())
    bridge._writer = FullDisk(world.writer)  # type: ignore[assignment]  # as much of it as a turn asks
    for _ in range(3):
        bridge.take(air())
    with pytest.raises(StorageTrouble):
        await bridge.tick()
    bridge._writer = world.writer
    await runs(world, bridge, 2, air())
    since, until = world.now - timedelta(minutes=1), world.now + timedelta(seconds=1)
    curve = await world.writer.submit(lambda tx: tx.readings_of_permit(PermitId(NUMBER), since, until))
    assert [int(one.value) for one in curve if one.quality == Quality.GAP] == [3]
    assert len(curve) == 1 + 1 + 2, "the first of all was heard before the register was read"
    assert [note for note in bridge.notes() if note.startswith("3 readings were dropped")]


def test_a_gap_that_could_not_be_written_is_not_counted_twice() -> None:
    recorder = Recorder()
    for second in range(3):
        recorder.take(_reading(second), serves=True)
    recorder.put_back(recorder.batch(at("09:00")))
    recorder.put_back(recorder.batch(at("09:00")))
    (gap,) = recorder.batch(at("09:00"))
    assert (gap.quality, int(gap.value), recorder.dropped) == (Quality.GAP, 3, 3)


def test_what_nobody_registered_leaves_nothing_and_takes_no_readings_place() -> None:
    recorder = Recorder(most=1)
    recorder.take(_reading(1), serves=True)
    recorder.take(replace(_reading(2), quality=Quality.UNKNOWN_DEVICE), serves=True)
    assert recorder.batch(at("09:00")) == (_reading(1),)
    assert recorder.dropped == 0


def test_a_batch_is_bounded_by_its_devices_too() -> None:
    """Each of them is a row, and a command waits for all of them."""
    recorder = Recorder()
    for number in range(2 * BATCH_DEVICES):
        for second in range(2):
            recorder.take(replace(_reading(second), device=DeviceId(f"D-{number}")), serves=True)
    first = recorder.batch(at("09:00"))
    assert len({one.device for one in first}) == BATCH_DEVICES
    assert len(first) + len(recorder) == 4 * BATCH_DEVICES


async def test_devices_nobody_registered_are_remembered_a_thousand_times_at_most(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge = bridge_of(world)
    await runs(world, bridge, 1)
    for number in range(1005):
        bridge.take(sample("flammable", "40", key=DeviceKey(f"stranger-{number}")))
    bridge.take(sample("flammable", "40", key=DeviceKey("stranger-7")))
    assert (len(bridge.unknown), bridge.unknown["stranger-7"]) == (1000, 2)


def _reading(second: int) -> Reading:
    return Reading(
        device=DeviceId("A"), quantity="o2", value=Decimal("20.9"), unit="%vol", quality=Quality.GOOD,
        received_at=at("09:00") + timedelta(seconds=second),
    )  # fmt: skip
