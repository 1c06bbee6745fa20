"""When the disk or the server fails: said plainly, nothing half done, and work goes on when the cause is gone."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage.connection import BUSY_TIMEOUT_MS, SqliteConnection, WriteConnection, sqlite_failure
from storage.engine import SqliteDatabase, open_database
from storage.errors import AnotherWriter, NotMigrated, StorageTrouble, Trouble
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import ACCOUNTS, T0, Paid
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).parents[2]


def pay(tx: Tx) -> int:
    """Pay one in and say the balance."""
    _, version = tx.load(ACCOUNTS, "one")
    return tx.append(ACCOUNTS, "one", version, [Paid(amount=1)], T0, "test")[0].balance


class Impatient(SqliteDatabase):
    """A SQLite database whose writer waits only a moment for a lock."""

    def connect_writer(self) -> WriteConnection:
        return SqliteConnection(self.path, busy_timeout_ms=20)


async def test_a_locked_file_is_said_and_recovered_from(sqlite_url: str) -> None:
    assert BUSY_TIMEOUT_MS >= 1_000
    database = Impatient(open_database(sqlite_url).url)
    writer = Writer(database, SITE)
    await writer.start()
    assert await writer.submit(pay) == 1
    intruder = sqlite3.connect(database.path, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageTrouble) as caught:
        await writer.submit(pay)
    assert caught.value.kind is Trouble.LOCKED
    intruder.execute("ROLLBACK")
    intruder.close()
    assert await writer.submit(pay) == 2
    assert writer.stats.troubles == 1
    await writer.stop()


async def test_what_somebody_else_wrote_into_the_file_is_seen(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    writer = Writer(database, SITE)
    await writer.start()
    await writer.submit(lambda tx: tx.next_number("permit"))
    intruder = sqlite3.connect(database.path)
    intruder.execute("UPDATE counters SET value = 40")
    intruder.commit()
    intruder.close()
    assert await writer.submit(lambda tx: tx.next_number("permit")) == 41
    await writer.stop()


async def test_a_file_has_one_writer(sqlite_url: str) -> None:
    first, second = Writer(open_database(sqlite_url), SITE), Writer(open_database(sqlite_url), SITE)
    await first.start()
    with pytest.raises(AnotherWriter, match="another process writes"):
        await second.start()
    await first.stop()
    third = Writer(open_database(sqlite_url), SITE)
    await third.start()
    await third.stop()


@pytest.mark.pg
async def test_an_empty_server_database_is_said_to_be_unmigrated(postgres: PostgresServer) -> None:
    writer = Writer(open_database(postgres.url(postgres.create())), SITE)
    with pytest.raises(NotMigrated, match="permitbot db upgrade"):
        await writer.start()


async def test_a_new_file_is_said_to_be_unmigrated_and_can_be_opened_later(tmp_path: Path) -> None:
    from storage.migrate import upgrade

    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    with pytest.raises(NotMigrated, match="permitbot db upgrade"):
        await Writer(open_database(url), SITE).start()
    await asyncio.to_thread(upgrade, url)
    writer = Writer(open_database(url), SITE)
    await writer.start()
    await writer.stop()


@pytest.mark.pg
async def test_a_lost_server_connection_is_said_and_recovered_from(postgres: PostgresServer, postgres_url: str) -> None:
    import psycopg

    writer = Writer(open_database(postgres_url), SITE)
    await writer.start()
    assert await writer.submit(pay) == 1
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'permitbot-writer'"
        )
    with pytest.raises(StorageTrouble) as caught:
        await writer.submit(pay)
    assert caught.value.kind is Trouble.CONNECTION
    assert await writer.submit(pay) == 2
    await writer.stop()


FULL_DISK = """
import asyncio, resource, sys
from storage.engine import open_database
from storage.errors import StorageTrouble
from storage.writer import Writer
from tests.support.ledger import ACCOUNTS, T0, Noted

def note(tx):
    _, version = tx.load(ACCOUNTS, "one")
    return tx.append(ACCOUNTS, "one", version, [Noted(text="x" * 20_000, at=T0)], T0, "test")[1]

async def main():
    writer = Writer(open_database(sys.argv[1]), "A")
    await writer.start()
    assert await writer.submit(note) == 1
    # No file of this process may grow past 200 kB: the write fails in the kernel, as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    written = 1
    try:
        while written < 1_000:
            written = await writer.submit(note)
    except StorageTrouble as trouble:
        print("trouble", trouble.kind.value)
    for _ in range(3):
        try:
            await writer.submit(note)
        except StorageTrouble:
            print("still")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print("then", await writer.submit(note) - written)
    await writer.stop()

asyncio.run(main())
"""


def test_a_full_disk_is_said_and_recovered_from(sqlite_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, sqlite_url], cwd=ROOT, capture_output=True, timeout=60, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] in {"trouble disk_full", "trouble input_output"}
    assert lines[1:] == ["still", "still", "still", "then 1"]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("PRAGMA query_only = ON", Trouble.READ_ONLY),
        ("PRAGMA max_page_count = 1", Trouble.DISK_FULL),
    ],
)
async def test_sqlites_own_refusals_have_names(sqlite_url: str, sql: str, kind: Trouble) -> None:
    class Tapped(SqliteDatabase):
        """Lets the test turn a knob on the first write connection only."""

        def connect_writer(self) -> WriteConnection:
            connection = SqliteConnection(self.path)
            if not opened:
                connection._raw.execute(sql)
            opened.append(connection)
            return connection

    opened: list[WriteConnection] = []
    writer = Writer(Tapped(open_database(sqlite_url).url), SITE)
    await writer.start()

    def big(tx: Tx) -> None:
        tx.put_setting("big", "x" * 100_000)

    with pytest.raises(StorageTrouble) as caught:
        await writer.submit(big)
    assert caught.value.kind is kind
    await writer.submit(big)
    assert len(opened) == 2, "the writer must go on with a fresh connection"
    await writer.stop()


def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "permitbot.sqlite3"
    path.write_bytes(b"this is a letter to the safety department" * 100)
    with pytest.raises(StorageTrouble) as caught:
        SqliteConnection(path)
    assert caught.value.kind is Trouble.CORRUPT


def test_an_unknown_sqlite_error_is_trouble_and_not_our_fault() -> None:
    error = sqlite3.OperationalError("odd")
    error.sqlite_errorname = "SQLITE_PROTOCOL"
    failure = sqlite_failure(error)
    assert isinstance(failure, StorageTrouble)
    assert failure.kind is Trouble.OTHER
