"""Checking one stretch of the journal: the records from one place in the order of writing to another.

The database hands every record to one function while it scans, so a million records come back as one row instead of a
million. A stretch knows nothing of what lies before it: it says how each of its streams begins, and whoever checked
the stretch before compares.

``python -m storage.stretch PATH SITE AFTER UPTO`` checks a stretch of a SQLite file in a process of its own and hands
over what it found as `spelled`. Of our own code it imports the links alone: it must start in no time.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from storage.chain import LENGTHS, VERSIONS, Chain

# NOT INDEXED: going through an index on the site would fetch and sort what already lies in the wanted order.
# CAST: functions are handed texts decoded, but they are hashed as they lie.
# +version < '': of all that can lie there only numbers are; a version that is none never follows.
_CHECK: Final = """
SELECT count(taken(CAST(stream AS BLOB), iif(+version < '', version, -1), CAST(at AS BLOB), CAST(cause AS BLOB),
                   CAST(kind AS BLOB), CAST(body AS BLOB), CAST(prev AS BLOB), CAST(hash AS BLOB)))
FROM journal NOT INDEXED WHERE seq > ? AND seq <= ? AND site = ?
"""
# A scan never comes back to a page. Few pages stay in the processor's own cache, two megabytes (the default) do not.
_CACHE: Final = "PRAGMA cache_size = 100"
_NO_NUMBER: Final = -1
"""The version of a record whose version is no whole number."""


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


Take = Callable[[bytes, Any, bytes, bytes, bytes, bytes, bytes, bytes], bool]


class Check:
    """Takes records in the order of writing."""

    __slots__ = ("_open", "take")

    def __init__(self, site: str) -> None:
        self._open: dict[bytes, list[Any]] = {}
        self.take = self._taker(site.encode())
        """Look at one record: stream, version, at, cause, kind, body, prev and hash, texts as stored bytes. True."""

    def _taker(self, site: bytes) -> Take:
        # A million calls: a stream is a plain list [due version, head, prefix, first, prev, fault], every name is
        # looked up once, and `Chain.link` is written out. What it has no table for goes the long way, to `_fits`.
        streams = self._open
        known = streams.get
        sha256, versions, lengths = hashlib.sha256, VERSIONS, LENGTHS

        def take(
            name: bytes, version: Any, at: bytes, cause: bytes, kind: bytes, body: bytes, prev: bytes, digest: bytes
        ) -> bool:
            stream = known(name)
            if stream is None:
                version = _whole(version)
                stream = streams[name] = [version, prev, Chain(site, name).prefix, version, prev, None]
            try:
                sound = (
                    version == stream[0]
                    and prev == stream[1]
                    and digest == sha256(b"".join((
                        prev, stream[2], versions[version], lengths[len(at)], at,
                        lengths[len(cause)], cause, lengths[len(kind)], kind, body,
                    ))).digest()
                )  # fmt: skip
            except (IndexError, TypeError):
                sound = _fits(Chain(site, name), digest, prev, version, at, cause, kind, body)
            if not sound:
                version = _whole(version)
                stream[5] = stream[5] or _fault(version, prev, stream)
            stream[0] = version + 1
            stream[1] = digest
            return True

        return take

    def found(self) -> dict[str, Piece]:
        """What was seen so far, by stream."""
        return {
            name.decode("utf-8", "backslashreplace"): Piece(first, prev, due - 1, head, fault)
            for name, (due, head, _, first, prev, fault) in self._open.items()
        }


def _whole(version: Any) -> int:
    """A version as stored, if it is a whole number."""
    return version if type(version) is int else _NO_NUMBER


def _fits(chain: Chain, digest: bytes, prev: bytes, version: Any, *fields: Any) -> bool:
    """Whether a record that follows has the hash it should, for fields of any length and kind."""
    if type(version) is not int or not all(isinstance(field, bytes) for field in fields):
        return False
    return chain.link(prev, version, *fields) == digest


def _fault(version: int, prev: bytes, stream: list[Any]) -> str:
    due, head = stream[:2]
    return not_following(version, due - 1) if version != due or prev != head else f"version {version} was altered"


def not_following(version: int, last: int) -> str:
    """The words for a record that does not continue its stream."""
    return f"version {version} does not follow version {last}"


def check(path: Path, site: str, after: int, upto: int) -> Stretch:
    """Check the records of a SQLite file behind ``after`` up to ``upto``. Raise `sqlite3.Error` when it cannot."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute(_CACHE)
        checking = Check(site)
        connection.create_function("taken", 8, checking.take)
        ((records,),) = connection.execute(_CHECK, (after, upto, site)).fetchall()
        return Stretch(records, checking.found())
    finally:
        connection.close()


def spelled(stretch: Stretch) -> bytes:
    """A stretch for the process that asked for it. Not for files: another Python may spell it otherwise."""
    return marshal.dumps((stretch.records, [(name, *piece) for name, piece in stretch.pieces.items()]), 2)


def read(said: bytes) -> Stretch:
    """A stretch as `spelled` by a helper of ours."""
    records, rows = marshal.loads(said)  # noqa: S302 - from a process of ours, over a pipe of ours
    return Stretch(records, {name: Piece(*piece) for name, *piece in rows})


if __name__ == "__main__":
    sys.stdout.buffer.write(spelled(check(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
