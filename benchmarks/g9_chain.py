"""G9: checking the whole journal, and rebuilding one permit.

``[FULL=1] python benchmarks/g9_chain.py`` prints one JSON line a figure:

- speed of checking every record as stored, on all processors, over hashing the same bytes already in memory on one
  (goal: 0.4 or more), and the same with ours on one processor, too;
- the same over reading, decoding and serialising every body anew with ``json.dumps(sort_keys=True)`` before hashing it
  (goal: 4 or more);
- rebuilding a permit of 60 events from the database over decoding and folding them in memory (goal: 4 or less).

100,000 records in streams of 60, with FULL=1 a million, written in the order a busy site writes them. Bodies are real
events of the permit as the codec spells them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, interleaved, middle, noisy, report
from storage.chain import Chain, framed
from storage.codec import Codec
from storage.engine import SqliteDatabase, open_database
from storage.fold import Fold
from storage.migrate import upgrade
from storage.times import spell
from storage.tx import Tx
from storage.verify import verify_journal
from storage.writer import Writer
from workflow.ids import NodeKey, PersonId
from workflow.journal import GENESIS
from workflow.permit import events
from workflow.values import Actor, Proof, ProofMethod

SITE = "A"
RECORDS = 1_000_000 if FULL else 100_000
LENGTH = 60
PAIRS = 5
T0 = datetime(2026, 5, 1, tzinfo=UTC)
CODEC: Codec[events.Event] = Codec(events.ALL)
FOLD: Fold[int, events.Event] = Fold(kind="permit", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=CODEC)
INSERT = "INSERT INTO journal (site, stream, version, at, cause, kind, body, prev, hash) VALUES (?,?,?,?,?,?,?,?,?)"


def sample(number: int, at: datetime) -> events.Event:
    """Every third event carries a signature, the others are small, as in a life of a permit."""
    by = Actor.person(PersonId(f"p{number % 300}"))
    if number % 3:
        return events.PromptAnswered(by=by, at=at, number=number)
    proof = Proof(method=ProofMethod.PLATFORM_SESSION, subject=PersonId(by.id), decision_hash=f"{number:064x}", at=at)
    return events.StepApproved(
        by=by, at=at, node=NodeKey("site_unit"), content_hash=f"{number:064x}", opinion="同意", proof=proof
    )


def rows() -> Iterator[tuple[str, str, int, str, str, str, bytes, bytes, bytes]]:
    """The journal of a site with a few hundred permits open at a time."""
    heads: dict[str, tuple[int, bytes, Chain]] = {}
    for number in range(RECORDS):
        block, inside = divmod(number, 300 * LENGTH)
        stream = f"permit/DH-A-20260501-{block * 300 + inside % 300:05d}"
        version, prev, chain = heads.get(stream) or (0, GENESIS, Chain(SITE.encode(), stream.encode()))
        moment = T0 + timedelta(seconds=number)
        at, cause = spell(moment), f"wecom:card:{number}"
        kind, body = CODEC.encode(sample(number, moment))
        digest = chain.link(prev, version + 1, at.encode(), cause.encode(), kind.encode(), body)
        heads[stream] = (version + 1, digest, chain)
        yield SITE, stream, version + 1, at, cause, kind, body, prev, digest


def build(path: Path) -> None:
    """Write the journal in one transaction."""
    upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.executemany(INSERT, rows())
    connection.commit()
    connection.close()


def in_memory(path: Path) -> list[bytes]:
    """The very bytes that are hashed, one blob a record."""
    connection = sqlite3.connect(path)
    columns = "prev, site, stream, version, at, cause, kind, body"
    blobs = [
        prev + b"".join(framed(str(field).encode()) for field in header) + body
        for prev, *header, body in connection.execute(f"SELECT {columns} FROM journal ORDER BY seq")  # noqa: S608
    ]
    connection.close()
    return blobs


def hash_only(blobs: list[bytes]) -> float:
    """Seconds to hash what already lies in memory: the limit."""
    start = time.perf_counter()
    for blob in blobs:
        hashlib.sha256(blob).digest()
    return time.perf_counter() - start


def as_stored(database: SqliteDatabase, processes: int | None = None) -> float:
    """Seconds of the product's check."""
    start = time.perf_counter()
    result = verify_journal(database, SITE, processes=processes)
    elapsed = time.perf_counter() - start
    assert result.sound
    assert result.records == RECORDS
    return elapsed


def serialised_anew(path: Path) -> float:
    """Seconds of the usual way: decode every body, write it again with sorted keys, hash that."""
    connection = sqlite3.connect(path)
    start = time.perf_counter()
    for prev, body in connection.execute("SELECT prev, body FROM journal ORDER BY seq"):
        again = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashlib.sha256(prev + again.encode()).digest()
    elapsed = time.perf_counter() - start
    connection.close()
    return elapsed


def rebuild(database: SqliteDatabase) -> list[tuple[float, ...]]:
    """Seconds to decode and fold 60 events held in memory, and to load them cold through the writer."""

    async def run() -> list[tuple[float, ...]]:
        writer = Writer(database, SITE, hot_streams=0)
        await writer.start()
        bodies = [CODEC.encode(sample(number, T0 + timedelta(seconds=number))) for number in range(LENGTH)]
        streams = iter(range(280))

        def memory() -> float:
            start = time.perf_counter()
            for _ in range(20):
                state = 0
                for kind, body in bodies:
                    state = FOLD.evolve(state, CODEC.decode(kind, body))
            return (time.perf_counter() - start) / 20

        def cold() -> float:
            names = [f"DH-A-20260501-{next(streams):05d}" for _ in range(20)]

            def load(tx: Tx) -> float:
                start = time.perf_counter()
                for name in names:
                    assert tx.load(FOLD, name)[1] == LENGTH
                return (time.perf_counter() - start) / len(names)

            return writer.submit_blocking(load)

        rounds = await asyncio.to_thread(interleaved, 9, memory, cold)
        await writer.stop()
        return rounds

    return asyncio.run(run())


def main(path: Path) -> None:
    """Measure and print."""
    build(path)
    database = open_database(f"sqlite:///{path}")
    assert isinstance(database, SqliteDatabase)
    blobs = in_memory(path)
    rounds = interleaved(
        PAIRS,
        lambda: hash_only(blobs),
        lambda: as_stored(database),
        lambda: as_stored(database, 1),
        lambda: serialised_anew(path),
    )
    limit, ours, alone, usual = zip(*rounds, strict=True)
    processors = {"processors": len(os.sched_getaffinity(0))}
    for how, found, more in (("", ours, processors), (", on one processor", alone, {"processors": 1})):
        for what, other in (("hashing them in memory", limit), ("decoding and json.dumps(sort_keys)", usual)):
            report(
                "G9",
                f"speed of checking all records over {what}{how}",
                [a / b for a, b in zip(other, found, strict=True)],
                us_ours=middle(found, 1e6 / RECORDS),
                us_other=middle(other, 1e6 / RECORDS),
                records=RECORDS,
                noisy=noisy(limit),
                **more,
            )
    rounds = rebuild(database)
    report(
        "G9",
        "rebuilding a permit of 60 events from the database over decoding and folding in memory",
        [b / a for a, b in rounds],
        us_memory=middle((a for a, _ in rounds), 1e6),
        us_ours=middle((b for _, b in rounds), 1e6),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g9-") as directory:
        main(Path(directory) / "journal.sqlite3")
