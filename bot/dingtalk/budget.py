"""When a call may leave: the platform's 20 calls a second per API, and how close together one card may change.

Two guards, because they answer to two people. `Budget` stands before the relay and sends a message back to its queue;
`Rates` stands before every single call, of whatever part of the house, and lets it wait for the fraction of a second
that is missing. Everybody else but safety gets at most half of the figure: the other half is there when the plant
needs to be stopped.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot import budget
from bot.budget import Rule
from bot.dingtalk.quota import Quota
from workflow.effects import Lane

QPS: Final = 20
"""Calls a second, per app and API, of the standard edition."""
WINDOW: Final = 1.0
AFTER_DELIVERY: Final = timedelta(milliseconds=500)
BETWEEN_UPDATES: Final = timedelta(milliseconds=800)


def per_app(qps: int) -> tuple[Rule, ...]:
    """Safety may use all, action half, information a quarter."""
    return (
        Rule(
            window=timedelta(seconds=WINDOW),
            ceilings={
                Lane.SAFETY: max(2, qps),
                Lane.ACTION: max(1, qps // 2),
                Lane.INFORMATION: max(1, qps // 4),
            },
        ),
    )


PER_MEMBER: Final = (budget.shares(20, timedelta(minutes=1)),)
"""The platform drops what is too much for one member (``flowControlledStaffIdList``) without a figure. This is the one
it states for the simplest robots."""


class Budget(budget.Budget):
    """The budget of one DingTalk app: so many a second, and so many a month. Implements `bot.pace.Pace`."""

    def __init__(self, *, qps: int = QPS, quota: Quota | None = None) -> None:
        super().__init__(per_member=PER_MEMBER, per_app=per_app(qps))
        self._quota = quota

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        """Take ``count`` calls. Raises `bot.pace.NotYet` with the wait; then nothing was taken."""
        if self._quota is not None:
            self._quota.allow(now, lane, edit=user is None)
        super().take(now, user, lane, count=count)


class Rates:
    """Which API was called when, over the last second. Seconds of a clock that only runs forward."""

    def __init__(self, qps: int = QPS) -> None:
        self._qps = max(2, qps)
        self._past: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, api: str, now: float, *, urgent: bool) -> float:
        """Take a call; answers 0, or how many seconds are missing, and then nothing was taken."""
        past = self._past[api]
        while past and past[0] <= now - WINDOW:
            past.popleft()
        ceiling = self._qps if urgent else self._qps // 2
        if len(past) >= ceiling:
            return past[-ceiling] + WINDOW - now
        past.append(now)
        return 0.0


class Spacing:
    """Keeps changes of one card apart: the client shows the older one last when they come too close together."""

    def __init__(
        self,
        steady: Callable[[], float],
        *,
        after_delivery: timedelta = AFTER_DELIVERY,
        between_updates: timedelta = BETWEEN_UPDATES,
        remembered: int = 10_000,
    ) -> None:
        self._steady = steady
        self._after_delivery = after_delivery.total_seconds()
        self._between_updates = between_updates.total_seconds()
        self._remembered = remembered
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def delivered(self, card: str) -> None:
        """The card has just been delivered."""
        self._hold(card, self._steady() + self._after_delivery)

    def updating(self, card: str) -> float:
        """Take the next turn of this card; answers how many seconds to wait before the change."""
        now = self._steady()
        at = max(now, self._free_at.get(card, now))
        self._hold(card, at + self._between_updates)
        return at - now

    def _hold(self, card: str, until: float) -> None:
        self._free_at[card] = until
        self._free_at.move_to_end(card)
        while len(self._free_at) > self._remembered:
            self._free_at.popitem(last=False)
