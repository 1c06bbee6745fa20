"""Not too fast: the relay asks before every call, and who must wait is told how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from bot.platform import TryLater
from workflow.effects import Lane


class NotYet(TryLater):
    """Our own pace says wait: nothing was tried, so it counts as no try."""


class Saved(NotYet):
    """The rest of a long budget is kept for what matters more: what is only nice to see is left out, the rest waits.

    ``say``: what a person who is waited for, or waits, is told once in its place, so that silence is not taken for an
    answer; empty where nobody is.
    """

    def __init__(self, why: str, wait: timedelta, *, say: str = "") -> None:
        super().__init__(why, wait)
        self.say = say


class Pace(Protocol):
    """A budget of calls, per platform and per member."""

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        """Take ``count`` calls of the budget (``user`` None: calls that reach no member's counter), or none.

        Raise `NotYet` with the time to wait when the budget is used up.
        """
        ...


class NoLimit:
    """For platforms and tests without a budget."""

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        """Always at once."""
