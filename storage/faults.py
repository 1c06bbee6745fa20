"""Where a test may pull the plug.

The writer passes the four points of `CrashPoint` on every batch; the edges of the house have points of their own
(`bot.crash_points`). In production nothing hangs on any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum


class CrashPoint(StrEnum):
    """The places of one batch at which a power cut makes a difference."""

    BEFORE_FLUSH = "before_flush"
    """Everything is decided, no row has reached the database."""
    BEFORE_COMMIT = "before_commit"
    """Every row is in the open transaction."""
    AFTER_COMMIT = "after_commit"
    """Durable, and nobody has been told."""
    BEFORE_RESOLVE = "before_resolve"
    """About to tell the callers."""


class Faults:
    """Which action runs at which crash point; none by default."""

    def __init__(self, actions: Mapping[StrEnum, Callable[[], None]] | None = None) -> None:
        self._actions = dict(actions or {})

    def reach(self, point: StrEnum) -> None:
        """The process is at ``point``."""
        action = self._actions.get(point)
        if action is not None:
            action()


NO_FAULTS = Faults()
"""Production: every crash point is passed without a thought."""
