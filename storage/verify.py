"""Checking the whole journal: every stored byte of every stream, from the first record on.

Nothing is decoded, folded or serialised: the stored bytes are hashed as they are and compared with the stored links.
One pass in the order of writing, remembering the head of every stream. That a stream was cut off at its end cannot be
seen from inside; for that its head must be known outside.

A long journal in a file is cut into stretches, one for each processor, each checked in a process of its own; every
stream of a stretch must then continue where the stretches before left it.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from storage import stretch
from storage.engine import Database, PostgresDatabase, SqliteDatabase
from storage.stretch import Check, Stretch, not_following
from workflow.journal import GENESIS

# The driver hands texts over as bytes when they are sent as bytes: they are hashed, so they need no decoding.
_POSTGRES = """
SELECT convert_to(stream, 'UTF8'), version, convert_to(at, 'UTF8'), convert_to(cause, 'UTF8'), convert_to(kind, 'UTF8'),
       body, prev, hash
FROM journal WHERE site = %s ORDER BY seq
"""
_CHUNK = 2_000
WORTH_A_PROCESS: Final = 25_000
"""Records of a stretch: fewer are checked before a helper has started."""
HEAD_START: Final = 15_000
"""Records checked here until the helpers have started."""
_HOUSE: Final = Path(__file__).resolve().parents[1]


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


def verify_journal(database: Database, site: str, *, processes: int | None = None) -> Verification:
    """Check every stream of a site. Blocks for about a second per million records: run it in a thread.

    Reads beside a running writer and sees one moment of the journal. ``processes``: at most so many (SQLite only;
    None: as many as there are processors, but none for a short journal).
    """
    match database:
        case SqliteDatabase():
            return joined(_sqlite_stretches(database.path, site, processes))
        case PostgresDatabase():
            return joined([_postgres_stretch(database, site)])
        case other:
            raise TypeError(f"cannot read {other}")


def joined(stretches: Iterable[Stretch]) -> Verification:
    """Put stretches together, in the order of writing."""
    heads: dict[str, Head] = {}
    broken: dict[str, str] = {}
    records = 0
    for found in stretches:
        records += found.records
        for name, piece in found.pieces.items():
            before = heads.get(name, _NOTHING)
            if piece.first != before.version + 1 or piece.prev != before.hash:
                broken.setdefault(name, not_following(piece.first, before.version))
            elif piece.fault is not None:
                broken.setdefault(name, piece.fault)
            heads[name] = Head(version=piece.last, hash=piece.head)
    for name in broken:
        del heads[name]
    return Verification(records=records, heads=heads, broken=broken)


_NOTHING: Final = Head(version=0, hash=GENESIS)
"""Where a stream stands before its first record."""


def _sqlite_stretches(path: Path, site: str, processes: int | None) -> list[Stretch]:
    before, last = _ends(path)
    length = last - before
    if processes is None:
        processes = min(len(os.sched_getaffinity(0)), length // WORTH_A_PROCESS)
    count = max(processes, 1)
    ahead = min(HEAD_START, length // count)
    bounds = [before, *(before + ahead + (length - ahead) * number // count for number in range(1, count + 1))]
    return side_by_side(path, site, bounds)


Start = Callable[[Path, str, int, int], "subprocess.Popen[bytes]"]


def helper(path: Path, site: str, after: int, upto: int) -> subprocess.Popen[bytes]:
    """Begin to check a stretch in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-S", "-m", stretch.__name__, str(path.absolute()), site, str(after), str(upto)],
        cwd=_HOUSE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    )  # fmt: skip


def side_by_side(path: Path, site: str, bounds: Sequence[int], start: Start = helper) -> list[Stretch]:
    """Check the stretches between ``bounds``: the first here, each of the others in a process begun by ``start``."""
    first, *others = pairwise(bounds)
    helpers = [start(path, site, *span) for span in others]
    try:
        found = [stretch.check(path, site, *first)]
        for process, span in zip(helpers, others, strict=True):
            line, _ = process.communicate()
            # A helper that failed changes nothing but the time it takes.
            found.append(stretch.read(line) if process.returncode == 0 else stretch.check(path, site, *span))
        return found
    finally:
        for process in helpers:
            if process.poll() is None:
                process.kill()
                process.communicate()


def _ends(path: Path) -> tuple[int, int]:
    """The place before the first record and that of the last; what is written later is not looked at."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        before, last = connection.execute(
            "SELECT coalesce(min(seq) - 1, 0), coalesce(max(seq), 0) FROM journal"
        ).fetchone()
        return int(before), int(last)
    finally:
        connection.close()


def _postgres_stretch(database: PostgresDatabase, site: str) -> Stretch:
    import psycopg

    checking, records = Check(site), 0
    with (
        psycopg.connect(database.libpq_url) as connection,
        connection.cursor("verify", binary=True) as cursor,
    ):
        cursor.itersize = _CHUNK
        cursor.execute(_POSTGRES, (site,))
        for row in cursor:
            records += 1
            checking.take(*row)
    return Stretch(records, checking.found())
