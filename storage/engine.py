"""Opening a database, chosen by its URL alone.

``sqlite:///relative/or//absolute/path`` or ``postgresql://user@host/name`` (libpq spelling, unix sockets by
``?host=``). Writing goes through one `WriteConnection` owned by the writer's thread; reading has its own pool of
async connections that cannot write. SQLAlchemy's async engine brings its object mapper along, six megabytes: it is
imported with the first pool. Who opens one beside the event loop does it in a thread: it takes a tenth of a second.
"""

from __future__ import annotations

import fcntl
import os
from abc import ABC, abstractmethod
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError

from storage.connection import BUSY_TIMEOUT_MS, SqliteConnection, WriteConnection
from storage.errors import AnotherWriter, MissingDirectory, MissingExtra, StorageTrouble, Trouble, UnknownDatabase
from storage.sql import Backend

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class Database(ABC):
    """Where memory lives. Holds no connection itself."""

    backend: Backend

    def __init__(self, url: URL) -> None:
        self.url = url

    @property
    @abstractmethod
    def sync_url(self) -> URL:
        """For tools that want a synchronous SQLAlchemy engine (migrations)."""

    @abstractmethod
    def connect_writer(self) -> WriteConnection:
        """Open the write connection. Raise `StorageTrouble` when the database cannot be reached or written."""

    @abstractmethod
    def connect_reader(self) -> AsyncEngine:
        """A pool of async connections that refuse to write."""

    @abstractmethod
    def claim_writing(self) -> IO[bytes] | None:
        """Take the right to be the writer, given back by closing what is returned. Raise `AnotherWriter`."""

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string(hide_password=True)})"


class SqliteDatabase(Database):
    """One file, one writing process."""

    backend = Backend.SQLITE

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        if not url.database or url.database == ":memory:":
            raise UnknownDatabase("a SQLite database needs a file: sqlite:///path/to/permitbot.sqlite3")
        self.path = Path(url.database)
        if not self.path.absolute().parent.is_dir():
            raise MissingDirectory(f"{self.path.absolute().parent} does not exist; create it, or correct the path")

    @property
    def sync_url(self) -> URL:
        return self.url.set(drivername="sqlite")

    def connect_writer(self) -> WriteConnection:
        for path in (self.path.absolute().parent, self.path):
            if path.exists() and not os.access(path, os.W_OK):
                raise StorageTrouble(Trouble.READ_ONLY, f"{path} is not writable for this user")
        return SqliteConnection(self.path)

    def connect_reader(self) -> AsyncEngine:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(self.url.set(drivername="sqlite+aiosqlite"), pool_size=4, max_overflow=4)
        event.listen(engine.sync_engine, "connect", _only_reading)
        event.listen(engine.sync_engine, "begin", _one_moment)
        return engine

    def claim_writing(self) -> IO[bytes] | None:
        # The kernel drops the lock with the process, however it ends; the file itself stays.
        lock = self.path.with_name(self.path.name + ".writer").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise AnotherWriter(f"another process writes to {self.path}; stop it first") from error
        return lock


def _only_reading(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would not open a transaction for a SELECT; `_one_moment` does
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS:d}")
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _one_moment(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


class PostgresDatabase(Database):
    """A PostgreSQL server; any number of processes share the work, batch by batch."""

    backend = Backend.POSTGRESQL

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        if find_spec("psycopg") is None:
            raise MissingExtra("PostgreSQL needs its driver: pip install 'permitbot[pg]'")

    @property
    def sync_url(self) -> URL:
        return self.url.set(drivername="postgresql+psycopg")

    @property
    def libpq_url(self) -> str:
        """The URL as the driver itself wants it, password included: not for logs."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def connect_writer(self) -> WriteConnection:
        from storage.connection_pg import PostgresConnection

        return PostgresConnection(self.libpq_url)

    def connect_reader(self) -> AsyncEngine:
        from sqlalchemy.ext.asyncio import create_async_engine

        return create_async_engine(
            self.sync_url,
            pool_size=4,
            max_overflow=4,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",  # one moment for all statements of a read function
            connect_args={"options": "-c default_transaction_read_only=on"},
        )

    def claim_writing(self) -> IO[bytes] | None:
        return None


def open_database(url: str) -> Database:
    """The database behind ``url``. Nothing is connected yet.

    Raise `UnknownDatabase`, `MissingDirectory` or `MissingExtra`; each message says what to do.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnknownDatabase("not a database URL; use sqlite:///path or postgresql://user@host/name") from error
    match parsed.get_backend_name():
        case "sqlite":
            return SqliteDatabase(parsed)
        case "postgresql":
            return PostgresDatabase(parsed)
        case other:
            raise UnknownDatabase(f"no driver for {other}; use sqlite:///path or postgresql://user@host/name")
