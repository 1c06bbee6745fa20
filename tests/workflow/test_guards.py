"""What must watch a permit in each status, and what the watchdog calls missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.permit.effects_common import COUNT, NODE, PROMPT, START, VALIDITY, WATCH
from workflow.permit.guards import ACCEPTANCE, ASKED, FRESH, GUARDS, LATE, Watched, unguarded
from workflow.permit.state import Status

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
AHEAD = NOON + timedelta(hours=1)
AT_WORK = frozenset(
    {Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED, Status.ACTIVE, Status.SUSPENDED,
     Status.FIRE_WATCH, Status.EXPIRED, Status.VOIDED}
)  # fmt: skip


def seen(status: Status, *names: str, due: datetime = AHEAD, quiet: timedelta = timedelta(minutes=10)) -> Watched:
    return Watched(status=status, timers=dict.fromkeys(names, due), last_act=NOON - quiet)


def test_every_status_has_its_guards_and_work_is_never_without() -> None:
    assert set(GUARDS) == set(Status)
    assert {status for status, guards in GUARDS.items() if guards} == AT_WORK


def test_a_stop_from_elsewhere_that_does_not_get_through_comes_first() -> None:
    timers = {PROMPT: AHEAD, VALIDITY: AHEAD, ASKED: NOON - FRESH}
    busy = Watched(status=Status.ACTIVE, timers=timers, last_act=NOON)
    assert unguarded(busy, NOON) == ASKED
    assert unguarded(busy, NOON - timedelta(seconds=1)) == ""


@pytest.mark.parametrize(
    ("status", "timers", "missing"),
    [
        (Status.ACTIVE, (PROMPT, VALIDITY), ""),
        (Status.ACTIVE, (VALIDITY,), PROMPT),
        (Status.ACTIVE, (PROMPT,), VALIDITY),
        (Status.ACTIVE, (), PROMPT),
        (Status.ISSUED, (VALIDITY,), START),
        (Status.ISSUED, (START, VALIDITY), ""),
        (Status.SUSPENDED, (PROMPT,), VALIDITY),
        (Status.SUBMITTED, (NODE,), VALIDITY),
        (Status.FIRE_WATCH, (COUNT,), ""),
        (Status.FIRE_WATCH, (WATCH,), ""),
        (Status.FIRE_WATCH, (VALIDITY,), COUNT),
        (Status.EXPIRED, (), COUNT),
        (Status.DRAFT, (), ""),
    ],
)
def test_what_is_missing(status: Status, timers: tuple[str, ...], missing: str) -> None:
    assert unguarded(seen(status, *timers), NOON) == missing


def test_a_timer_that_is_due_and_does_not_fire_is_none() -> None:
    assert unguarded(seen(Status.SUSPENDED, VALIDITY, due=NOON - LATE + timedelta(seconds=1)), NOON) == ""
    assert unguarded(seen(Status.SUSPENDED, VALIDITY, due=NOON - LATE), NOON) == VALIDITY


def test_right_after_an_act_nothing_is_missed() -> None:
    assert unguarded(seen(Status.ACTIVE, quiet=FRESH - timedelta(seconds=1)), NOON) == ""
    assert unguarded(seen(Status.ACTIVE, quiet=FRESH), NOON) == PROMPT


def test_a_finished_job_is_to_be_accepted_within_a_day() -> None:
    assert unguarded(seen(Status.COMPLETED, quiet=ACCEPTANCE - timedelta(seconds=1)), NOON) == ""
    assert unguarded(seen(Status.COMPLETED, quiet=ACCEPTANCE), NOON) == "acceptance"


def test_times_are_aware() -> None:
    with pytest.raises(ValueError, match=r"aware|zone|naive"):
        Watched(status=Status.ACTIVE, timers={}, last_act=datetime(2026, 11, 24, 12, 0))  # noqa: DTZ001 - refused
