"""Asking, preparing, taking back: what becomes an event and what is refused, and why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    GUARDIAN,
    LEADER,
    MINUTE,
    SAFETY,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    content,
    permit_rules,
    photo,
)
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import AreaId, NodeKey, PersonId, SiteId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.content import canonical, content_hash
from workflow.permit.state import MeasureState, Status
from workflow.rules.types import Role
from workflow.values import Actor, Interval, Proof, ProofMethod

# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_request_freezes_its_rules_and_binds_its_content() -> None:
    desk = Desk()
    (event,) = desk.ask(desk.submit())
    assert isinstance(event, e.PermitSubmitted)
    assert event.revision == 1
    assert event.content_hash == content_hash(desk.permit.id, 1, content())
    assert event.rules == desk.hand.page
    desk.hand.page = permit_rules(misses_to_suspend=1)
    assert desk.permit.law.misses_to_suspend == 2


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"site": SiteId("OTHER")}, "request.site"),
        ({"task": " "}, "required_fields"),
        ({"place": ""}, "required_fields"),
        ({"workers": ()}, "required_fields"),
        ({"guardian": WORKER}, "people_distinct"),
        ({"guardian": LEADER}, "people_distinct"),
        ({"planned": Interval(start=at("05:00"), end=at("07:00"))}, "not_expired"),
        ({"planned": Interval(start=at("08:00"), end=at("16:01"))}, "validity"),
    ],
)
def test_a_request_that_can_never_work_is_refused(changes: dict[str, object], gate: str) -> None:
    desk = Desk()
    assert gate in desk.refused(desk.submit(**changes))


def test_the_leader_may_work_himself_and_the_longest_time_fits_exactly() -> None:
    desk = Desk()
    asked = desk.submit(workers=(LEADER,), planned=Interval(start=at("08:00"), end=at("16:00")))
    assert desk.kinds(asked) == ["PermitSubmitted"]


@pytest.mark.parametrize("empty", ["chain", "start_roles", "resume_roles", "acceptance_roles"])
def test_a_permit_nobody_would_have_to_sign_is_refused(empty: str) -> None:
    nobody: dict[str, Any] = {empty: ()}
    desk = Desk(rules=permit_rules(**nobody))
    assert desk.refused(desk.submit()) == ["request.chain"]


def test_nobody_asks_in_anothers_name() -> None:
    desk = Desk()
    refused = desk.refusal(replace(desk.submit(), by=Actor.person(WORKER)))
    assert [finding.gate for finding in refused.findings] == ["who.applicant"]
    assert refused.remember


def test_a_returned_request_is_sent_again_by_its_own_people_only() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    desk.ask(desk.by(UNIT_HEAD, c.ReturnForChange, node=None, reason="时间不妥"))
    assert desk.refused(desk.submit(applicant=WORKER)) == ["who.applicant"]
    (event,) = desk.ask(desk.submit(applicant=LEADER))
    assert isinstance(event, e.PermitSubmitted)
    assert event.revision == 2


def test_content_that_cannot_be_graded_is_refused_with_the_questions() -> None:
    desk = Desk()
    desk.hand.speechless = (
        Finding(
            gate="grade.operating",
            verdict=Verdict.UNKNOWN,
            severity=Severity.BLOCK,
            rule="",
            clause="5.1",
            fact="设备是否在运行",
        ),
    )
    assert desk.refused(desk.submit()) == ["grade.operating"]


@pytest.mark.parametrize(
    ("people", "gate"),
    [
        (lambda known: {who: one for who, one in known.items() if who != APPLICANT}, "who.known"),
        (lambda known: {**known, APPLICANT: replace(known[APPLICANT], site=SiteId("OTHER"))}, "who.known"),
        (lambda known: {**known, APPLICANT: replace(known[APPLICANT], active=False)}, "who.active"),
    ],
)
def test_only_known_active_people_of_this_site_ask(people: object, gate: str) -> None:
    desk = Desk()
    known = desk.facts().people
    desk.changed["people"] = people(known)  # type: ignore[operator]  # a lambda of the table above
    refused = desk.refusal(desk.submit())
    assert [finding.gate for finding in refused.findings] == [gate]
    assert refused.remember


def test_a_device_cannot_ask_and_a_person_cannot_play_the_clock() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    device = c.AcceptRequest(by=Actor(kind=Actor.clock().kind, id="clock"), at=desk.now)
    assert desk.refused(device) == ["who.kind"]
    assert desk.refused(replace(desk.tick(c.ValidityEnded), by=Actor.person(UNIT_HEAD))) == ["who.kind"]


# --- taking in ------------------------------------------------------------------------------------------------------


def test_the_owning_unit_takes_a_request_in_and_the_checklist_is_proposed() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    accepted, *proposed = desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))
    assert isinstance(accepted, e.RequestAccepted)
    assert [(event.no, event.involved) for event in proposed if isinstance(event, e.MeasureAnswered)] == [("H8", True)]
    assert all(event.by == Actor.clock() for event in proposed)
    assert (desk.permit.accepted_by, desk.permit.accepted_at) == (UNIT_HEAD, desk.now)


@pytest.mark.parametrize("who", [APPLICANT, LEADER, GUARDIAN, SAFETY, CHIEF])
def test_nobody_else_takes_it_in(who: PersonId) -> None:
    desk = Desk().reach(Status.SUBMITTED)
    refused = desk.refusal(desk.by(who, c.AcceptRequest))
    assert [finding.gate for finding in refused.findings] == ["who.role"]
    assert refused.remember
    assert "钱进" in refused.findings[0].who


def test_a_holder_of_the_role_who_asked_for_the_work_does_not_take_it_in_himself() -> None:
    desk = Desk()
    desk.changed["holders"] = {**desk.facts().holders, Role.SITE_UNIT: (UNIT_HEAD, DIRECTOR)}
    desk.ask(desk.submit(applicant=UNIT_HEAD))
    assert desk.refused(desk.by(UNIT_HEAD, c.AcceptRequest)) == ["who.independent"]


def test_the_second_to_take_it_in_hears_who_was_first() -> None:
    desk = Desk().reach(Status.PREPARING)
    refused = desk.refusal(desk.by(UNIT_HEAD, c.AcceptRequest))
    assert [finding.gate for finding in refused.findings] == ["late.done"]
    assert refused.findings[0].fact == "受理已由您于07:00办理"
    assert not refused.remember
    assert desk.refusal(desk.by(CHIEF, c.AcceptRequest)).findings[0].fact == "受理已由钱进于07:00办理"


def test_a_request_whose_time_is_over_is_not_taken_in() -> None:
    desk = Desk().reach(Status.SUBMITTED).to("15:00")
    assert desk.refused(desk.by(UNIT_HEAD, c.AcceptRequest)) == ["not_expired"]


# --- preparing ------------------------------------------------------------------------------------------------------


def test_jsa_is_text_or_a_photographed_sheet() -> None:
    desk = Desk().reach(Status.PREPARING)
    assert desk.refused(desk.by(LEADER, c.AttachJsa, text=" ")) == ["jsa.text"]
    assert desk.refused(desk.by(STRANGER, c.AttachJsa, text="x")) == ["who.role"]
    assert desk.kinds(desk.by(APPLICANT, c.AttachJsa, text="", media=photo())) == ["JsaAttached"]


def test_measures_are_answered_by_those_who_prepare() -> None:
    desk = Desk().reach(Status.PREPARING)
    assert desk.kinds(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=True)) == ["MeasureAnswered"]
    assert desk.permit.measures["H1"] == MeasureState(involved=True, answered_by=Actor.person(LEADER))
    assert desk.refused(desk.by(LEADER, c.AnswerMeasure, no="X9", involved=True)) == ["measure.number"]
    assert desk.refused(desk.by(WORKER, c.AnswerMeasure, no="H1", involved=True)) == ["who.role"]


def test_the_same_answer_again_is_not_written_twice() -> None:
    desk = Desk().reach(Status.PREPARING)
    desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=True))
    assert desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=True)) == ()
    desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=True, detail="氮气置换"))
    assert desk.permit.measures["H1"].detail == "氮气置换"
    assert desk.kinds(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=False)) == ["MeasureAnswered"]


def test_a_measure_left_unknown_cannot_enter_review() -> None:  # T30
    desk = Desk().reach(Status.PREPARING)
    desk.ask(desk.by(LEADER, c.AttachJsa, text="JSA"))
    desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H1", involved=True))
    refused = desk.refusal(desk.by(LEADER, c.RequestReview))
    assert "measures_answered" in [finding.gate for finding in refused.findings]
    assert "H7" in next(finding.fact for finding in refused.findings if finding.gate == "measures_answered")
    desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H7", involved=False))
    assert desk.kinds(desk.by(LEADER, c.RequestReview)) == ["ReviewRequested"]


def test_review_is_requested_by_the_leader_in_time_with_his_own_proof() -> None:
    desk = Desk().reach(Status.PREPARING)
    desk.ask(desk.by(LEADER, c.AttachJsa, text="JSA"))
    for number in ("H1", "H7", "H8"):
        desk.ask(desk.by(LEADER, c.AnswerMeasure, no=number, involved=number == "H8"))
    assert desk.refused(desk.by(APPLICANT, c.RequestReview)) == ["who.role"]
    foreign = Proof(method=ProofMethod.PASSKEY, subject=APPLICANT, decision_hash="0" * 64, at=desk.now)
    refused = desk.refusal(desk.by(LEADER, c.RequestReview, proof=foreign))
    assert {finding.gate for finding in refused.findings} == {"proof.subject", "proof.decision"}
    assert refused.remember
    desk.to("15:00")
    assert "not_expired" in desk.refused(desk.by(LEADER, c.RequestReview))


# --- taking back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (Status.SUBMITTED, UNIT_HEAD),
        (Status.SUBMITTED, APPLICANT),
        (Status.PREPARING, UNIT_HEAD),
        (Status.PREPARING, LEADER),
        (Status.IN_REVIEW, UNIT_HEAD),
    ],
)
def test_a_return_needs_a_reason_and_leads_back_to_the_draft(status: Status, who: PersonId) -> None:
    desk = Desk().reach(status)
    assert desk.refused(desk.by(who, c.ReturnForChange, node=None, reason="  ")) == ["reason"]
    desk.ask(desk.by(who, c.ReturnForChange, node=None, reason="地点不清"))
    assert desk.permit.status is Status.DRAFT
    late = desk.refusal(desk.by(UNIT_HEAD, c.AcceptRequest))
    assert late.findings[0].gate in {"late.ended", "late.done"}


def test_who_is_asked_next_and_who_has_signed_may_send_back_but_not_a_bystander() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    assert desk.refused(desk.by(SAFETY, c.ReturnForChange, node=None, reason="x")) == ["who.role"]
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    for who in (SAFETY, UNIT_HEAD):
        trial = Desk()
        trial.permit, trial.events, trial.now = desk.permit, list(desk.events), desk.now
        trial.ask(trial.by(who, c.ReturnForChange, node=None, reason="x"))
        assert trial.permit.signatures == ()


def test_a_changed_request_starts_from_nothing_where_the_ground_changed() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    first = desk.permit.content_hash
    desk.ask(desk.by(SAFETY, c.ReturnForChange, node=NodeKey("safety_dept"), reason="地点不清"))
    desk.ask(desk.submit(area=AreaId("TK3")))
    permit = desk.permit
    assert permit.content_hash != first
    assert (permit.revision, permit.signatures, permit.jsa, dict(permit.measures)) == (2, (), None, {})
    assert (dict(permit.presence), permit.gas, permit.briefed, permit.photos) == ({}, (), (), ())
    assert (permit.closing, permit.accepted_by, permit.review_requested_by) == (None, None, None)


def test_a_changed_time_keeps_what_was_found_out_about_the_place() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.by(UNIT_HEAD, c.ReturnForChange, node=None, reason="时间不妥"))
    measures = desk.permit.measures
    desk.ask(desk.submit(planned=Interval(start=at("09:00"), end=at("12:00"))))
    assert desk.permit.measures == measures
    assert desk.permit.jsa is not None
    assert desk.permit.signatures == ()
    assert [type(event).__name__ for event in desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))] == ["RequestAccepted"]


def test_a_measure_that_left_the_list_leaves_the_permit() -> None:
    desk = Desk().reach(Status.PREPARING)
    desk.ask(desk.by(LEADER, c.ReturnForChange, node=None, reason="x"))
    desk.hand.page = replace(desk.hand.page, measures=desk.hand.page.measures[:2])
    desk.ask(desk.submit())
    assert "H8" not in desk.permit.measures


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW])
def test_a_rejection_is_final_and_has_a_reason(status: Status) -> None:
    desk = Desk().reach(status)
    assert desk.refused(desk.by(UNIT_HEAD, c.Reject, node=None, reason="")) == ["reason"]
    assert desk.refused(desk.by(APPLICANT, c.Reject, node=None, reason="x")) == ["who.role"]
    desk.ask(desk.by(UNIT_HEAD, c.Reject, node=None, reason="风险过高"))
    assert desk.permit.status is Status.REJECTED
    late = desk.refusal(desk.approve(UNIT_HEAD, "site_unit"))
    assert late.findings[0].fact == "本票已由钱进于07:00拒绝，原因：风险过高"


def test_a_late_rejection_of_a_step_that_is_done_is_not_taken_for_the_next() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    assert desk.refused(desk.by(SAFETY, c.Reject, node=NodeKey("site_unit"), reason="x")) == ["late.node"]


@pytest.mark.parametrize("who", [APPLICANT, LEADER, UNIT_HEAD])
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED])
def test_it_can_be_taken_back_until_work_starts(status: Status, who: PersonId) -> None:
    desk = Desk().reach(status)
    assert desk.refused(desk.by(who, c.Cancel, reason="")) == ["reason"]
    desk.ask(desk.by(who, c.Cancel, reason="不需要作业"))
    assert desk.permit.status is Status.CANCELLED
    assert desk.permit.closing is not None
    assert desk.permit.closing.reason == "不需要作业"


def test_a_returned_request_can_be_cancelled_but_not_one_that_was_never_made() -> None:
    desk = Desk()
    assert desk.refused(desk.by(APPLICANT, c.Cancel, reason="x")) == ["request.none"]
    desk.reach(Status.SUBMITTED).ask(desk.by(UNIT_HEAD, c.ReturnForChange, node=None, reason="x"))
    desk.ask(desk.by(APPLICANT, c.Cancel, reason="x"))
    assert desk.permit.status is Status.CANCELLED


def test_nothing_is_cancelled_while_people_are_counted_inside() -> None:
    desk = Desk().reach(Status.ISSUED)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=0))
    assert desk.refused(desk.by(APPLICANT, c.Cancel, reason="x")) == ["count.inside"]
    desk.later(2 * MINUTE).ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert desk.kinds(desk.by(APPLICANT, c.Cancel, reason="x")) == ["PermitCancelled"]


@pytest.mark.parametrize(("status", "who"), [(Status.ISSUED, UNIT_HEAD), (Status.SUSPENDED, SAFETY)])
def test_a_permit_whose_conditions_changed_is_voided(status: Status, who: PersonId) -> None:
    desk = Desk().reach(Status.ISSUED if status is Status.ISSUED else Status.ACTIVE)
    if status is Status.SUSPENDED:
        desk.ask(desk.by(WORKER, c.StopWork, reason=c.SuspendReason.STOP_WORK))
    assert desk.refused(desk.by(APPLICANT, c.Void, reason="x")) == ["who.role"]
    assert desk.refused(desk.by(who, c.Void, reason="")) == ["reason"]
    desk.ask(desk.by(who, c.Void, reason="工艺条件改变"))
    assert desk.permit.status is Status.VOIDED
    assert desk.permit.was_live_at_end is (status is Status.SUSPENDED)
    assert desk.permit.live is (status is Status.SUSPENDED)


def test_facts_at_another_day_are_said_with_the_day() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    desk.ask(desk.by(UNIT_HEAD, c.Reject, node=None, reason="x"))
    desk.now += timedelta(days=1)
    assert "6月11日 07:00" in desk.refusal(desk.by(UNIT_HEAD, c.AcceptRequest)).findings[0].fact


def test_what_is_hashed_is_json_without_blanks_and_with_sorted_keys() -> None:
    """Whoever checks a permit spells its content anew from docs/evidence.md and must come to the same bytes."""
    spelt = canonical(content())
    again = json.dumps(json.loads(spelt), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert spelt == again.encode()
