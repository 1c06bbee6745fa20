"""A clock that stands still until a test moves it, and dice that always fall the same way."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

START = datetime(2025, 6, 11, 2, 20, tzinfo=UTC)  # a Wednesday, 10:20 in Shanghai


class FakeClock:
    """Stands still. `advance` and `set` move it, also backwards: a test may want a clock that was corrected."""

    def __init__(self, at: datetime = START) -> None:
        self.at = _aware(at)

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> datetime:
        self.at += by
        return self.at

    def set(self, at: datetime) -> None:
        self.at = _aware(at)


class FakeEntropy:
    """The same bytes on every run, different ones on every call."""

    def __init__(self, seed: str = "dice") -> None:
        self._seed = seed.encode()
        self._calls = 0

    def take(self, count: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(self._seed + self._calls.to_bytes(8, "big")).digest(count)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a naive datetime names no instant")
    return at.astimezone(UTC)
