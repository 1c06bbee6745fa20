"""G4: the store writer, on the product's own tables and indexes, every commit fsynced.

``[FULL=1] python benchmarks/g4_writer.py`` prints one JSON line a figure:

- rate at 16 and 64 commands in flight over *raw*: hand-written sqlite3 that stores the same rows in the same tables,
  one command a transaction (goal at 16: 4 or more);
- latency of a command alone over raw (goal: 2.5 or less);
- the same over a *bare* raw loop on three tables without any index of ours, for comparison with older figures;
- on PostgreSQL, when its programs are here: rate at 16 in flight over 16 psycopg connections doing four statements a
  transaction each (goal: 1 or more).

One command: inbox check and row, a cached stream's state, one event of some 200 bytes, one timer, one message. Two
hundred streams take turns. Every side begins with a copy of the same database of 20,000 commands. That nothing
acknowledged is lost to a kill -9 is shown by tests/storage/test_crash.py, not here.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from storage.agenda import NewMessage
from storage.agenda_sql import POST, PUT_TIMER
from storage.codec import Codec
from storage.engine import open_database
from storage.fold import Fold
from storage.inbox import _KNOWN, _TAKE
from storage.journal import _APPEND
from storage.migrate import upgrade
from storage.sql import Backend, Row, Statement
from storage.times import spell
from storage.tx import Tx
from storage.writer import Writer
from tests.support.postgres import private_postgres
from workflow.effects import Lane
from workflow.journal import GENESIS, link

T = TypeVar("T")

SITE = "A"
STREAMS = 200
PAIRS = 15 if FULL else 5
SCALE = 4 if FULL else 1
T0 = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An event of the usual size."""

    by: str
    at: datetime
    text: str


CODEC: Codec[Noted] = Codec((Noted,))
FOLD: Fold[int, Noted] = Fold(kind="note", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=CODEC)
TEXT = "换法兰" + "x" * 120


class Command:
    """One numbered command, as a work function."""

    def __init__(self) -> None:
        number = next(NUMBERS)
        self.stream = f"DH-A-20260501-{number % STREAMS:03d}"
        # As the edge makes them: the platform's second, then a digest.
        digest = hashlib.sha256(str(number).encode()).hexdigest()[:40]
        self.key = f"wecom:card:{1_777_622_400 + number // 20}:{digest}"
        self.at = T0 + timedelta(milliseconds=50 * number)
        self.due = self.at + timedelta(minutes=30)

    def __call__(self, tx: Tx) -> int:
        if not tx.first_time(self.key, self.at, "wecom", "tap"):
            raise AssertionError("every command is new")
        count, version = tx.load(FOLD, self.stream)
        tx.append(FOLD, self.stream, version, [Noted(by="wang", at=self.at, text=TEXT)], self.at, self.key)
        tx.put_timer(f"{self.stream}/prompt", self.due, "prompt", self.stream, b"{}", at=self.at)
        tx.post(
            NewMessage(
                key=f"{self.stream}:ask_approve:{version}:wang",
                lane=Lane.ACTION,
                recipient="wang",
                purpose="ask_approve",
                payload=b"{}",
                at=self.at,
                permit=self.stream,
            )
        )
        return count


# --- the limits


def connect(path: Path) -> sqlite3.Connection:
    """A connection as durable as the product's."""
    connection = sqlite3.connect(path, isolation_level=None)
    assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def by_hand(statement: Statement) -> Callable[[sqlite3.Connection, Row], sqlite3.Cursor]:
    """A statement of ours as a bare sqlite3 call."""
    sql, arrange = statement.on(Backend.SQLITE)
    return lambda connection, row: connection.execute(sql, row if arrange is None else arrange(row))


known, take, append, timer, post = map(by_hand, (_KNOWN, _TAKE, _APPEND, PUT_TIMER, POST))
HEAD = "SELECT version, hash FROM journal WHERE site = ? AND stream = ? ORDER BY version DESC LIMIT 1"


def raw(path: Path, count: int) -> float:
    """Seconds a command: the same rows in the same tables, one transaction each, nothing but sqlite3."""
    connection = connect(path)
    commands = [Command() for _ in range(count)]
    start = time.perf_counter()
    for command in commands:
        at, stream, key = spell(command.at), f"note/{command.stream}", command.key
        connection.execute("BEGIN IMMEDIATE")
        assert known(connection, (SITE, key)).fetchone() is None
        version, prev = connection.execute(HEAD, (SITE, stream)).fetchone() or (0, GENESIS)
        kind, body = CODEC.encode(Noted(by="wang", at=command.at, text=TEXT))
        digest = link(prev=prev, site=SITE, stream=stream, version=version + 1, at=at, cause=key, kind=kind, body=body)
        due = spell(command.due)
        take(connection, (SITE, key, at, "wecom", "tap"))
        append(connection, (SITE, stream, version + 1, at, key, kind, body, prev, digest))
        timer(connection, (SITE, f"{stream}/prompt", due, at, stream, "prompt", b"{}"))
        message = f"{command.stream}:ask_approve:{version}:wang"
        post(connection, (SITE, message, "action", at, at, stream, "wang", "ask_approve", None, b"{}"))
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - start
    connection.close()
    return elapsed / count


BARE = """
CREATE TABLE permit (id TEXT PRIMARY KEY, version INTEGER);
CREATE TABLE event (id INTEGER PRIMARY KEY, permit TEXT, version INTEGER, body BLOB, hash BLOB);
CREATE TABLE outbox (id INTEGER PRIMARY KEY, permit TEXT, body BLOB);
INSERT INTO permit VALUES ('P', 0);
"""


def bare(path: Path, count: int) -> float:
    """Seconds a command: read the version, one event, one message, a guarded update; three bare tables."""
    connection = connect(path)
    start = time.perf_counter()
    for _ in range(count):
        connection.execute("BEGIN IMMEDIATE")
        (version,) = connection.execute("SELECT version FROM permit WHERE id = 'P'").fetchone()
        connection.execute(
            "INSERT INTO event (permit, version, body, hash) VALUES ('P', ?, ?, ?)",
            (version + 1, TEXT.encode(), GENESIS),
        )
        connection.execute("INSERT INTO outbox (permit, body) VALUES ('P', '{}')")
        connection.execute("UPDATE permit SET version = ? WHERE id = 'P' AND version = ?", (version + 1, version))
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - start
    connection.close()
    return elapsed / count


# --- ours


async def drive(works: Sequence[T], submit: Callable[[T], Awaitable[Any]], in_flight: int) -> float:
    """Seconds a command with so many in flight."""
    waiting = iter(works)

    async def one() -> None:
        for work in waiting:
            await submit(work)

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(in_flight)))
    return (time.perf_counter() - start) / len(works)


def ours(url: str, count: int, in_flight: int) -> float:
    """Seconds a command through the writer, its cache warm."""

    async def run() -> float:
        writer = Writer(open_database(url), SITE)
        await writer.start()
        await asyncio.gather(*(writer.submit(Command()) for _ in range(2 * STREAMS)))
        elapsed = await drive(
            [Command() for _ in range(count)], lambda work: writer.submit(work, arrival=work.key), in_flight
        )
        await writer.stop()
        return elapsed

    return asyncio.run(run())


BEFORE = 20_000
"""Commands the tables hold when a side begins. An index costs more the larger it is: both sides find the same."""


def on_sqlite(home: Path) -> None:
    """The figures on SQLite."""
    filled, fresh, plain = (home / name for name in ("filled.sqlite3", "fresh.sqlite3", "bare.sqlite3"))
    upgrade(f"sqlite:///{filled}")
    ours(f"sqlite:///{filled}", BEFORE, 64)
    connect(filled).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connect(plain).executescript(BARE)

    def anew() -> Path:
        for leftover in home.glob(f"{fresh.name}*"):
            leftover.unlink()
        shutil.copy(filled, fresh)
        return fresh

    rounds = interleaved(
        PAIRS,
        lambda: raw(anew(), 1_000 * SCALE),
        lambda: bare(plain, 1_000 * SCALE),
        lambda: ours(f"sqlite:///{anew()}", 600 * SCALE, 1),
        lambda: ours(f"sqlite:///{anew()}", 3_200 * SCALE, 16),
        lambda: ours(f"sqlite:///{anew()}", 6_400 * SCALE, 64),
    )
    raws, bares, alone, sixteen, sixty_four = zip(*rounds, strict=True)
    shaky = noisy(raws) or noisy(bares)
    for name, limit in (("raw: same rows and tables", raws), ("bare raw: three tables, no index", bares)):
        common = {"limit": name, "us_limit": middle(limit, 1e6), "noisy": shaky, "database": "sqlite"}
        over = [a / b for a, b in zip(limit, sixteen, strict=True)]
        report("G4", "rate at 16 in flight over the limit", over, us_ours=middle(sixteen, 1e6), **common)
        over = [a / b for a, b in zip(limit, sixty_four, strict=True)]
        report("G4", "rate at 64 in flight over the limit", over, us_ours=middle(sixty_four, 1e6), **common)
        over = [b / a for a, b in zip(limit, alone, strict=True)]
        report("G4", "latency alone over the limit", over, us_ours=middle(alone, 1e6), **common)


# --- PostgreSQL


def plain_postgres(url: str, count: int) -> float:
    """Seconds a command: four statements in a transaction, awaited one by one, on 16 connections."""
    import psycopg

    async def run() -> float:
        connections = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(16)]
        idle = list(connections)

        async def one(number: int) -> None:
            connection, stream = idle.pop(), f"P{number % STREAMS}"
            async with connection.transaction():
                await connection.execute("SELECT version FROM permit WHERE id = %s", (stream,))
                await connection.execute(
                    "INSERT INTO event (permit, body, hash) VALUES (%s, %s, %s)", (stream, TEXT, GENESIS)
                )
                await connection.execute("INSERT INTO outbox (permit, body) VALUES (%s, '{}')", (stream,))
                await connection.execute("UPDATE permit SET version = version + 1 WHERE id = %s", (stream,))
            idle.append(connection)

        elapsed = await drive(range(count), one, 16)
        for connection in connections:
            await connection.close()
        return elapsed

    return asyncio.run(run())


def on_postgres() -> None:
    """The figures on PostgreSQL, or a word that they are missing."""
    try:
        with private_postgres() as server:
            url, plain = server.url(server.create()), server.url(server.create())
            upgrade(url)
            import psycopg

            with psycopg.connect(plain) as connection:
                connection.execute("CREATE TABLE permit (id text PRIMARY KEY, version int)")
                connection.execute("CREATE TABLE event (id bigserial PRIMARY KEY, permit text, body text, hash bytea)")
                connection.execute("CREATE TABLE outbox (id bigserial PRIMARY KEY, permit text, body text)")
                for number in range(STREAMS):
                    connection.execute("INSERT INTO permit VALUES (%s, 0)", (f"P{number}",))
            rounds = interleaved(
                PAIRS, lambda: plain_postgres(plain, 1_600 * SCALE), lambda: ours(url, 1_600 * SCALE, 16)
            )
    except FileNotFoundError as missing:
        print(f"not measured on PostgreSQL: {missing}", file=sys.stderr)
        return
    limit, product = zip(*rounds, strict=True)
    report(
        "G4",
        "rate at 16 in flight over the limit",
        [a / b for a, b in rounds],
        us_ours=middle(product, 1e6),
        limit="psycopg: four statements a transaction on 16 connections",
        us_limit=middle(limit, 1e6),
        noisy=noisy(limit),
        database="postgresql",
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g4-") as directory:
        on_sqlite(Path(directory))
    on_postgres()
