"""Who watches an open hazard while nobody acts: its one timer.

A hazard whose timer is lost looks exactly like one that nobody is late with, so the watchdog holds what is set against
this.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workflow.permit.guards import LATE
from workflow.values import aware

DEBT = "debt"
"""Name of a hazard's one timer."""


def unwatched(timers: Mapping[str, datetime], now: datetime) -> bool:
    """Whether the timer of an open hazard is missing or dead. ``timers``: the pending ones by name, and when due.

    The timer is set in the same transaction as what it looks after, so there is no moment in which it may be missing.
    """
    aware(now)
    due = timers.get(DEBT)
    return due is None or due + LATE <= now
