"""G2: the tail of presses while everything else goes on too.

``[FULL=1] python benchmarks/g2_mixed.py`` prints one JSON line: 50 presses a second alone, then the same with 300
readings a second written, a phone's photo taken in every two seconds, and every ten seconds a digest with its figures
and its picture (goal: 99th percentile at most 5 times that of the presses alone and under 50 ms, none over a second,
none lost). The load runs inside the server, where it does in production: readings through the writer, photos and
pictures in threads, figures through the reader. Waits count from the moment a press was meant to be sent.

20 seconds each, with FULL=1 a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, report
from benchmarks.tail import RATE, open_loop
from benchmarks.works import NOW, Lag, Served, guard, make, number, obey, percentile, running, served, tap
from cards.buttons import Action

SECONDS = 60 if FULL else 20
WORKS = 500 if FULL else 200
PLATFORM = Path(__file__).with_name("fake_platform.py")
BATCH = 30
"""Readings a batch, ten batches a second."""


class Load:
    """What goes on beside the presses."""

    def __init__(self, service: Any, photo: bytes) -> None:
        self._service = service
        self._photo = photo
        self._tasks: list[asyncio.Task[None]] = []
        self.done = {"readings": 0, "photos": 0, "digests": 0}

    async def start(self) -> dict[str, Any]:
        """Begin."""
        for every, one in ((0.1, self._readings), (2.0, self._photos), (10.0, self._digest)):
            self._tasks.append(asyncio.create_task(self._again(every, one)))
        return {}

    async def stop(self) -> dict[str, Any]:
        """End; how much was done."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return dict(self.done)

    @staticmethod
    async def _again(every: float, one: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every
            await one()
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _readings(self) -> None:
        from decimal import Decimal

        from storage.readings import ReadingRow

        at = NOW + timedelta(seconds=self.done["readings"] / 300)
        rows = [
            ReadingRow(
                device=f"gas-{turn}", quantity="flammable", value=Decimal("0.1"), unit="% vol", quality="good",
                measured_at=at, received_at=at, permit=None,
            )
            for turn in range(BATCH)
        ]  # fmt: skip
        await self._service.writer.submit(lambda tx: tx.add_readings(rows))
        self.done["readings"] += BATCH

    async def _photos(self) -> None:
        from cards.pictures.asked import Watermark, watermarked

        await asyncio.to_thread(watermarked, self._photo, Watermark(lines=("2号罐 动火", "3月18日 08:40")))
        self.done["photos"] += 1

    async def _digest(self) -> None:
        from cards.digest import digest
        from cards.pictures.overview import overview
        from handlers.digests import view_of
        from handlers.figured import morning
        from handlers.outgoing import Digest
        from handlers.overviews import gather
        from workflow.ids import GroupId

        service, now = self._service, NOW
        house, intent = service._furniture, Digest(shift=now, group=GroupId("hc-safety"))
        view = await service.writer.submit(partial(view_of, house=house, intent=intent, now=now, base=None))
        assert digest(view) is not None
        await service._reader.read(partial(morning, house=house, day=now.date(), as_of=now, base=None))
        told = await service._reader.read(partial(gather, house=house, now=now))
        await asyncio.to_thread(overview, told)
        self.done["digests"] += 1


async def serve(database: Path, photo: bytes, api: str) -> None:
    """The product's service, with the load at hand."""
    async with running(database, loops=True, api=api) as service:
        load, lag = Load(service, photo), Lag()
        probe = asyncio.create_task(lag.run())
        hello = {"port": int(service.base_url.rpartition(":")[2]), "pid": os.getpid()}
        await obey(hello, {"load": load.start, "rest": load.stop, "lag": lag.read})
        probe.cancel()


def presses(first: int) -> list[bytes]:
    """Half answer a prompt that is over, half are 刷新; ``first`` tells one run's presses from the next's."""
    actions = itertools.cycle([(Action.PROMPT, "2"), (Action.REFRESH, "")])
    return [
        tap(guard(turn // 2 % WORKS), number(turn // 2 % WORKS), action, arg, first + turn)
        for turn, (action, arg) in zip(range(SECONDS * RATE), actions, strict=False)
    ]


def figures(server: Served, first: int) -> tuple[list[float], int, dict[str, Any]]:
    """One run: the waits, how many were not answered 200, and the lag of the loop."""
    server.say("lag")
    waits, failed = asyncio.run(open_loop(server.port, presses(first)))
    return waits, failed, server.say("lag")


def main(home: Path) -> None:
    """Measure and print."""
    from benchmarks.g11_photos import phone_photo

    photo = home / "photo.jpg"
    photo.write_bytes(phone_photo())
    database = make(home, WORKS)
    with served(script=PLATFORM) as platform:
        api = f"http://127.0.0.1:{platform.port}"
        arguments = ("serve", str(database), str(photo), "--api", api)
        with served(*arguments, script=Path(__file__)) as server:
            figures(server, 0)
            alone, lost, _ = figures(server, SECONDS * RATE)
            server.say("load")
            mixed, more_lost, lag = figures(server, 2 * SECONDS * RATE)
            beside = server.say("rest")
    report(
        "G2",
        "50 presses a second with readings, photos and digests beside them, over the presses alone: p99",
        [percentile(mixed, 0.99) / percentile(alone, 0.99)],
        presses=len(mixed),
        failed=lost + more_lost,
        p99_alone_ms=round(percentile(alone, 0.99) * 1e3, 2),
        p50_ms=round(percentile(mixed, 0.5) * 1e3, 2),
        p99_ms=round(percentile(mixed, 0.99) * 1e3, 2),
        max_ms=round(max(mixed) * 1e3, 2),
        **beside,
        **lag,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("word")
        parser.add_argument("database", type=Path)
        parser.add_argument("photo", type=Path)
        parser.add_argument("--api", default="http://127.0.0.1:9")
        options = parser.parse_args()
        from bot import log

        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            log.configure(style="json", level="info", secrets=(), stream=nowhere)
            asyncio.run(serve(options.database, options.photo.read_bytes(), options.api))
    else:
        with tempfile.TemporaryDirectory(prefix="permitbot-g2-") as directory:
            main(Path(directory))
