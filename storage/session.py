"""What the writer's thread holds: the connection, the caches, and the rows of the batch that are not written yet.

Rows are buffered while commands decide and written together, one ``executemany`` per statement. A read that could be
answered wrongly without the buffered rows flushes them first; the common path (inbox check, hot permit, append,
message, timer) never has to.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from sqlalchemy import bindparam, func, select

from storage import schema
from storage.connection import Broken, Retry, WriteConnection
from storage.errors import StorageTrouble
from storage.fold import HotStreams
from storage.sql import Backend, Channel, Row, Statement, asked

Op = tuple[Statement, Row]
Undo = list[tuple[MutableMapping[Any, Any], Any, Any]]

MISSING: Any = object()
DIRECTORY = "directory"
"""Shelf key of the directory snapshot; it carries its own version and outlives a batch."""

_SITE_LOCK = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0))), "name", channel=Channel.JOURNAL
)
_SINCE = Statement(
    select(schema.journal.c.seq, schema.journal.c.stream, schema.journal.c.version)
    .where(*asked(schema.journal, "site"), schema.journal.c.seq > bindparam("seq"))
    .order_by(schema.journal.c.seq),
    "site",
    "seq",
    channel=Channel.JOURNAL,
)
_LAST_SEQ = Statement(
    select(func.coalesce(func.max(schema.journal.c.seq), 0)).where(*asked(schema.journal, "site")),
    "site",
    channel=Channel.JOURNAL,
)


class Session:
    """The state of one writer. Every method runs in its thread."""

    def __init__(self, connection: WriteConnection, site: str, *, hot_streams: int) -> None:
        self.connection = connection
        self.site = site
        self.streams = HotStreams(hot_streams)
        self.counters: dict[str, int] = {}
        self.shelf: dict[Any, Any] = {}
        """Other cached facts, by any hashable key: the directory, rows of the board."""
        self.fault: Exception | None = None
        """The first failure of the database in this transaction; whatever the command made of it, the batch is over."""
        self.arrived: dict[str, None] = {}
        """Inbox keys buffered in this batch."""
        self.looked_up: dict[str, bool] = {}
        """Inbox keys asked for in this transaction before their commands run, and whether the database holds them."""
        self.drafts: dict[str, Any] = {}
        """Conversations read or changed in this batch, by person; None = there is none (any more)."""
        self.wakes: dict[str, str] = {}
        """Earliest wake-up by lane among the rows of this batch."""
        self.flushes = 0
        self._ops: list[Op] = []
        self._dirty: set[Channel] = set()
        self._scanned = 0
        self._undo: Undo = []
        self._last_seq = 0

    # --- one transaction

    def begin(self) -> None:
        """Open the transaction and forget every cached fact another process may have changed."""
        self.fault = None
        self.looked_up.clear()
        self.connection.begin()
        if self.connection.backend is Backend.POSTGRESQL:
            self._catch_up()
        elif self.connection.others_wrote():
            self.forget_everything()

    def _catch_up(self) -> None:
        """Take the site's turn to write and drop the streams that moved meanwhile.

        One site has one writing transaction at a time, whatever the number of processes. So two permits that exclude
        each other can never both be issued because each was decided without seeing the other.
        """
        self.connection.fetch(_SITE_LOCK, (f"permitbot/{self.site}",))
        if not self._last_seq:
            self.streams.clear()
            self._last_seq = int(self.connection.fetch(_LAST_SEQ, (self.site,))[0][0])
        for seq, stream, version in self.connection.fetch(_SINCE, (self.site, self._last_seq)):
            hot = self.streams.get(stream)
            if hot is not None and hot.version < version:
                del self.streams[stream]
            self._last_seq = int(seq)
        self.counters.clear()
        directory = self.shelf.get(DIRECTORY)
        self.shelf.clear()
        if directory is not None:
            self.shelf[DIRECTORY] = directory

    def commit(self) -> None:
        """Make the batch durable. On failure nothing of it is kept in the caches either."""
        self.connection.commit()
        self._clear_batch()
        self.streams.trim()

    def rollback(self) -> None:
        """Take the whole batch back, in the database and in the caches."""
        self.revert(self._undo)
        self._clear_batch()
        self.connection.rollback()

    def mark(self) -> int:
        """A place in the cache changes to come back to with `take_back`."""
        return len(self._undo)

    def take_back(self, mark: int) -> None:
        """Forget the unwritten rows and the cache changes since ``mark``; the database has its own savepoint."""
        since = self._undo[mark:]
        del self._undo[mark:]
        self.revert(since)
        self._ops.clear()
        self._dirty.clear()
        self._scanned = 0
        self.fault = None

    def _clear_batch(self) -> None:
        self._ops.clear()
        self._dirty.clear()
        self._scanned = 0
        self._undo.clear()
        self.arrived.clear()
        self.looked_up.clear()
        self.drafts.clear()
        self.wakes.clear()

    def forget_everything(self) -> None:
        """Empty every cache; the database is the truth."""
        self.streams.clear()
        self.counters.clear()
        self.shelf.clear()
        self._last_seq = 0

    # --- rows

    def absorb(self, ops: list[Op], undo: Undo) -> None:
        """A command succeeded: its rows and its cache changes join the batch."""
        self._ops.extend(ops)
        self._undo.extend(undo)

    def is_dirty(self, channels: Iterable[Channel]) -> bool:
        """Whether the batch holds unwritten rows of any of these channels."""
        ops = self._ops
        for index in range(self._scanned, len(ops)):
            self._dirty.add(ops[index][0].channel)
        self._scanned = len(ops)
        return not self._dirty.isdisjoint(channels)

    def flush(self) -> None:
        """Write the rows of the batch."""
        if self._ops:
            self.write(self._ops)
            self._ops.clear()
            self._dirty.clear()
            self._scanned = 0

    def write(self, ops: list[Op]) -> None:
        """Write rows now, grouped by statement; order is kept within a channel."""
        self.flushes += 1
        try:
            with self.connection.flushing():
                for statement, rows in _grouped(ops):
                    self.connection.run(statement, rows)
        except (Broken, Retry, StorageTrouble) as error:
            raise self.noted(error) from error

    def fetch(self, statement: Statement, row: Row) -> list[Row]:
        """Ask the database."""
        try:
            return self.connection.fetch(statement, row)
        except (Broken, Retry, StorageTrouble) as error:
            raise self.noted(error) from error

    def noted(self, error: Exception) -> Exception:
        """Remember the first failure of this transaction, in case the command swallows it."""
        if self.fault is None:
            self.fault = error
        return error

    # --- caches

    @staticmethod
    def revert(undo: Undo) -> None:
        """Put back what the caches held before, newest change first."""
        for mapping, key, before in reversed(undo):
            if before is MISSING:
                mapping.pop(key, None)
            else:
                mapping[key] = before
        undo.clear()


def _grouped(ops: list[Op]) -> list[tuple[Statement, list[Row]]]:
    """Runs of equal statements, channel by channel."""
    channels: dict[int, list[tuple[Statement, list[Row]]]] = {}
    for statement, row in ops:
        runs = channels.get(statement.place)
        if runs is None:
            channels[statement.place] = [(statement, [row])]
        elif runs[-1][0] is statement:
            runs[-1][1].append(row)
        else:
            runs.append((statement, [row]))
    return [run for place in sorted(channels) for run in channels[place]]
