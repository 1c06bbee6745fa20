"""G10: a digest's figures over the whole journal, and over one day of it.

``[FULL=1] python benchmarks/g10_digest.py`` prints one JSON line a figure:

- the digest (counts, approval time by work and area, open loops, violations) of the whole journal over a bare
  ``GROUP BY`` of hours and kinds (goal: 3 or less, and under a second at a million events);
- the digest of one day over that of the whole journal (goal: 0.05 or less);
- a monthly report's figures of the whole journal, by contractor, step and department too, over the same ``GROUP BY``;
- how late the event loop is meanwhile (goal: 10 ms at the 99th percentile).

100,000 records in lives of 60, with FULL=1 a million, in the order a busy site writes them: some 17 permits an hour.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, middle, noisy, report
from benchmarks.works import Lag
from storage.engine import open_database
from storage.figures import counts, shares, spreads, tally
from storage.migrate import upgrade
from storage.store import Store
from storage.times import spell
from storage.tx import Tx
from workflow.figures import Cut, Key
from workflow.values import Interval

SITE = "A"
LENGTH = 60
PERMITS = (1_000_000 if FULL else 100_000) // LENGTH
EVERY = timedelta(seconds=216)
"""Between two requests: 400 permits a day, 24,000 events."""
PAIRS = 5
T0 = datetime(2026, 5, 1, tzinfo=UTC)
LIFE: tuple[tuple[str, int, str], ...] = (
    ("PermitSubmitted", 0, "{}"),
    ("RequestAccepted", 10, '{"by":{"id":"p1","kind":"person"}}'),
    ("ReviewRequested", 25, '{"by":{"id":"p2","kind":"person"}}'),
    ("NodeEscalated", 60, '{"node":"site_unit"}'),
    ("StepApproved", 70, '{"by":{"id":"p3","kind":"person"},"node":"site_unit"}'),
    ("StepApproved", 90, '{"by":{"id":"p4","kind":"person"},"node":"safety_dept"}'),
    ("PermitIssued", 90, "{}"),
    ("WorkStarted", 120, "{}"),
    ("AttemptRefused", 130, "{}"),
    ("WorkSuspended", 150, '{"reason":"gas"}'),
    ("WorkResumed", 170, "{}"),
    *(("PromptAnswered", 180 + 3 * number, "{}") for number in range(LENGTH - 13)),
    ("WorkFinished", 330, "{}"),
    ("PermitClosed", 370, "{}"),
)
"""Kind, minutes after the request, and what of the body a figure asks for."""
BOARD = "INSERT INTO board VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
PADDING = '"padding":"' + "x" * 170 + '"'


def records() -> Iterator[tuple[object, ...]]:
    """The journal of many overlapping lives, in the order of time."""
    found = []
    for number in range(PERMITS):
        asked = T0 + number * EVERY
        for version, (kind, minutes, body) in enumerate(LIFE, start=1):
            whole = body[:-1] + ("," if len(body) > 2 else "") + PADDING + "}"
            at = spell(asked + timedelta(minutes=minutes))
            found.append((at, f"permit/DH-{number:06d}", version, kind, whole.encode()))
    for at, stream, version, kind, encoded in sorted(found):
        yield SITE, stream, version, at, "bench", kind, encoded, bytes(32), bytes(32)


def build(path: Path) -> None:
    """The journal, the board and the register."""
    upgrade(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.executemany(
        "INSERT INTO journal (site, stream, version, at, cause, kind, body, prev, hash) VALUES (?,?,?,?,?,?,?,?,?)",
        records(),
    )
    works = ("hot", "cs", "blind", "height", "lift", "power", "earth", "road")
    for number in range(PERMITS):
        asked, permit = T0 + number * EVERY, f"DH-{number:06d}"
        end = spell(asked + timedelta(hours=8))
        where = (SITE, permit, "closed", LENGTH, works[number % 8], "first", f"A{number % 40}", "", None)
        connection.execute(BOARD, (*where, spell(asked), end, False, False, end, ""))
        for role in ("applicant", "work_leader"):
            connection.execute("INSERT INTO board_people VALUES (?,?,?,?)", (SITE, f"p{number % 300}", permit, role))
    for number in range(300):
        person = (SITE, f"p{number}", "", f"部门{number % 12}", None, f"公司{number % 7}" if number % 3 else None)
        connection.execute("INSERT INTO people VALUES (?,?,?,?,?,?,?,?,?)", (*person, None, 1, None))
    connection.commit()
    connection.execute("ANALYZE")
    connection.close()


def bare(path: Path, since: str, until: str) -> float:
    """Seconds of counting events by hour and kind, without any index: what a report would do first."""
    connection = sqlite3.connect(path)
    start = time.perf_counter()
    connection.execute(
        "SELECT substr(at, 1, 13), kind, count(*) FROM journal NOT INDEXED WHERE at >= ? AND at < ? GROUP BY 1, 2",
        (since, until),
    ).fetchall()
    elapsed = time.perf_counter() - start
    connection.close()
    return elapsed


def digest(tx: Tx, span: Interval) -> None:
    """What a digest of a stretch of time asks."""
    tally(tx, span)
    for cut in (Cut.AREA, Cut.WORK):
        spreads(tx, Key.APPROVAL_TIME, span, cut)
    shares(tx, Key.CLOSED_LOOP, span, as_of=span.end)
    counts(tx, Key.VIOLATIONS, span, Cut.KIND)


def monthly(tx: Tx, span: Interval) -> None:
    """What a monthly report asks besides."""
    digest(tx, span)
    for cut in (Cut.WHOLE, Cut.CONTRACTOR):
        spreads(tx, Key.APPROVAL_TIME, span, cut)
    spreads(tx, Key.NODE_TIME, span, Cut.NODE)
    shares(tx, Key.COOPERATION, span, Cut.DEPARTMENT, as_of=span.end)


async def timed(store: Store, ask: Callable[[Tx, Interval], None], span: Interval) -> float:
    """Seconds of it, through the reader's connections."""
    start = time.perf_counter()
    await store.read(lambda tx: ask(tx, span))
    return time.perf_counter() - start


def main(path: Path) -> None:
    """Measure and print."""
    build(path)
    whole = Interval(start=T0, end=T0 + PERMITS * EVERY + timedelta(days=1))
    middle_day = T0 + PERMITS * EVERY / 2
    day = Interval(start=middle_day, end=middle_day + timedelta(days=1))
    sides = (spell(whole.start), spell(whole.end))

    async def measure() -> None:
        store, lag = Store(open_database(f"sqlite:///{path}"), SITE), Lag()
        probe = asyncio.create_task(lag.run())
        rounds = []
        for _ in range(PAIRS):
            limit = await asyncio.to_thread(bare, path, *sides)
            ours = [await timed(store, *one) for one in ((digest, whole), (digest, day), (monthly, whole))]
            rounds.append((limit, *ours))
        probe.cancel()
        await store.close()
        limits, all_of_it, one_day, month = zip(*rounds, strict=True)
        more = {"records": PERMITS * LENGTH, "noisy": noisy(limits)}
        report(
            "G10",
            "a digest of the whole journal over a bare GROUP BY",
            [b / a for a, b in zip(limits, all_of_it, strict=True)],
            s_bare=middle(limits), s_ours=middle(all_of_it), **more,
        )  # fmt: skip
        report(
            "G10",
            "a digest of one day over one of the whole journal",
            [b / a for a, b in zip(all_of_it, one_day, strict=True)],
            ms_day=middle(one_day, 1e3), **more,
        )  # fmt: skip
        report(
            "G10",
            "a monthly report's figures of the whole journal over a bare GROUP BY",
            [b / a for a, b in zip(limits, month, strict=True)],
            s_ours=middle(month), **more,
        )  # fmt: skip
        report("G10", "lag of the event loop meanwhile, p99 in ms", [(await lag.read())["lag_p99_ms"]], **more)

    asyncio.run(measure())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g10-") as directory:
        main(Path(directory) / "journal.sqlite3")
