"""Readings in blocks: nothing of them is lost or moved, and nobody who asks can tell how they lie."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from storage.engine import open_database
from storage.reading_blocks import MOST, blocks_of, entries
from storage.readings import ReadingRow
from storage.schema import readings
from storage.segments import SegmentsTx
from storage.sql import Channel, insert_row
from storage.times import spell, spell_optional
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from workflow.privacy.retention import Thing
from workflow.segments import HOUR

HOUR0 = datetime(2026, 3, 18, 1, tzinfo=UTC)
LONG = timedelta(days=9)
AHEAD = timezone(timedelta(hours=8))
HALF = timezone(timedelta(hours=5, minutes=30))
_OLD = insert_row(readings, channel=Channel.READINGS, without=["id"])


def at(minute: float) -> datetime:
    return HOUR0 + timedelta(minutes=minute)


def row(minute: float, value: str = "20.9", device: str = "d1", quantity: str = "o2") -> ReadingRow:
    return ReadingRow(
        device=device, quantity=quantity, value=Decimal(value), unit="%vol", quality="good", received_at=at(minute)
    )


def as_before(tx: Tx, rows: list[ReadingRow]) -> None:
    """Write them as they were written before there were blocks."""
    for one in rows:
        tx.write(
            _OLD,
            (
                SITE, one.device, one.quantity, format(one.value, "f"), one.unit, one.quality,
                spell_optional(one.measured_at), spell(one.received_at), None,
            ),
        )  # fmt: skip


# --- the blocks themselves

moments = st.builds(
    lambda micros, zone: (HOUR0 + timedelta(microseconds=micros)).astimezone(zone),
    st.integers(-4 * 3_600_000_000, 4 * 3_600_000_000),
    st.sampled_from([UTC, AHEAD, HALF, ZoneInfo("Asia/Shanghai")]),
)
said = st.builds(
    ReadingRow,
    device=st.sampled_from(["d1", "d2", "一号"]),
    quantity=st.sampled_from(["o2", "h2s", ""]),
    value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18),
    unit=st.sampled_from(["%vol", "%LEL", ""]),
    quality=st.sampled_from(["good", "stale", "gap"]),
    received_at=moments,
    measured_at=st.none() | moments,
)


@given(st.lists(said, max_size=40))
def test_every_reading_comes_back_exactly_and_those_of_a_device_and_hour_in_their_order(rows: list[ReadingRow]) -> None:
    blocks = list(blocks_of(rows))
    for block in blocks:
        held = entries(block.body)
        assert block.size == len(held)
        assert block.first == min(one.received_at for one in held)
        assert block.last == max(one.received_at for one in held)
        assert _hour(block.first) == _hour(block.last)
    found = [
        (block.device, one.quantity, one.value.as_tuple(), one.unit, one.quality, one.measured_at, one.received_at)
        for block in blocks
        for one in entries(block.body)
    ]
    wanted = [
        (one.device, one.quantity, one.value.as_tuple(), one.unit, one.quality, one.measured_at, one.received_at)
        for one in rows
    ]
    for device, hour in {(one[0], _hour(one[6])) for one in wanted}:
        of = [one for one in found if (one[0], _hour(one[6])) == (device, hour)]
        assert of == [one for one in wanted if (one[0], _hour(one[6])) == (device, hour)]
    assert len(found) == len(wanted)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def test_a_device_that_pours_gets_several_blocks() -> None:
    assert [one.size for one in blocks_of([row(1)] * (2 * MOST + 3))] == [MOST, MOST, 3]


# --- what those who ask are told

MIXED = [
    row(58), row(59.5, device="d2"), row(60, "20.8"), row(59, "20.7"), row(59, "1E+1"), row(61, "0.50", quantity="h2s"),
    replace(row(62), measured_at=at(61).astimezone(AHEAD)), row(200),
]  # fmt: skip
"""Out of order where the bridge may be: what waited at the broker counts from when it began to wait."""


async def test_a_span_is_told_to_the_instant_across_hours_and_in_order(writer: Writer) -> None:
    for batch in (MIXED[:3], MIXED[3:5], MIXED[5:]):
        await writer.submit(partial(Tx.add_readings, rows=batch))
    mine = sorted((one for one in MIXED if one.device == "d1"), key=lambda one: one.received_at)
    for since, until in ((0, 300), (58, 62), (59, 60), (60, 60), (60, 61), (61.5, 200), (200, 201), (63, 199)):
        found = await writer.submit(partial(Tx.readings_of_device, device="d1", since=at(since), until=at(until)))
        assert list(found) == [one for one in mine if at(since) <= one.received_at < at(until)]
    whole = await writer.submit(partial(Tx.readings_of_device, device="d1", since=at(0), until=at(300)))
    assert [format(one.value, "f") for one in whole[1:3]] == ["20.7", "10"]


async def test_what_was_stored_before_is_told_with_it_and_hashed_with_it(writer: Writer) -> None:
    old, new = [row(1, "1.0"), row(5, "2.0"), row(70)], [row(3, "3.0"), row(6, "4.0")]
    await writer.submit(lambda tx: as_before(tx, old))
    await writer.submit(partial(Tx.add_readings, rows=new))
    found = await writer.submit(partial(Tx.readings_of_device, device="d1", since=at(0), until=at(60)))
    assert [str(one.value) for one in found] == ["1.0", "3.0", "2.0", "4.0"]
    segment = await writer.submit(partial(SegmentsTx.seal, subject="device:d1", hour=HOUR0))
    assert segment.count == 4


async def test_an_hour_has_the_hash_it_had_as_rows(writer: Writer) -> None:
    await writer.submit(lambda tx: as_before(tx, [replace(one, device="e1") for one in MIXED]))
    await writer.submit(partial(Tx.add_readings, rows=[replace(one, device="e2") for one in MIXED]))
    for hour in range(4):
        lines = [
            await writer.submit(
                partial(SegmentsTx.segment_lines, subject=f"device:{name}", hour=HOUR0 + hour * HOUR)
            )
            for name in ("e1", "e2")
        ]  # fmt: skip
        assert [one.replace(b'"e1"', b'"e2"') for one in lines[0]] == list(lines[1])


async def test_the_last_word_of_a_quantity_is_found_however_far_back_it_lies(writer: Writer) -> None:
    far = [row(1, "7", quantity="h2s"), row(2, "1")]
    await writer.submit(partial(Tx.add_readings, rows=far))
    for second in range(100):
        await writer.submit(partial(Tx.add_readings, rows=[row(3 + second / 60, str(second))]))

    async def newest(quantity: str, since: float = 0, until: float = 59) -> str | None:
        find = partial(Tx.newest_reading, device="d1", quantity=quantity, since=at(since), until=at(until))
        found = await writer.submit(find)
        return None if found is None else str(found.value)

    assert await newest("o2") == "99"
    assert await newest("o2", until=3 + 7.5 / 60) == "7"
    assert await newest("h2s") == "7"
    assert await newest("h2s", since=1.5) is None
    assert await newest("co") is None
    # What came later speaks of an earlier moment: the newest is the one received last.
    await writer.submit(partial(Tx.add_readings, rows=[row(4, "5", quantity="h2s"), row(3.5, "6", quantity="h2s")]))
    assert await newest("h2s") == "5"
    await writer.submit(partial(Tx.add_readings, rows=[row(4, "8", quantity="h2s"), row(4, "9", quantity="h2s")]))
    assert await newest("h2s") == "9"
    await writer.submit(lambda tx: as_before(tx, [row(20, "3")]))
    assert await newest("o2") == "3"
    # A block that ends later holds an earlier word of this quantity; neither that nor an old row hides the last one.
    await writer.submit(partial(Tx.add_readings, rows=[row(31, "10", quantity="h2s")]))
    await writer.submit(partial(Tx.add_readings, rows=[row(30, "11", quantity="h2s"), row(32, "12")]))
    assert (await newest("h2s"), await newest("o2")) == ("10", "12")


async def test_values_since_the_last_good_one_are_told_each_once(writer: Writer) -> None:
    def bad(minute: float, value: str, quality: str = "stuck") -> ReadingRow:
        return replace(row(minute, value), quality=quality)

    async def since(begin: float, until: float = 59) -> list[tuple[str, str, float]]:
        found = await writer.submit(
            partial(
                Tx.values_since, device="d1", quantities=["co", "o2"], quality="good", since=at(begin), until=at(until)
            )
        )  # fmt: skip
        alone = await writer.submit(
            partial(Tx.values_since, device="d1", quantities=["o2"], quality="good", since=at(begin), until=at(until))
        )
        assert alone["o2"] == found["o2"], "whatever else is asked for, and however far back that leads"
        return [(str(one.value), one.quality, (one.received_at - HOUR0) / timedelta(minutes=1)) for one in found["o2"]]

    await writer.submit(lambda tx: as_before(tx, [row(1, "1"), bad(2, "40")]))
    for second in range(200):
        await writer.submit(
            partial(Tx.add_readings, rows=[bad(3 + second, str(second % 2)), row(3 + second, device="d2")])
        )
    assert await since(0, 203) == [("1", "good", 1), ("40", "stuck", 2), ("0", "stuck", 201), ("1", "stuck", 202)]
    await writer.submit(partial(Tx.add_readings, rows=[row(204, "5"), bad(205, "6"), bad(206, "6"), bad(204.5, "7")]))
    await writer.submit(partial(Tx.add_readings, rows=[row(300, "9"), row(207, "8", quantity="co")]))
    assert await since(0, 250) == [("5", "good", 204), ("7", "stuck", 204.5), ("6", "stuck", 206)]
    assert await since(204.2, 206) == [("7", "stuck", 204.5), ("6", "stuck", 205)]
    assert await since(210, 250) == []
    late = [row(320, "1"), bad(319.5, "2"), row(319, "3")]
    await writer.submit(partial(Tx.add_readings, rows=late))
    assert await since(310, 330) == [("1", "good", 320)], "what came in later speaks of before the good word"


async def test_whole_hours_go_and_those_a_permit_needs_stay(writer: Writer) -> None:
    def fill(tx: Tx) -> None:
        tx.add_readings([row(5), row(6), row(65), row(66, device="d2")])
        tx.serve("P", "d1", at(70))

    await writer.submit(fill)
    assert await writer.submit(partial(Tx.forget_rows, thing=Thing.READINGS, before=at(6), most=99)) == 0, (
        "a block is as young as its last reading"
    )
    assert await writer.submit(partial(Tx.forget_rows, thing=Thing.READINGS, before=at(600), most=99)) == 3
    left = await writer.submit(partial(Tx.readings_of_device, device="d1", since=at(0), until=at(600)))
    assert [one.received_at for one in left] == [at(65)]


# --- there and back


async def test_whoever_goes_back_finds_a_row_for_each_reading(url: str) -> None:
    step = importlib.import_module("storage.migrations.versions.0022_reading_blocks")
    writer = Writer(open_database(url), SITE)
    await writer.start()
    await writer.submit(partial(Tx.add_readings, rows=MIXED * 60))
    await writer.stop()
    engine = sa.create_engine(open_database(url).sync_url)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        step.downgrade()
        assert not sa.inspect(connection).has_table("reading_blocks")
        step.upgrade()
    with engine.connect() as connection:
        asked = sa.select(sa.func.count(), sa.func.min(readings.c.received_at), sa.func.max(readings.c.received_at))
        assert connection.execute(asked).one() == (len(MIXED) * 60, spell(at(58)), spell(at(200)))
        assert set(connection.scalars(sa.select(readings.c.measured_at).distinct())) == {None, spell(at(61))}
        assert set(connection.scalars(sa.select(readings.c.value).distinct())) == {"20.9", "20.8", "20.7", "10", "0.50"}
    engine.dispose()
    again = Writer(open_database(url), SITE)
    await again.start()
    found = await again.submit(partial(Tx.readings_of_device, device="d1", since=at(0), until=at(300)))
    await again.stop()
    assert len(found) == 7 * 60
