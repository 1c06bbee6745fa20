"""G8: deadlines are rows, and a million of them cost no more than a thousand.

``[FULL=1] python benchmarks/g8_timers.py`` prints one JSON line a figure:

- looking for due timers with many pending over the same with 1,000 pending (goal: 2 or less);
- claiming and closing 100 due ones, each, over APScheduler's SQLAlchemyJobStore loading and removing 100 due jobs, each
  (goal: 0.2 or less);
- the longest stall of the event loop while 1,000 fall due at once, in milliseconds over an idle loop's (goal: 20 ms
  or less);
- memory for pending timers over ``loop.call_at`` for as many (goal: 0.05 or less).

Many is 100,000, with FULL=1 a million. That none is lost to a kill -9 is shown by tests/storage/test_crash.py.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, interleaved, middle, report
from storage.agenda import AgendaKind
from storage.engine import open_database
from storage.migrate import upgrade
from storage.session import Session
from storage.tx import Tx
from storage.writer import Writer

SITE = "A"
FEW, MANY = 1_000, 1_000_000 if FULL else 100_000
JOBS = 20_000 if FULL else 3_000
PAIRS = 9 if FULL else 5
DUE = 100
# Far enough ahead that no scheduler compared here finds its own jobs due by the machine's clock.
NOW = datetime(2126, 5, 1, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def open_session(url: str) -> Session:
    """The writer's own session, without its thread."""
    return Session(open_database(url).connect_writer(), SITE, hot_streams=8)


def arm(session: Session, first: datetime, count: int, prefix: str = "P") -> None:
    """Arm timers a second apart."""
    for start in range(0, count, 20_000):
        session.begin()
        tx = Tx(session)
        for number in range(start, min(start + 20_000, count)):
            due = first + timedelta(seconds=number)
            tx.put_timer(f"{prefix}{number:07d}/prompt", due, "prompt", f"{prefix}{number:07d}", b"{}", at=NOW)
        tx.keep()
        session.flush()
        session.commit()


def look(session: Session, times: int = 500) -> float:
    """Median seconds to find that nothing is due and when to look again, in an open transaction."""
    session.begin()
    tx = Tx(session)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        assert not tx.claim_due(AgendaKind.TIMER, now=NOW, limit=100, lease=LEASE, worker="w")
        assert tx.next_due(AgendaKind.TIMER) is not None
        taken.append(time.perf_counter() - start)
    tx.keep()
    session.commit()
    taken.sort()
    return taken[times // 2]


def fire(session: Session) -> float:
    """Seconds for each of 100 due timers: claimed in one commit, closed in the next."""
    arm(session, NOW - timedelta(hours=1), DUE, prefix="due")
    start = time.perf_counter()
    session.begin()
    tx = Tx(session)
    rows = tx.claim_due(AgendaKind.TIMER, now=NOW, limit=DUE, lease=LEASE, worker="w")
    tx.keep()
    session.flush()
    session.commit()
    session.begin()
    tx = Tx(session)
    for row in rows:
        tx.mark_done(row, NOW)
    tx.keep()
    session.flush()
    session.commit()
    elapsed = time.perf_counter() - start
    assert len(rows) == DUE
    return elapsed / DUE


def nothing() -> None:
    """What the scheduler's jobs would run."""


class Scheduler:
    """APScheduler's job store on SQLite, asked the way its scheduler asks it."""

    def __init__(self, path: Path) -> None:
        from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
        from apscheduler.schedulers.background import BackgroundScheduler
        from sqlalchemy import create_engine

        engine = create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        self._store = SQLAlchemyJobStore(engine=engine)
        self._scheduler = BackgroundScheduler(jobstores={"default": self._store}, timezone=UTC)
        self._scheduler.start(paused=True)
        self._add(JOBS, NOW + timedelta(days=1))

    def _add(self, count: int, due: datetime) -> None:
        for _ in range(count):
            self._scheduler.add_job("benchmarks.g8_timers:nothing", "date", run_date=due, misfire_grace_time=None)

    def fire(self) -> float:
        """Seconds for each of 100 due jobs, loaded and removed; running them is left out."""
        self._add(DUE, NOW - timedelta(hours=1))
        start = time.perf_counter()
        jobs = self._store.get_due_jobs(NOW)
        for job in jobs:
            self._store.remove_job(job.id)
        elapsed = time.perf_counter() - start
        assert len(jobs) == DUE
        return elapsed / DUE

    def close(self) -> None:
        """Stop its thread."""
        self._scheduler.shutdown(wait=False)


async def stall(url: str, due: int) -> float:
    """The longest a millisecond's sleep took, in seconds, while ``due`` timers were claimed and closed."""
    writer = Writer(open_database(url), SITE)
    await writer.start()
    longest, running = 0.0, True

    async def probe() -> None:
        nonlocal longest
        while running:
            start = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - start - 0.001)

    watching = asyncio.create_task(probe())
    await asyncio.sleep(0.05)
    longest, done = 0.0, 0
    deadline = time.perf_counter() + 0.2
    while done < due or time.perf_counter() < deadline:

        def work(tx: Tx) -> int:
            rows = tx.claim_due(AgendaKind.TIMER, now=NOW, limit=100, lease=LEASE, worker="w")
            for row in rows:
                tx.mark_done(row, NOW)
            return len(rows)

        done += await writer.submit(work) if done < due else 0
        await asyncio.sleep(0)
    running = False
    await watching
    await writer.stop()
    return longest


MEMORY = """
import asyncio, resource, sys
def grown():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
kind, count, url = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if kind == "call_at":
    loop = asyncio.new_event_loop()
    before = grown()
    for number in range(count):
        loop.call_at(loop.time() + 3600 + number, print, f"P{number:07d}", number)
else:
    sys.path.insert(0, sys.argv[4])
    from benchmarks.g8_timers import look, open_session
    before = grown()
    look(open_session(url))
print(grown() - before)
"""


def memory(kind: str, url: str) -> float:
    """Bytes a process grows by to hold, or to look after, the many timers."""
    root = str(Path(__file__).resolve().parents[1])
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, kind, str(MANY), url, root], capture_output=True, check=True, text=True, cwd=root
    )
    return max(1.0, float(done.stdout))


def main(home: Path) -> None:
    """Measure and print."""
    few_url, many_url = f"sqlite:///{home / 'few.sqlite3'}", f"sqlite:///{home / 'many.sqlite3'}"
    for url in (few_url, many_url):
        upgrade(url)
    few, many = open_session(few_url), open_session(many_url)
    arm(few, NOW + timedelta(hours=1), FEW)
    arm(many, NOW + timedelta(hours=1), MANY)

    rounds = interleaved(PAIRS, lambda: look(few), lambda: look(many))
    report(
        "G8",
        "looking for due timers: many pending over few",
        [b / a for a, b in rounds],
        pending=[FEW, MANY],
        us_few=middle((a for a, _ in rounds), 1e6),
        us_many=middle((b for _, b in rounds), 1e6),
    )

    scheduler = Scheduler(home / "apscheduler.sqlite3")
    rounds = interleaved(PAIRS, scheduler.fire, lambda: fire(many))
    scheduler.close()
    report(
        "G8",
        "each of 100 due: ours (durable claim and close) over APScheduler's job store (load and remove)",
        [b / a for a, b in rounds],
        pending=[JOBS, MANY],
        us_apscheduler=middle((a for a, _ in rounds), 1e6),
        us_ours=middle((b for _, b in rounds), 1e6),
    )
    few.connection.close()

    arm(many, NOW - timedelta(days=1), 1_000 * PAIRS, prefix="wave")
    many.connection.close()
    rounds = interleaved(PAIRS, lambda: asyncio.run(stall(few_url, 0)), lambda: asyncio.run(stall(many_url, 1_000)))
    report(
        "G8",
        "longest stall of the event loop: 1,000 due over idle",
        [b / max(a, 1e-6) for a, b in rounds],
        ms_idle=middle((a for a, _ in rounds), 1e3),
        ms_due=middle((b for _, b in rounds), 1e3),
        ms_due_worst=round(max(b for _, b in rounds) * 1e3, 2),
    )

    rounds = interleaved(3, lambda: memory("call_at", many_url), lambda: memory("rows", many_url))
    report(
        "G8",
        "memory: our process over loop.call_at",
        [b / a for a, b in rounds],
        pending=MANY,
        mib_call_at=middle((a for a, _ in rounds), 2**-20),
        mib_ours=middle((b for _, b in rounds), 2**-20),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g8-") as directory:
        main(Path(directory))
