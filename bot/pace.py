"""Not too fast: the relay asks before every call, and a lane that must wait is told how long."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from workflow.effects import Lane


class Pace(Protocol):
    """A budget of calls, per platform and per member."""

    def take(self, now: datetime, user: str | None, lane: Lane) -> None:
        """Take one call of the budget (``user`` None: a call that reaches no member's counter).

        Raise `bot.platform.TryLater` with the time to wait when the budget is used up.
        """
        ...


class NoLimit:
    """For platforms and tests without a budget."""

    def take(self, now: datetime, user: str | None, lane: Lane) -> None:
        """Always at once."""
