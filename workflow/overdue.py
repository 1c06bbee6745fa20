"""What of a permit is late at a moment: told from its own state, for whoever looks over many of them. Pure.

Nothing here decides anything: what lateness leads to is the business of timers (`workflow.escalation`, `decide_clock`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.escalation import waiting
from workflow.permit.state import Permit, Status
from workflow.values import aware


class Late(StrEnum):
    """What is late."""

    SIGNATURE = "signature"
    """The step asked for has waited its time, and climbs or has climbed."""
    START = "start"
    """Its planned beginning is over and nobody has started it."""
    END = "end"
    """People may be at the place, and the paper is no longer valid."""
    ANSWER = "answer"
    """The guardian has missed an answer."""
    COUNT = "count"
    """The plant was reminded to count people and tools out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """One thing that is late. ``since`` None: the state does not say since when."""

    what: Late
    since: datetime | None


def overdue(permit: Permit, at: datetime) -> tuple[Overdue, ...]:
    """Everything late about a permit at that moment, the gravest first; nothing of one that was never submitted."""
    aware(at)
    return () if permit.content is None else tuple(_late(permit, at))


def _late(permit: Permit, at: datetime) -> Iterator[Overdue]:
    until = permit.valid_until
    if permit.live and until is not None and until <= at and permit.status is not Status.FIRE_WATCH:
        yield Overdue(what=Late.END, since=until)
    if permit.count_reminders and not permit.counted_out:
        yield Overdue(what=Late.COUNT, since=None)
    if permit.status is Status.ACTIVE and permit.prompts_missed:
        yield Overdue(what=Late.ANSWER, since=None)
    step = waiting(permit, at)
    if step is not None and permit.waiting_since is not None and permit.waiting_since + step.wait <= at:
        yield Overdue(what=Late.SIGNATURE, since=permit.waiting_since + step.wait)
    planned = permit.what.planned.start
    if permit.status in _BEFORE_START and planned <= at:
        yield Overdue(what=Late.START, since=planned)


_BEFORE_START = frozenset({Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED})
