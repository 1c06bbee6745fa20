"""The write connection: synchronous, owned by one thread.

Both databases answer the same few calls. Driver errors leave here as ours: `StorageTrouble` when the world failed,
`Broken` when a row broke a constraint, `Retry` when the server asks to try the transaction again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from storage.errors import StorageTrouble, Trouble
from storage.sql import Backend, Row, Statement

BUSY_TIMEOUT_MS = 5_000


class Broken(Exception):
    """A row of this flush broke a constraint; ``table`` when the database names it."""

    def __init__(self, detail: str, *, unique: bool, table: str = "") -> None:
        super().__init__(detail)
        self.unique = unique
        self.table = table


class Retry(Exception):
    """The server asks to run the transaction again (deadlock, serialisation failure)."""


class Mark(StrEnum):
    """Names of savepoints: the second may lie inside the first."""

    ALONE = "alone"
    """Around a command that is decided again because its batch was refused."""
    COMMAND = "command"
    """Inside a command whose rows had to be written before it ended."""


class WriteConnection(Protocol):
    """One connection that writes. Not thread-safe: it belongs to the thread that opened it."""

    backend: Backend

    def begin(self) -> None:
        """Open the transaction and take the right to write."""
        ...

    def commit(self) -> None:
        """Make everything since `begin` durable."""
        ...

    def rollback(self) -> None:
        """Forget everything since `begin`; harmless without one."""
        ...

    def savepoint(self, mark: Mark) -> None:
        """Mark a place to come back to."""
        ...

    def release(self, mark: Mark) -> None:
        """Forget the mark, keep the rows."""
        ...

    def back(self, mark: Mark) -> None:
        """Undo everything since the mark."""
        ...

    def fetch(self, statement: Statement, row: Row = ()) -> list[Row]:
        """Run a statement that answers rows."""
        ...

    def run(self, statement: Statement, rows: Sequence[Row]) -> None:
        """Run a statement once for each row of parameters."""
        ...

    def flushing(self) -> AbstractContextManager[Any]:
        """Around a run of `run` calls: lets the driver send them together."""
        ...

    def revision(self) -> str | None:
        """Which migration the database is at; None when it has no tables."""
        ...

    def others_wrote(self) -> bool:
        """Whether the file was changed by somebody else since this was last asked (SQLite only; elsewhere False)."""
        ...

    def tend(self) -> None:
        """A quiet moment: do the housekeeping that would otherwise fall into somebody's commit."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


_TROUBLES = {
    "SQLITE_FULL": Trouble.DISK_FULL,
    "SQLITE_BUSY": Trouble.LOCKED,
    "SQLITE_LOCKED": Trouble.LOCKED,
    "SQLITE_READONLY": Trouble.READ_ONLY,
    "SQLITE_CORRUPT": Trouble.CORRUPT,
    "SQLITE_NOTADB": Trouble.CORRUPT,
    "SQLITE_IOERR": Trouble.INPUT_OUTPUT,
    "SQLITE_CANTOPEN": Trouble.CONNECTION,
}


def sqlite_failure(error: sqlite3.Error) -> Exception:
    """What a sqlite3 error means to us."""
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_CONSTRAINT") or name in {"SQLITE_MISMATCH", "SQLITE_TOOBIG"} or not name:
        table = str(error).rpartition(": ")[2].partition(".")[0]
        return Broken(str(error), unique=name.endswith(("UNIQUE", "PRIMARYKEY")), table=table)
    for prefix, trouble in _TROUBLES.items():
        if name.startswith(prefix):
            return StorageTrouble(trouble, str(error))
    return StorageTrouble(Trouble.OTHER, f"{name} {error}")


class SqliteConnection:
    """SQLite in WAL mode with every commit fsynced."""

    backend = Backend.SQLITE

    def __init__(self, path: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        try:
            # The writer's thread opens and uses it; a caller may close it after that thread has ended.
            self._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
            self._prepare(busy_timeout_ms)
        except sqlite3.Error as error:
            raise sqlite_failure(error) from error
        self._cursor = self._raw.cursor()
        self._seen = self._data_version()

    def _prepare(self, busy_timeout_ms: int) -> None:
        self._raw.execute(f"PRAGMA busy_timeout = {busy_timeout_ms:d}")
        mode = self._raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        if mode != "wal":
            raise StorageTrouble(Trouble.OTHER, f"the file system does not allow write-ahead logging ({mode})")
        self._raw.execute("PRAGMA synchronous = FULL")
        self._raw.execute("PRAGMA foreign_keys = ON")
        self._raw.execute(
            "PRAGMA recursive_triggers = ON"
        )  # or INSERT OR REPLACE would slip past the journal's triggers
        self._raw.execute("PRAGMA journal_size_limit = 67108864")
        self._raw.execute("PRAGMA cache_size = -32768")  # 32 MiB: the indexes of the open permits stay in memory
        # Copying the log back into the file happens in quiet moments (`tend`); this is only the latest point for it.
        self._raw.execute("PRAGMA wal_autocheckpoint = 4000")

    def _data_version(self) -> int:
        return int(self._raw.execute("PRAGMA data_version").fetchone()[0])

    def _execute(self, sql: str, row: Row = ()) -> None:
        try:
            self._cursor.execute(sql, row)
        except sqlite3.Error as error:
            raise sqlite_failure(error) from error

    def begin(self) -> None:
        self._execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._execute("COMMIT")

    def rollback(self) -> None:
        if self._raw.in_transaction:
            self._execute("ROLLBACK")

    def savepoint(self, mark: Mark) -> None:
        self._execute(f"SAVEPOINT {mark.value}")

    def release(self, mark: Mark) -> None:
        self._execute(f"RELEASE {mark.value}")

    def back(self, mark: Mark) -> None:
        self._execute(f"ROLLBACK TO {mark.value}")
        self._execute(f"RELEASE {mark.value}")

    def fetch(self, statement: Statement, row: Row = ()) -> list[Row]:
        sql, arrange = statement.on(Backend.SQLITE)
        try:
            return self._cursor.execute(sql, row if arrange is None else arrange(row)).fetchall()
        except sqlite3.Error as error:
            raise sqlite_failure(error) from error

    def run(self, statement: Statement, rows: Sequence[Row]) -> None:
        sql, arrange = statement.on(Backend.SQLITE)
        try:
            self._cursor.executemany(sql, rows if arrange is None else map(arrange, rows))
        except sqlite3.Error as error:
            raise sqlite_failure(error) from error

    def flushing(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def revision(self) -> str | None:
        if not self._raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        row = self._raw.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])

    def others_wrote(self) -> bool:
        version = self._data_version()
        changed, self._seen = version != self._seen, version
        return changed

    def tend(self) -> None:
        self._execute("PRAGMA wal_checkpoint(PASSIVE)")
        self._cursor.fetchall()

    def close(self) -> None:
        self._raw.close()
