"""A journal checked in stretches: whatever was done to it, wherever it is cut, the same is found as in one piece."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from storage.engine import SqliteDatabase, open_database
from storage.stretch import check
from storage.tx import Tx
from storage.verify import Verification, helper, joined, side_by_side, verify_journal
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.storage.test_journal import TAMPERINGS, write_some
from tests.support.ledger import ACCOUNTS, T0, Paid

ROWS = 12
STREAMS = ("account/a", "account/b", "account/c")


def retyped(column: str, before: str, after: str) -> list[str]:
    """Let the journal take in ``column`` what its schema refuses."""
    return [
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = replace(sql, '{column} {before}', '{column} {after}') WHERE name = 'journal'",  # noqa: S608
        "PRAGMA writable_schema = RESET",
    ]


ACTS = {
    "another stream": ["UPDATE journal SET stream = 'account/z' WHERE seq = :row"],
    "a stream that is no text": ["UPDATE journal SET stream = x'ff' WHERE seq = :row"],
    "another version": ["UPDATE journal SET version = version + 100 WHERE seq = :row"],
    "a version that is no number": ["UPDATE journal SET version = 'x' WHERE seq = :row"],
    "a version with a point": [
        *retyped("version", "INTEGER", "BLOB"),
        "UPDATE journal SET version = version + 0.0 WHERE seq = :row",
    ],
    "no time": [*retyped("at", "TEXT NOT NULL", "TEXT"), "UPDATE journal SET at = NULL WHERE seq = :row"],
    "another time": ["UPDATE journal SET at = '2026-05-01T08:00:59.000000Z' WHERE seq = :row"],
    "another cause": ["UPDATE journal SET cause = 'nobody' WHERE seq = :row"],
    "another kind": ["UPDATE journal SET kind = 'Paid' WHERE seq = :row"],
    "another body": ["UPDATE journal SET body = x'7b7d' WHERE seq = :row"],
    "another prev": ["UPDATE journal SET prev = x'00' WHERE seq = :row"],
    "another hash": ["UPDATE journal SET hash = x'00' WHERE seq = :row"],
    "removed": ["DELETE FROM journal WHERE seq = :row"],
    "before all others": ["UPDATE journal SET seq = -5 WHERE seq = :row"],
    "places changed with the next of its stream": [
        "UPDATE journal SET seq = 50 WHERE seq = :row",
        "UPDATE journal SET seq = :row WHERE seq = :row + 3",
        "UPDATE journal SET seq = :row + 3 WHERE seq = 50",
    ],
}


def unseen(act: str, row: int) -> bool:
    """What is no damage, or what nobody can see from inside."""
    last = row > ROWS - len(STREAMS)
    return (act == "removed" and last) or (act == "before all others" and row <= len(STREAMS))


@pytest.fixture
async def database(sqlite_url: str) -> SqliteDatabase:
    database = open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    writer = Writer(database, SITE)
    await writer.start()
    await writer.submit(write_some)
    await writer.stop()
    raw = sqlite3.connect(database.path)
    raw.executescript("DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete; PRAGMA journal_mode = DELETE;")
    raw.close()
    return database


def tampered(path: Path, *statements: str, row: int = 0) -> None:
    raw = sqlite3.connect(path)
    for statement in statements:
        raw.execute(statement, {"row": row} if ":row" in statement else ())
    raw.commit()
    raw.close()


def cuts(path: Path) -> Iterator[Verification]:
    """The journal checked in one piece; in two, cut at every place; in three; in as many as it has records."""
    singly = (*range(-9, ROWS + 2), 99)
    for bounds in ((-9, 99), *((-9, cut, 99) for cut in range(-6, ROWS + 1)), (-9, 4, 7, 99), singly):
        yield joined(check(path, SITE, *span) for span in pairwise(bounds))


@pytest.mark.parametrize("act", ACTS)
async def test_every_tampering_is_found_wherever_the_journal_is_cut(database: SqliteDatabase, act: str) -> None:
    for row in range(1, ROWS + 1):
        if row > ROWS - len(STREAMS) and "places" in act:
            break  # it has no next
        copy = database.path.with_name(f"{row}.sqlite3")
        shutil.copy(database.path, copy)
        tampered(copy, *ACTS[act], row=row)
        whole, *others = cuts(copy)
        assert all(found == whole for found in others)
        assert whole.sound == unseen(act, row)


async def test_a_sound_journal_is_sound_in_pieces(database: SqliteDatabase) -> None:
    whole = verify_journal(database, SITE, processes=1)
    assert whole.sound
    assert whole.records == ROWS
    assert set(whole.heads) == set(STREAMS)
    assert all(found == whole for found in cuts(database.path))


async def test_a_field_longer_and_a_stream_older_than_the_tables_reach_are_checked_as_well(sqlite_url: str) -> None:
    database, count = open_database(sqlite_url), 2_100
    assert isinstance(database, SqliteDatabase)

    def old(tx: Tx) -> None:
        tx.append(ACCOUNTS, "a", 0, [Paid(amount=1)] * count, T0, "x" * 3_000)

    writer = Writer(database, SITE)
    await writer.start()
    await writer.submit(old)
    await writer.stop()
    assert verify_journal(database, SITE).sound
    tampered(database.path, "DROP TRIGGER journal_no_update")
    tampered(database.path, "UPDATE journal SET cause = cause || 'x' WHERE version = :row", row=count)
    assert verify_journal(database, SITE).broken == {"account/a": f"version {count} was altered"}


@pytest.mark.parametrize("name", ["body", "removed", "renumbered", "renamed"])
async def test_processes_side_by_side_find_what_one_finds(database: SqliteDatabase, name: str) -> None:
    sound = verify_journal(database, SITE, processes=3)
    assert sound == verify_journal(database, SITE, processes=1)
    tampered(database.path, TAMPERINGS[name].format(other="x'00'"))
    found = verify_journal(database, SITE, processes=3)
    assert not found.sound
    assert found == verify_journal(database, SITE, processes=1)


async def test_a_helper_that_fails_costs_only_time(database: SqliteDatabase) -> None:
    started: list[tuple[int, int]] = []

    def failing(path: Path, site: str, after: int, upto: int) -> subprocess.Popen[bytes]:
        started.append((after, upto))
        if after == 8:
            return helper(path, site, after, upto)
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"], stdout=subprocess.PIPE)

    found = joined(side_by_side(database.path, SITE, (0, 4, 8, 12), failing))
    assert started == [(4, 8), (8, 12)]
    assert found == verify_journal(database, SITE, processes=1)
