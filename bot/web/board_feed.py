"""One feed of changes for everybody who looks at the board (docs/adr/0181).

The database is asked by one thread, for all watchers together, and only while somebody watches: after a commit of ours,
and every few seconds for what other processes wrote and for what the clock alone makes late. A busy plant costs no more
than a part of a processor: the next picture waits for a multiple of what the last one took.

Every answer says how old it is. A board nobody can vouch for is shown as that, never as the present.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from bot.clock import Clock
from bot.log import get_logger
from handlers.house import House
from handlers.live_board import Picture, apart, picture
from storage.engine import Database
from storage.errors import StorageError
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer

T = TypeVar("T")

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at whether anything is new that our own writer did not tell of."""
REDRAW_EVERY: Final = 30.0
"""Seconds after which everything in the picture is looked at anew, though nothing of it moved: time alone makes things
late, and what happened elsewhere may block a permit here."""
SHORTEST: Final = 1.0
SHARE: Final = 5.0
"""A picture that took a second is followed by this many seconds without one."""

log = get_logger("board")


class AsideReader:
    """Reads beside the writer in one thread of its own, with furniture of its own."""

    def __init__(self, database: Database, house: House) -> None:
        self.house = apart(house)
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="board")
        self._loop: asyncio.Runner | None = None
        self._store: Store | None = None

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a read function in that thread. Raise `StorageError` when the database cannot be asked."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, work)

    def _ask(self, work: Callable[[Tx], T]) -> T:
        if self._loop is None or self._store is None:
            self._loop, self._store = asyncio.Runner(), Store(self._database, self.house.site)
        return self._loop.run(self._store.read(work))

    async def close(self) -> None:
        """Give the connections back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._end)
        self._thread.shutdown(wait=False)

    def _end(self) -> None:
        if self._loop is not None and self._store is not None:
            self._loop.run(self._store.close())
            self._loop.close()
        self._loop = self._store = None


@dataclass(frozen=True, slots=True)
class News:
    """What a watcher is told. ``number`` moves with every new picture; ``age`` is the seconds since it was last known
    to be true."""

    number: int
    picture: Picture
    age: float
    at: datetime
    """When that was, by the plant's clock."""


class Feed:
    """The newest picture, and a word to everybody who waits for the next one."""

    def __init__(
        self,
        *,
        reader: AsideReader,
        writer: Writer,
        clock: Clock,
        steady: Callable[[], float],
        idle: float = LOOK_EVERY,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._steady = steady
        self._idle = idle
        self._newest: Picture | None = None
        self._as_of = clock.now()
        self._number = 0
        self._true_at = self._whole_at = self._took = 0.0
        self._last_record = -1
        self._watchers = 0
        self._written = asyncio.Event()
        self._watched = asyncio.Event()
        self._new = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None
        self.ended = False

    def start(self) -> None:
        """Listen to the writer, and look as soon as somebody watches."""
        self._writer.watch(lambda _: self._written.set())
        self._running = asyncio.create_task(self._run(), name="board")

    def end(self) -> None:
        """Let every watcher go."""
        self.ended = True
        self._tell()

    async def stop(self) -> None:
        """Let every watcher go, and end."""
        self.end()
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self._reader.close()

    @property
    def watchers(self) -> int:
        """How many watch now."""
        return self._watchers

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """While this holds, pictures are taken as things change."""
        self._watchers += 1
        self._watched.set()
        try:
            yield
        finally:
            self._watchers -= 1
            if not self._watchers:
                self._watched.clear()

    async def now(self, *, anew: bool = False) -> News:
        """The board as it stands, taken anew unless somebody's was taken this very second; with ``anew`` even then.

        Raise `StorageError` when the database cannot be asked.
        """
        async with self._one_at_a_time:
            if anew or self._newest is None or self._steady() - self._true_at > SHORTEST:
                await self._look()
        return self._news()

    async def after(self, number: int, within: float) -> News | None:
        """The next picture after that one; None when there was none within so many seconds, or this ended."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._number == number and not self.ended:
                    await self._new.wait()
        return None if self._number == number or self.ended else self._news()

    @property
    def newest(self) -> News | None:
        """The newest picture, however old; None before the first."""
        return None if self._newest is None else self._news()

    def _news(self) -> News:
        if self._newest is None:
            raise LookupError("no picture was ever taken")
        return News(self._number, self._newest, self._steady() - self._true_at, self._as_of)

    # --- looking

    async def _run(self) -> None:
        while True:
            await self._watched.wait()
            self._written.clear()
            async with self._one_at_a_time:
                try:
                    await self._look()
                except StorageError as trouble:
                    log.warning("board.blind", error=type(trouble).__name__)
                except Exception:  # a bug of ours: to whoever looks the age of the last picture says that we are blind
                    log.exception("board.blind")
            await asyncio.sleep(max(SHORTEST, SHARE * self._took))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._idle):
                    await self._written.wait()

    async def _look(self) -> None:
        """Take a picture, where something was written since the last one or it is old."""
        began, now = self._steady(), self._clock.now()
        old, house = began - self._whole_at > REDRAW_EVERY or self._newest is None, self._reader.house
        known = None if old else self._newest

        def look(tx: Tx) -> tuple[int, Picture | None]:
            last = tx.last_record()
            return last, picture(tx, house, now, known) if old or last != self._last_record else None

        last, found = await self._reader.read(look)
        self._true_at, self._as_of = began, now
        if found is not None:
            self._last_record, self._newest = last, found
            self._took = self._steady() - began
            if known is None:
                self._whole_at = began
            self._number += 1
            self._tell()

    def _tell(self) -> None:
        self._new.set()
        self._new = asyncio.Event()
