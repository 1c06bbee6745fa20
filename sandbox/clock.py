"""The twins' idea of time. A twin asks the `Clock` it was given; only this file may look at the wall."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

_POLL = 0.02
"""Real seconds between two looks at a clock that cannot tell us when it moves."""


class Clock(Protocol):
    """Anything that knows the current moment."""

    def now(self) -> datetime:
        """The current moment, with a time zone."""
        ...


@runtime_checkable
class WaitingClock(Protocol):
    """A clock that can wake a sleeper when it reaches a moment."""

    def now(self) -> datetime:
        """The current moment, with a time zone."""
        ...

    async def reached(self, moment: datetime) -> None:
        """Return once `now()` is at or after ``moment``."""
        ...


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment


class ManualClock:
    """Stands still until a test moves it. Moving backwards is refused."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The moment the test last set."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward and wake everyone whose moment has come."""
        return self.move_to(self._now + by)

    def move_to(self, moment: datetime) -> datetime:
        """Move forward to ``moment``; raises ValueError when that lies in the past."""
        if _aware(moment) < self._now:
            raise ValueError("a clock never runs backwards")
        self._now = moment
        due = [sleeper for wanted, sleeper in self._sleepers if wanted <= moment]
        self._sleepers = [(wanted, sleeper) for wanted, sleeper in self._sleepers if wanted > moment]
        for sleeper in due:
            if not sleeper.done():
                sleeper.set_result(None)
        return moment

    async def reached(self, moment: datetime) -> None:
        """Return once the test has moved the clock to ``moment`` or beyond."""
        if self._now >= moment:
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((moment, sleeper))
        await sleeper


def _wall() -> datetime:
    return datetime.now(UTC)


class FlowingClock:
    """Runs with ``source`` (by default the wall clock) and can be pushed ahead; this is what a demo uses."""

    def __init__(self, source: Callable[[], datetime] = _wall) -> None:
        self._source = source
        self._ahead = timedelta()
        self._pushed = asyncio.Event()

    def now(self) -> datetime:
        """The source's moment plus everything that was pushed ahead."""
        return _aware(self._source()) + self._ahead

    def advance(self, by: timedelta) -> datetime:
        """Push the clock ahead; raises ValueError for a negative step."""
        if by < timedelta():
            raise ValueError("a clock never runs backwards")
        self._ahead += by
        self._pushed.set()
        self._pushed = asyncio.Event()
        return self.now()

    async def reached(self, moment: datetime) -> None:
        """Return once the moment has come, by flowing or by a push."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            pushed = self._pushed
            try:
                async with asyncio.timeout(left):
                    await pushed.wait()
            except TimeoutError:
                continue


async def reached(clock: Clock, moment: datetime) -> None:
    """Wait for ``moment`` on any clock, looking again and again when the clock cannot wake us."""
    if isinstance(clock, WaitingClock):
        await clock.reached(moment)
        return
    while clock.now() < moment:  # noqa: ASYNC110 - such a clock offers no event to wait for
        await asyncio.sleep(_POLL)
