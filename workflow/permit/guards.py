"""Who watches a permit while nobody acts: the timers that must be set in each status.

What notices silence is a timer. A permit whose timer is lost looks exactly like one on which all is well, so the
watchdog holds what is set against this table.

A returned draft and a finished job have no timer: nobody may work under the one, nobody is inside under the other. The
finished one is to be accepted within a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.permit.effects_common import COUNT, PROMPT, START, VALIDITY, WATCH
from workflow.permit.state import Status
from workflow.values import aware

ASKED = "asked_by_permit"
"""Name of the row by which another permit, or a hazard, asks this one to stop: it is due at once."""
LATE = timedelta(minutes=5)
"""How long a timer may be overdue before it counts as dead: the longest pause between two tries."""
FRESH = timedelta(minutes=1)
"""For how long after an act nothing is missed: what follows by itself may still be under way."""
ACCEPTANCE = timedelta(hours=24)
"""How long a finished job may wait for its acceptance before somebody is told."""

GUARDS: Mapping[Status, tuple[frozenset[str], ...]] = {
    Status.DRAFT: (),
    Status.SUBMITTED: (frozenset({VALIDITY}),),
    Status.PREPARING: (frozenset({VALIDITY}),),
    Status.IN_REVIEW: (frozenset({VALIDITY}),),
    Status.ISSUED: (frozenset({START}), frozenset({VALIDITY})),
    Status.ACTIVE: (frozenset({PROMPT}), frozenset({VALIDITY})),
    Status.SUSPENDED: (frozenset({VALIDITY}),),
    Status.COMPLETED: (),
    Status.FIRE_WATCH: (frozenset({WATCH, COUNT}),),
    Status.CLOSED: (),
    Status.ARCHIVED: (),
    Status.REJECTED: (),
    Status.CANCELLED: (),
    Status.EXPIRED: (frozenset({COUNT}),),
    Status.VOIDED: (frozenset({COUNT}),),
}
"""Of each set, one timer must be set. The last two only while people may be inside: otherwise such a permit is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An open permit as the watchdog sees it. ``timers``: the pending ones by name, with the time they fall due."""

    status: Status
    timers: Mapping[str, datetime]
    last_act: datetime

    def __post_init__(self) -> None:
        aware(self.last_act)


def unguarded(permit: Watched, now: datetime) -> str:
    """The name of the timer that is missing or dead, ``acceptance`` when nobody came to accept; empty: all is well.

    A stop that was asked from elsewhere and does not get through comes first: the work goes on in danger.
    """
    aware(now)
    if ASKED in permit.timers and permit.timers[ASKED] + FRESH <= now:
        return ASKED
    if now - permit.last_act < FRESH:
        return ""
    living = {name for name, due in permit.timers.items() if due + LATE > now}
    for either in GUARDS[permit.status]:
        if not either & living:
            return min(either)
    if permit.status is Status.COMPLETED and now - permit.last_act >= ACCEPTANCE:
        return "acceptance"
    return ""
