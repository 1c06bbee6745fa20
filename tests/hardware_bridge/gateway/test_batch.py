"""Batches: nothing is lost in writing, and nothing looks younger than it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from hardware_bridge.codecs import json_envelope
from hardware_bridge.gateway.batch import FRESH, Batch, Entry, Tickets, opened, written
from hardware_bridge.judging import Judge
from hardware_bridge.sample import H2S, Beat, DeviceKey, Flag, Position, Sample, SourceKind, Unit
from tests.support.detectors import device, register
from workflow import values
from workflow.monitoring import Quality
from workflow.values import Datum

NOW = datetime(2026, 5, 12, 2, 0, tzinfo=UTC)
SAMPLE = Sample(
    source=SourceKind.PUSH, device=DeviceKey("GD-1"), quantity=H2S, value=Decimal("0.50"), unit=Unit.PPM,
    flags=frozenset({Flag.NORMAL}), sequence=7, channel="3",
)  # fmt: skip
PLACE = values.Position(
    latitude=Decimal("31.2304"), longitude=Decimal("121.4737"), datum=Datum.GCJ02, accuracy_m=Decimal("2.5")
)


@pytest.mark.parametrize(
    "said",
    [
        SAMPLE,
        replace(SAMPLE, device_time=NOW, flags=frozenset({Flag.ALARM, Flag.LOW_BATTERY})),
        Position(source=SourceKind.PUSH, device=DeviceKey("TAG"), place=PLACE, speed_ms=Decimal("0.3"), mock=False),
        Position(source=SourceKind.PUSH, device=DeviceKey("TAG"), place=None, device_time=NOW),
        Beat(source=SourceKind.PUSH, device=DeviceKey("GD-1"), flags=frozenset({Flag.PANIC})),
        Beat(source=SourceKind.PUSH, device=DeviceKey("GD-1"), quantity=H2S, flags=frozenset({Flag.FAULT})),
        Beat(source=SourceKind.PUSH, device=DeviceKey("GD-1"), gone=True),
    ],
)
def test_what_is_written_is_read_as_the_same(said: Sample | Position | Beat) -> None:
    assert json_envelope.read(written(said), SourceKind.PUSH) == [said]


def judged(said: Sample, waited: timedelta | None, under_way: timedelta | None) -> tuple[Quality, timedelta]:
    """Quality and age in the main house."""
    ms = None if waited is None else waited // timedelta(milliseconds=1)
    ((one, at),) = opened(Entry(said=msgspec.Raw(written(said)), waited_ms=ms), now=NOW, under_way=under_way)
    assert isinstance(one, Sample)
    reading = Judge(register(device()), UTC).judge(one, at)
    return reading.quality, NOW - reading.of


SECOND, WAIT = timedelta(seconds=1), timedelta(minutes=20)


@pytest.mark.parametrize("own_time", [None, NOW, NOW - WAIT, NOW + timedelta(hours=1)])
def test_twenty_minutes_in_the_spool_are_twenty_minutes(own_time: datetime | None) -> None:
    quality, age = judged(replace(SAMPLE, device_time=own_time), WAIT, SECOND)
    assert quality is Quality.STALE
    assert age >= WAIT, "whatever the device's clock says"


def test_what_comes_at_once_counts_from_the_earliest_moment_it_can_be_of() -> None:
    assert judged(SAMPLE, SECOND, SECOND) == (Quality.GOOD, 2 * SECOND)


@pytest.mark.parametrize(
    ("waited", "under_way"), [(None, SECOND), (SECOND, None), (SECOND, FRESH), (FRESH, SECOND)]
)  # fmt: skip
def test_what_nobody_can_vouch_for_is_history(waited: timedelta | None, under_way: timedelta | None) -> None:
    quality, _ = judged(SAMPLE, waited, under_way)
    assert quality is Quality.STALE


def test_a_batch_held_back_under_way_is_found_out_by_its_ticket() -> None:
    house = Tickets(b"k" * 32)
    batch = Batch(spool="s", number=1, ticket=house.give(100.0), held_ms=3000)
    assert house.under_way(batch, 103.5) == timedelta(milliseconds=503)
    late = house.under_way(batch, 160.0)
    assert late is not None
    assert late > FRESH
    text = batch.ticket.replace("100000", "150000")
    for forged in ("", text, "x", "150000.", "999.é"):
        other = msgspec.structs.replace(batch, ticket=forged)
        assert house.under_way(other, 160.0) is None
    assert Tickets(b"n" * 32).under_way(batch, 103.5) is None, "a house that started anew knows no earlier ticket"


def test_a_gateway_whose_seconds_run_fast_makes_nothing_younger() -> None:
    house = Tickets(b"k" * 32)
    batch = Batch(spool="s", number=1, ticket=house.give(100.0), held_ms=60_000)
    assert house.under_way(batch, 103.0) == timedelta(0), "never less than no time at all"
