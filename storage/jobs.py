"""Commands on their way through the writer, and telling those who wait, each in their own thread."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar, cast

from storage.tx import Tx

T = TypeVar("T")


class Job(Generic[T]):
    """A work function, who waits for it, and its outcome once there is one."""

    __slots__ = ("arrival", "error", "future", "loop", "value", "work")

    def __init__(
        self,
        work: Callable[[Tx], T],
        future: asyncio.Future[T] | Future[T],
        loop: asyncio.AbstractEventLoop | None,
        arrival: str | None = None,
    ) -> None:
        self.work = work
        self.arrival = arrival
        """The inbox key the work is going to ask for, if it is known."""
        self.future = future
        self.loop = loop
        self.value: T | None = None
        self.error: Exception | None = None

    def tell(self) -> None:
        """Hand the outcome over, in the thread of whoever waits."""
        if self.future.done():
            return  # nobody waits any more; what was committed stays committed
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(cast(T, self.value))


def tell_all(jobs: list[Job[Any]]) -> None:
    """Resolve every future in its own loop, one call per loop."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[Job[Any]]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, waiting in by_loop.items():
        if loop is None:
            for job in waiting:
                job.tell()
        else:
            in_loop(loop, _tell_each, waiting)


def _tell_each(jobs: list[Job[Any]]) -> None:
    for job in jobs:
        job.tell()


def in_loop(loop: asyncio.AbstractEventLoop, callback: Callable[[T], None], argument: T) -> None:
    """Call ``callback`` in ``loop``'s own thread."""
    with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there any more
        loop.call_soon_threadsafe(callback, argument)
