"""Checkpoints on both databases: what they cover, that they grow without reading the past, that the past is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from storage.checkpoints import PastChanged, contradictions, entries
from storage.codec import Codec
from storage.engine import Database
from storage.fold import Fold
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from workflow.checkpoint import BUCKETS, Checkpoint, Leaf, bucket_hash, bucket_of, log_leaf, stream_key
from workflow.merkle import EMPTY, root

T0 = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something was said."""

    text: str


FOLD: Fold[int, Noted] = Fold(kind="note", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=Codec([Noted]))


async def say(writer: Writer, stream: str, *texts: str) -> None:
    def work(tx: Tx) -> None:
        version = tx.load(FOLD, stream)[1]
        tx.append(FOLD, stream, version, [Noted(text=one) for one in texts], T0, "test")

    await writer.submit(work)


async def take(writer: Writer, at: datetime = T0) -> Checkpoint:
    return await writer.submit(lambda tx: tx.take_checkpoint(at))


def from_scratch(leaves: tuple[Leaf, ...]) -> tuple[bytes, bytes]:
    """Both roots by their definition, from the whole log."""
    last = {leaf.stream: leaf for leaf in leaves}
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for leaf in last.values():
        buckets[bucket_of(stream_key(SITE, leaf.stream))] += entries(SITE, [leaf])
    return root([log_leaf(SITE, leaf) for leaf in leaves]), root([bucket_hash(one) for one in buckets])


async def test_an_empty_journal_has_a_checkpoint_too(writer: Writer) -> None:
    first = await take(writer)
    assert (first.number, first.leaves, first.streams, first.records, first.prev) == (1, 0, 0, 0, bytes(32))
    assert first.log_root == EMPTY


async def test_each_covers_what_was_written_and_is_chained_to_the_last(writer: Writer) -> None:
    await say(writer, "b", "one", "two")
    await say(writer, "a", "three")
    first = await take(writer)
    idle = await take(writer, T0 + DAY)
    await say(writer, "b", "four")
    await say(writer, "c", "five")
    third = await take(writer, T0 + 2 * DAY)
    assert [(one.number, one.leaves, one.streams, one.records) for one in (first, idle, third)] == [
        (1, 2, 2, 3),
        (2, 2, 2, 3),
        (3, 4, 3, 5),
    ]
    assert (idle.log_root, idle.heads_root) == (first.log_root, first.heads_root)
    assert (idle.prev, third.prev) == (first.hash, idle.hash)
    assert len({first.hash, idle.hash, third.hash}) == 3

    leaves, heads, stored, newest = await writer.submit(
        lambda tx: (tx.checkpoint_leaves(), tx.sealed_heads(), tx.checkpoints(), tx.newest_checkpoint())
    )
    assert [(leaf.stream, leaf.version) for leaf in leaves] == [
        ("note/a", 1), ("note/b", 2), ("note/b", 3), ("note/c", 1),
    ]  # fmt: skip
    assert [(leaf.stream, leaf.version) for leaf in heads] == [("note/a", 1), ("note/b", 3), ("note/c", 1)]
    assert newest == third
    assert stored == tuple((one, one.hash) for one in (first, idle, third))
    for one in (first, idle, third):
        assert (one.log_root, one.heads_root) == from_scratch(leaves[: one.leaves])
    records = await writer.submit(lambda tx: tx.records(FOLD, "b"))
    assert leaves[2].head == records[-1].hash


async def test_many_streams_in_every_bucket_they_fall_into(writer: Writer) -> None:
    for number in range(60):
        await say(writer, f"s{number:03d}", "x")
        if number % 17 == 0:
            await take(writer)
    for number in range(0, 60, 3):
        await say(writer, f"s{number:03d}", "y")
    last = await take(writer)
    leaves = await writer.submit(lambda tx: tx.checkpoint_leaves())
    assert (last.streams, last.records) == (60, 80)
    assert (last.log_root, last.heads_root) == from_scratch(leaves)


def neighbours() -> tuple[str, str]:
    """Two streams that fall into one bucket."""
    there: dict[int, str] = {}
    for number in range(BUCKETS):
        name = f"n{number}"
        bucket = bucket_of(stream_key(SITE, f"note/{name}"))
        if bucket in there:
            return there[bucket], name
        there[bucket] = name
    raise LookupError("no two of so many fall into one bucket")


async def test_a_stream_stays_in_its_bucket_when_only_its_neighbour_moves(writer: Writer) -> None:
    one, other = neighbours()
    await say(writer, one, "x")
    await take(writer)
    await say(writer, other, "y")
    last = await take(writer)
    assert last.heads_root == from_scratch(await writer.submit(lambda tx: tx.checkpoint_leaves()))[1]


async def test_what_is_written_in_the_same_breath_is_covered(writer: Writer) -> None:
    def work(tx: Tx) -> Checkpoint:
        tx.append(FOLD, "a", 0, [Noted(text="x")], T0, "test")
        return tx.take_checkpoint(T0)

    assert (await writer.submit(work)).records == 1


async def damage(writer: Writer, database: Database, *sql: str) -> Writer:
    """What somebody who owns the database can do: take the triggers away, then write."""
    await writer.stop()
    engine = create_engine(database.sync_url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for (name,) in found:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("journal", "checkpoints", "checkpoint_leaves"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for one in sql:
            assert connection.execute(text(one)).rowcount == 1
    engine.dispose()
    again = Writer(database, SITE)
    await again.start()
    return again


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM journal WHERE stream = 'note/a' AND version = 2",
        "UPDATE journal SET hash = prev WHERE stream = 'note/a' AND version = 2",
        "UPDATE journal SET hash = prev WHERE stream = 'note/0' AND version = 1",
    ],
)
async def test_a_changed_past_is_not_sealed_over(writer: Writer, database: Database, sql: str) -> None:
    await say(writer, "0", "nought")
    await say(writer, "a", "one", "two")
    first = await take(writer)
    again = await damage(writer, database, sql)
    try:
        await say(again, "0", "more")
        await say(again, "a", "three")
        with pytest.raises(PastChanged):
            await take(again, T0 + DAY)
        assert await again.submit(lambda tx: tx.newest_checkpoint()) == first
    finally:
        await again.stop()


async def test_a_last_record_taken_away_is_missed_before_its_number_is_given_again(
    writer: Writer, database: Database
) -> None:
    await say(writer, "a", "one")
    await say(writer, "b", "two")
    await take(writer)
    again = await damage(writer, database, "DELETE FROM journal WHERE stream = 'note/b'")
    try:
        with pytest.raises(PastChanged, match="not in its place"):
            await take(again, T0 + DAY)
    finally:
        await again.stop()


async def test_streams_that_did_not_move_are_not_read_again(writer: Writer, database: Database) -> None:
    """Damage there is for the check of the whole journal to find; a checkpoint costs what is new."""
    await say(writer, "a", "one", "two")
    await say(writer, "b", "three")
    await take(writer)
    again = await damage(writer, database, "DELETE FROM journal WHERE stream = 'note/a' AND version = 2")
    try:
        await say(again, "b", "four")
        assert (await take(again, T0 + DAY)).records == 4
    finally:
        await again.stop()


@pytest.mark.parametrize("table", ["checkpoints", "checkpoint_leaves"])
async def test_the_database_refuses_to_change_what_was_taken(writer: Writer, database: Database, table: str) -> None:
    await say(writer, "a", "one")
    await take(writer)
    engine = create_engine(database.sync_url)
    for sql in ("DELETE FROM {}", "UPDATE {} SET site = 'B'"):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.execute(text(sql.format(table)))
    engine.dispose()


async def told(writer: Writer) -> tuple[list[str], tuple[tuple[str, int], ...]]:
    def work(tx: Tx) -> tuple[list[str], tuple[tuple[str, int], ...]]:
        found = contradictions(tx.checkpoints(), tx.checkpoint_leaves(), tx.sealed_heads())
        return list(found), tx.broken_seals()

    return await writer.submit(work)


async def test_what_stands_as_it_was_sealed(writer: Writer) -> None:
    assert await told(writer) == ([], ())
    await say(writer, "a", "one", "two")
    await take(writer)
    await say(writer, "a", "three")
    await say(writer, "b", "four")
    assert await told(writer) == ([], ())
    await take(writer, T0 + DAY)
    assert await told(writer) == ([], ())


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM journal WHERE stream = 'note/a'", ("note/a", 1)),
        ("UPDATE journal SET hash = prev WHERE stream = 'note/b' AND version = 1", ("note/b", 1)),
        ("UPDATE checkpoints SET records = 7 WHERE number = 1", "checkpoint 1"),
        ("UPDATE checkpoints SET prev = log_root WHERE number = 2", "checkpoint 2"),
        ("UPDATE checkpoint_leaves SET version = 9 WHERE position = 0", "checkpoint 1"),
        ("DELETE FROM checkpoints WHERE number = 2", "belong to no checkpoint"),
        ("UPDATE stream_heads SET version = 0 WHERE stream = 'note/a'", "the sealed ends"),
    ],
)
async def test_what_does_not_stand_is_told(
    writer: Writer, database: Database, sql: str, said: str | tuple[str, int]
) -> None:
    await say(writer, "a", "one")
    await take(writer)
    await say(writer, "b", "two")
    await take(writer, T0 + DAY)
    again = await damage(writer, database, sql)
    try:
        faults, broken = await told(again)
    finally:
        await again.stop()
    assert said in broken if isinstance(said, tuple) else any(said in fault for fault in faults), (faults, broken)
