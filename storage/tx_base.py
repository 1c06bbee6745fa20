"""What every part of a transaction builds on: buffered writes, careful reads, cache changes that can be undone."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TypeVar

from storage.connection import Mark
from storage.errors import StorageError
from storage.session import MISSING, Op, Session, Undo
from storage.sql import Channel, Row, Statement

K = TypeVar("K")
V = TypeVar("V")


class TxBase:
    """One command's view of memory. Valid only while its work function runs."""

    __slots__ = ("_marked", "_open", "_ops", "_session", "_undo")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ops: list[Op] = []
        self._undo: Undo = []
        self._marked = False
        self._open = True

    @property
    def site(self) -> str:
        """The plant this writer works for."""
        return self._session.site

    # --- for the rooms of memory

    def write(self, statement: Statement, row: Row) -> None:
        """Buffer one row; it reaches the database with the batch."""
        if not self._open:
            raise StorageError("this transaction is over: a work function must not keep it")
        self._ops.append((statement, row))

    def read(self, statement: Statement, row: Row, *channels: Channel) -> list[Row]:
        """Ask the database, after writing the buffered rows of ``channels`` (none named: the statement's own)."""
        if not self._open:
            raise StorageError("this transaction is over: a work function must not keep it")
        wanted = channels or (statement.channel,)
        if any(op[0].channel in wanted for op in self._ops) or self._session.is_dirty(wanted):
            self._flush()
        return self._session.fetch(statement, row)

    def ask(self, statement: Statement, row: Row) -> list[Row]:
        """Run a statement that changes rows and answers some: everything buffered is written first."""
        if not self._open:
            raise StorageError("this transaction is over: a work function must not keep it")
        self._flush()
        self._mark()
        return self._session.fetch(statement, row)

    def remember(self, cache: MutableMapping[K, V], key: K, value: V) -> None:
        """Change a cache in a way that a failure of this command takes back."""
        self._undo.append((cache, key, cache.get(key, MISSING)))
        cache[key] = value

    def forget(self, cache: MutableMapping[K, V], key: K) -> None:
        """Drop a cached fact in a way that a failure of this command takes back."""
        if key in cache:
            self._undo.append((cache, key, cache[key]))
            del cache[key]

    def _flush(self) -> None:
        self._session.flush()
        if self._ops:
            self._mark()
            self._session.write(self._ops)
            self._ops.clear()

    def _mark(self) -> None:
        # Rows of this command now enter the open transaction; if it fails later they must come out alone.
        if not self._marked:
            self._session.connection.savepoint(Mark.COMMAND)
            self._marked = True

    # --- for the writer

    def keep(self) -> None:
        """The command succeeded: hand its rows to the batch."""
        self._open = False
        if self._marked:
            self._session.connection.release(Mark.COMMAND)
        self._session.absorb(self._ops, self._undo)

    def cancel(self) -> None:
        """The command failed: nothing of it remains."""
        self._open = False
        self._ops.clear()
        self._session.revert(self._undo)
        if self._marked and self._session.fault is None:
            self._session.connection.back(Mark.COMMAND)
