"""The tail: 50 presses a second for a minute, as many people press them, whether or not earlier ones were answered.

``[FULL=1] python benchmarks/tail.py`` (20 seconds without FULL) prints one JSON line. Every press has a moment at which
it is meant to be sent, and waits are counted from that moment, so a stall is felt by everyone who comes during it. The
server runs whole, relay, timers and housekeeper against a platform that takes everything at once. Half of the presses
answer a guardian's prompt, half are 刷新. Beside them, how late a millisecond's sleep ends in the server's event loop.

WeCom waits five seconds and sends a press once.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, report
from benchmarks.works import Connection, guard, make, number, percentile, served, tap
from cards.buttons import Action

SECONDS = 60 if FULL else 20
RATE = 50
WORKS = 500 if FULL else 200
PLATFORM = Path(__file__).with_name("fake_platform.py")


async def open_loop(port: int, requests: Sequence[bytes]) -> tuple[list[float], int]:
    """Seconds from the intended moment of each request to its answer, and how many were not answered 200."""
    idle: list[Connection] = []
    waits: list[float] = []
    failed = 0
    start = time.perf_counter() + 0.1

    async def one(turn: int, request: bytes) -> None:
        nonlocal failed
        meant = start + turn / RATE
        await asyncio.sleep(max(0.0, meant - time.perf_counter()))
        line = idle.pop() if idle else Connection(port)
        failed += await line.ask(request) != 200
        waits.append(time.perf_counter() - meant)
        idle.append(line)

    await asyncio.gather(*itertools.starmap(one, enumerate(requests)))
    for line in idle:
        await line.close()
    return waits, failed


def main(home: Path) -> None:
    """Measure and print."""
    database = make(home, WORKS)
    with served(script=PLATFORM) as platform:
        api = f"http://127.0.0.1:{platform.port}"
        with served(str(database), "--works", str(WORKS), "--loops", "--probe", "--api", api) as server:
            warm = [tap(guard(i), number(i), Action.PROMPT, "1", i) for i in range(WORKS)]
            asyncio.run(open_loop(server.port, warm))
            server.say("prompts")
            server.say("lag")
            presses = [
                tap(guard(turn // 2 % WORKS), number(turn // 2 % WORKS), action, arg, WORKS + turn)
                for turn, (action, arg) in zip(
                    range(SECONDS * RATE), itertools.cycle([(Action.PROMPT, "2"), (Action.REFRESH, "")]), strict=False
                )
            ]
            waits, failed = asyncio.run(open_loop(server.port, presses))
            lag = server.say("lag")
    report(
        "G2",
        "50 presses a second, open loop: p99 over p50 of the wait for the 200",
        [percentile(waits, 0.99) / percentile(waits, 0.5)],
        presses=len(waits),
        failed=failed,
        p50_ms=round(percentile(waits, 0.5) * 1e3, 2),
        p99_ms=round(percentile(waits, 0.99) * 1e3, 2),
        p999_ms=round(percentile(waits, 0.999) * 1e3, 2),
        max_ms=round(max(waits) * 1e3, 2),
        **lag,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-tail-") as directory:
        main(Path(directory))
