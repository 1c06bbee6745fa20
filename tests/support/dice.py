"""Dice whose every throw follows from a seed, alike on every machine and version."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A seeded fake of chance."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._thrown = 0

    def share(self) -> float:
        """A number in [0, 1)."""
        self._thrown += 1
        digest = sha256(f"{self._seed}/{self._thrown}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + int(self.share() * (high - low + 1))

    def choice(self, of: Sequence[T]) -> T:
        """One of these."""
        return of[self.between(0, len(of) - 1)]

    def some(self, of: Sequence[T], count: int) -> list[T]:
        """So many different ones of these."""
        left = list(of)
        return [left.pop(self.between(0, len(left) - 1)) for _ in range(count)]

    def bell(self, width: float) -> float:
        """About 0, two thirds within ``width``, none beyond six times that."""
        return (sum(self.share() for _ in range(12)) - 6) * width
