"""Readings that belong to a permit: found again by the time their device served it, hashed by the hour, kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from storage.readings import ReadingRow
from storage.segments import SegmentsTx
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from workflow.privacy.retention import Thing
from workflow.segments import NOTHING, broken, sealed

HOUR0 = datetime(2026, 3, 18, 1, tzinfo=UTC)
END = HOUR0 + timedelta(days=9)


def row(
    minute: float, value: str = "20.9", device: str = "d1", permit: str | None = None, quality: str = "good"
) -> ReadingRow:
    return ReadingRow(
        device=device, quantity="o2", value=Decimal(value), unit="%vol", quality=quality,
        received_at=HOUR0 + timedelta(minutes=minute), permit=permit,
    )  # fmt: skip


def at(minute: float) -> datetime:
    return HOUR0 + timedelta(minutes=minute)


ROWS = (row(5), row(10, "19.0"), row(30), row(65), row(70, device="d2"), row(12, "21", device="chat", permit="P"))


def fill(tx: Tx) -> None:
    tx.add_readings(ROWS)
    tx.serve("P", "d1", at(8))
    tx.stop_serving("P", "d1", at(31))
    tx.serve("P", "d1", at(60))


async def test_a_permit_gets_the_readings_of_its_devices_while_they_served_it(writer: Writer) -> None:
    await writer.submit(fill)
    curve = await writer.submit(lambda tx: tx.readings_of_permit("P", HOUR0 - timedelta(days=1), END))
    assert [(one.device, one.received_at) for one in curve] == [
        ("d1", at(10)), ("chat", at(12)), ("d1", at(30)), ("d1", at(65)),
    ]  # fmt: skip
    still = await writer.submit(lambda tx: tx.services_open())
    assert [(one.permit, one.device, one.since) for one in still] == [("P", "d1", at(60))]


async def test_every_hour_with_readings_of_a_permit_is_sealed_once_and_chained(writer: Writer) -> None:
    await writer.submit(fill)
    wanted = await writer.submit(lambda tx: tx.unsealed(HOUR0, HOUR0 + timedelta(hours=2)))
    assert wanted == (("device:d1", HOUR0), ("permit:P", HOUR0), ("device:d1", HOUR0 + timedelta(hours=1)))
    segments = [await writer.submit(partial(SegmentsTx.seal, subject=subject, hour=hour)) for subject, hour in wanted]
    assert [one.count for one in segments] == [3, 1, 1]
    assert [one.previous for one in segments] == [NOTHING, NOTHING, segments[0].hash]
    assert broken((segments[0], segments[2])) == ()
    assert await writer.submit(lambda tx: tx.unsealed(HOUR0, HOUR0 + timedelta(hours=2))) == ()
    assert await writer.submit(lambda tx: tx.segments_of_permit("P")) == (segments[0], segments[2], segments[1])
    assert await writer.submit(lambda tx: tx.segments_between(HOUR0, HOUR0 + timedelta(hours=1))) == (
        segments[0],
        segments[1],
    )


async def test_the_hash_can_be_made_again_from_what_is_kept_and_from_nothing_else(writer: Writer) -> None:
    await writer.submit(fill)
    segment = await writer.submit(lambda tx: tx.seal("device:d1", HOUR0))
    lines = await writer.submit(lambda tx: tx.segment_lines("device:d1", HOUR0))
    assert sealed(site=SITE, subject="device:d1", hour=HOUR0, lines=lines).hash == segment.hash
    for other in (lines[1:], lines[::-1], (*lines, lines[0]), (lines[0].replace(b"20.9", b"20.8"), *lines[1:])):
        assert sealed(site=SITE, subject="device:d1", hour=HOUR0, lines=other).hash != segment.hash
    assert sealed(site="other", subject="device:d1", hour=HOUR0, lines=lines).hash != segment.hash
    assert sealed(site=SITE, subject="device:d1", hour=HOUR0, lines=lines, lost=1).hash != segment.hash
    await writer.submit(lambda tx: tx.add_readings([row(40, "99")]))
    assert await writer.submit(lambda tx: tx.seal("device:d1", HOUR0)) == segment


async def test_a_house_that_was_down_for_days_goes_on_sealing_where_it_stopped(writer: Writer) -> None:
    assert await writer.submit(SegmentsTx.sealed_to) is None
    await writer.submit(fill)
    assert await writer.submit(SegmentsTx.sealed_to) == HOUR0
    later = HOUR0 + timedelta(hours=1)
    await writer.submit(lambda tx: tx.seal("device:d1", later))
    assert await writer.submit(SegmentsTx.sealed_to) == later


async def test_lost_readings_are_counted_in_the_hash(writer: Writer) -> None:
    await writer.submit(fill)
    await writer.submit(lambda tx: tx.add_readings([replace(row(50, "17", quality="gap"), quantity="", unit="")]))
    assert (await writer.submit(lambda tx: tx.seal("device:d1", HOUR0))).lost == 17


async def test_a_segment_left_out_breaks_the_chain(writer: Writer) -> None:
    await writer.submit(fill)
    await writer.submit(lambda tx: tx.add_readings([row(130)]))
    hours = [HOUR0 + timedelta(hours=number) for number in range(3)]
    three = [await writer.submit(partial(SegmentsTx.seal, subject="device:d1", hour=hour)) for hour in hours]
    assert broken(three) == ()
    assert broken((three[0], three[2])) == (three[2],)


async def test_what_belongs_to_a_permit_outlives_the_others(writer: Writer) -> None:
    await writer.submit(fill)
    segment = await writer.submit(lambda tx: tx.seal("device:d1", HOUR0))
    await writer.submit(lambda tx: tx.forget_rows(Thing.READINGS, END, 99))
    kept = await writer.submit(lambda tx: tx.readings_of_device("d1", HOUR0, END))
    assert [one.received_at for one in kept] == [at(5), at(10), at(30), at(65)]  # whole hours, so that the hash holds
    assert await writer.submit(lambda tx: tx.readings_of_device("d2", HOUR0, END)) == ()
    lines = await writer.submit(lambda tx: tx.segment_lines("device:d1", HOUR0))
    assert sealed(site=SITE, subject="device:d1", hour=HOUR0, lines=lines).hash == segment.hash


async def test_what_comes_into_a_sealed_hour_lies_in_a_segment_of_its_own(writer: Writer) -> None:
    """A clock was set back: the sealed hour stays as it is, and what was added shows as added."""
    await writer.submit(fill)
    first = await writer.submit(lambda tx: tx.seal("device:d1", HOUR0))
    assert await writer.submit(lambda tx: tx.seal_added("device:d1", HOUR0)) is None
    lines = await writer.submit(lambda tx: tx.segment_lines("device:d1", HOUR0))
    added = [row(1, "17"), row(40, "18"), row(2, "19")]
    await writer.submit(lambda tx: tx.add_readings(added))
    assert await writer.submit(lambda tx: tx.seal("device:d1", HOUR0)) == first
    assert await writer.submit(lambda tx: tx.segment_lines("device:d1", HOUR0)) == lines
    later = await writer.submit(lambda tx: tx.seal_added("device:d1", HOUR0))
    assert later is not None
    assert (later.subject, later.hour, later.count, later.previous) == ("device+1:d1", HOUR0, 3, NOTHING)
    assert await writer.submit(lambda tx: tx.seal_added("device:d1", HOUR0)) is None, "once"
    await writer.submit(lambda tx: tx.add_readings([row(3, "16")]))
    again = await writer.submit(lambda tx: tx.seal_added("device:d1", HOUR0))
    assert again is not None
    assert (again.subject, again.count) == ("device+2:d1", 1)
    for one in (first, later, again):
        told = await writer.submit(partial(SegmentsTx.segment_lines, subject=one.subject, hour=HOUR0))
        assert sealed(site=SITE, subject=one.subject, hour=HOUR0, lines=told).hash == one.hash
    assert await writer.submit(lambda tx: tx.segments_of_permit("P")) == (later, again, first)
    assert await writer.submit(lambda tx: tx.unsealed(HOUR0, HOUR0 + timedelta(hours=1))) == (("permit:P", HOUR0),)


async def test_what_somebody_types_into_a_sealed_hour_is_added_too(writer: Writer) -> None:
    await writer.submit(fill)
    first = await writer.submit(lambda tx: tx.seal("permit:P", HOUR0))
    await writer.submit(lambda tx: tx.add_readings([row(11, "20", device="chat", permit="P")]))
    added = await writer.submit(lambda tx: tx.seal_added("permit:P", HOUR0))
    assert added is not None
    assert added.subject == "permit+1:P"
    assert added in await writer.submit(lambda tx: tx.segments_of_permit("P"))
    lines = await writer.submit(lambda tx: tx.segment_lines("permit:P", HOUR0))
    assert sealed(site=SITE, subject="permit:P", hour=HOUR0, lines=lines).hash == first.hash


async def test_an_hour_nobody_sealed_is_sealed(writer: Writer) -> None:
    await writer.submit(fill)
    added = await writer.submit(lambda tx: tx.seal_added("device:d1", HOUR0))
    assert added == await writer.submit(lambda tx: tx.seal("device:d1", HOUR0))
