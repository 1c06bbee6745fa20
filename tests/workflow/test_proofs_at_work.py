"""How strongly start, resume and acceptance are signed: a plant may ask for more, and a stop never needs any proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import GUARDIAN, LEADER, MINUTE, SHIFT, UNIT_HEAD, WORKER, Desk, make_ready, permit_rules
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.signing import PROOF_FRESH, decision_hash, gave_fresh_code
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import STRENGTH, STRONGEST_TAP, Proof, ProofMethod

KEY = ProofMethod.PASSKEY


def proof(desk: Desk, who: PersonId, verdict: str, role: Role, method: ProofMethod = KEY) -> Proof:
    bound = decision_hash(
        permit=desk.permit.id, content_hash=desk.permit.content_hash, verdict=verdict, step=role.value, person=who
    )
    return Proof(method=method, subject=who, decision_hash=bound, at=desk.now)


def start(desk: Desk, who: PersonId, role: Role, given: Proof | None = None) -> c.Start:
    return desk.by(who, c.Start, role=role, proof=given)  # type: ignore[no-any-return]


def resume(desk: Desk, who: PersonId, role: Role, given: Proof | None = None) -> c.Resume:
    return desk.by(who, c.Resume, role=role, cause_removed="已消除", proof=given)  # type: ignore[no-any-return]


def accept(desk: Desk, who: PersonId, role: Role, given: Proof | None = None) -> c.SignAcceptance:
    return desk.by(who, c.SignAcceptance, role=role, proof=given)  # type: ignore[no-any-return]


def ready(**rules: Any) -> Desk:
    desk = Desk(rules=permit_rules(**rules)).reach(Status.ISSUED)
    make_ready(desk)
    return desk


def stopped_and_good_again(desk: Desk) -> Desk:
    desk.later(MINUTE).ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    desk.later(MINUTE).ask(desk.gas())
    for who in (GUARDIAN, LEADER, SHIFT):
        desk.ask(desk.check_in(who))
    return desk


def over(**rules: Any) -> Desk:
    desk = Desk(rules=permit_rules(fire_watch=None, **rules)).reach(Status.ACTIVE)
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    return desk


def test_a_start_is_signed_as_strongly_as_the_plant_asks() -> None:
    desk = ready(start_proof=KEY)
    assert desk.refused(start(desk, GUARDIAN, Role.GUARDIAN)) == ["proof.weak"]
    weaker = proof(desk, GUARDIAN, "start", Role.GUARDIAN, ProofMethod.VENDOR_FACE)
    assert desk.refused(start(desk, GUARDIAN, Role.GUARDIAN, weaker)) == ["proof.weak"]
    good = proof(desk, GUARDIAN, "start", Role.GUARDIAN)
    assert desk.kinds(start(desk, GUARDIAN, Role.GUARDIAN, good)) == ["StartSigned"]


def test_one_steps_minimum_never_lowers_that_of_the_site() -> None:
    desk = ready(start_proof=ProofMethod.PLATFORM_SESSION, site_proof=KEY)
    assert desk.refused(start(desk, GUARDIAN, Role.GUARDIAN)) == ["proof.weak"]


def test_a_resume_is_signed_as_strongly_as_the_plant_asks() -> None:
    desk = Desk(rules=permit_rules(resume_proof=KEY)).reach(Status.ACTIVE)
    stopped_and_good_again(desk)
    assert desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["proof.weak"]
    good = proof(desk, GUARDIAN, "resume", Role.GUARDIAN)
    assert desk.kinds(resume(desk, GUARDIAN, Role.GUARDIAN, good)) == ["ResumeSigned"]


def test_a_stop_before_the_start_is_no_way_round_the_key_of_the_start() -> None:
    desk = stopped_and_good_again(ready(start_proof=KEY))
    assert desk.permit.started_at is None
    assert desk.refused(resume(desk, SHIFT, Role.SHIFT_LEADER)) == ["proof.weak"]
    good = proof(desk, SHIFT, "resume", Role.SHIFT_LEADER)
    assert desk.kinds(resume(desk, SHIFT, Role.SHIFT_LEADER, good)) == ["ResumeSigned"]


def test_an_acceptance_is_signed_as_strongly_as_the_plant_asks_and_keeps_its_proof() -> None:
    desk = over(acceptance_proof=KEY)
    assert desk.refused(accept(desk, LEADER, Role.WORK_LEADER)) == ["proof.weak"]
    good = proof(desk, LEADER, "accept", Role.WORK_LEADER)
    (signed,) = desk.ask(accept(desk, LEADER, Role.WORK_LEADER, good))
    assert signed.proof == good  # type: ignore[attr-defined]  # an acceptance


@pytest.mark.parametrize("wrong", ["verdict", "role", "person"])
def test_a_proof_of_another_decision_accepts_nothing(wrong: str) -> None:
    desk = over()
    verdict = "resume" if wrong == "verdict" else "accept"
    role = Role.SITE_UNIT if wrong == "role" else Role.WORK_LEADER
    given = proof(desk, UNIT_HEAD if wrong == "person" else LEADER, verdict, role)
    expected = ["proof.subject", "proof.decision"] if wrong == "person" else ["proof.decision"]
    assert desk.refused(accept(desk, LEADER, Role.WORK_LEADER, given)) == expected


def test_a_stop_needs_no_proof_however_strict_the_plant_is() -> None:
    desk = Desk(rules=permit_rules(site_proof=KEY, start_proof=KEY, resume_proof=KEY, acceptance_proof=KEY))
    desk.reach(Status.ISSUED)
    make_ready(desk)
    for who, role in ((GUARDIAN, Role.GUARDIAN), (SHIFT, Role.SHIFT_LEADER)):
        desk.ask(start(desk, who, role, proof(desk, who, "start", role)))
    assert desk.permit.status is Status.ACTIVE
    assert desk.kinds(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK)) == ["WorkSuspended"]


# --- the changing number of the place's screen ------------------------------------------------------------------------


def test_the_screens_number_is_more_than_the_boards_code_and_less_than_a_key() -> None:
    fresh, tap = ProofMethod.PLATFORM_SESSION_FRESH_CODE, ProofMethod.PLATFORM_SESSION_AT_SITE
    desk = ready(start_proof=fresh)
    assert desk.refused(start(desk, GUARDIAN, Role.GUARDIAN, proof(desk, GUARDIAN, "start", Role.GUARDIAN, tap))) == [
        "proof.weak"
    ]
    assert (
        STRENGTH[tap] < STRENGTH[fresh] < min(STRENGTH[one] for one in ProofMethod if STRENGTH[one] > STRENGTH[fresh])
    )
    assert STRONGEST_TAP is fresh
    desk.later(MINUTE).ask(number(desk, GUARDIAN))
    good = proof(desk, GUARDIAN, "start", Role.GUARDIAN, fresh)
    assert desk.kinds(start(desk, GUARDIAN, Role.GUARDIAN, good)) == ["StartSigned"]


def test_nobody_says_to_have_given_a_number_the_permit_knows_nothing_of() -> None:
    """The label alone is worth nothing: the permit holds it against who was where, and when."""
    fresh = ProofMethod.PLATFORM_SESSION_FRESH_CODE
    desk = ready()

    def asked() -> c.Start:
        return start(desk, GUARDIAN, Role.GUARDIAN, proof(desk, GUARDIAN, "start", Role.GUARDIAN, fresh))

    assert desk.refused(asked()) == ["proof.fresh_code"], "the board's code was scanned, no number given"
    desk.later(MINUTE).ask(number(desk, LEADER))
    assert desk.refused(asked()) == ["proof.fresh_code"], "somebody else's"
    desk.ask(number(desk, GUARDIAN))
    assert gave_fresh_code(desk.permit, GUARDIAN, at=desk.now)
    early = desk.now - timedelta(seconds=1)
    assert not gave_fresh_code(desk.permit, GUARDIAN, at=early), "written by a clock that had leapt ahead"
    desk.later(PROOF_FRESH + timedelta(seconds=1))
    assert "proof.fresh_code" in desk.refused(asked()), "of a while ago"


def number(desk: Desk, who: PersonId) -> c.CheckIn:
    return replace(desk.check_in(who), way=c.CheckInWay.FRESH_CODE)
