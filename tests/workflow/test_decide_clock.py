"""What the clock asks, and how a stale clock is answered: with nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.works import (
    CHIEF,
    GAS_HEAD,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    SAFETY,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    permit_rules,
)
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.decide import decide
from workflow.permit.state import Status
from workflow.permit.transitions import LISTENS
from workflow.values import Interval, WorkType

CONFINED = WorkType.CONFINED_SPACE
CLOCKED = (
    c.RemindNode, c.NodeOverdue, c.StartWindowEnded, c.ValidityEnding, c.ValidityEnded, c.PromptDue,
    c.FireWatchElapsed,
    c.CountOverdue, c.Archive,
)  # fmt: skip


# --- the ends -------------------------------------------------------------------------------------------------------


def test_issued_and_not_started_in_time_expires() -> None:
    desk = Desk().reach(Status.ISSUED).to("09:59:59")
    timer = desk.tick(c.StartWindowEnded, revision=1)
    assert desk.ask(timer) == ()
    assert desk.ask(replace(timer, at=at("10:00"), revision=2)) == ()
    assert desk.to("10:00").kinds(replace(timer, at=at("10:00"))) == ["PermitExpired"]
    assert not desk.permit.was_live_at_end


def test_stopped_before_its_start_it_expires_all_the_same_but_not_once_started() -> None:
    desk = Desk().reach(Status.ISSUED)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    assert desk.to("10:00").kinds(desk.tick(c.StartWindowEnded, revision=1)) == ["PermitExpired"]
    begun = Desk().reach(Status.ACTIVE)
    begun.ask(begun.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    assert begun.to("10:00").ask(begun.tick(c.StartWindowEnded, revision=1)) == ()


def test_issued_at_eight_for_eight_hours_ends_at_four() -> None:  # T22
    rules = permit_rules(max_validity=8 * HOUR)
    desk = Desk(rules=rules)
    desk.now = at("07:55")
    desk.ask(desk.submit(planned=Interval(start=at("08:00"), end=at("16:00"))))
    desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))
    desk.ask(desk.by(LEADER, c.AttachJsa, text="JSA"))
    for number in ("H1", "H7", "H8"):
        desk.ask(desk.by(LEADER, c.AnswerMeasure, no=number, involved=number != "H7"))
    desk.ask(desk.by(LEADER, c.RequestReview))
    desk.to("08:00")
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept"), (CHIEF, "approver")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))
    assert desk.permit.valid_until == at("16:00")
    desk.reach(Status.ACTIVE)
    assert desk.to("15:59:59").ask(desk.tick(c.ValidityEnded)) == ()
    assert desk.to("16:01").kinds(desk.tick(c.ValidityEnded)) == ["PermitExpired"]
    assert desk.permit.was_live_at_end
    assert desk.refused(desk.submit()) == ["late.ended"]


def test_signed_the_evening_before_an_eight_hour_ticket_ends_eight_hours_after_its_issue() -> None:  # O6
    desk = Desk().reach(Status.ISSUED)
    assert desk.permit.issued_at == at("07:05")
    assert desk.permit.valid_until == at("15:00")
    desk.permit = replace(desk.permit, issued_at=at("03:00"))
    assert desk.permit.valid_until == at("11:00")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW])
def test_a_request_nobody_issued_in_time_ends_with_its_planned_time(status: Status) -> None:
    desk = Desk().reach(status).to("14:59:59")
    assert desk.ask(desk.tick(c.ValidityEnded)) == ()
    assert desk.to("15:00").kinds(desk.tick(c.ValidityEnded)) == ["PermitExpired"]
    assert (desk.permit.status, desk.permit.live) == (Status.EXPIRED, False)


@pytest.mark.parametrize("stop", [False, True])
def test_work_is_warned_once_for_each_warning_time(stop: bool) -> None:
    desk = Desk().reach(Status.ACTIVE)
    if stop:
        desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    warn = desk.tick(c.ValidityEnding, left=HOUR)
    assert desk.ask(replace(warn, at=at("13:59:59"))) == ()
    assert desk.kinds(replace(warn, at=at("14:00"))) == ["ValidityWarned"]
    assert desk.ask(replace(warn, at=at("14:01"))) == ()
    assert desk.ask(replace(warn, at=at("15:00"), left=15 * MINUTE)) == ()


def test_nobody_is_warned_before_work_has_begun() -> None:
    desk = Desk().reach(Status.ISSUED)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    assert desk.ask(replace(desk.tick(c.ValidityEnding, left=HOUR), at=at("14:30"))) == ()


# --- prompts --------------------------------------------------------------------------------------------------------


def prompt(desk: Desk, number: int) -> list[str]:
    return desk.kinds(desk.tick(c.PromptDue, number=number))


def test_two_silences_in_a_row_stop_the_work() -> None:
    desk = Desk().reach(Status.ACTIVE).later(30 * MINUTE)
    assert prompt(desk, 1) == ["PromptRaised"]
    assert prompt(desk.later(30 * MINUTE), 2) == ["PromptMissed", "PromptRaised"]
    assert desk.permit.prompts_missed == 1
    assert prompt(desk.later(30 * MINUTE), 3) == ["PromptMissed", "WorkSuspended"]
    assert desk.permit.suspension is not None
    assert desk.permit.suspension.reasons == (SuspendReason.GUARDIAN_SILENT,)


def test_an_answer_in_between_begins_the_count_anew() -> None:
    desk = Desk().reach(Status.ACTIVE).later(30 * MINUTE)
    prompt(desk, 1)
    prompt(desk.later(30 * MINUTE), 2)
    assert desk.refused(desk.by(LEADER, c.AnswerPrompt, number=2)) == ["who.role"]
    assert desk.refused(desk.by(GUARDIAN, c.AnswerPrompt, number=1)) == ["late.done"]
    assert desk.kinds(desk.by(GUARDIAN, c.AnswerPrompt, number=2)) == ["PromptAnswered"]
    assert desk.refused(desk.by(GUARDIAN, c.AnswerPrompt, number=2)) == ["late.done"]
    assert (desk.permit.prompt_open, desk.permit.prompts_missed) == (None, 0)
    assert prompt(desk.later(30 * MINUTE), 3) == ["PromptRaised"]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_stale_prompt_decides_nothing(number: int) -> None:
    desk = Desk().reach(Status.ACTIVE)
    assert desk.ask(desk.tick(c.PromptDue, number=number)) == ()


def test_a_stricter_law_may_stop_at_the_first_silence() -> None:
    desk = Desk().reach(Status.ACTIVE)
    desk.hand.page = replace(desk.hand.page, misses_to_suspend=1)
    prompt(desk.later(30 * MINUTE), 1)
    assert prompt(desk.later(30 * MINUTE), 2) == ["PromptMissed", "WorkSuspended"]


def test_in_a_confined_space_the_prompt_asks_for_the_gas_record_that_is_due() -> None:
    desk = Desk(CONFINED).reach(Status.ACTIVE).later(14 * MINUTE)
    (event,) = desk.ask(desk.tick(c.PromptDue, number=1))
    assert isinstance(event, e.PromptRaised)
    assert not event.wants_gas
    desk.ask(desk.by(GUARDIAN, c.AnswerPrompt, number=1))
    (event,) = desk.later(MINUTE).ask(desk.tick(c.PromptDue, number=2))
    assert isinstance(event, e.PromptRaised)
    assert event.wants_gas
    assert desk.refused(desk.by(GUARDIAN, c.AnswerPrompt, number=2)) == ["prompt.gas"]
    assert desk.kinds(desk.gas(GUARDIAN)) == ["GasRecorded", "PromptAnswered"]


def test_a_detectors_record_serves_but_does_not_answer_for_the_guardian() -> None:
    desk = Desk(CONFINED).reach(Status.ACTIVE).later(15 * MINUTE)
    desk.ask(desk.tick(c.PromptDue, number=1))
    assert desk.kinds(replace(desk.gas(), by=GAS_HEAD)) == ["GasRecorded"]
    assert desk.permit.prompt_open == 1
    assert desk.kinds(desk.by(GUARDIAN, c.AnswerPrompt, number=1)) == ["PromptAnswered"]


def test_a_record_that_never_comes_stops_the_entry() -> None:
    desk = Desk(CONFINED).reach(Status.ACTIVE).later(15 * MINUTE)
    desk.ask(desk.tick(c.PromptDue, number=1))
    assert prompt(desk.later(15 * MINUTE), 2) == ["PromptMissed", "PromptRaised"]
    found = prompt(desk.later(MINUTE), 3)
    assert found[-1] == "WorkSuspended"


# --- afterwards -----------------------------------------------------------------------------------------------------


def test_the_watch_minutes_pass_once() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    timer = desk.tick(c.FireWatchElapsed)
    assert desk.ask(replace(timer, at=at("10:29:59"))) == ()
    assert desk.kinds(replace(timer, at=at("10:30"))) == ["FireWatchMinutesOver"]
    assert desk.ask(replace(timer, at=at("10:31"))) == ()
    assert desk.permit.status is Status.FIRE_WATCH


def test_a_timer_of_a_watch_that_began_anew_decides_nothing() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.to("10:20").ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY))
    assert desk.to("10:30").ask(desk.tick(c.FireWatchElapsed)) == ()


def test_people_are_reminded_until_counted_out_and_the_watch_is_done() -> None:
    desk = Desk().reach(Status.ACTIVE).to("15:00")
    desk.ask(desk.tick(c.ValidityEnded))
    remind = desk.to("15:10").tick(c.CountOverdue, number=1)
    assert desk.ask(replace(remind, number=2)) == ()
    assert desk.kinds(remind) == ["CountReminded"]
    assert desk.ask(remind) == ()
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert desk.ask(desk.tick(c.CountOverdue, number=2)) == ()
    desk.to("15:40").ask(desk.tick(c.FireWatchElapsed))
    assert desk.kinds(desk.tick(c.CountOverdue, number=2)) == ["CountReminded"]
    desk.ask(desk.by(GUARDIAN, c.EndFireWatch))
    assert desk.ask(desk.tick(c.CountOverdue, number=3)) == ()


def test_a_watch_nobody_ends_is_reminded_of() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert desk.ask(desk.tick(c.CountOverdue, number=1)) == ()
    desk.to("10:30").ask(desk.tick(c.FireWatchElapsed))
    assert desk.kinds(desk.tick(c.CountOverdue, number=1)) == ["CountReminded"]


# --- what the clock never does --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_a_clock_nobody_listens_to_decides_nothing(status: Status) -> None:
    parts: dict[type[c.Command], dict[str, Any]] = {
        c.NodeOverdue: {"revision": 1, "node": "site_unit", "level": 0},
        c.RemindNode: {"revision": 1, "node": "site_unit"},
        c.StartWindowEnded: {"revision": 1},
        c.ValidityEnding: {"left": HOUR},
        c.PromptDue: {"number": 1},
        c.CountOverdue: {"number": 1},
    }
    desk = Desk().reach(Status.ISSUED)
    desk.permit = replace(desk.permit, status=status)
    for kind in CLOCKED:
        if kind not in LISTENS[status]:
            assert decide(desk.permit, desk.tick(kind, **parts.get(kind, {})), desk.book, desk.facts()) == ()


def test_nothing_approves_or_starts_by_itself() -> None:
    """Every timer there is, fired at every status on the lawful way, a day long: never a signature, issue or start."""
    led_on = {"StepApproved", "PermitIssued", "StartSigned", "WorkStarted", "ResumeSigned", "WorkResumed"}
    for status in (Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED, Status.ACTIVE):
        desk = Desk().reach(status)
        for _ in range(48):
            desk.later(30 * MINUTE)
            permit = desk.permit
            timers = (
                desk.tick(c.RemindNode, revision=1, node=permit.node.key if permit.node else "accept"),
                desk.tick(c.NodeOverdue, revision=1, node=permit.node.key if permit.node else "accept",
                          level=permit.escalation_level),
                desk.tick(c.PromptDue, number=permit.prompts_raised + 1),
                desk.tick(c.FireWatchElapsed),
                desk.tick(c.CountOverdue, number=permit.count_reminders + 1),
                desk.tick(c.ValidityEnding, left=15 * MINUTE),
                desk.tick(c.StartWindowEnded, revision=1),
                desk.tick(c.ValidityEnded),
                desk.tick(c.Archive),
            )  # fmt: skip
            for timer in timers:
                assert not led_on & set(desk.kinds(timer))
