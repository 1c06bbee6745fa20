"""Whether what was to be said still stands when its turn comes: a message may have waited for hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cards.views import PermitView
from workflow.effects import Purpose
from workflow.escalation import step_now
from workflow.permit.state import Status

INVITATIONS = frozenset(
    {
        Purpose.ASK_ACCEPT,
        Purpose.ASK_PREPARE,
        Purpose.ASK_APPROVE,
        Purpose.REMIND,
        Purpose.DEPUTISE,
        Purpose.ESCALATED,
        Purpose.ASK_START,
        Purpose.ASK_BRIEF,
        Purpose.PROMPT,
        Purpose.ASK_ACCEPTANCE,
        Purpose.ASK_HANDOVER,
        Purpose.ASK_CLOSING,
    }
)
"""Purposes that ask for something. Once it is not wanted any more, nothing is left to be said; the others tell of
something, and are told as the state of now when it is over."""

Stands = Callable[[PermitView], bool]


def stands(view: PermitView, purpose: Purpose, step: str = "") -> bool:
    """Whether the permit, as it is now, still gives this reason to speak; of a ``step``, whether that one waits."""
    return (not step or step == step_now(view.permit, view.now)) and _STANDS[purpose](view)


def _in(*statuses: Status) -> Stands:
    return lambda view: view.permit.status in statuses


def _always(_: PermitView) -> bool:
    return True


def _approval(view: PermitView) -> bool:
    """For a group (it has no viewer) as long as anybody is asked."""
    return view.permit.status is Status.IN_REVIEW and (not view.viewer or view.viewer in view.asked)


def _late(view: PermitView) -> bool:
    """The step is still waited for, nobody took charge of it, and it climbed to this person (a group has no viewer)."""
    permit = view.permit
    waits = permit.status in (Status.SUBMITTED, Status.IN_REVIEW) and not permit.escalation_acknowledged
    return waits and (not view.viewer or view.viewer in permit.escalated_to)


def _remind(view: PermitView) -> bool:
    """The step is still waited for by this person, and nobody took charge of it."""
    permit = view.permit
    waits = permit.status in (Status.SUBMITTED, Status.IN_REVIEW) and not permit.escalation_acknowledged
    return waits and view.viewer in view.asked


def _briefing(view: PermitView) -> bool:
    """Nobody who may brief has done so yet."""
    permit = view.permit
    return permit.status is Status.ISSUED and not any(person in view.briefers for person in permit.briefed)


def _prompt(view: PermitView) -> bool:
    """An open question to the guardian, or one he left unanswered: then somebody near is told."""
    permit = view.permit
    return permit.status is Status.ACTIVE and (permit.prompt_open is not None or permit.prompts_missed > 0)


_OVER = (Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED)
_UNDER_WAY = (Status.ISSUED, Status.ACTIVE, Status.SUSPENDED)


def _closing(view: PermitView) -> bool:
    """Something is still to be put right before it is closed."""
    permit = view.permit
    return permit.status not in _OVER and permit.rules is not None and bool(permit.closing_open(permit.rules.closing))


_STANDS: Mapping[Purpose, Stands] = {
    Purpose.ASK_ACCEPT: _in(Status.SUBMITTED),
    Purpose.ASK_PREPARE: _in(Status.PREPARING),
    Purpose.ASK_APPROVE: _approval,
    Purpose.REMIND: _remind,
    Purpose.DEPUTISE: _remind,
    Purpose.ESCALATED: _late,
    Purpose.RETURNED: _in(Status.DRAFT),
    Purpose.REJECTED: _always,
    Purpose.CANCELLED: _always,
    Purpose.VOIDED: _always,
    Purpose.ISSUED: _in(Status.ISSUED),
    Purpose.ASK_BRIEF: _briefing,
    Purpose.ASK_START: _in(Status.ISSUED, Status.SUSPENDED),
    Purpose.STARTED: _in(Status.ACTIVE),
    Purpose.PROMPT: _prompt,
    Purpose.SUSPENDED: _in(Status.SUSPENDED),
    Purpose.RESUMED: _in(Status.ACTIVE),
    Purpose.ENDING: _in(*_UNDER_WAY),
    Purpose.EXPIRED: _always,
    Purpose.COUNT_REMINDER: lambda view: not view.permit.counted_out,
    Purpose.FIRE_WATCH: _in(Status.FIRE_WATCH),
    Purpose.ASK_ACCEPTANCE: _in(Status.COMPLETED, Status.FIRE_WATCH),
    Purpose.CLOSED: _always,
    Purpose.ASK_HANDOVER: lambda view: view.permit.handover is not None,
    Purpose.ASK_CLOSING: _closing,
    Purpose.LINKED: lambda view: view.permit.status not in _OVER,
    Purpose.LOOK_AFTER: lambda view: view.permit.status is Status.ACTIVE and view.permit.doubt is not None,
    Purpose.UNGUARDED: lambda view: view.permit.status not in _OVER,
}
