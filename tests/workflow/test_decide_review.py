"""The chain: in order, on exactly this content, by who may, once each, at the place, with a proof worth something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    DUTY,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    PERMIT,
    SAFETY,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    node,
    permit_rules,
)
from workflow.escalation import ACCEPT
from workflow.ids import NodeKey, PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay
from workflow.permit.signing import decision_hash
from workflow.permit.state import Permit, Status
from workflow.rules.types import Role
from workflow.values import Datum, Interval, Position, Proof, ProofMethod


def proof(permit: Permit, who: PersonId, key: str, moment: object, **changes: object) -> Proof:
    base = Proof(
        method=ProofMethod.PASSKEY,
        subject=who,
        decision_hash=decision_hash(
            permit=permit.id, content_hash=permit.content_hash, verdict="approve", step=key, person=who
        ),
        at=moment,  # type: ignore[arg-type]  # the desk's clock
        at_site=True,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # a table of tests


def at_last_node() -> Desk:
    desk = Desk().reach(Status.IN_REVIEW)
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))
    return desk


# --- order ----------------------------------------------------------------------------------------------------------


def test_the_nodes_sign_in_order_and_the_last_one_issues() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    kinds = []
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept"), (CHIEF, "approver")):
        desk.ask(desk.check_in(who))
        kinds.append(desk.kinds(desk.approve(who, key)))
    assert kinds == [["StepApproved"], ["StepApproved"], ["StepApproved", "PermitIssued"]]
    assert desk.permit.status is Status.ISSUED
    assert desk.permit.started_at is None


def test_nobody_signs_ahead() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(CHIEF))
    refused = desk.refusal(desk.approve(CHIEF, "approver"))
    assert [(finding.gate, finding.fact) for finding in refused.findings] == [("late.node", "现在轮到“所在单位”环节")]


def test_a_late_click_hears_who_decided_and_when() -> None:
    desk = Desk().reach(Status.IN_REVIEW).to("08:12")
    desk.ask(desk.check_in(UNIT_HEAD))
    click = desk.approve(UNIT_HEAD, "site_unit")
    desk.ask(click)
    desk.later(timedelta(minutes=3))
    refused = desk.refusal(replace(click, by=desk.by(CHIEF, c.SignBriefing).by))
    assert [finding.fact for finding in refused.findings] == ["审批已由钱进于08:12办理"]
    assert not refused.remember
    own = desk.refusal(replace(click, at=desk.now))
    assert [finding.fact for finding in own.findings] == ["审批已由您于08:12办理"]


def test_a_click_on_an_old_card_is_about_an_old_content() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    old = desk.approve(UNIT_HEAD, "site_unit")
    desk.ask(desk.by(LEADER, c.ReturnForChange, node=None, reason="时间不妥"))
    desk.ask(desk.submit(planned=Interval(start=at("09:00"), end=at("12:00"))))
    desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))
    desk.ask(desk.by(LEADER, c.RequestReview))
    assert desk.refused(replace(old, at=desk.now)) == ["late.content"]


def test_a_click_after_the_issue_is_answered() -> None:
    desk = Desk().reach(Status.ISSUED)
    assert "已由您" in desk.refusal(desk.approve(CHIEF, "approver")).findings[0].fact
    assert desk.refusal(desk.approve(CHIEF, "other")).findings[0].fact == "作业票现在是“已签发”，不能审批"


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [APPLICANT, LEADER, WORKER, GUARDIAN, STRANGER, SAFETY])
def test_only_the_holder_signs(who: PersonId) -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(who))
    refused = desk.refusal(desk.approve(who, "site_unit"))
    assert [finding.gate for finding in refused.findings] == ["who.role"]
    assert refused.remember


@pytest.mark.parametrize("role", ["applicant", "leader", "workers", "guardian"])
def test_nobody_approves_his_own_work(role: str) -> None:
    desk = Desk()
    holders = {**desk.facts().holders, Role.SITE_UNIT: (STRANGER, UNIT_HEAD)}
    desk.changed["holders"] = holders
    desk.ask(desk.submit(**{role: (STRANGER,) if role == "workers" else STRANGER}))
    desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))
    leader = STRANGER if role == "leader" else LEADER
    desk.ask(desk.by(leader, c.AttachJsa, text="JSA"))
    for number in ("H1", "H7", "H8"):
        desk.ask(desk.by(leader, c.AnswerMeasure, no=number, involved=number == "H8"))
    desk.ask(desk.by(leader, c.RequestReview))
    desk.ask(desk.check_in(STRANGER))
    assert desk.refused(desk.approve(STRANGER, "site_unit")) == ["who.independent"]


def test_one_person_is_one_voice() -> None:
    desk = Desk()
    desk.changed["holders"] = {**desk.facts().holders, Role.SAFETY_DEPT: (UNIT_HEAD, SAFETY)}
    desk.reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    refused = desk.refusal(desk.approve(UNIT_HEAD, "safety_dept"))
    assert [finding.gate for finding in refused.findings] == ["who.once"]
    assert refused.remember
    assert refused.findings[0].who == "孙丽"


# --- where and how --------------------------------------------------------------------------------------------------


def test_an_approval_from_three_kilometres_away_is_refused() -> None:  # T29
    desk = Desk().reach(Status.IN_REVIEW)
    refused = desk.refusal(desk.approve(UNIT_HEAD, "site_unit"))
    assert [(finding.gate, finding.clause) for finding in refused.findings] == [
        ("place.signer", "GB 30871-2022 4.11 a")
    ]
    assert refused.remember
    far = Position(
        latitude=Decimal("31.2574"), longitude=Decimal("121.4737"), datum=Datum.WGS84, accuracy_m=Decimal(20)
    )
    here = desk.by(UNIT_HEAD, c.CheckIn, way=CheckInWay.POSITION, position=far)
    assert desk.refused(here) == ["place.elsewhere"]
    assert desk.refused(desk.approve(UNIT_HEAD, "site_unit")) == ["place.signer"]


def test_presence_grows_old() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.later(HOUR + timedelta(seconds=1))
    assert desk.refused(desk.approve(UNIT_HEAD, "site_unit")) == ["place.signer"]
    desk.now -= timedelta(seconds=1)
    assert desk.kinds(desk.approve(UNIT_HEAD, "site_unit")) == ["StepApproved"]


def test_the_code_of_the_paper_does_not_show_the_place() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.by(UNIT_HEAD, c.CheckIn, way=CheckInWay.PERMIT_CODE, code=PERMIT))
    refused = desk.refusal(desk.approve(UNIT_HEAD, "site_unit"))
    assert [finding.gate for finding in refused.findings] == ["place.signer"]
    assert "不能证明在现场" in refused.findings[0].fact
    desk.ask(desk.check_in(UNIT_HEAD))
    assert desk.kinds(desk.approve(UNIT_HEAD, "site_unit")) == ["StepApproved"]


def test_a_proof_may_show_the_place_by_itself() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    good = proof(desk.permit, UNIT_HEAD, "site_unit", desk.now)
    for not_shown in (None, False):
        click = desk.approve(UNIT_HEAD, "site_unit", proof=replace(good, at_site=not_shown))
        assert desk.refused(click) == ["place.signer"]
    assert desk.kinds(desk.approve(UNIT_HEAD, "site_unit", proof=good)) == ["StepApproved"]


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"subject": SAFETY}, "proof.subject"),
        ({"decision_hash": "0" * 64}, "proof.decision"),
        ({"method": ProofMethod.PLATFORM_LIVE_CHECK}, "proof.weak"),
        ({"at": at("07:00") - 10 * MINUTE - timedelta(seconds=1)}, "proof.stale"),
        ({"at": at("07:00") + 2 * MINUTE + timedelta(seconds=1)}, "proof.stale"),
    ],
)
def test_a_proof_is_of_this_person_for_this_decision_fresh_and_strong_enough(
    changes: dict[str, object], gate: str
) -> None:
    chain = (node("site_unit", Role.SITE_UNIT, at_site=True, proof=ProofMethod.VENDOR_FACE),)
    desk = Desk(rules=permit_rules(chain=chain)).reach(Status.IN_REVIEW)
    bad = proof(desk.permit, UNIT_HEAD, "site_unit", desk.now, **changes)
    refused = desk.refusal(desk.approve(UNIT_HEAD, "site_unit", proof=bad))
    assert [finding.gate for finding in refused.findings] == [gate]
    assert refused.remember


def test_a_bare_tap_is_not_a_face() -> None:
    chain = (node("site_unit", Role.SITE_UNIT, proof=ProofMethod.VENDOR_FACE),)
    desk = Desk(rules=permit_rules(chain=chain)).reach(Status.IN_REVIEW)
    assert desk.refused(desk.approve(UNIT_HEAD, "site_unit")) == ["proof.weak"]
    face = proof(desk.permit, UNIT_HEAD, "site_unit", desk.now, method=ProofMethod.VENDOR_FACE, at_site=None)
    assert desk.kinds(desk.approve(UNIT_HEAD, "site_unit", proof=face)) == ["StepApproved", "PermitIssued"]
    assert desk.permit.signatures[0].proof == face


def test_a_decision_hash_is_another_for_every_part() -> None:
    parts = {"permit": PERMIT, "content_hash": "c", "verdict": "approve", "step": "s", "person": UNIT_HEAD}
    hashes = {decision_hash(**parts)}  # type: ignore[arg-type]  # a table of tests
    for name in parts:
        hashes.add(decision_hash(**{**parts, name: "x"}))  # type: ignore[arg-type]  # a table of tests
    hashes.add(decision_hash(**{**parts, "verdict": "approve\n1:s", "step": ""}))  # type: ignore[arg-type]  # no gluing
    assert len(hashes) == 7


# --- when it would be worth nothing -----------------------------------------------------------------------------------


def test_nothing_is_issued_after_its_planned_time() -> None:
    desk = at_last_node().to("15:00")
    desk.ask(desk.check_in(CHIEF))
    assert desk.refused(desk.approve(CHIEF, "approver")) == ["not_expired"]
    desk.to("14:59:59")
    assert desk.kinds(desk.approve(CHIEF, "approver")) == ["StepApproved", "PermitIssued"]


def test_a_paper_that_would_lapse_before_its_start_is_not_signed_last() -> None:  # domain 8 O6
    desk = Desk().to("23:00", "2025-06-10").reach(Status.IN_REVIEW)
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))
    desk.to("00:00")
    desk.ask(desk.check_in(CHIEF))
    assert desk.refused(desk.approve(CHIEF, "approver")) == ["time.lapses"]
    desk.to("00:01")
    assert desk.kinds(desk.approve(CHIEF, "approver")) == ["StepApproved", "PermitIssued"]
    assert desk.permit.valid_until == at("08:01")


def test_a_node_the_law_has_added_since_sends_the_request_back() -> None:
    desk = at_last_node()
    more = (*desk.hand.page.chain, node("duty", Role.ACCEPTOR))
    desk.hand.page = replace(desk.hand.page, chain=more)
    desk.ask(desk.check_in(CHIEF))
    assert desk.refused(desk.approve(CHIEF, "approver")) == ["rules.chain"]


def test_a_node_the_law_gives_to_somebody_else_since_sends_the_request_back() -> None:
    desk = at_last_node()
    first, second, last = desk.hand.page.chain
    desk.hand.page = replace(desk.hand.page, chain=(replace(first, role=Role.ACCEPTOR), second, last))
    desk.ask(desk.check_in(CHIEF))
    assert desk.refused(desk.approve(CHIEF, "approver")) == ["rules.chain"]


def test_a_node_is_signed_as_strongly_as_the_law_of_today_wants() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    first, *others = desk.hand.page.chain
    desk.hand.page = replace(desk.hand.page, chain=(replace(first, proof=ProofMethod.VENDOR_FACE), *others))
    assert desk.refused(desk.approve(UNIT_HEAD, "site_unit")) == ["proof.weak"]
    loose = Desk().reach(Status.IN_REVIEW)
    loose.hand.page = replace(loose.hand.page, chain=(replace(first, at_site=False), *others))
    assert loose.refused(loose.approve(UNIT_HEAD, "site_unit")) == ["place.signer"]


# --- climbing -------------------------------------------------------------------------------------------------------


def overdue(desk: Desk, key: str) -> c.NodeOverdue:
    permit = desk.permit
    return c.NodeOverdue(
        by=desk.tick(c.Archive).by,
        at=desk.now,
        revision=permit.revision,
        node=NodeKey(key),
        level=permit.escalation_level,
    )


def test_a_late_step_climbs_and_the_superior_may_sign_it() -> None:
    desk = Desk().reach(Status.IN_REVIEW).later(30 * MINUTE)
    (climbed,) = desk.ask(overdue(desk, "site_unit"))
    assert isinstance(climbed, e.NodeEscalated)
    assert (climbed.level, climbed.to) == (1, CHIEF)
    desk.ask(desk.check_in(CHIEF))
    (signed,) = desk.ask(desk.approve(CHIEF, "site_unit"))
    assert isinstance(signed, e.StepApproved)
    assert signed.escalated
    assert (desk.permit.escalated_to, desk.permit.escalation_level) == ((), 0)
    desk.ask(desk.check_in(SAFETY))
    desk.ask(desk.approve(SAFETY, "safety_dept"))
    assert desk.refused(desk.approve(CHIEF, "approver")) == ["who.once"]


def test_it_climbs_to_the_top_then_to_the_duty_leader_and_then_to_nobody() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    told = []
    for _ in range(4):
        (climbed,) = desk.later(30 * MINUTE).ask(overdue(desk, "site_unit"))
        assert isinstance(climbed, e.NodeEscalated)
        told.append(climbed.to)
    assert told == [CHIEF, DIRECTOR, DUTY, None]
    assert desk.permit.escalated_to == (CHIEF, DIRECTOR, DUTY)
    assert desk.permit.status is Status.IN_REVIEW
    assert desk.permit.signatures == ()


def test_whoever_takes_charge_stops_the_climb_and_approves_nothing() -> None:
    desk = Desk().reach(Status.SUBMITTED).later(30 * MINUTE)
    assert desk.refused(desk.by(CHIEF, c.AcknowledgeEscalation, node=ACCEPT)) == ["who.escalated"]
    desk.ask(overdue(desk, "accept"))
    assert desk.refused(desk.by(CHIEF, c.AcknowledgeEscalation, node=NodeKey("site_unit"))) == ["late.node"]
    assert desk.kinds(desk.by(CHIEF, c.AcknowledgeEscalation, node=ACCEPT)) == ["EscalationAcknowledged"]
    assert desk.refused(desk.by(CHIEF, c.AcknowledgeEscalation, node=ACCEPT)) == ["late.done"]
    assert desk.ask(overdue(desk, "accept")) == ()
    assert desk.permit.status is Status.SUBMITTED
    assert desk.kinds(desk.by(CHIEF, c.AcceptRequest))[0] == "RequestAccepted"


def test_it_never_climbs_to_the_people_of_the_request() -> None:
    desk = Desk()
    desk.changed["holders"] = {**desk.facts().holders, Role.APPROVER: (CHIEF, STRANGER)}
    desk.ask(desk.submit(applicant=CHIEF))
    (climbed,) = desk.ask(overdue(desk, "accept"))
    assert isinstance(climbed, e.NodeEscalated)
    assert climbed.to == DIRECTOR


def test_a_superior_who_joined_the_team_later_signs_nothing_of_it() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(overdue(desk, "site_unit"))
    desk.ask(desk.by(LEADER, c.ReturnForChange, node=None, reason="x"))
    assert desk.permit.escalated_to == ()


@pytest.mark.parametrize(
    "stale", [{"revision": 2}, {"node": NodeKey("approver")}, {"level": 1}], ids=["revision", "node", "rung"]
)
def test_a_stale_timer_decides_nothing(stale: dict[str, object]) -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    assert desk.ask(replace(overdue(desk, "site_unit"), **stale)) == ()  # type: ignore[arg-type]  # a table of tests


def test_a_timer_of_a_step_that_was_signed_decides_nothing() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    timer = overdue(desk, "site_unit")
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    assert desk.ask(timer) == ()
    issued = Desk().reach(Status.ISSUED)
    assert issued.ask(timer) == ()


def test_an_acknowledgement_in_the_wrong_status_is_answered() -> None:
    desk = Desk().reach(Status.ISSUED)
    assert desk.refused(desk.by(CHIEF, c.AcknowledgeEscalation, node=ACCEPT)) == ["late.status"]
