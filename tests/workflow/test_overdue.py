"""What of a permit is late: each kind from the moment it is late, and not a second earlier."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.permits import NOW, permit
from workflow.overdue import Late, overdue
from workflow.permit.state import Permit, Status

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ASKED = NOW - timedelta(minutes=12)
"""Since when the ready-made permit waits; its nodes wait thirty minutes, its work is planned from 1 to 4 hours on."""


def late(one: Permit, after: timedelta) -> set[Late]:
    return {each.what for each in overdue(one, NOW + after)}


@pytest.mark.parametrize(
    ("one", "at", "what"),
    [
        (permit(Status.IN_REVIEW), 18 * MINUTE, Late.SIGNATURE),
        (permit(Status.SUBMITTED), 18 * MINUTE, Late.SIGNATURE),
        (permit(Status.ISSUED, issued_at=NOW), 60 * MINUTE, Late.START),
        (permit(Status.PREPARING), 60 * MINUTE, Late.START),
        (permit(Status.ACTIVE, issued_at=NOW, started_at=NOW), 240 * MINUTE, Late.END),
        (permit(Status.SUSPENDED, issued_at=NOW, started_at=NOW), 240 * MINUTE, Late.END),
        (permit(Status.EXPIRED, issued_at=NOW, started_at=NOW), 240 * MINUTE, Late.END),
    ],
)
def test_late_from_the_very_moment_on(one: Permit, at: timedelta, what: Late) -> None:
    assert what not in late(one, at - SECOND)
    assert what in late(one, at)


def test_it_is_late_since_the_time_was_over() -> None:
    (found,) = overdue(permit(Status.IN_REVIEW), NOW + 30 * MINUTE)
    assert found.since == ASKED + 30 * MINUTE


def test_what_the_state_itself_says_is_late() -> None:
    assert late(permit(Status.ACTIVE, prompts_missed=1), MINUTE) == {Late.ANSWER}
    assert late(permit(Status.COMPLETED, people_inside=1, count_reminders=1), MINUTE) == {Late.COUNT}


def test_what_is_over_or_never_was_is_not_late() -> None:
    for status in (Status.CLOSED, Status.REJECTED, Status.CANCELLED, Status.ARCHIVED):
        assert late(permit(status, issued_at=NOW), timedelta(days=9)) == set(), status
    # The paper of a fire watch is over by nature: what it waits for has a time of its own.
    assert late(permit(Status.FIRE_WATCH, issued_at=NOW, started_at=NOW), timedelta(days=1)) == set()
    assert overdue(permit(Status.DRAFT, content=None), NOW) == ()
