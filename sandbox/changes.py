"""A stream of every change to a twin: for pages that redraw and for tests that wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from weakref import WeakSet

Json = dict[str, object]
_LOOK_AGAIN = 0.02


class Subscription(AsyncIterator[Json]):
    """The changes since it was made; iterate with ``async for``, or stop it with `close`."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Json | None] = asyncio.Queue()

    def push(self, change: Json) -> None:
        """Hand over one change."""
        self._waiting.put_nowait(change)

    def close(self) -> None:
        """End the iteration after what is already there."""
        self._waiting.put_nowait(None)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Json:
        change = await self._waiting.get()
        if change is None:
            raise StopAsyncIteration
        return change


class Changes:
    """Hands every change to all subscriptions."""

    def __init__(self) -> None:
        self._subscriptions: WeakSet[Subscription] = WeakSet()
        self._moved = asyncio.Event()

    def publish(self, change: Json) -> None:
        """Tell everyone."""
        for subscription in list(self._subscriptions):
            subscription.push(change)
        self._moved.set()
        self._moved = asyncio.Event()

    def subscribe(self) -> Subscription:
        """Changes from now on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    def close(self) -> None:
        """End all subscriptions."""
        for subscription in list(self._subscriptions):
            subscription.close()

    async def until(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Wait until ``condition`` holds, looking again at every change and every 20 ms (it may be about other things).

        Raises TimeoutError after real ``seconds``.
        """
        async with asyncio.timeout(seconds):
            while not condition():
                moved = self._moved
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await moved.wait()
