"""Guards, not selling points: memory at rest, time to listening, and time from a restart to the first answer.

``[FULL=1] python benchmarks/guards.py`` prints one JSON line a figure:

- start to listening on a small database, over importing the same libraries and nothing else (goal: 2.5 or less);
- memory of the idle service, MiB (goal: 120 or less);
- restart with many open permits (2,000, with FULL=1 10,000) to the first press answered with 200; the platform waits
  five seconds, and sends a press once.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, interleaved, middle, report
from benchmarks.works import Connection, guard, make, number, served, tap
from cards.buttons import Action

PAIRS = 7 if FULL else 3
WORKS = 200
OPEN = 10_000 if FULL else 2_000
LIBRARIES = "aiohttp.web, aiohttp_jinja2, sqlalchemy, msgspec, pydantic_settings, structlog, cryptography"


def imports() -> float:
    """Seconds to start Python and import the libraries the service uses."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import asyncio, sqlite3, {LIBRARIES}"], check=True)
    return time.perf_counter() - began


class Start:
    """A service started, asked, and stopped."""

    def __init__(self, database: Path, works: int) -> None:
        self._database = database
        self._works = works
        self._serial = 0
        self.memory: list[float] = []
        self.answered: list[float] = []
        self.memory_later: list[float] = []

    def listening(self) -> float:
        """Seconds from the start of the process to listening."""
        with served(str(self._database), "--loops") as server:
            self.memory.append(float(server.say("memory")["rss_mib"]))
            return server.listening_after

    def first_answer(self) -> float:
        """Seconds from the start of the process to the first press answered."""
        with served(str(self._database), "--loops") as server:
            self._serial += 1
            index = self._serial % self._works
            request = tap(guard(index), number(index), Action.REFRESH, "", self._serial)
            status = asyncio.run(_ask(server.port, request))
            elapsed = time.perf_counter() - server.began
            assert status == 200
            self.memory_later.append(float(server.say("memory")["rss_mib"]))
            return elapsed


async def _ask(port: int, request: bytes) -> int:
    line = Connection(port)
    status = await line.ask(request)
    await line.close()
    return status


def main(home: Path) -> None:
    """Measure and print."""
    for name in ("small", "large"):
        (home / name).mkdir()
    small = Start(make(home / "small", 5), 5)
    large = Start(make(home / "large", WORKS, OPEN - WORKS), WORKS)
    rounds = interleaved(PAIRS, imports, small.listening, large.first_answer)
    floor, listening, answered = zip(*rounds, strict=True)
    report(
        "guards",
        "start to listening over importing the libraries",
        [b / a for a, b in zip(floor, listening, strict=True)],
        s_imports=middle(floor),
        s_listening=middle(listening),
    )
    report("guards", "memory of the idle service, of 120 MiB", [found / 120 for found in small.memory],
           mib=middle(small.memory))  # fmt: skip
    report(
        "guards",
        "restart to the first answered press, of the platform's five seconds",
        [found / 5 for found in answered],
        open_permits=OPEN,
        s_answered=middle(answered),
        mib=middle(large.memory_later),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-guards-") as directory:
        main(Path(directory))
