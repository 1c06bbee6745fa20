"""Checking the whole journal: every stored byte of every stream, from the first record on.

Nothing is decoded, folded or serialised: the stored bytes are hashed as they are and compared with the stored links.
One pass in the order of writing, remembering the head of every stream. That a stream was cut off at its end cannot be
seen from inside; for that its head must be known outside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from storage.chain import Chain
from storage.engine import Database, PostgresDatabase, SqliteDatabase
from workflow.journal import GENESIS

# NOT INDEXED: going through an index on the site would fetch and sort what already lies in the wanted order.
_SQLITE = """
SELECT stream, version, at, cause, kind, body, prev, hash FROM journal NOT INDEXED WHERE site = ? ORDER BY seq
"""
# The driver hands texts over as bytes when they are sent as bytes: they are hashed, so they need no decoding.
_POSTGRES = """
SELECT convert_to(stream, 'UTF8'), version, convert_to(at, 'UTF8'), convert_to(cause, 'UTF8'), convert_to(kind, 'UTF8'),
       body, prev, hash
FROM journal WHERE site = %s ORDER BY seq
"""
_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a stream stands: its last good version and hash. This is what must leave the building."""

    version: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the journal found. ``broken``: the first fault of each bad stream, in words."""

    records: int
    heads: dict[str, Head]
    broken: dict[str, str]

    @property
    def sound(self) -> bool:
        """Every record of every stream is as it was written."""
        return not self.broken


def verify_journal(database: Database, site: str) -> Verification:
    """Check every stream of a site. Blocks for about a second per million records: run it in a thread.

    Reads beside a running writer and sees one moment of the journal.
    """
    match database:
        case SqliteDatabase():
            return _verify(_sqlite_rows(database, site), site)
        case PostgresDatabase():
            return _verify(_postgres_rows(database, site), site)
        case other:
            raise TypeError(f"cannot read {other}")


Stored = tuple[bytes, int, bytes, bytes, bytes, bytes, bytes, bytes]


def _sqlite_rows(database: SqliteDatabase, site: str) -> Iterator[Stored]:
    connection = sqlite3.connect(f"{database.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.text_factory = bytes  # texts are hashed, so they are not decoded first
        cursor = connection.execute(_SQLITE, (site,))
        yield from cursor
    finally:
        connection.close()


def _postgres_rows(database: PostgresDatabase, site: str) -> Iterator[Stored]:
    import psycopg

    with (
        psycopg.connect(database.libpq_url) as connection,
        connection.cursor("verify", binary=True) as cursor,
    ):
        cursor.itersize = _CHUNK
        cursor.execute(_POSTGRES, (site,))
        yield from cursor


def _verify(rows: Iterable[Stored], site: str) -> Verification:
    # A million rounds: the state of a stream is a plain list [version, head, link], and every name is looked up once.
    streams: dict[bytes, list[Any]] = {}
    broken: dict[str, str] = {}
    raw_site, records, known = site.encode(), 0, streams.get
    for name, version, at, cause, kind, body, prev, digest in rows:
        records += 1
        stream = known(name)
        if stream is None:
            stream = streams[name] = [0, GENESIS, Chain(raw_site, name).link]
        if version != stream[0] + 1 or prev != stream[1]:
            broken.setdefault(name.decode(), f"version {version} does not follow version {stream[0]}")
        elif stream[2](prev, version, at, cause, kind, body) != digest:
            broken.setdefault(name.decode(), f"version {version} was altered")
        stream[0], stream[1] = version, digest
    heads = {
        name.decode(): Head(version=version, hash=head)
        for name, (version, head, _) in streams.items()
        if name.decode() not in broken
    }
    return Verification(records=records, heads=heads, broken=broken)
