"""Start, stop, resume, finish, watch, accept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import (
    CLOCK,
    GAS_HEAD,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    SAFETY,
    SECOND,
    SHIFT,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    make_ready,
    node,
    permit_rules,
    photo,
    sample,
    starter,
)
from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case
from workflow.permit.commands import SuspendReason
from workflow.permit.decide import settle
from workflow.permit.signing import decision_hash
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor, Proof, ProofMethod, WorkType

CONFINED = WorkType.CONFINED_SPACE
BOTH = pytest.mark.parametrize("work", [WorkType.HOT, CONFINED])


def ready(work: WorkType = WorkType.HOT, **rules: Any) -> Desk:
    desk = Desk(work, rules=permit_rules(work, **rules)).reach(Status.ISSUED)
    make_ready(desk)
    return desk


def active(work: WorkType = WorkType.HOT, **rules: Any) -> Desk:
    return Desk(work, rules=permit_rules(work, **rules)).reach(Status.ACTIVE)


def stopped(work: WorkType = WorkType.HOT, reason: SuspendReason = SuspendReason.STOP_WORK, **rules: Any) -> Desk:
    desk = active(work, **rules).later(10 * MINUTE)
    desk.ask(desk.by(WORKER, c.StopWork, reason=reason))
    return desk


def good_again(desk: Desk) -> Desk:
    """A minute later all is in order: air moves and is tested anew, those who sign are at the place."""
    desk.later(MINUTE)
    if desk.work is CONFINED and not desk.permit.ventilation_running:
        desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    desk.ask(desk.gas())
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    return desk


def resume(desk: Desk, who: PersonId, role: Role, **parts: Any) -> c.Resume:
    return desk.by(who, c.Resume, role=role, cause_removed="原因已消除", **parts)  # type: ignore[no-any-return]


def finished(work: WorkType = WorkType.HOT) -> Desk:
    desk = active(work).to("10:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    return desk


# --- start ----------------------------------------------------------------------------------------------------------


@BOTH
def test_work_starts_with_the_last_start_signature_and_not_before(work: WorkType) -> None:
    desk = ready(work)
    other, role = starter(desk)
    assert desk.kinds(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)) == ["StartSigned"]
    assert desk.permit.status is Status.ISSUED
    assert desk.kinds(desk.by(other, c.Start, role=role)) == ["StartSigned", "WorkStarted"]
    assert desk.permit.started_at == desk.now


def test_issued_is_not_started() -> None:
    desk = Desk().reach(Status.ISSUED)
    assert desk.permit.started_at is None
    assert desk.permit.status is Status.ISSUED


@pytest.mark.parametrize(
    ("who", "role", "gate"),
    [
        (WORKER, Role.GUARDIAN, "who.role"),
        (STRANGER, Role.SHIFT_LEADER, "who.role"),
        (LEADER, Role.WORK_LEADER, "who.role"),
        (GUARDIAN, Role.SHIFT_LEADER, "who.role"),
    ],
)
def test_a_start_is_signed_by_the_right_person_in_a_wanted_role(who: PersonId, role: Role, gate: str) -> None:
    desk = ready()
    refused = desk.refusal(desk.by(who, c.Start, role=role))
    assert [finding.gate for finding in refused.findings] == [gate]
    assert refused.remember


def test_a_double_tap_is_answered_and_never_a_second_signature() -> None:
    desk = ready()
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    again = desk.refusal(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    assert [finding.fact for finding in again.findings] == ["开工签字已由您于08:00办理"]
    desk.ask(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    assert desk.refused(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER)) == ["late.done"]


def test_one_person_signs_one_role() -> None:
    desk = ready(start_roles=(Role.SHIFT_LEADER, Role.SITE_UNIT, Role.GUARDIAN))
    desk.changed["holders"] = {**desk.facts().holders, Role.SITE_UNIT: (SHIFT, UNIT_HEAD)}
    desk.ask(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    assert desk.refused(desk.by(SHIFT, c.Start, role=Role.SITE_UNIT)) == ["who.once"]


def test_a_shift_leader_of_the_team_does_not_check_his_own_start() -> None:
    desk = ready()
    desk.changed["holders"] = {**desk.facts().holders, Role.SHIFT_LEADER: (LEADER, SHIFT)}
    assert desk.refused(desk.by(LEADER, c.Start, role=Role.SHIFT_LEADER)) == ["who.independent"]


def test_a_start_is_signed_at_the_place() -> None:
    desk = ready()
    desk.ask(desk.by(SHIFT, c.LeaveSite, person=SHIFT))
    refused = desk.refusal(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    assert [finding.gate for finding in refused.findings] == ["place.signer"]
    assert refused.remember


@pytest.mark.parametrize(
    ("clock", "gate"), [("07:59:59", "window"), ("08:00", None), ("09:59:59", None), ("10:00", "time.late")]
)
def test_it_starts_inside_its_window(clock: str, gate: str | None) -> None:
    desk = ready(gas=None, presence_valid=4 * HOUR)
    desk.to(clock)
    command = desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)
    assert (desk.kinds(command) == ["StartSigned"]) if gate is None else (gate in desk.refused(command))


def test_the_window_of_a_permit_issued_late_counts_from_the_issue() -> None:
    desk = Desk().to("09:30").reach(Status.ISSUED)
    assert desk.permit.start_until == at("11:35")


def test_no_start_after_the_end() -> None:
    desk = ready(start_within=24 * HOUR, presence_valid=24 * HOUR, signatures_within=24 * HOUR, gas=None)
    desk.to("14:59:59")
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.to("15:00")
    assert "window" in desk.refused(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))


@pytest.mark.parametrize(("apart", "starts"), [(10 * MINUTE, True), (10 * MINUTE + timedelta(seconds=1), False)])
def test_signatures_that_are_too_far_apart_do_not_start_it(apart: timedelta, starts: bool) -> None:
    desk = ready(presence_valid=2 * HOUR, signatures_within=10 * MINUTE, gas=None)
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.later(apart)
    assert ("WorkStarted" in desk.kinds(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))) is starts


def test_no_start_without_the_guardian_at_his_post() -> None:
    desk = ready()
    desk.ask(desk.by(GUARDIAN, c.LeaveSite, person=GUARDIAN))
    refused = desk.refusal(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    assert "guardian_present" in [finding.gate for finding in refused.findings]
    assert refused.remember


def test_no_start_with_a_stale_check_in_of_the_guardian() -> None:
    desk = ready(presence_valid=15 * MINUTE, signatures_within=HOUR, gas=None)
    desk.later(15 * MINUTE)
    desk.ask(desk.check_in(SHIFT))
    assert desk.kinds(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER)) == ["StartSigned"]
    desk.later(MINUTE)
    assert desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))[0] == "place.signer"


def test_no_start_with_failing_air() -> None:
    desk = ready()
    desk.ask(desk.gas(methane="30", point="西侧"))
    assert "gas_fresh" in desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_no_entry_without_moving_air() -> None:
    desk = ready(CONFINED)
    desk.ask(desk.by(WORKER, c.ReportVentilation, running=False, mechanical=False))
    assert "cs.ventilation_running" in desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_no_start_while_somebody_is_inside_already() -> None:
    desk = ready(CONFINED)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=1, tools=0))
    assert "count.inside" in desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_no_start_under_a_chain_that_has_grown() -> None:
    desk = ready()
    desk.hand.page = replace(desk.hand.page, chain=(*desk.hand.page.chain, node("duty", Role.ACCEPTOR)))
    assert "approvals_complete" in desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def test_a_start_role_the_law_has_added_is_waited_for() -> None:
    desk = ready()
    desk.hand.page = replace(desk.hand.page, start_roles=(*desk.hand.page.start_roles, Role.WORK_LEADER))
    for who, role in ((GUARDIAN, Role.GUARDIAN), (SHIFT, Role.SHIFT_LEADER)):
        assert desk.kinds(desk.by(who, c.Start, role=role)) == ["StartSigned"]
    assert desk.kinds(desk.by(LEADER, c.Start, role=Role.WORK_LEADER)) == ["StartSigned", "WorkStarted"]


def test_a_signature_grows_old_while_the_other_is_awaited() -> None:
    desk = ready()
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.later(15 * MINUTE + timedelta(seconds=1))
    assert desk.kinds(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER)) == ["StartSigned"]
    assert desk.permit.status is Status.ISSUED
    assert desk.kinds(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)) == ["StartSigned", "WorkStarted"]


def test_a_signature_exactly_at_its_limit_still_counts() -> None:
    desk = ready()
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.later(15 * MINUTE)
    assert desk.kinds(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER)) == ["StartSigned", "WorkStarted"]


@pytest.mark.parametrize("danger", ["gas", "guardian", "stop"])
def test_danger_before_the_start_takes_the_signatures_away(danger: str) -> None:
    desk = ready()
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    if danger == "gas":
        desk.ask(replace(desk.gas(methane="30"), by=GAS_HEAD))
    elif danger == "guardian":
        desk.ask(desk.by(WORKER, c.LeaveSite, person=GUARDIAN))
    else:
        desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    assert desk.permit.start_signatures == ()


def test_standing_air_before_an_entry_takes_the_signatures_away() -> None:
    desk = ready(CONFINED)
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.ask(c.ReportVentilation(by=GAS_HEAD, at=desk.now, running=False, mechanical=False))
    assert desk.permit.start_signatures == ()


def test_a_start_proof_must_be_strong_enough_and_for_this_start() -> None:
    desk = ready(site_proof=ProofMethod.VENDOR_FACE)
    assert desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)) == ["proof.weak"]
    good = Proof(
        method=ProofMethod.VENDOR_FACE,
        subject=GUARDIAN,
        decision_hash=decision_hash(
            permit=desk.permit.id,
            content_hash=desk.permit.content_hash,
            verdict="start",
            step=Role.GUARDIAN.value,
            person=GUARDIAN,
        ),
        at=desk.now,
    )
    assert desk.kinds(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN, proof=good)) == ["StartSigned"]


@pytest.mark.parametrize("moved", ["start", "resume"])
def test_the_gates_are_asked_once_more_at_the_very_moment_work_begins(moved: str) -> None:
    """Even if every signature were good, the move itself is refused when a gate does not pass."""
    desk = ready() if moved == "start" else good_again(stopped())
    signers = (
        (GUARDIAN, Role.GUARDIAN),
        (SHIFT, Role.SHIFT_LEADER) if moved == "start" else (LEADER, Role.WORK_LEADER),
    )
    desk.ask(_signature(desk, moved, *signers[0]))
    desk.changed["others"] = None
    case = Case(permit=desk.permit, book=desk.book, facts=desk.facts(), at=desk.now)
    who, role = signers[1]
    command = _signature(desk, moved, who, role)
    parts: dict[str, Any] = {"by": command.by, "at": command.at, "role": role, "proof": None}
    event = e.StartSigned(**parts) if moved == "start" else e.ResumeSigned(**parts, cause_removed="x")
    with pytest.raises(Refused) as refused:
        settle(case, command, (event,))
    assert [finding.gate for finding in refused.value.findings] == ["conflict"]
    assert refused.value.remember


def _signature(desk: Desk, moved: str, who: PersonId, role: Role) -> c.Command:
    start: c.Start = desk.by(who, c.Start, role=role)
    return start if moved == "start" else resume(desk, who, role)


# --- stop -----------------------------------------------------------------------------------------------------------


ANYBODY = [
    Actor.person(WORKER),
    Actor.person(STRANGER),
    Actor.person(PersonId("nobody the plant knows")),
    GAS_HEAD,
    CLOCK,
]


@pytest.mark.parametrize("by", ANYBODY)
@pytest.mark.parametrize("reason", list(SuspendReason))
@BOTH
def test_anybody_and_anything_stops_work_for_any_reason(work: WorkType, reason: SuspendReason, by: Actor) -> None:
    desk = active(work)
    (event,) = desk.ask(c.StopWork(by=by, at=desk.now, reason=reason, text="停"))
    assert isinstance(event, e.WorkSuspended)
    assert desk.permit.status is Status.SUSPENDED
    deadly = {
        SuspendReason.GAS, SuspendReason.DEVICE_ALARM, SuspendReason.SUDDEN_RELEASE, SuspendReason.EMERGENCY
    }  # fmt: skip
    assert event.evacuate is (work is CONFINED or reason in deadly)


def test_stopping_needs_no_rules() -> None:
    desk = active()
    desk.hand.speechless = (
        Finding(gate="grade", verdict=Verdict.UNKNOWN, severity=Severity.BLOCK, rule="", clause="", fact="无法分级"),
    )
    assert desk.kinds(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK)) == ["WorkSuspended"]
    assert desk.refused(resume(desk.later(MINUTE), GUARDIAN, Role.GUARDIAN)) == ["grade"]


def test_work_under_rules_that_say_nothing_any_more_is_stopped_at_its_next_sign_of_life() -> None:
    desk = active()
    desk.hand.speechless = (
        Finding(gate="grade", verdict=Verdict.UNKNOWN, severity=Severity.BLOCK, rule="", clause="", fact="无法分级"),
    )
    events = desk.ask(desk.by(WORKER, c.AddNote, text="还在干"))
    assert [type(event).__name__ for event in events] == ["NoteAdded", "WorkSuspended"]
    assert isinstance(events[1], e.WorkSuspended)
    assert events[1].reason is SuspendReason.RULES_CHANGED
    assert events[1].text == "无法分级"


def test_the_same_stop_again_is_answered_another_is_written() -> None:
    desk = stopped()
    again = desk.refusal(desk.later(MINUTE).by(SECOND, c.StopWork, reason=SuspendReason.STOP_WORK))
    assert [finding.fact for finding in again.findings] == ["已由李明于08:10停工"]
    assert desk.kinds(desk.by(SECOND, c.StopWork, reason=SuspendReason.WIND)) == ["WorkSuspended"]
    assert desk.permit.suspension is not None
    assert desk.permit.suspension.reasons == (SuspendReason.STOP_WORK, SuspendReason.WIND)
    assert desk.permit.suspension.since == at("08:10")
    assert desk.permit.suspension.newest == at("08:11")
    by_clock = active()
    by_clock.ask(c.StopWork(by=CLOCK, at=by_clock.now, reason=SuspendReason.DEVICE_SILENT))
    same = by_clock.refusal(by_clock.by(WORKER, c.StopWork, reason=SuspendReason.DEVICE_SILENT))
    assert "系统" in same.findings[0].fact


def test_a_stop_before_the_start_holds_the_permit_back() -> None:
    desk = ready()
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.UNKNOWN_OBJECT))
    assert desk.permit.status is Status.SUSPENDED
    assert desk.permit.started_at is None
    assert desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)) == ["late.status"]


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW])
def test_where_nothing_goes_on_there_is_nothing_to_stop(status: Status) -> None:
    desk = Desk().reach(status)
    assert desk.refused(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK)) == ["late.status"]
    assert desk.ask(c.StopWork(by=CLOCK, at=desk.now, reason=SuspendReason.DEVICE_SILENT)) == ()


# --- what stops by itself -------------------------------------------------------------------------------------------


def suspended_by(desk: Desk, command: c.Command) -> SuspendReason:
    """The reason of the stop that follows in the very same command, in the name of whoever brought the news."""
    *_, last = desk.ask(command)
    assert isinstance(last, e.WorkSuspended)
    assert last.by == command.by
    assert desk.permit.status is Status.SUSPENDED
    return last.reason


@BOTH
def test_the_guardian_leaving_stops_the_work_in_the_same_breath(work: WorkType) -> None:
    desk = active(work)
    assert suspended_by(desk, desk.by(WORKER, c.LeaveSite, person=GUARDIAN)) is SuspendReason.GUARDIAN_LEFT


def test_a_worker_leaving_does_not_stop_it() -> None:
    desk = active()
    desk.ask(desk.check_in(WORKER))
    assert desk.kinds(desk.by(WORKER, c.LeaveSite, person=WORKER)) == ["LeftSite"]


@BOTH
@pytest.mark.parametrize("by", [Actor.person(WORKER), GAS_HEAD])
def test_failing_gas_stops_the_work_in_the_same_breath(work: WorkType, by: Actor) -> None:
    desk = active(work)
    bad = replace(desk.gas(methane="30"), by=by)
    assert suspended_by(desk, bad) is SuspendReason.GAS
    assert isinstance(desk.events[-1], e.WorkSuspended)
    assert desk.events[-1].evacuate
    assert "甲烷" in desk.events[-1].text


def test_standing_air_stops_an_entry_in_the_same_breath() -> None:
    desk = active(CONFINED)
    off = c.ReportVentilation(by=GAS_HEAD, at=desk.now, running=False, mechanical=False)
    assert suspended_by(desk, off) is SuspendReason.VENTILATION
    hot = active()
    assert hot.kinds(hot.by(WORKER, c.ReportVentilation, running=False, mechanical=False)) == ["VentilationReported"]


def test_ventilation_the_law_asks_for_from_today_stops_an_entry_that_has_none() -> None:
    """An entry under GB 30871 alone is running when GB 46768 comes into force at midnight (domain 0.1, 4.7)."""
    rules = permit_rules(CONFINED)
    assert rules.gas is not None
    old = replace(rules, gas=replace(rules.gas, ventilation_always=False, ventilate_after_failure=False))
    desk = Desk(CONFINED, rules=old).reach(Status.ISSUED)
    make_ready(desk)
    desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=False, mechanical=False))
    for who, role in ((GUARDIAN, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)):
        desk.ask(desk.by(who, c.Start, role=role))
    assert desk.permit.status is Status.ACTIVE
    desk.hand.page = rules
    assert suspended_by(desk, desk.by(WORKER, c.AddNote, text="x")) is SuspendReason.VENTILATION


def test_gas_failing_while_stopped_is_a_further_stop_and_is_said_once() -> None:
    desk = stopped()
    desk.later(MINUTE)
    assert desk.kinds(desk.gas(WORKER, methane="30")) == ["GasRecorded", "WorkSuspended"]
    assert desk.kinds(desk.later(MINUTE).gas(WORKER, methane="31")) == ["GasRecorded"]


def test_what_is_done_after_the_last_minute_ends_the_permit_in_the_same_breath() -> None:
    desk = active().to("15:01")
    assert desk.kinds(desk.by(WORKER, c.AddNote, text="还没完")) == ["NoteAdded", "PermitExpired"]
    assert desk.permit.was_live_at_end
    assert desk.events[-1].by == CLOCK


def test_danger_after_the_last_minute_is_said_before_the_end_is() -> None:
    desk = active().to("15:01")
    assert desk.kinds(desk.gas(WORKER, methane="30")) == ["GasRecorded", "WorkSuspended", "PermitExpired"]


# --- resume ---------------------------------------------------------------------------------------------------------


@BOTH
def test_work_resumes_with_every_signature_after_everything_is_good_again(work: WorkType) -> None:
    desk = good_again(stopped(work))
    assert desk.kinds(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["ResumeSigned"]
    assert desk.permit.status is Status.SUSPENDED
    assert desk.kinds(resume(desk, LEADER, Role.WORK_LEADER)) == ["ResumeSigned", "WorkResumed"]
    assert (desk.permit.status, desk.permit.suspension) == (Status.ACTIVE, None)
    assert desk.refused(resume(desk, LEADER, Role.WORK_LEADER)) == ["late.done"]


def test_the_cause_must_be_said() -> None:
    desk = good_again(stopped())
    assert desk.refused(replace(resume(desk, GUARDIAN, Role.GUARDIAN), cause_removed=" ")) == ["reason"]


@pytest.mark.parametrize(("who", "role"), [(WORKER, Role.GUARDIAN), (SHIFT, Role.SHIFT_LEADER)])
def test_only_the_named_people_resume(who: PersonId, role: Role) -> None:
    desk = good_again(stopped())
    assert desk.refused(resume(desk, who, role)) == ["who.role"]


@pytest.mark.parametrize(
    "reason",
    [
        SuspendReason.GAS,
        SuspendReason.VENTILATION,
        SuspendReason.DEVICE_ALARM,
        SuspendReason.DEVICE_SILENT,
        SuspendReason.SUDDEN_RELEASE,
    ],
)
def test_after_bad_or_unknown_air_only_a_test_drawn_since_opens_the_way(reason: SuspendReason) -> None:
    desk = stopped(reason=reason)
    assert desk.permit.gas[0].sample.sampled_at == at("08:00")
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.later(MINUTE).check_in(who))
    refused = desk.refusal(resume(desk, GUARDIAN, Role.GUARDIAN))
    assert "gas_fresh" in [finding.gate for finding in refused.findings]
    assert refused.remember
    same = replace(desk.gas(), sample=sample(at("08:10"), {}))
    desk.ask(same)
    assert "gas_fresh" in desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN))
    desk.ask(desk.later(MINUTE).gas())
    assert desk.kinds(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["ResumeSigned"]


def test_no_gas_record_left_is_no_test() -> None:
    desk = active(CONFINED).later(MINUTE)
    desk.ask(c.ReportVentilation(by=GAS_HEAD, at=desk.now, running=False, mechanical=False))
    desk.later(MINUTE)
    desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    assert "gas_fresh" in desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN))


def test_any_new_stop_takes_the_resume_signatures_away() -> None:
    desk = good_again(stopped())
    desk.ask(resume(desk, GUARDIAN, Role.GUARDIAN))
    assert desk.kinds(desk.later(MINUTE).by(SECOND, c.StopWork, reason=SuspendReason.STOP_WORK)) == ["WorkSuspended"]
    assert desk.permit.resume_signatures == ()
    assert desk.kinds(resume(desk, LEADER, Role.WORK_LEADER)) == ["ResumeSigned"]
    assert desk.permit.status is Status.SUSPENDED


@pytest.mark.parametrize("danger", ["gas", "guardian", "old"])
def test_danger_or_time_takes_a_resume_signature_away(danger: str) -> None:
    desk = good_again(stopped())
    desk.ask(resume(desk, GUARDIAN, Role.GUARDIAN))
    if danger == "gas":
        desk.ask(desk.gas(WORKER, methane="30"))
        desk.ask(desk.later(MINUTE).gas())
    elif danger == "guardian":
        desk.ask(desk.by(WORKER, c.LeaveSite, person=GUARDIAN))
        desk.ask(desk.later(2 * MINUTE).check_in(GUARDIAN))
    else:
        desk.later(15 * MINUTE + timedelta(seconds=1))
    desk.kinds(resume(desk, LEADER, Role.WORK_LEADER))
    assert desk.permit.status is Status.SUSPENDED


def test_a_proof_from_before_the_newest_stop_is_worth_nothing() -> None:
    desk = good_again(stopped())
    desk.hand.page = replace(desk.hand.page, site_proof=ProofMethod.VENDOR_FACE)
    face = Proof(
        method=ProofMethod.VENDOR_FACE,
        subject=GUARDIAN,
        decision_hash=decision_hash(
            permit=desk.permit.id,
            content_hash=desk.permit.content_hash,
            verdict="resume",
            step=Role.GUARDIAN.value,
            person=GUARDIAN,
        ),
        at=desk.now,
    )
    desk.ask(resume(desk, GUARDIAN, Role.GUARDIAN, proof=face))
    desk.ask(desk.by(SECOND, c.StopWork, reason=SuspendReason.WIND))
    assert desk.refused(resume(desk.later(MINUTE), GUARDIAN, Role.GUARDIAN, proof=face)) == ["proof.stale"]


def test_a_permit_stopped_before_it_started_needs_the_start_signatures_too() -> None:
    desk = ready()
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    good_again(desk)
    desk.ask(desk.check_in(SHIFT))
    assert desk.kinds(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["ResumeSigned"]
    assert desk.kinds(resume(desk, LEADER, Role.WORK_LEADER)) == ["ResumeSigned"]
    assert desk.permit.status is Status.SUSPENDED
    assert desk.kinds(resume(desk, SHIFT, Role.SHIFT_LEADER)) == ["ResumeSigned", "WorkResumed"]
    assert desk.permit.started_at == desk.now


def test_a_permit_stopped_before_it_started_starts_no_earlier_than_planned() -> None:
    desk = ready()
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    good_again(desk).to("07:59:59")
    assert "window" in desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN))


def test_nothing_resumes_past_its_end() -> None:
    desk = stopped().to("14:58")
    desk.ask(desk.gas())
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    desk.to("15:00")
    assert "not_expired" in desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN))


# --- finish ---------------------------------------------------------------------------------------------------------


def test_work_ends_with_everybody_and_everything_out() -> None:
    desk = active()
    refused = desk.refusal(desk.by(LEADER, c.Finish, people_inside=1, tools_inside=2))
    assert [(finding.gate, finding.fact) for finding in refused.findings] == [("count.inside", "现场还有1人、2件工具")]
    assert desk.kinds(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == [
        "WorkFinished",
        "FireWatchStarted",
    ]
    assert desk.permit.status is Status.FIRE_WATCH


def test_the_last_count_of_the_guardian_outweighs_the_leaders_word() -> None:
    desk = active()
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=1))
    refused = desk.refusal(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert [finding.fact for finding in refused.findings] == ["现场还有2人、1件工具"]
    desk.later(MINUTE).ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))


@pytest.mark.parametrize(("who", "allowed"), [(LEADER, True), (GUARDIAN, False), (WORKER, False), (UNIT_HEAD, False)])
def test_running_work_is_ended_by_its_leader(who: PersonId, allowed: bool) -> None:
    desk = active()
    command = desk.by(who, c.Finish, people_inside=0, tools_inside=0)
    assert (desk.ask(command) != ()) if allowed else (desk.refused(command) == ["who.role"])


@pytest.mark.parametrize("who", [LEADER, GUARDIAN, UNIT_HEAD, SHIFT])
def test_stopped_work_may_be_ended_by_who_keeps_the_place(who: PersonId) -> None:
    desk = stopped()
    desk.ask(desk.by(who, c.Finish, people_inside=0, tools_inside=0))
    assert desk.permit.status is Status.FIRE_WATCH
    assert desk.permit.finished_by == who


def test_entry_work_has_no_fire_watch() -> None:
    desk = finished(CONFINED)
    assert desk.permit.status is Status.COMPLETED


def test_what_never_started_needs_no_finish_and_what_is_finished_no_second_one() -> None:
    desk = ready()
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    assert desk.refused(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["late.status"]
    done = finished(CONFINED)
    assert done.refused(done.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["late.done"]


@pytest.mark.parametrize("stop", [False, True])
def test_a_finish_past_the_end_is_an_expiry_first(stop: bool) -> None:
    desk = (stopped() if stop else active()).to("15:00")
    assert desk.kinds(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == [
        "PermitExpired",
        "WorkFinished",
        "FireWatchStarted",
    ]
    assert desk.permit.status is Status.EXPIRED
    assert desk.refused(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["late.done"]


# --- watch and acceptance -------------------------------------------------------------------------------------------


def test_the_watch_is_kept_in_full_and_ended_by_the_guardian() -> None:
    desk = finished()
    assert desk.permit.fire_watch_until == at("10:30")
    desk.to("10:29:59")
    refused = desk.refusal(desk.by(GUARDIAN, c.EndFireWatch))
    assert [(finding.gate, finding.fact) for finding in refused.findings] == [
        ("watch.running", "留守观察到10:30，还差1分钟")
    ]
    desk.to("10:30")
    assert desk.refused(desk.by(WORKER, c.EndFireWatch)) == ["who.role"]
    assert desk.kinds(desk.by(GUARDIAN, c.EndFireWatch)) == ["FireWatchMinutesOver", "FireWatchEnded"]
    assert desk.refused(desk.by(GUARDIAN, c.EndFireWatch)) == ["late.done"]


def test_in_the_guardians_place_only_who_stands_there() -> None:
    desk = finished().to("10:30")
    desk.ask(desk.tick(c.FireWatchElapsed))
    assert desk.refused(desk.by(SHIFT, c.EndFireWatch)) == ["place.signer"]
    desk.ask(desk.check_in(SHIFT))
    assert desk.kinds(desk.by(SHIFT, c.EndFireWatch)) == ["FireWatchEnded"]


@pytest.mark.parametrize("over", [False, True])
def test_a_stop_during_the_watch_begins_it_anew(over: bool) -> None:
    desk = finished().to("10:30")
    if over:
        desk.ask(desk.by(GUARDIAN, c.EndFireWatch))
        desk.ask(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER))
    desk.to("10:31")
    assert desk.kinds(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)) == [
        "WorkSuspended",
        "FireWatchStarted",
    ]
    permit = desk.permit
    assert permit.status is Status.FIRE_WATCH
    assert permit.fire_watch_until == at("11:01")
    assert (permit.fire_watch_minutes_over, permit.fire_watch_ended, permit.acceptance) == (False, False, ())


def test_nothing_is_accepted_before_the_watch_is_done() -> None:
    desk = finished()
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["fire_watch_done"]


@BOTH
def test_acceptance_closes_when_all_have_signed(work: WorkType) -> None:
    desk = finished(work).to("10:30")
    if work is WorkType.HOT:
        desk.ask(desk.by(GUARDIAN, c.EndFireWatch, media=photo()))
    assert desk.refused(desk.by(SAFETY, c.SignAcceptance, role=Role.SAFETY_DEPT)) == ["who.role"]
    assert desk.refused(desk.by(SAFETY, c.SignAcceptance, role=Role.SITE_UNIT)) == ["who.role"]
    assert desk.kinds(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["AcceptanceSigned"]
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["late.done"]
    assert desk.kinds(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT)) == ["AcceptanceSigned", "PermitClosed"]
    assert desk.permit.status is Status.CLOSED
    assert not desk.permit.live
    assert desk.refusal(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT)).findings[0].gate == "late.done"
    assert desk.kinds(desk.tick(c.Archive)) == ["PermitArchived"]


def test_one_person_accepts_in_one_role() -> None:
    desk = Desk(rules=permit_rules(fire_watch=None, acceptance_roles=(Role.SITE_UNIT, Role.ACCEPTOR)))
    desk.reach(Status.ACTIVE).ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.ask(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT))
    assert desk.refused(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.ACCEPTOR)) == ["who.once"]


def live(desk: Desk) -> bool:
    return desk.permit.live


# --- the aftermath of an expiry -------------------------------------------------------------------------------------


def test_an_expired_permit_stays_live_until_counted_out_watched_and_can_be_accepted() -> None:
    desk = active().to("15:00")
    desk.ask(desk.tick(c.ValidityEnded))
    assert (desk.permit.status, desk.permit.live) == (Status.EXPIRED, True)
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["counted_out", "fire_watch_done"]
    assert desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["late.ended"]
    assert desk.kinds(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == [
        "WorkFinished",
        "FireWatchStarted",
    ]
    assert live(desk)
    desk.to("15:30").ask(desk.by(GUARDIAN, c.EndFireWatch))
    assert not live(desk)
    desk.ask(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER))
    desk.ask(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT))
    assert desk.permit.status is Status.EXPIRED
    assert desk.refused(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)) == ["late.status"]


@pytest.mark.parametrize("end", [Status.EXPIRED, Status.VOIDED])
def test_danger_after_the_end_is_heard_while_people_may_be_there(end: Status) -> None:
    desk = stopped()
    if end is Status.EXPIRED:
        desk.to("15:00").ask(desk.tick(c.ValidityEnded))
    else:
        desk.ask(desk.by(SAFETY, c.Void, reason="x"))
    assert desk.kinds(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)) == ["WorkSuspended"]
    assert desk.permit.status is end
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.later(MINUTE)
    assert desk.kinds(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)) == [
        "WorkSuspended",
        "FireWatchStarted",
    ]


def test_a_permit_that_never_started_leaves_nothing_open() -> None:
    desk = Desk().reach(Status.ISSUED).to("10:00")
    desk.ask(desk.tick(c.StartWindowEnded, revision=1))
    assert (desk.permit.status, desk.permit.live, desk.permit.was_live_at_end) == (Status.EXPIRED, False, False)
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["late.status"]
    assert desk.refused(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["late.status"]
    assert desk.refused(desk.by(GUARDIAN, c.EndFireWatch)) == ["late.done"]


def test_an_expired_entry_stays_live_until_everybody_is_counted_out() -> None:
    desk = active(CONFINED)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=0))
    desk.to("15:00").ask(desk.tick(c.ValidityEnded))
    assert live(desk)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert live(desk), "nobody has ended the work by name"
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert not live(desk)


def test_people_counted_inside_without_a_start_keep_an_expired_permit_live() -> None:
    desk = Desk().reach(Status.ISSUED)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=1, tools=0))
    desk.to("10:00").ask(desk.tick(c.StartWindowEnded, revision=1))
    assert (live(desk), desk.permit.was_live_at_end) == (True, True)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert not live(desk)


def test_an_ended_permit_tells_a_late_click_when_and_why() -> None:
    desk = Desk().reach(Status.ISSUED).to("10:00")
    desk.ask(desk.tick(c.StartWindowEnded, revision=1))
    refused = desk.refusal(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    assert refused.findings[0].fact == "本票已由系统于10:00判为过期，原因：签发后未按时开工"
