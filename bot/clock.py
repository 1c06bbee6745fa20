"""The one place that reads the clock and draws randomness.

Everywhere else a time is an argument and an id comes from an `Ids`; the linter bans the readers by name. Rooms to the
right of `bot` never import this file: they are handed an instant, an id, or a function that gives one.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def steady() -> float:
    """Seconds of a clock that only runs forward and that nobody can push: for ages, never for dates."""
    return time.monotonic()


class OffsetClock:
    """A clock for the demo: it can be pushed forward and made to run faster, never turned back.

    Permits, journals and timers all assume that time moves forward, so `jump` and `set_speed` refuse anything else.
    Listeners are told after every change, so that a loop sleeping until an instant can look again.
    """

    def __init__(self, source: Clock, *, speed: float = 1.0) -> None:
        self._source = source
        self._speed = _checked_speed(speed)
        self._source_anchor = source.now()
        self._anchor = self._source_anchor
        self._listeners: list[Callable[[], None]] = []

    @property
    def speed(self) -> float:
        """How many seconds pass here while one passes at the source."""
        return self._speed

    def now(self) -> datetime:
        return self._at(self._source.now())

    def jump(self, by: timedelta) -> datetime:
        """Push the clock forward; answer the new instant. Raise `ValueError` on a step back."""
        if by < timedelta(0):
            raise ValueError(f"this clock only moves forward; asked to move by {by}")
        self._change(by=by, speed=self._speed)
        return self._anchor

    def set_speed(self, speed: float) -> None:
        """Run `speed` times as fast from this instant on. Raise `ValueError` unless it is above zero."""
        self._change(by=timedelta(0), speed=_checked_speed(speed))

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every jump or change of speed; the answer unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _at(self, source_now: datetime) -> datetime:
        return self._anchor + (source_now - self._source_anchor) * self._speed

    def _change(self, *, by: timedelta, speed: float) -> None:
        source_now = self._source.now()
        self._anchor = self._at(source_now) + by
        self._source_anchor = source_now
        self._speed = speed
        for listener in tuple(self._listeners):
            listener()


def _checked_speed(speed: float) -> float:
    if not 0 < speed < 100_000:
        raise ValueError(f"a clock's speed lies between 0 and 100000; asked for {speed}")
    return speed


class Ids(Protocol):
    """Gives names that nobody has used before."""

    def new(self) -> str:
        """A fresh id: short, URL-safe, without meaning."""
        ...


class SystemIds:
    """Random ids, 32 hexadecimal digits (122 random bits)."""

    def new(self) -> str:
        return uuid.uuid4().hex


class DeterministicIds:
    """Counted ids for tests and the demo: ``id-000001``, ``id-000002``, …"""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._last = 0

    def new(self) -> str:
        self._last += 1
        return f"{self._prefix}-{self._last:06d}"


class Entropy(Protocol):
    """Gives bytes that nobody can guess: nonces, keys, one-time links."""

    def take(self, count: int) -> bytes:
        """Exactly `count` unpredictable bytes."""
        ...


class SystemEntropy:
    """The operating system's secure source."""

    def take(self, count: int) -> bytes:
        return secrets.token_bytes(count)
