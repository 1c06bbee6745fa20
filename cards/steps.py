"""What this viewer may do now: one table from status to the step shown; the steps stand beside it by subject.

A step holds a hint (what to do next, in a sentence), an alarm (when something must not be overlooked), and the buttons.
"""

from __future__ import annotations

from collections.abc import Callable

from cards import steps_end, steps_review, steps_site
from cards.step import Step
from cards.views import PermitView
from workflow.permit.state import Status


def step_for(view: PermitView) -> Step:
    """The step of the viewer in the permit's status."""
    return _STEPS[view.permit.status](view)


def _ended(_view: PermitView) -> Step:
    return Step()


_STEPS: dict[Status, Callable[[PermitView], Step]] = {
    Status.DRAFT: steps_review.draft,
    Status.SUBMITTED: steps_review.submitted,
    Status.PREPARING: steps_review.preparing,
    Status.IN_REVIEW: steps_review.in_review,
    Status.ISSUED: steps_site.issued,
    Status.ACTIVE: steps_site.active,
    Status.SUSPENDED: steps_site.suspended,
    Status.COMPLETED: steps_end.aftermath,
    Status.FIRE_WATCH: steps_end.aftermath,
    Status.CLOSED: _ended,
    Status.ARCHIVED: _ended,
    Status.REJECTED: _ended,
    Status.CANCELLED: _ended,
    Status.EXPIRED: steps_end.aftermath,
    Status.VOIDED: steps_end.aftermath,
}
