"""Opening a database: by URL alone, with errors that say what to do, and with the durability we promise."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.connection import SqliteConnection
from storage.connection_pg import PostgresConnection
from storage.engine import Database, PostgresDatabase, SqliteDatabase, open_database
from storage.errors import CannotOpen, MissingDirectory, StorageTrouble, Trouble, UnknownDatabase
from storage.sql import Backend


@pytest.mark.parametrize("url", ["", "permitbot.sqlite3", "mysql://root@host/db", "sqlite://", "sqlite:///:memory:"])
def test_what_is_no_database_of_ours_is_said(url: str) -> None:
    with pytest.raises(UnknownDatabase, match="sqlite:///"):
        open_database(url)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingDirectory, match="nowhere does not exist"):
        open_database(f"sqlite:///{tmp_path}/nowhere/permitbot.sqlite3")
    assert issubclass(MissingDirectory, CannotOpen)


def test_the_url_alone_decides(tmp_path: Path) -> None:
    assert isinstance(open_database(f"sqlite:///{tmp_path}/a.sqlite3"), SqliteDatabase)
    server = open_database("postgresql://permitbot:secret@db.internal/permits")
    assert isinstance(server, PostgresDatabase)
    assert server.backend is Backend.POSTGRESQL


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(open_database("postgresql://permitbot:secret@db.internal/permits"))


def test_every_commit_reaches_the_disk(database: Database) -> None:
    connection = database.connect_writer()
    if isinstance(connection, SqliteConnection):
        answers = {
            name: connection._raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        }
        assert answers == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "foreign_keys": 1,
            "busy_timeout": 5000,
            "recursive_triggers": 1,
        }
    else:
        assert isinstance(connection, PostgresConnection)
        for name in ("synchronous_commit", "fsync", "full_page_writes"):
            assert connection._raw.execute(f"SHOW {name}".encode()).fetchone() == ("on",), name
    connection.close()


def test_a_file_nobody_may_write_is_said(tmp_path: Path, sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly") as caught:
        reader.execute("CREATE TABLE x (y)")
    reader.close()
    from storage.connection import sqlite_failure

    failure = sqlite_failure(caught.value)
    assert isinstance(failure, StorageTrouble)
    assert failure.kind is Trouble.READ_ONLY
