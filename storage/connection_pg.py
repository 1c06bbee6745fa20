"""The write connection on PostgreSQL. Imported only when a ``postgresql://`` database is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import errors

from storage.connection import Broken, Mark, Retry
from storage.errors import StorageTrouble, Trouble
from storage.sql import Backend, Row, Statement

_TROUBLES: tuple[tuple[type[psycopg.Error], Trouble], ...] = (
    (errors.DiskFull, Trouble.DISK_FULL),
    (errors.LockNotAvailable, Trouble.LOCKED),
    (errors.QueryCanceled, Trouble.LOCKED),
    (errors.ReadOnlySqlTransaction, Trouble.READ_ONLY),
    (errors.IoError, Trouble.INPUT_OUTPUT),
    (errors.DataCorrupted, Trouble.CORRUPT),
)


def postgres_failure(error: psycopg.Error) -> Exception:
    """What a psycopg error means to us."""
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return Retry(str(error))
    if isinstance(error, psycopg.IntegrityError):
        unique = isinstance(error, errors.UniqueViolation)
        return Broken(str(error).strip(), unique=unique, table=error.diag.table_name or "")
    if isinstance(error, psycopg.DataError | psycopg.ProgrammingError | psycopg.NotSupportedError):
        return Broken(str(error).strip(), unique=False)
    for kind, trouble in _TROUBLES:
        if isinstance(error, kind):
            return StorageTrouble(trouble, str(error).strip())
    return StorageTrouble(Trouble.CONNECTION, str(error).strip())


class PostgresConnection:
    """One psycopg connection; transactions are opened by hand, READ COMMITTED."""

    backend = Backend.POSTGRESQL

    def __init__(self, conninfo: str) -> None:
        try:
            self._raw = psycopg.connect(conninfo, autocommit=True, application_name="permitbot-writer")
            self._raw.execute("SET synchronous_commit = on")
            self._raw.execute("SET lock_timeout = '5s'")
        except psycopg.Error as error:
            raise postgres_failure(error) from error
        self._cursor = self._raw.cursor()

    def _execute(self, sql: str) -> None:
        try:
            self._cursor.execute(sql.encode())
        except psycopg.Error as error:
            raise postgres_failure(error) from error

    def begin(self) -> None:
        self._execute("BEGIN")

    def commit(self) -> None:
        self._execute("COMMIT")

    def rollback(self) -> None:
        if self._raw.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE:
            self._execute("ROLLBACK")

    def savepoint(self, mark: Mark) -> None:
        self._execute(f"SAVEPOINT {mark.value}")

    def release(self, mark: Mark) -> None:
        self._execute(f"RELEASE {mark.value}")

    def back(self, mark: Mark) -> None:
        self._execute(f"ROLLBACK TO {mark.value}")
        self._execute(f"RELEASE {mark.value}")

    def fetch(self, statement: Statement, row: Row = ()) -> list[Row]:
        sql, arrange = statement.on(Backend.POSTGRESQL)
        try:
            return self._cursor.execute(sql.encode(), row if arrange is None else arrange(row)).fetchall()
        except psycopg.Error as error:
            raise postgres_failure(error) from error

    def run(self, statement: Statement, rows: Sequence[Row]) -> None:
        sql, arrange = statement.on(Backend.POSTGRESQL)
        given = rows if arrange is None else [arrange(row) for row in rows]
        try:
            self._cursor.executemany(sql.encode(), given)
        except psycopg.Error as error:
            raise postgres_failure(error) from error

    @contextmanager
    def flushing(self) -> Iterator[None]:
        try:
            with self._raw.pipeline():
                yield
        except psycopg.Error as error:
            raise postgres_failure(error) from error

    def revision(self) -> str | None:
        try:
            if self._cursor.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
                return None
            row = self._cursor.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.Error as error:
            raise postgres_failure(error) from error
        return None if row is None else str(row[0])

    def others_wrote(self) -> bool:
        return False

    def tend(self) -> None:
        """Nothing to do: the server keeps its own house."""

    def close(self) -> None:
        self._raw.close()
