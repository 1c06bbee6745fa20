"""The journal: append-only by trigger, chained, and every altered byte is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from storage.chain import Chain
from storage.codec import Codec
from storage.connection import Broken, SqliteConnection, WriteConnection
from storage.engine import Database, PostgresDatabase, SqliteDatabase, open_database
from storage.errors import UnknownEvent
from storage.fold import Fold
from storage.sql import Channel, Statement
from storage.store import Store
from storage.tx import Tx
from storage.verify import verify_journal
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Account, Noted, Paid, minutes
from workflow.journal import GENESIS, BrokenChain, instant, link, verify


def write_some(tx: Tx) -> None:
    """Three streams of four records each, interleaved."""
    for number in range(4):
        for stream in ("a", "b", "c"):
            _, version = tx.load(ACCOUNTS, stream)
            events = [Noted(text=f"{stream}{number} 动火", at=minutes(number))]
            tx.append(ACCOUNTS, stream, version, events, minutes(number), f"cause-{number}")


def sabotage(database: Database, *statements: str) -> None:
    """Change the journal the way somebody with the keys to the server would: triggers off first."""
    if isinstance(database, SqliteDatabase):
        raw = sqlite3.connect(database.path)
        raw.executescript("DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;")
        for statement in statements:
            raw.execute(statement)
        raw.commit()
        raw.close()
        return
    import psycopg

    assert isinstance(database, PostgresDatabase)
    with psycopg.connect(database.libpq_url) as connection:
        connection.execute("DROP TRIGGER journal_append_only ON journal")
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET at = at",
        "UPDATE journal SET body = body WHERE version = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE version = 4",
    ],
)
async def test_the_journal_can_only_grow(database: Database, writer: Writer, statement: str) -> None:
    await writer.submit(write_some)
    connection = database.connect_writer()
    connection.begin()
    with pytest.raises(Broken, match="append-only"):
        connection.run(Statement(text(statement), channel=Channel.JOURNAL), [()])
    connection.rollback()
    connection.close()
    assert verify_journal(database, SITE).records == 12


async def test_nothing_can_be_slipped_over_a_record(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    writer = Writer(database, SITE)
    await writer.start()
    await writer.submit(write_some)
    await writer.stop()
    connection: WriteConnection = database.connect_writer()
    connection.begin()
    replace = text("INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE version = 1")
    with pytest.raises(Broken, match="append-only"):
        connection.run(Statement(replace, channel=Channel.JOURNAL), [()])
    connection.rollback()
    connection.close()
    assert isinstance(connection, SqliteConnection)


@pytest.mark.pg
async def test_the_journal_cannot_be_emptied(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.IntegrityError, match="append-only"):
        connection.execute("TRUNCATE journal")


async def test_records_verify_by_the_definition_and_by_the_fast_way(database: Database, writer: Writer) -> None:
    await writer.submit(write_some)
    result = verify_journal(database, SITE)
    assert result.sound
    assert result.records == 12
    store = Store(database, SITE)
    for stream in ("a", "b", "c"):
        records = await store.records(ACCOUNTS, stream)
        assert [record.version for record in records] == [1, 2, 3, 4]
        assert [record.cause for record in records] == ["cause-0", "cause-1", "cause-2", "cause-3"]
        assert records[0].prev == GENESIS
        assert records[2].at == minutes(2)
        assert verify(records) == result.heads[f"account/{stream}"].hash
        assert result.heads[f"account/{stream}"].version == 4
    await store.close()


TAMPERINGS = {
    "body": "UPDATE journal SET body = {other} WHERE stream = 'account/b' AND version = 2",
    "kind": "UPDATE journal SET kind = 'Paid' WHERE stream = 'account/b' AND version = 2",
    "cause": "UPDATE journal SET cause = 'nobody' WHERE stream = 'account/b' AND version = 2",
    "at": "UPDATE journal SET at = '2026-05-01T08:00:59.000000Z' WHERE stream = 'account/b' AND version = 2",
    "hash": "UPDATE journal SET hash = {other} WHERE stream = 'account/b' AND version = 2",
    "last hash": "UPDATE journal SET hash = {other} WHERE stream = 'account/b' AND version = 4",
    "prev": "UPDATE journal SET prev = {other} WHERE stream = 'account/b' AND version = 2",
    "removed": "DELETE FROM journal WHERE stream = 'account/b' AND version = 2",
    "removed at the start": "DELETE FROM journal WHERE stream = 'account/b' AND version = 1",
    "renamed": "UPDATE journal SET stream = 'account/z' WHERE stream = 'account/b' AND version = 4",
    "renumbered": "UPDATE journal SET version = 9 WHERE stream = 'account/b' AND version = 4",
}


@pytest.mark.parametrize("name", TAMPERINGS)
async def test_every_tampering_is_found_in_its_stream(database: Database, writer: Writer, name: str) -> None:
    await writer.submit(write_some)
    await writer.stop()
    other = "x'00'" if isinstance(database, SqliteDatabase) else r"'\x00'::bytea"
    sabotage(database, TAMPERINGS[name].format(other=other))
    result = verify_journal(database, SITE)
    assert not result.sound
    assert set(result.broken) == ({"account/z"} if name == "renamed" else {"account/b"})
    assert {"account/a", "account/c"} <= set(result.heads)
    store = Store(database, SITE)
    if name != "renamed":
        records = await store.records(ACCOUNTS, "b")
        with pytest.raises(BrokenChain):
            verify(records)
    await store.close()


@pytest.mark.parametrize(
    ("version", "new_version", "text"),
    [(2, 2, "another text"), (4, 9, "b3 动火")],
    ids=["another body", "another number"],
)
async def test_a_record_forged_with_a_fitting_hash_is_found(
    database: Database, writer: Writer, version: int, new_version: int, text: str
) -> None:
    """The forger knows how links are made; what follows the record, or the count, still gives him away."""
    await writer.submit(write_some)
    records = await writer.submit(lambda tx: tx.records(ACCOUNTS, "b"))
    await writer.stop()
    record = records[version - 1]
    kind, body = ACCOUNTS.codec.encode(Noted(text=text, at=record.at))
    digest = link(
        prev=record.prev,
        site=SITE,
        stream=record.stream,
        version=new_version,
        at=instant(record.at),
        cause=record.cause,
        kind=kind,
        body=body,
    )
    as_bytes = "x'{}'" if isinstance(database, SqliteDatabase) else r"'\x{}'::bytea"
    changes = f"version = {new_version}, body = {as_bytes.format(body.hex())}, hash = {as_bytes.format(digest.hex())}"
    sabotage(database, f"UPDATE journal SET {changes} WHERE stream = 'account/b' AND version = {version}")  # noqa: S608
    assert set(verify_journal(database, SITE).broken) == {"account/b"}


async def test_a_record_moved_to_another_site_is_found(database: Database, writer: Writer) -> None:
    await writer.submit(write_some)
    await writer.stop()
    sabotage(database, "UPDATE journal SET site = 'B'")
    assert verify_journal(database, SITE).records == 0
    assert len(verify_journal(database, "B").broken) == 3


async def test_a_cut_off_end_shows_only_against_a_head_kept_outside(database: Database, writer: Writer) -> None:
    await writer.submit(write_some)
    await writer.stop()
    kept = verify_journal(database, SITE).heads
    sabotage(database, "DELETE FROM journal WHERE stream = 'account/b' AND version = 4")
    result = verify_journal(database, SITE)
    assert result.sound
    assert result.heads != kept


async def test_an_event_from_a_newer_version_stops_the_fold(writer: Writer) -> None:
    def unknown(fold: Fold[Any, Any]) -> Callable[[Tx], object]:
        return lambda tx: tx.load(fold, "a")

    await writer.submit(write_some)
    older: Fold[Account, Paid] = Fold(
        kind="account", initial=Account, evolve=lambda account, _: account, codec=Codec((Paid,))
    )
    await writer.submit(unknown(ACCOUNTS))
    store = Store(writer._database, SITE)
    with pytest.raises(UnknownEvent, match="Noted"):
        await store.load(older, "a")
    await store.close()


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    site=_text,
    stream=_text,
    version=st.integers(1, 5_000),
    at=st.datetimes(timezones=st.timezones()).map(instant),
    cause=st.one_of(_text, st.just("c" * 600)),
    kind=_text,
    body=st.binary(max_size=80),
    prev=st.binary(min_size=32, max_size=32),
)
def test_the_fast_link_is_the_defined_link(
    site: str, stream: str, version: int, at: str, cause: str, kind: str, body: bytes, prev: bytes
) -> None:
    defined = link(prev=prev, site=site, stream=stream, version=version, at=at, cause=cause, kind=kind, body=body)
    chain = Chain(site.encode(), stream.encode())
    assert chain.link(prev, version, at.encode(), cause.encode(), kind.encode(), body) == defined


async def test_a_bare_stream_is_blank(writer: Writer) -> None:
    assert await writer.submit(lambda tx: tx.load(ACCOUNTS, "new")) == (Account("new"), 0)
    assert await writer.submit(lambda tx: tx.append(ACCOUNTS, "new", 0, [], T0, "nothing")) == (Account("new"), 0)
    assert await writer.submit(lambda tx: tx.records(ACCOUNTS, "new")) == ()
