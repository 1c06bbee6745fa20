"""Who may vouch for whom, what a vouched word is worth, and how long a link lives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    GUARDIAN,
    LEADER,
    PERMIT,
    SAFETY,
    SECOND,
    SHIFT,
    SITE,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    make_ready,
    people,
    permit_rules,
)
from workflow.errors import ImpossibleEvent, Refused
from workflow.ids import NodeKey, PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.signing import BRIEF, PROOF_ZH, STOP, decision_hash
from workflow.permit.state import Status
from workflow.plant import Admission, Post
from workflow.rules.plant_rules import Vouching
from workflow.rules.stricter import stricter
from workflow.rules.types import Role
from workflow.values import STRENGTH, Actor, Proof, ProofMethod
from workflow.vouching import (
    CodeMissed,
    Link,
    LinkPurpose,
    LinkRevoked,
    Links,
    LinkState,
    TooManyVouched,
    evolve,
    held_by,
    open_link,
    revoke_all,
    try_code,
    usable,
)

CREW, OTHERS = "鲁安检修", "东建安装"
LINK = ProofMethod.VOUCHED_LINK


@dataclass(frozen=True)
class _Plant:
    vouching: Vouching


def crew(**changes: Any) -> Desk:
    """An issued hot work whose leader and workers are of one contractor; the plant takes vouched briefings."""
    desk = Desk(rules=permit_rules(briefing_proof=LINK)).reach(Status.ISSUED).to("08:00")
    known = people()
    for who in (LEADER, WORKER, SECOND):
        known[who] = replace(known[who], employer=CREW)
    for name, parts in changes.items():
        known[PersonId(name)] = replace(known[PersonId(name)], **parts)
    desk.changed |= {"people": known, "admissions": {CREW: Admission(until=at("08:00").date())}}
    vars(desk.hand)["plant"] = _Plant(Vouching(foreman_posts=("foreman",)))
    return desk


def proof(desk: Desk, person: PersonId, voucher: PersonId, *, verdict: str = BRIEF, **changes: Any) -> Proof:
    bound = decision_hash(
        permit=PERMIT, content_hash=desk.permit.content_hash, verdict=verdict, step=verdict, person=person
    )
    made = Proof(method=LINK, subject=person, decision_hash=bound, at=desk.now, voucher=voucher)
    return replace(made, **changes)


def sign(desk: Desk, person: PersonId = WORKER, voucher: PersonId = LEADER, **changes: Any) -> c.SignBriefing:
    command: c.SignBriefing = desk.by(person, c.SignBriefing, proof=proof(desk, person, voucher, **changes))
    return command


# --- the ladder -----------------------------------------------------------------------------------------------------


def test_the_vouched_link_lies_below_every_account_and_has_words() -> None:
    assert sorted(STRENGTH, key=STRENGTH.__getitem__)[:3] == [
        ProofMethod.OFFLINE_PIN, LINK, ProofMethod.PLATFORM_SESSION,
    ]  # fmt: skip
    assert set(PROOF_ZH) == set(ProofMethod)


def test_a_vouched_proof_and_only_that_names_its_voucher() -> None:
    desk = crew()
    with pytest.raises(ValueError, match="voucher"):
        replace(proof(desk, WORKER, LEADER), voucher=None)
    with pytest.raises(ValueError, match="voucher"):
        proof(desk, WORKER, LEADER, method=ProofMethod.PASSKEY)


def test_of_two_rules_the_stricter_proof_counts() -> None:
    low, high = permit_rules(briefing_proof=LINK), permit_rules(briefing_proof=ProofMethod.PASSKEY)
    assert stricter(low, high).briefing_proof is stricter(high, low).briefing_proof is ProofMethod.PASSKEY


# --- what it is enough for ------------------------------------------------------------------------------------------


def test_a_vouched_worker_signs_the_briefing_and_the_permit_remembers_who_vouched() -> None:
    desk = crew()
    assert desk.kinds(sign(desk)) == ["BriefingSigned"]
    assert desk.permit.briefed == (WORKER,)
    assert dict(desk.permit.vouched) == {WORKER: LEADER}


def test_where_the_plant_asks_for_more_a_vouched_briefing_is_refused_and_kept() -> None:
    desk = crew()
    desk.hand.page = replace(desk.hand.page, briefing_proof=ProofMethod.PLATFORM_SESSION)
    refused = desk.refusal(sign(desk))
    assert ([one.gate for one in refused.findings], refused.remember) == (["proof.weak"], True)


def test_a_permit_of_before_the_rung_takes_no_vouched_briefing() -> None:
    assert permit_rules().briefing_proof is ProofMethod.PLATFORM_SESSION


def test_a_vouched_proof_is_bound_to_this_decision_this_person_and_this_hour() -> None:
    desk = crew()
    assert desk.refused(sign(desk, verdict=STOP)) == ["proof.decision"]
    assert "proof.subject" in desk.refused(desk.by(WORKER, c.SignBriefing, proof=proof(desk, SECOND, LEADER)))
    old = sign(desk)
    assert desk.later(timedelta(minutes=11)).refused(replace(old, at=desk.now)) == ["proof.stale"]


def test_no_vouched_word_reviews_approves_starts_or_resumes() -> None:
    desk = Desk().reach(Status.PREPARING)
    weak = proof(desk, LEADER, WORKER, verdict="review")
    assert "proof.weak" in desk.refused(desk.by(LEADER, c.RequestReview, proof=weak))
    desk = Desk().reach(Status.IN_REVIEW)
    node = desk.permit.node
    assert node is not None
    signer = {Role.SITE_UNIT: UNIT_HEAD, Role.SAFETY_DEPT: SAFETY, Role.APPROVER: CHIEF}[node.role]
    weak = proof(desk, signer, LEADER, verdict="approve")
    assert "proof.weak" in desk.refused(desk.approve(signer, NodeKey(node.key), proof=weak))
    desk = Desk().reach(Status.ISSUED).to("08:00")
    make_ready(desk)
    weak = proof(desk, GUARDIAN, LEADER, verdict="start")
    assert "proof.weak" in desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN, proof=weak))
    desk = Desk().reach(Status.ACTIVE)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    weak = proof(desk, GUARDIAN, LEADER, verdict="resume")
    resume = desk.by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="好了", proof=weak)
    assert "proof.weak" in desk.refused(resume)


@pytest.mark.parametrize("voucher", [LEADER, WORKER, STRANGER, PersonId("nobody")])
def test_a_stop_is_taken_whoever_vouches(voucher: PersonId) -> None:
    desk = Desk().reach(Status.ACTIVE)
    command = desk.by(
        WORKER, c.StopWork, reason=SuspendReason.STOP_WORK, proof=proof(desk, WORKER, voucher, verdict=STOP)
    )
    (stopped,) = [one for one in desk.ask(command) if type(one).__name__ == "WorkSuspended"]
    assert stopped.proof.voucher == voucher  # type: ignore[attr-defined]  # named above


# --- who may vouch for whom -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "voucher", "changes", "gate"),
    [
        (WORKER, WORKER, {}, "vouch.self"),
        (WORKER, PersonId("nobody"), {}, "vouch.known"),
        (WORKER, LEADER, {LEADER: {"active": False}}, "vouch.known"),
        (WORKER, LEADER, {WORKER: {"employer": OTHERS}}, "vouch.crew"),
        (WORKER, LEADER, {WORKER: {"employer": None}}, "vouch.crew"),
        (WORKER, LEADER, {WORKER: {"employer": None}, LEADER: {"employer": None}}, "vouch.crew"),
        (WORKER, SECOND, {}, "vouch.foreman"),
        (WORKER, APPLICANT, {APPLICANT: {"employer": CREW}}, "vouch.foreman"),
        (WORKER, GUARDIAN, {GUARDIAN: {"employer": CREW}}, "vouch.independent"),
        (WORKER, UNIT_HEAD, {UNIT_HEAD: {"employer": CREW}}, "vouch.independent"),
        (GUARDIAN, LEADER, {GUARDIAN: {"employer": CREW}}, "vouch.worker"),
        (UNIT_HEAD, LEADER, {UNIT_HEAD: {"employer": CREW}}, "vouch.worker"),
    ],
)
def test_who_may_not_vouch_for_whom(
    person: PersonId, voucher: PersonId, changes: dict[str, dict[str, Any]], gate: str
) -> None:
    desk = crew(**changes)
    refused = desk.refusal(sign(desk, person, voucher))
    assert gate in [one.gate for one in refused.findings]
    assert refused.remember


def test_a_foreman_of_the_plants_list_vouches_for_his_own_company() -> None:
    post = (Post(key="foreman"),)
    desk = crew(**{SHIFT: {"employer": CREW, "posts": post}})
    independent = "vouch.independent" in desk.refused(sign(desk, WORKER, SHIFT))
    assert independent, "who starts for the plant is no foreman"
    desk = crew(**{STRANGER: {"employer": CREW, "posts": post}})
    assert desk.kinds(sign(desk, WORKER, STRANGER)) == ["BriefingSigned"]


# --- the life of a link ---------------------------------------------------------------------------------------------

RULES = Vouching()
NOON = at("12:00")
MINUTE = timedelta(minutes=1)


def opened(links: Links | None = None, link: str = "a", person: str = "li", when: datetime = NOON) -> Links:
    links = links or Links(id=LEADER, site=SITE)
    events = open_link(
        links, link=link, permit=PERMIT, person=PersonId(person), purpose=LinkPurpose.BRIEFING, at=when, rules=RULES
    )
    for event in events:
        links = evolve(links, event)
    return links


def link_of(links: Links, link: str = "a") -> Link:
    found = links.link(link)
    assert found is not None
    return found


def typed(links: Links, *, right: bool, when: datetime = NOON, phone: str = "phone", link: str = "a") -> Links:
    for event in try_code(links, link, right=right, phone=phone, at=when, rules=RULES):
        links = evolve(links, event)
    return links


def test_a_link_ends_at_its_last_moment() -> None:
    links = opened()
    assert usable(link_of(links), NOON + timedelta(minutes=9, seconds=59))
    assert not usable(link_of(links), NOON + timedelta(minutes=10))
    with pytest.raises(Refused):
        typed(links, right=True, when=NOON + timedelta(minutes=10))


def test_the_right_code_makes_it_one_phones_and_no_others() -> None:
    links = typed(opened(), right=True, when=NOON + 9 * MINUTE)
    link = link_of(links)
    assert held_by(link, "phone", NOON + 18 * MINUTE)
    assert not held_by(link, "phone", NOON + 19 * MINUTE)
    assert not held_by(link, "other", NOON + 10 * MINUTE)
    assert not held_by(link, "", NOON + 10 * MINUTE)
    with pytest.raises(Refused):
        typed(links, right=True, when=NOON + 10 * MINUTE, phone="other")


def test_nobody_holds_a_link_whose_code_was_not_typed() -> None:
    assert not held_by(link_of(opened()), "", NOON)
    assert not held_by(replace(link_of(opened()), phone="phone"), "phone", NOON)


def test_the_fifth_wrong_code_ends_it_for_good() -> None:
    links = opened()
    for _ in range(5):
        assert link_of(links).state is LinkState.OPEN
        links = typed(links, right=False)
    assert link_of(links).state is LinkState.LOCKED
    with pytest.raises(Refused):
        typed(links, right=True)


def test_the_foreman_takes_back_what_is_open_and_what_is_held() -> None:
    links = opened(typed(opened(), right=True), "b", "zhou")
    for event in (taken := revoke_all(links, NOON + MINUTE)):
        links = evolve(links, event)
    assert [type(one) for one in taken] == [LinkRevoked, LinkRevoked]
    assert not held_by(link_of(links), "phone", NOON + MINUTE)
    assert revoke_all(links, NOON + MINUTE) == ()


def test_a_newer_link_for_the_same_person_ends_the_older() -> None:
    links = opened(opened(), "b")
    assert (link_of(links).state, link_of(links, "b").state) == (LinkState.REVOKED, LinkState.OPEN)


def test_a_foreman_vouches_for_three_people_a_minute_and_the_fourth_is_told() -> None:
    links = opened(opened(opened(), "b", "zhou"), "c", "zhao")
    (event,) = open_link(
        links, link="d", permit=PermitId("X"), person=PersonId("sun"), purpose=LinkPurpose.STOP,
        at=NOON + timedelta(seconds=59), rules=RULES,
    )  # fmt: skip
    assert isinstance(event, TooManyVouched)
    assert evolve(links, event) == links
    again = opened(links, "e", "zhao", NOON + timedelta(seconds=59))
    assert usable(link_of(again, "e"), NOON + MINUTE), "the same person anew is nobody more"
    assert usable(link_of(opened(links, "d", "sun", NOON + MINUTE), "d"), NOON + MINUTE)


def test_old_links_are_forgotten_and_a_link_that_never_was_is_impossible() -> None:
    links = opened(opened(), "b", "zhou", NOON + timedelta(days=1))
    assert links.link("a") is None
    with pytest.raises(ImpossibleEvent):
        evolve(links, CodeMissed(by=Actor.clock(), at=NOON, link="never", locked=False))
    with pytest.raises(Refused):
        typed(links, right=True, link="never")
