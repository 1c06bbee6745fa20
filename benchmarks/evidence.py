"""A year of evidence: taking checkpoints, exporting, verifying.

``[FULL=1] python benchmarks/evidence.py`` prints one JSON line: 300 permits of 60 records over 36 days, with FULL=1
3,000 over a year; what a late checkpoint costs against an early one, the size of the archive of the whole span and of
one permit, and how long the verifier takes for each in a process of its own, also in seconds of the processor, which
say more on a busy machine. Photos are left out: they cost what they weigh.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.g9_chain import CODEC, sample
from bot import export
from storage.engine import open_database
from storage.fold import Fold
from storage.migrate import upgrade
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from workflow.checkpoint import Checkpoint
from workflow.permit import events

SITE = "A"
PERMITS = 3_000 if os.environ.get("FULL") else 300
DAYS = 365 if os.environ.get("FULL") else 36
LENGTH = 60
T0 = datetime(2026, 1, 1, tzinfo=UTC)
FOLD: Fold[int, events.Event] = Fold(kind="permit", initial=lambda _: 0, evolve=lambda count, _: count + 1, codec=CODEC)
VERIFIER = Path(__file__).resolve().parents[1] / "verifier" / "permitbot_verify.py"


def name(number: int) -> str:
    """The number of a permit."""
    return f"DH-A-2026-{number:05d}"


async def build(url: str) -> list[float]:
    """A year: every permit lives two days, a checkpoint each night. Seconds each checkpoint took."""
    writer, took = Writer(open_database(url), SITE), list[float]()
    await writer.start()

    def live(tx: Tx, numbers: range, first: int, at: datetime) -> None:
        for number in numbers:
            said = [sample(step + 1, at) for step in range(first, first + LENGTH // 2)]
            tx.append(FOLD, name(number), first, said, at, f"tap:{number}")

    for day in range(DAYS + 1):
        at = T0 + timedelta(days=day)
        born, gone = range(PERMITS * day // DAYS, PERMITS * (day + 1) // DAYS), range(0)
        if day:
            gone = range(PERMITS * (day - 1) // DAYS, PERMITS * day // DAYS)
        await writer.submit(partial(live, numbers=gone, first=LENGTH // 2, at=at))
        if day < DAYS:
            await writer.submit(partial(live, numbers=born, first=0, at=at))
        start = time.perf_counter()
        await writer.submit(partial(Tx.take_checkpoint, at=at + timedelta(hours=23)))
        took.append(time.perf_counter() - start)
    await writer.stop()
    return took


async def exported(url: str, what: str | None) -> tuple[bytes, float, Checkpoint]:
    """The archive of one permit, or of the whole span, and how long it took."""
    store = Store(open_database(url), SITE)
    start = time.perf_counter()
    try:
        if what is not None:
            found = await store.read(lambda tx: export.of_permit(tx, what, checkpoint=None))
        else:
            end = T0 + timedelta(days=DAYS + 1)
            found = await store.read(lambda tx: export.of_span(tx, T0, end, checkpoint=None))
    finally:
        await store.close()
    assert found is not None
    assert found.chosen is not None
    data = export.archive(export.files_of(found, media={}, forms={}, readme=""))
    return data, time.perf_counter() - start, found.chosen


def verified(path: Path, taken: Checkpoint) -> tuple[float, float]:
    """Seconds of the verifier, start of Python included: on the wall, and of the processor."""
    anchor = f"{taken.number}:{taken.hash.hex()}"
    start, used = time.perf_counter(), _children()
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path), "--anchor", anchor, "--json"], capture_output=True, text=True
    )
    elapsed, used = time.perf_counter() - start, _children() - used
    lines = json.loads(done.stdout)["lines"]
    # The sample's signatures are made up: what is measured is all the rest.
    assert {mark for mark, *_ in lines} <= {"ok", "bad"}, lines[-3:]
    return elapsed, used


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(folder: Path) -> None:
    """Measure and print."""
    url = f"sqlite:///{folder}/permitbot.sqlite3"
    upgrade(url)
    took = asyncio.run(build(url))
    early, late = (sorted(part)[len(part) // 2] * 1000 for part in (took[2:12], took[-11:-1]))
    figures: dict[str, object] = {"what": "evidence of a year", "date": str(date(2026, 1, 1)), "permits": PERMITS}
    figures |= {"records": PERMITS * LENGTH, "checkpoints": len(took)}
    figures |= {"ms_checkpoint_early": round(early, 2), "ms_checkpoint_late": round(late, 2)}
    for label, what in (("span", None), ("permit", name(PERMITS // 2))):
        data, seconds, taken = asyncio.run(exported(url, what))
        path = folder / f"{label}.zip"
        path.write_bytes(data)
        figures |= {f"bytes_{label}": len(data), f"s_export_{label}": round(seconds, 2)}
        wall, used = verified(path, taken)
        figures |= {f"s_verify_{label}": round(wall, 2), f"cpu_s_verify_{label}": round(used, 2)}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-evidence-") as directory:
        main(Path(directory))
