"""Checking one stretch of the journal: the records from one place in the order of writing to another.

The database hands every record to one function while it scans, so a million records come back as one row instead of a
million. A stretch knows nothing of what lies before it: it says how each of its streams begins, and whoever checked
the stretch before compares.

``python -m storage.stretch PATH SITE AFTER UPTO`` checks a stretch of a SQLite file in a process of its own and prints
what it found as one line of JSON. Of our own code it imports the links alone: it must start in no time.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from storage.chain import Chain

# NOT INDEXED: going through an index on the site would fetch and sort what already lies in the wanted order.
# CAST: functions are handed texts decoded, but they are hashed as they lie. A version that is no number never follows.
_CHECK: Final = """
SELECT count(*), count(holds(CAST(stream AS BLOB), iif(typeof(version) = 'integer', version, -1), CAST(at AS BLOB),
                             CAST(cause AS BLOB), CAST(kind AS BLOB), CAST(body AS BLOB), CAST(prev AS BLOB),
                             CAST(hash AS BLOB)))
FROM journal NOT INDEXED WHERE seq > ? AND seq <= ? AND site = ?
"""


class Piece(NamedTuple):
    """What one stretch holds of one stream."""

    first: int
    """The version of its first record."""
    prev: bytes
    """What its first record says it follows."""
    last: int
    head: bytes
    """The hash of its last record."""
    fault: str | None
    """The first record that does not hold, in words."""


class Stretch(NamedTuple):
    """What a check found: how many records, and a piece of every stream that has any."""

    records: int
    pieces: dict[str, Piece]


class Check:
    """Takes records in the order of writing."""

    __slots__ = ("_open", "take")

    def __init__(self, site: str) -> None:
        self._open: dict[bytes, list[Any]] = {}
        self.take = self._taker(site.encode())
        """Look at one record: stream, version, at, cause, kind, body, prev and hash, texts as stored bytes."""

    def _taker(self, site: bytes) -> Callable[[bytes, int, bytes, bytes, bytes, bytes, bytes, bytes], None]:
        # A million calls: a stream is a plain list [due version, head, link, …], and every name is looked up once.
        streams = self._open
        known = streams.get

        def take(
            name: bytes, version: int, at: bytes, cause: bytes, kind: bytes, body: bytes, prev: bytes, digest: bytes
        ) -> None:
            stream = known(name)
            if stream is None:
                stream = streams[name] = [version, prev, Chain(site, name).link, version, prev, None]
            if version != stream[0] or prev != stream[1]:
                stream[5] = stream[5] or not_following(version, stream[0] - 1)
            elif stream[2](prev, version, at, cause, kind, body) != digest:
                stream[5] = stream[5] or f"version {version} was altered"
            stream[0], stream[1] = version + 1, digest

        return take

    def found(self) -> dict[str, Piece]:
        """What was seen so far, by stream."""
        return {
            name.decode("utf-8", "backslashreplace"): Piece(first, prev, due - 1, head, fault)
            for name, (due, head, _, first, prev, fault) in self._open.items()
        }


def not_following(version: int, last: int) -> str:
    """The words for a record that does not continue its stream."""
    return f"version {version} does not follow version {last}"


def check(path: Path, site: str, after: int, upto: int) -> Stretch:
    """Check the records of a SQLite file behind ``after`` up to ``upto``. Raise `sqlite3.Error` when it cannot."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        checking = Check(site)
        connection.create_function("holds", 8, checking.take)
        ((records, _),) = connection.execute(_CHECK, (after, upto, site)).fetchall()
        return Stretch(records, checking.found())
    finally:
        connection.close()


def spelled(stretch: Stretch) -> str:
    """A stretch as one line."""
    rows = [
        (name, piece.first, piece.prev.hex(), piece.last, piece.head.hex(), piece.fault)
        for name, piece in stretch.pieces.items()
    ]
    return json.dumps([stretch.records, rows])


def read(line: bytes) -> Stretch:
    """A stretch as `spelled`."""
    records, rows = json.loads(line)
    pieces = {
        name: Piece(first, bytes.fromhex(prev), last, bytes.fromhex(head), fault)
        for name, first, prev, last, head, fault in rows
    }
    return Stretch(records, pieces)


if __name__ == "__main__":
    sys.stdout.write(spelled(check(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
