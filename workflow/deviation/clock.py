"""When a deviation's account is asked for, and how high: the 48-hour clock as pure arithmetic."""

from __future__ import annotations

from datetime import datetime

from workflow.deviation.state import REMIND_AFTER, REMIND_BEFORE, Deviation, Stage


def level(deviation: Deviation, at: datetime) -> int:
    """How often it should have been asked for by now: 0 not yet, 1 and 2 before the 48 hours, more from then on."""
    due = deviation.due_at
    if deviation.stage is not Stage.OPEN or due is None:
        return 0
    before = sum(at >= due - early for early in REMIND_BEFORE)
    return before if at < due else len(REMIND_BEFORE) + 1 + (at - due) // REMIND_AFTER


def overdue(deviation: Deviation, at: datetime) -> bool:
    """Whether the 48 hours are over without an account."""
    return level(deviation, at) > len(REMIND_BEFORE)
