"""G12: a backlog drains as fast as the budget allows and no faster, and alarms do not wait behind it.

``[FULL=1] python benchmarks/g12_outbox.py`` prints one JSON line a figure:

- a backlog of digests in the outbox, from the first claim to the last arrival, over the ideal: a scheduler that costs
  nothing, knows the same budget and the same alarms, and works in imagined time (goal: 1.05 or less);
- how long alarms posted meanwhile, five a second, take from being posted to arriving at the platform, as a share of
  one second (p99; goal: 1 or less).

The platform is a process of its own with WeCom's limits (10,000 a minute, 30 a minute to one member); it turns away any
excess: ``rejected`` counts it. FULL=1 sends 10,000 in real minutes. Otherwise it is a tenth: 1,000 messages, limits of
1,000 and minutes of six seconds, which are as many calls a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import structlog

from benchmarks.pairs import FULL, report
from benchmarks.works import NOW, Served, make, percentile, running, served
from bot.wecom.budget import Budget, shares
from handlers.answers import Say
from handlers.encoding import pack_outgoing
from handlers.outgoing import Answer
from storage.agenda import NewMessage
from storage.tx import Tx
from workflow.effects import Lane
from workflow.ids import PersonId

SCALE = 1 if FULL else 10
BACKLOG = 10_000 // SCALE
WINDOW = timedelta(seconds=60 / SCALE)
PER_APP, PER_MEMBER = 10_000 // SCALE, 30
ALARMS_EVERY = 0.2
MEMBERS = 400
_NAME = re.compile(r"(?:digest|alarm)-\d+")
PLATFORM = Path(__file__).with_name("fake_platform.py")


def budget() -> Budget:
    """The product's budget, its minute as long as the platform's."""
    return Budget(per_member=[shares(PER_MEMBER // 2, WINDOW)], per_app=[shares(PER_APP // 2, WINDOW)])


def message(kind: str, serial: int, lane: Lane, at: datetime) -> NewMessage:
    """A line of text to one of the plant's people."""
    person = PersonId(f"hc{serial % MEMBERS + 1:04d}")
    answer = Answer(person=person, key=Say.HELP.value, args={"name": f"{kind}-{serial}"})
    return NewMessage(
        key=f"{kind}:{serial}", lane=lane, recipient=person, purpose="answer", payload=pack_outgoing(answer), at=at
    )


def ideal(alarms: int) -> float:
    """Seconds a scheduler without any cost needs for the backlog, alarms coming in between."""
    pace, now, sent = budget(), NOW, 0
    ahead = [NOW + timedelta(seconds=ALARMS_EVERY * number) for number in range(alarms)]
    while sent < BACKLOG:
        while ahead and ahead[0] <= now:
            pace.take(max(now, ahead.pop(0)), None, Lane.SAFETY)
        wait = pace.wait(now, None, Lane.INFORMATION)
        if wait:
            now = min([now + wait, *ahead[:1]])
        else:
            pace.take(now, f"m{sent % MEMBERS}", Lane.INFORMATION)
            sent += 1
    return (now - NOW).total_seconds()


class Drain:
    """The outbox, drained once."""

    def __init__(self, service: Any, platform: Served, clock: Any) -> None:
        self._service = service
        self._platform = platform
        self._clock = clock
        self._posted: dict[str, float] = {}

    async def _alarms(self) -> None:
        start = time.perf_counter()
        for serial in range(1_000_000):
            await asyncio.sleep(max(0.0, start + serial * ALARMS_EVERY - time.perf_counter()))
            alarm = message("alarm", serial, Lane.SAFETY, self._clock())
            self._posted[f"alarm-{serial}"] = time.perf_counter()
            await self._service.writer.submit(lambda tx, alarm=alarm: tx.post(alarm))

    async def run(self) -> tuple[float, list[float], int, int]:
        """Seconds for the backlog, seconds of each alarm, how many alarms, how many rejects."""

        def fill(tx: Tx) -> None:
            for serial in range(BACKLOG):
                tx.post(message("digest", serial, Lane.INFORMATION, self._clock()))

        await self._service.writer.submit(fill)
        began = time.perf_counter()
        relay, alarms = asyncio.create_task(self._service.relay.run()), asyncio.create_task(self._alarms())
        arrived: dict[str, float] = {}
        rejected = digests = 0
        while digests < BACKLOG:
            await asyncio.sleep(0.5)
            news = await asyncio.to_thread(self._platform.say, "read")
            rejected += news["rejected"]
            for moment, text in news["sent"]:
                if (name := _NAME.search(text)) is not None:  # the house may have a word of its own to say
                    arrived[name[0]] = moment
            digests = sum(name.startswith("digest") for name in arrived)
        for task in (alarms, relay):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        last = max(moment for name, moment in arrived.items() if name.startswith("digest"))
        waits = [arrived[name] - posted for name, posted in self._posted.items() if name in arrived]
        return last - began, waits, len(self._posted), rejected


async def main(database: Path) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with served(str(WINDOW.total_seconds()), str(PER_APP), str(PER_MEMBER), script=PLATFORM) as platform:
        async with running(database, loops=False, api=f"http://127.0.0.1:{platform.port}") as service:
            relay = service.relay
            relay.run = type(relay).run.__get__(relay)
            relay._pace = relay._copies._pace = budget()
            elapsed, waits, alarms, rejected = await Drain(service, platform, relay._clock.now).run()
    perfect = ideal(alarms)
    report(
        "G12",
        "draining a backlog over a scheduler without any cost",
        [elapsed / perfect],
        messages=BACKLOG,
        s_ideal=round(perfect, 2),
        s_ours=round(elapsed, 2),
        rejected=rejected,
    )
    report(
        "G12",
        "alarms during the backlog: p99 of posted to arrived, of one second",
        [percentile(waits, 0.99)],
        alarms=alarms,
        arrived=len(waits),
        p50_ms=round(percentile(waits, 0.5) * 1e3, 1),
        p99_ms=round(percentile(waits, 0.99) * 1e3, 1),
        max_ms=round(max(waits) * 1e3, 1),
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="permitbot-g12-") as directory:
        asyncio.run(main(make(Path(directory), 3)))
