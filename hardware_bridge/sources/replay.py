"""Sources without a wire: a recording played again, and a line others in the same process talk through."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from hardware_bridge.sample import Said
from hardware_bridge.source import Sink


class Replay:
    """Plays what was recorded, each after its own pause; then it is silent. It makes up nothing and repeats nothing."""

    def __init__(
        self,
        name: str,
        said: Iterable[tuple[timedelta, Said]],
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._said = iter(said)
        self._pause = pause

    async def run(self, sink: Sink) -> None:
        """Play what is left, then wait to be cancelled."""
        for wait, one in self._said:
            await self._pause(wait.total_seconds())
            sink.take(one)
        await asyncio.Event().wait()

    def notes(self) -> tuple[str, ...]:
        """Nothing is ever amiss."""
        return ()


class Line:
    """A line within the process: what is said into it before or while it runs comes out in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._said: asyncio.Queue[Said] = asyncio.Queue()

    def say(self, said: Said) -> None:
        """Say one thing."""
        self._said.put_nowait(said)

    async def run(self, sink: Sink) -> None:
        """Hand on until cancelled."""
        while True:
            sink.take(await self._said.get())

    def notes(self) -> tuple[str, ...]:
        """Nothing is ever amiss."""
        return ()
