"""How long the house's event loop is away while DingTalk's gateway hangs for two seconds. Goal: below 50 ms.

``[FULL=1] python benchmarks/stall.py`` prints one JSON line. The whole service runs against the twin in one process;
its line is cut, and the call that opens the next one is not answered for two seconds. Meanwhile a millisecond's sleep
is timed again and again; so it is for two quiet seconds before. The twin's own work is in both figures.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, report
from bot.clock import OffsetClock
from bot.demo.plant import MorningClock, Works, works
from sandbox.plant.mixes import Mix

HANGS = timedelta(seconds=2)
ROUNDS = 10 if FULL else 3


async def longest_away() -> float:
    """The latest end of a millisecond's sleep during the time the gateway hangs, in milliseconds too late."""
    end, worst = time.perf_counter() + HANGS.total_seconds(), 0.0
    while (before := time.perf_counter()) < end:
        await asyncio.sleep(0.001)
        worst = max(worst, time.perf_counter() - before - 0.001)
    return worst * 1000


async def rounds(site: Works) -> list[tuple[float, float]]:
    """Quiet and hanging, one after the other."""
    found = []
    twin = site.dingtalk
    if twin is None:
        raise RuntimeError("the plant is not on DingTalk")
    for _ in range(ROUNDS):
        quiet = await longest_away()
        twin.faults.slow_open = HANGS
        twin.gateway.reset((await twin.connected())[-1])
        found.append((quiet, await longest_away()))
        twin.faults.slow_open = timedelta()
        await twin.connected(seconds=60)
    return found


async def main(folder: Path) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    async with works(folder, OffsetClock(MorningClock()), mix=Mix.DINGTALK, pages=False) as site:
        found = await rounds(site)
    hanging = [there for _, there in found]
    report(
        "line",
        "longest stall while the gateway hangs 2 s / while all is quiet",
        (there / max(quiet, 0.001) for quiet, there in found),
        goal_ms=50,
        stall_ms=round(max(hanging), 1),
        quiet_ms=round(max(quiet for quiet, _ in found), 1),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(main(Path(home)))
