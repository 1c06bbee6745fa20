"""What a PIN and a second person may stand in for while the chat is down, and what never."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    GUARDIAN,
    LEADER,
    SECOND,
    UNIT_HEAD,
    WORKER,
    Desk,
    make_ready,
    permit_rules,
)
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit.signing import BRIEF, decision_hash
from workflow.permit.state import Status
from workflow.rules.plant_rules import Offline
from workflow.rules.types import Grade, Role
from workflow.values import Proof, ProofMethod, WorkType

AFTER = timedelta(minutes=10)
TAP, AT_SITE = ProofMethod.PLATFORM_SESSION, ProofMethod.PLATFORM_SESSION_AT_SITE


@dataclass(frozen=True)
class _Plant:
    offline: Offline | None


LETS = Offline(replaces=AT_SITE, after=AFTER)


def plant(desk: Desk, offline: Offline | None = LETS) -> Desk:
    vars(desk.hand)["plant"] = _Plant(offline)
    return desk


def proof(desk: Desk, who: PersonId, verdict: str, step: str, **changed: Any) -> Proof:
    bound = decision_hash(
        permit=desk.permit.id, content_hash=desk.permit.content_hash, verdict=verdict, step=step, person=who
    )
    given: dict[str, Any] = {
        "method": ProofMethod.OFFLINE_PIN, "subject": who, "decision_hash": bound, "at": desk.now,
        "second": DIRECTOR, "down_since": desk.now - AFTER, "at_site": True, **changed,
    }  # fmt: skip
    return Proof(**given)


def in_review(work: WorkType = WorkType.HOT, **rules: Any) -> Desk:
    return plant(Desk(work, rules=permit_rules(work, **rules)).reach(Status.IN_REVIEW))


def approve(desk: Desk, **changed: Any) -> c.Approve:
    node = desk.permit.node
    assert node is not None
    command: c.Approve = desk.by(
        UNIT_HEAD,
        c.Approve,
        node=node.key,
        content_hash=desk.permit.content_hash,
        opinion="同意",
        proof=proof(desk, UNIT_HEAD, "approve", node.key, **changed),
    )
    return command


def start(desk: Desk, **changed: Any) -> c.Start:
    given = proof(desk, GUARDIAN, "start", Role.GUARDIAN.value, **changed)
    command: c.Start = desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN, proof=given)
    return command


def ready(work: WorkType = WorkType.HOT, **rules: Any) -> Desk:
    desk = plant(Desk(work, rules=permit_rules(work, **rules)).reach(Status.ISSUED))
    make_ready(desk)
    return desk


def test_a_pin_and_a_second_person_approve_while_the_chat_is_down_and_the_record_says_so() -> None:
    desk = in_review()
    (signed,) = desk.ask(approve(desk))
    kept = desk.permit.signatures[0].proof
    assert kept is signed.proof  # type: ignore[attr-defined]  # an approval
    assert kept is not None
    assert (kept.method, kept.second, kept.down_since) == (ProofMethod.OFFLINE_PIN, DIRECTOR, desk.now - AFTER)


def test_it_starts_work_that_is_no_entry() -> None:
    desk = ready()
    assert desk.kinds(start(desk)) == ["StartSigned"]


def test_where_the_plant_says_nothing_there_is_no_such_way() -> None:
    desk = plant(in_review(), None)
    assert desk.refused(approve(desk)) == ["proof.offline.off"]


@pytest.mark.parametrize("early", [timedelta(0), timedelta(minutes=1), AFTER - timedelta(seconds=1)])
def test_a_chat_that_has_not_been_down_for_long_enough_leaves_it_shut(early: timedelta) -> None:
    desk = in_review()
    assert desk.refused(approve(desk, down_since=desk.now - early)) == ["proof.offline.up"]


@pytest.mark.parametrize("second", [UNIT_HEAD, APPLICANT, LEADER, GUARDIAN, WORKER, SECOND])
def test_the_second_person_is_somebody_else_with_no_part_in_the_work(second: PersonId) -> None:
    desk = in_review()
    assert desk.refused(approve(desk, second=second)) == ["proof.offline.second"]


def test_it_stands_in_for_no_more_than_the_plant_says() -> None:
    strong = tuple(replace(node, proof=AT_SITE) for node in permit_rules().chain)
    desk = plant(in_review(chain=strong), Offline(replaces=TAP, after=AFTER))
    assert desk.refused(approve(desk)) == ["proof.offline.weak"]
    desk = plant(in_review(chain=strong))
    assert desk.kinds(approve(desk)) == ["StepApproved"]
    keyed = tuple(replace(node, proof=ProofMethod.PASSKEY) for node in permit_rules().chain)
    desk = plant(in_review(chain=keyed))
    assert desk.refused(approve(desk)) == ["proof.offline.weak"]


def test_nobody_goes_into_a_confined_space_by_it() -> None:
    desk = ready(WorkType.CONFINED_SPACE)
    assert desk.refused(start(desk)) == ["proof.offline.never"]
    desk = in_review(WorkType.CONFINED_SPACE)
    assert desk.kinds(approve(desk)) == ["StepApproved"], "the approval is never the start"


def test_hot_work_of_special_grade_is_neither_approved_nor_started_by_it() -> None:
    desk = in_review(grade=Grade.SPECIAL)
    assert desk.refused(approve(desk)) == ["proof.offline.never"]
    desk = ready(grade=Grade.SPECIAL)
    assert desk.refused(start(desk)) == ["proof.offline.never"]


def test_a_proof_of_an_altered_decision_or_of_yesterday_is_none() -> None:
    desk = in_review()
    assert desk.refused(approve(desk, decision_hash="0" * 64)) == ["proof.decision"]
    old = desk.now - timedelta(minutes=11)
    assert desk.refused(approve(desk, at=old, down_since=old - AFTER)) == ["proof.stale"]
    assert desk.refused(approve(desk, subject=CHIEF)) == ["proof.subject"]


def test_it_signs_no_briefing_and_no_request() -> None:
    desk = plant(Desk().reach(Status.ISSUED))
    given = proof(desk, WORKER, BRIEF, BRIEF)
    assert desk.refused(desk.by(WORKER, c.SignBriefing, proof=given)) == ["proof.offline.never"]


@pytest.mark.parametrize(("second", "since"), [(None, True), (DIRECTOR, False)])
def test_a_proof_by_pin_and_only_that_names_a_second_person_and_an_outage(second: PersonId | None, since: bool) -> None:
    desk = in_review()
    with pytest.raises(ValueError, match="second person"):
        proof(desk, UNIT_HEAD, "approve", "x", second=second, down_since=desk.now if since else None)
    with pytest.raises(ValueError, match="second person"):
        proof(desk, UNIT_HEAD, "approve", "x", method=ProofMethod.PASSKEY)
