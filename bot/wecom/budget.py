"""The figures of WeCom for `bot.budget` ([D90312], [D90236]).

The platform drops what exceeds 30 messages a minute or 1000 an hour to one member, and does not say so. So we stay far
below: at most half of each figure, because a second process may be sending for the same app.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bot import budget
from bot.budget import Rule, shares

__all__ = ["PER_APP", "PER_MEMBER", "Budget", "Rule", "daily", "shares"]

PER_MEMBER: Final = (shares(15, timedelta(minutes=1)), shares(500, timedelta(hours=1)))
"""Half of 30 a minute and of 1000 an hour."""
PER_APP: Final = (shares(5000, timedelta(minutes=1)),)
"""Half of 10,000 calls a minute that one API takes from one corp."""


def daily(accounts: int) -> Rule:
    """Half of the app's 200 person-sends a day and account."""
    return shares(accounts * 100, timedelta(days=1))


class Budget(budget.Budget):
    """The budget of one WeCom app."""

    def __init__(self, *, per_member: Iterable[Rule] = PER_MEMBER, per_app: Iterable[Rule] = PER_APP) -> None:
        super().__init__(per_member=per_member, per_app=per_app)
