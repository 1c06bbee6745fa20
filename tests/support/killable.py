"""A plant whose service is a process that dies and comes back, beside a twin that lives through it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.clock import OffsetClock
from bot.demo.plant import OPENS
from sandbox.hands import Platform
from sandbox.story import Player
from tests.support.service_child import Moment
from tests.support.witness import Witness, on_dingtalk, on_wecom

ROOT = Path(__file__).parents[2]
REST = timedelta(seconds=65)
"""How long the plant does without the service after a kill: the longest lease of what the dead process had taken."""
_START = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One death, as the disk and the platform saw it at that moment."""

    point: str
    inbox: int
    """Arrivals of the platform that were durable."""
    delivered: int
    """Deliveries the platform had begun."""
    acknowledged: int


@dataclass(slots=True, kw_only=True)
class Works:
    """The twin, the clock of both, and the service's process."""

    folder: Path
    witness: Witness
    base: str
    clock: OffsetClock
    next_trap: Callable[[], tuple[str, int] | None] = lambda: None
    """What a fresh process is armed with at once."""
    kills: list[Kill] = field(default_factory=list)
    _port: int = 0
    _forks: asyncio.subprocess.Process | None = None
    _control: asyncio.Server | None = None
    _lines: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=asyncio.Queue)
    _line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _keeper: asyncio.Task[None] | None = None
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    _died: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: bool = False

    # --- the process

    async def start(self) -> None:
        """Start the service and keep it running."""
        self._control = await asyncio.start_server(lambda *line: self._lines.put_nowait(line), "127.0.0.1", 0)
        self._forks = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.service_child",
            str(self.folder), self.base, str(self._control.sockets[0].getsockname()[1]), self.witness.platform,
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._keeper = asyncio.create_task(self._keep())
        await self._is_up()
        await self.witness.connect(f"http://127.0.0.1:{self._port}")

    async def stop(self) -> None:
        """End the service in good order."""
        self._ending = True
        self._tell("stop")
        if self._keeper is not None:
            async with asyncio.timeout(_START):
                await self._keeper

    async def clear_away(self) -> None:
        """Leave no process and no listener behind, whatever happened."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._line is not None:
            self._line[1].close()  # a service that is told nothing any more ends
        if self._forks is not None and self._forks.stdin is not None:
            self._forks.stdin.close()
            await self._forks.wait()
        if self._control is not None:
            self._control.close()

    async def _keep(self) -> None:
        first = True
        while not self._ending:
            await self._spawn()
            if not first:
                await self._come_back()
            first = False
            await self._listen()

    async def _spawn(self) -> None:
        assert self._forks is not None
        assert self._forks.stdin is not None
        self._forks.stdin.write(f"{self._port} {self.clock.now().isoformat()}\n".encode())
        async with asyncio.timeout(_START):
            self._line = await self._lines.get()
            word, _, port = (await self._hear()).partition(" ")
        assert word == "ready", word
        self._port = int(port)
        self._answers = asyncio.Queue()
        self._up.set()

    async def _come_back(self) -> None:
        """Time has passed while nobody was there: the platform tries again, the leases of the dead run out."""
        trap = self.next_trap()
        if trap is not None:
            self._tell(f"arm {trap[0]} {trap[1]}")
        await self.witness.reconnected()
        self.clock.jump(REST)
        self._tell(f"at {self.clock.now().isoformat()}")

    async def _hear(self) -> str:
        """A line of the service; empty when there is none any more."""
        assert self._line is not None
        try:
            return (await self._line[0].readline()).decode().strip()
        except ConnectionError:
            return ""

    async def _listen(self) -> None:
        """Until the process ends; its last words say where it was killed."""
        assert self._forks is not None
        assert self._forks.stdout is not None
        assert self._line is not None
        reached = ""
        while line := await self._hear():
            if line.startswith("reached "):
                reached = line.removeprefix("reached ")
            else:
                self._answers.put_nowait(line)
        self._line[1].close()
        ended = (await self._forks.stdout.readline()).decode().split()
        self._up.clear()
        self._answers.put_nowait(None)
        if self._ending:
            assert ended == ["ended", "0"], ended
            return
        assert (ended, bool(reached)) == (["ended", str(-signal.SIGKILL)], True), (ended, reached)
        self.kills.append(self._kill(reached))
        self._died.set()

    def _kill(self, point: str) -> Kill:
        begun = self.witness.pushed()
        return Kill(
            point=point,
            inbox=self.taken(),
            delivered=len(begun),
            acknowledged=sum(1 for one in begun if any(str(each.outcome) == "accepted" for each in one.attempts)),
        )

    def _tell(self, order: str) -> None:
        assert self._line is not None
        with contextlib.suppress(ConnectionError):
            self._line[1].write(f"{order}\n".encode())

    async def _is_up(self) -> None:
        """Raise what ended the keeper, if it is not there any more."""
        assert self._keeper is not None
        up = asyncio.create_task(self._up.wait())
        await asyncio.wait({up, self._keeper}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._keeper.done():
            self._keeper.result()
            raise AssertionError("the service is not kept any more")

    # --- for a test

    async def ask(self, order: str, answer: str) -> bool:
        """Give an order and wait until it is carried out; False when the process died over it."""
        await self._is_up()
        answers = self._answers
        self._tell(order)
        while (said := await answers.get()) is not None:
            if said == answer:
                return True
        return False

    async def arm(self, point: str, count: int = 1) -> None:
        """Let the service die at the next ``count``-th pass of ``point``."""
        assert await self.ask(f"arm {point} {count}", f"armed {point}")

    async def push(self, by: timedelta) -> None:
        """Push the clock of plant and platform, and let everything that fell due happen, through any death."""
        self.clock.jump(by)
        while not await self.ask(f"at {(moment := self.clock.now().isoformat())}", f"ok {moment}"):
            continue

    async def survived(self, deaths: int) -> None:
        """Wait until the service has died so often and is back."""
        async with asyncio.timeout(_START):
            while len(self.kills) < deaths:
                self._died.clear()
                await self._died.wait()
        await self.push(timedelta(0))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database file, beside the service."""
        with contextlib.closing(sqlite3.connect(f"file:{self.folder / 'permitbot.sqlite3'}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def taken(self) -> int:
        """How many deliveries of the platform are durable. What we fetched from there ourselves is none."""
        found = self.rows("SELECT count(*) FROM inbox WHERE platform <> '' AND kind NOT IN ('MediaStored')")
        return int(found[0][0])

    def counts(self) -> Counter[str]:
        """How often the service died where."""
        return Counter(kill.point for kill in self.kills)


@contextlib.asynccontextmanager
async def works(
    folder: Path, platform: Platform, next_trap: Callable[[], tuple[str, int] | None] = lambda: None
) -> AsyncIterator[tuple[Works, Player]]:
    """A plant at work; everything stops at the end."""
    (folder / "media").mkdir(parents=True)
    clock = OffsetClock(Moment(OPENS, flows=platform is Platform.DINGTALK))
    witness = (on_wecom if platform is Platform.WECOM else on_dingtalk)(clock)
    base = await witness.start()
    plant = Works(folder=folder, witness=witness, base=base, clock=clock, next_trap=next_trap)
    try:
        await plant.start()
        yield plant, Player(hands=witness.hands, jump=plant.push, say=lambda _: None)
        await plant.stop()
    finally:
        await plant.clear_away()
        await witness.stop()
