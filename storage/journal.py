"""The journal: appending to streams, and checking every stored byte of them.

One hash chain per stream. `verify_all` hashes the stored bytes as they are; nothing is decoded or serialised again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select

from storage.chain import Chain
from storage.errors import Conflict
from storage.fold import Fold, Hot
from storage.schema import journal
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.journal import GENESIS, Record

S = TypeVar("S")
E = TypeVar("E")

_APPEND = insert_row(journal, channel=Channel.JOURNAL, without=["seq"])
_FOLD = Statement(
    select(journal.c.version, journal.c.kind, journal.c.body, journal.c.hash)
    .where(*asked(journal, "site", "stream"))
    .order_by(journal.c.version),
    "site",
    "stream",
    channel=Channel.JOURNAL,
)
RECORD_COLUMNS = (
    journal.c.site, journal.c.stream, journal.c.version, journal.c.at, journal.c.cause,
    journal.c.kind, journal.c.body, journal.c.prev, journal.c.hash,
)  # fmt: skip
_RECORDS = Statement(
    select(*RECORD_COLUMNS).where(*asked(journal, "site", "stream")).order_by(journal.c.version),
    "site",
    "stream",
    channel=Channel.JOURNAL,
)

_BETWEEN = Statement(
    select(journal.c.stream)
    .where(*asked(journal, "site"), journal.c.at >= bindparam("since"), journal.c.at < bindparam("until"))
    .distinct()
    .order_by(journal.c.stream),
    "site",
    "since",
    "until",
    channel=Channel.JOURNAL,
)

_LAST = Statement(select(func.coalesce(func.max(journal.c.seq), 0)), channel=Channel.JOURNAL)


class JournalTx(TxBase):
    """Streams."""

    __slots__ = ()

    def load(self, fold: Fold[S, E], stream: str) -> tuple[S, int]:
        """The present state of a stream and its version (0: nothing happened yet), rows of this batch included.

        Raise `UnknownEvent` when the journal holds an event this version does not know.
        """
        hot = self._hot(fold, stream)
        return hot.state, hot.version

    def append(
        self, fold: Fold[S, E], stream: str, expected_version: int, events: Sequence[E], at: datetime, cause: str
    ) -> tuple[S, int]:
        """Append ``events`` to a stream that must be at ``expected_version``; the new state and version.

        ``cause`` is the inbox key or timer key behind it. Raise `Conflict` when the stream is at another version,
        `UnknownEvent` for an event of no registered class.
        """
        hot, name, session = self._hot(fold, stream), fold.name(stream), self._session
        if hot.version != expected_version:
            raise Conflict(name, expected=expected_version, actual=hot.version)
        state, version, prev, spelled = hot.state, hot.version, hot.head, spell(at)
        at_bytes, cause_bytes = spelled.encode(), cause.encode()
        for event in events:
            version += 1
            kind, body = fold.codec.encode(event)
            digest = hot.chain.link(prev, version, at_bytes, cause_bytes, kind.encode(), body)
            self.write(_APPEND, (session.site, name, version, spelled, cause, kind, body, prev, digest))
            state, prev = fold.evolve(state, event), digest
        self.remember(session.streams, name, Hot(state, version, prev, hot.chain))
        return state, version

    def records(self, fold: Fold[Any, Any], stream: str) -> tuple[Record, ...]:
        """Every record of a stream as stored, rows of this batch included."""
        return tuple(map(record_of, self.read(_RECORDS, (self.site, fold.name(stream)))))

    def stream_records(self, name: str) -> tuple[Record, ...]:
        """Every record of the stream with this stored name, whatever its kind."""
        return tuple(map(record_of, self.read(_RECORDS, (self.site, name))))

    def streams_between(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """The stored names of the streams with a record in ``[since, until)``."""
        return tuple(name for (name,) in self.read(_BETWEEN, (self.site, spell(since), spell(until))))

    def last_record(self) -> int:
        """The number of the newest record of the whole database: it never goes back."""
        ((number,),) = self.read(_LAST, ())
        return int(number)

    def _hot(self, fold: Fold[S, E], stream: str) -> Hot:
        streams, name = self._session.streams, fold.name(stream)
        hot = streams.get(name)
        if hot is None:
            # No flush: a stream with unwritten rows is always among the hot ones.
            rows = self._session.fetch(_FOLD, (self.site, name))
            chain = Chain(self.site.encode(), name.encode())
            hot = streams[name] = _folded(fold, stream, rows, chain)
        else:
            streams.move_to_end(name)
        return hot


def _folded(fold: Fold[S, E], stream: str, rows: Iterable[Row], chain: Chain) -> Hot:
    state, decode, evolve = fold.initial(stream), fold.codec.decode, fold.evolve
    version, head = 0, GENESIS
    for version, kind, body, head in rows:  # noqa: B007 - the last row's version and hash are the head
        state = evolve(state, decode(kind, body))
    return Hot(state, version, head, chain)


def record_of(row: Sequence[Any]) -> Record:
    """A `Record` of the columns `RECORD_COLUMNS`."""
    site, stream, version, at, cause, kind, body, prev, digest = row
    return Record(
        site=site,
        stream=stream,
        version=version,
        at=read(at),
        cause=cause,
        kind=kind,
        body=body,
        prev=prev,
        hash=digest,
    )
