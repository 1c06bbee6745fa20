"""Proofs of life: every loop says that it turns, somebody else looks when it said so last.

Measured on a clock that only runs forward and that nobody can push: a plant's time may jump, the house's own may not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta


class Pulse:
    """When each part of the house last proved that it is alive. ``steady`` answers seconds of a monotonic clock."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._bounds: dict[str, timedelta] = {}
        self._last: dict[str, float] = {}
        self._begun: dict[str, dict[object, float]] = {}
        self._lines: set[str] = set()

    def expect(self, name: str, within: timedelta) -> Callable[[], None]:
        """From now on ``name`` must beat within every such time; the answer is its beat."""
        if within <= timedelta(0):
            raise ValueError("a bound has a length")
        self._bounds[name] = within
        self.beat(name)
        return lambda: self.beat(name)

    def expect_errands(self, name: str, within: timedelta) -> None:
        """From now on every errand of ``name`` must end within such a time; without one, ``name`` is well."""
        self.expect(name, within)
        self._begun[name] = {}

    def expect_line(self, name: str, within: timedelta) -> Callable[[], None]:
        """From now on the other end of the line ``name`` must be heard of within every such time. A line that is down
        is no fault of the house: `cut_off` names it, `silent` does not."""
        self._lines.add(name)
        return self.expect(name, within)

    def beat(self, name: str) -> None:
        """``name`` is alive."""
        self._last[name] = self._steady()

    @contextmanager
    def errand(self, name: str) -> Iterator[None]:
        """Something of ``name`` is under way; until it has ended, ``name`` is as silent as the oldest of them."""
        begun, me = self._begun[name], object()
        begun[me] = self._steady()
        try:
            yield
        finally:
            del begun[me]

    def silent(self) -> tuple[str, ...]:
        """Who of the house has not been heard of for too long."""
        return tuple(name for name in self._overdue() if name not in self._lines)

    def cut_off(self) -> tuple[str, ...]:
        """Lines whose other end has not been heard of for too long."""
        return tuple(name for name in self._overdue() if name in self._lines)

    def _overdue(self) -> Iterator[str]:
        now = self._steady()
        for name, bound in self._bounds.items():
            if now - self._since(name, now) > bound.total_seconds():
                yield name

    def _since(self, name: str, now: float) -> float:
        begun = self._begun.get(name)
        return self._last[name] if begun is None else min(begun.values(), default=now)
