"""Reading memory from the event loop, beside the writer and never in its way.

A read function gets a `Tx` that refuses to write and sees one moment of the database, so everything a transaction can
ask is asked here with the same words. It runs on a pooled async connection (aiosqlite, psycopg); give it several
questions at once rather than calling it several times.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.agenda import AgendaKind
from storage.board import BoardRow
from storage.connection import Broken, Retry, WriteConnection, sqlite_failure
from storage.desk import Draft
from storage.directory import Directory
from storage.engine import Database
from storage.errors import StorageError, StorageTrouble, Trouble
from storage.fold import Fold
from storage.media import MediaRow
from storage.session import DIRECTORY, Session
from storage.sql import Backend, Channel, Row, Statement
from storage.tx import Tx
from workflow.journal import Record

T = TypeVar("T")
S = TypeVar("S")
E = TypeVar("E")


class Store:
    """Async reads of one site. Close it when done."""

    def __init__(self, database: Database, site: str) -> None:
        self._database = database
        self._site = site
        self._engine = database.connect_reader()
        self._directory: Directory | None = None

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a read function and return its value. Raise `StorageTrouble` when the database cannot be asked."""
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._run, work)
        except DBAPIError as error:
            raise _failure(error) from error
        except (Broken, Retry) as error:
            raise StorageTrouble(Trouble.OTHER, str(error)) from error

    def _run(self, connection: Connection, work: Callable[[Tx], T]) -> T:
        # A `_ReadTx` asks and never writes, so of the whole connection only `fetch` is needed.
        asking = cast(WriteConnection, _Reading(connection, self._database.backend))
        session = Session(asking, self._site, hot_streams=0)
        if self._directory is not None:
            session.shelf[DIRECTORY] = self._directory
        value = work(_ReadTx(session))
        self._directory = session.shelf.get(DIRECTORY)
        return value

    # --- the questions most often asked

    async def records(self, fold: Fold[Any, Any], stream: str) -> tuple[Record, ...]:
        """The history of a stream, as stored."""
        return await self.read(lambda tx: tx.records(fold, stream))

    async def load(self, fold: Fold[S, E], stream: str) -> tuple[S, int]:
        """The committed state of a stream and its version."""
        return await self.read(lambda tx: tx.load(fold, stream))

    async def directory(self) -> Directory:
        """The register as a snapshot; the same object until the register changes."""
        return await self.read(lambda tx: tx.directory)

    async def open_permits(self) -> tuple[BoardRow, ...]:
        """Everything on the board that is still somebody's business."""
        return await self.read(lambda tx: tx.open_permits())

    async def open_permits_of(self, person: str) -> tuple[BoardRow, ...]:
        """Open permits that name a person."""
        return await self.read(lambda tx: tx.open_permits_of(person))

    async def draft(self, person: str) -> Draft | None:
        """A person's open conversation."""
        return await self.read(lambda tx: tx.draft(person))

    async def media_of(self, permit: str) -> tuple[MediaRow, ...]:
        """Everything registered for a permit."""
        return await self.read(lambda tx: tx.media_of(permit))

    async def next_due(self, kind: AgendaKind) -> datetime | None:
        """When the agenda next wants a look."""
        return await self.read(lambda tx: tx.next_due(kind))

    async def agenda_counts(self) -> dict[tuple[str, str], int]:
        """Rows of the agenda by (lane, state)."""
        return await self.read(lambda tx: tx.agenda_counts())


class _ReadTx(Tx):
    """A transaction that only looks."""

    __slots__ = ()

    def write(self, statement: Statement, row: Row) -> NoReturn:  # noqa: ARG002 - what it refuses
        raise StorageError("a read function may not write: submit a work function to the writer")

    def ask(self, statement: Statement, row: Row) -> NoReturn:  # noqa: ARG002 - what it refuses
        raise StorageError("a read function may not write: submit a work function to the writer")

    def read(self, statement: Statement, row: Row, *channels: Channel) -> list[Row]:  # noqa: ARG002 - nothing is buffered
        return self._session.fetch(statement, row)


class _Reading:
    """A pooled connection, asked synchronously inside SQLAlchemy's bridge."""

    def __init__(self, connection: Connection, backend: Backend) -> None:
        self._connection = connection
        self.backend = backend

    def fetch(self, statement: Statement, row: Row = ()) -> list[Row]:
        sql, arrange = statement.on(self.backend)
        try:
            given = row if arrange is None else arrange(row)
            return [tuple(found) for found in self._connection.exec_driver_sql(sql, given)]
        except DBAPIError as error:
            raise _failure(error) from error


def _failure(error: DBAPIError) -> Exception:
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return sqlite_failure(original)
    import psycopg

    from storage.connection_pg import postgres_failure

    if isinstance(original, psycopg.Error):
        return postgres_failure(original)
    return StorageTrouble(Trouble.OTHER, str(original))
