"""Relief of guardian and leader: nobody guards by word alone, and nobody works in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.works import (
    BOARD,
    CHIEF,
    DIRECTOR,
    DUTY,
    GUARDIAN,
    LEADER,
    MINUTE,
    SECOND,
    SHIFT,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    people,
    permit_rules,
)
from workflow.effects import AskPermit, Notify, Purpose, SetTimer
from workflow.errors import ImpossibleEvent
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.effects_common import SHIFT as SHIFT_TIMER
from workflow.permit.evolve import evolve
from workflow.permit.state import Status
from workflow.plant import Certificate
from workflow.rules.types import CertificateNeed, Role
from workflow.values import Actor, WorkType

CS = WorkType.CONFINED_SPACE
NEXT_GUARD, NEXT_LEADER = DUTY, DIRECTOR
"""Two people of the plant who had nothing to do with the permit so far."""
TRAINED = CertificateNeed(
    role=Role.GUARDIAN, kinds=("guardian",), when=(), blocks=True, clause="4.10", label="监护人培训"
)


def trained(*who: PersonId) -> dict[str, Any]:
    """The plant's people, with a guardian's training for these."""
    known = people()
    for person in who:
        card = Certificate(
            kind="guardian", number=f"g-{person}", valid_from=date(2025, 1, 1), valid_to=date(2027, 12, 31)
        )
        known[person] = replace(known[person], certificates=(*known[person].certificates, card))
    return {"people": known}


def stopped(work: WorkType = WorkType.HOT) -> Desk:
    """Work that stands still for a change of shift; the next crew has come to the place."""
    desk = Desk(work, rules=permit_rules(work, certificates=(TRAINED,)), **trained(NEXT_GUARD))
    desk.reach(Status.ACTIVE).later(10 * MINUTE)
    desk.ask(desk.by(GUARDIAN, c.StopWork, reason=SuspendReason.SHIFT_CHANGE, text="交接班"))
    for who in (GUARDIAN, LEADER, NEXT_GUARD, NEXT_LEADER):
        desk.ask(desk.check_in(who))
    return desk.later(MINUTE)


def record(desk: Desk, by: PersonId = GUARDIAN, **changes: Any) -> c.OpenHandover:
    base = c.OpenHandover(
        by=Actor.person(by), at=desk.now, guardian=NEXT_GUARD, leader=NEXT_LEADER, isolation="3块盲板在位",
        people=0, tools=0, issues="无",
    )  # fmt: skip
    return replace(base, **changes)


def sign(desk: Desk, who: PersonId) -> c.SignHandover:
    return c.SignHandover(by=Actor.person(who), at=desk.now, number=desk.permit.handovers)


def handed_over(desk: Desk) -> Desk:
    desk.ask(record(desk))
    for who in (LEADER, NEXT_GUARD, NEXT_LEADER):
        desk.ask(sign(desk, who))
    return desk


# --- the record -----------------------------------------------------------------------------------------------------


def test_the_last_of_four_signatures_relieves_and_the_signed_content_stays() -> None:
    desk = stopped()
    before = desk.permit.content
    assert desk.kinds(record(desk)) == ["HandoverOpened", "HandoverSigned"]
    assert desk.kinds(sign(desk, LEADER)) == ["HandoverSigned"]
    assert desk.kinds(sign(desk, NEXT_LEADER)) == ["HandoverSigned"]
    assert (desk.permit.guardian, desk.permit.leader) == (GUARDIAN, LEADER), "relieved before everybody signed"
    assert desk.kinds(sign(desk, NEXT_GUARD)) == ["HandoverSigned", "ShiftHandedOver"]
    assert (desk.permit.guardian, desk.permit.leader) == (NEXT_GUARD, NEXT_LEADER)
    assert desk.permit.relieved == (GUARDIAN, LEADER)
    assert desk.permit.content == before
    assert all(signature.content_hash == desk.permit.content_hash for signature in desk.permit.signatures)


def test_who_leaves_before_the_end_takes_his_own_signature_along() -> None:
    desk = stopped()
    desk.ask(record(desk))
    for who in (LEADER, NEXT_GUARD):
        desk.ask(sign(desk, who))
    desk.ask(desk.by(NEXT_GUARD, c.LeaveSite, person=NEXT_GUARD))
    assert desk.permit.handover is not None
    assert [each.person for each in desk.permit.handover.signed] == [GUARDIAN, LEADER]


@pytest.mark.parametrize(("who", "number"), [(WORKER, 1), (LEADER, 2)])
def test_no_history_holds_a_signature_of_somebody_else_or_on_another_record(who: PersonId, number: int) -> None:
    desk = stopped()
    desk.ask(record(desk))
    with pytest.raises(ImpossibleEvent):
        evolve(desk.permit, e.HandoverSigned(by=Actor.person(who), at=desk.now, number=number))


def test_the_record_keeps_the_analyses_that_counted() -> None:
    desk = stopped()
    (opened, _) = desk.ask(record(desk))
    assert isinstance(opened, e.HandoverOpened)
    assert [sample.point for sample in opened.record.gas] == ["东侧"]


def test_those_who_still_have_to_sign_are_asked_to() -> None:
    desk = stopped()
    desk.ask(record(desk))
    told = [one for one in desk.done if isinstance(one, Notify) and one.purpose is Purpose.ASK_HANDOVER]
    assert [one.people for one in told] == [(LEADER, NEXT_GUARD, NEXT_LEADER)]


@pytest.mark.parametrize("by", [WORKER, NEXT_GUARD, NEXT_LEADER, UNIT_HEAD, STRANGER])
def test_only_who_guards_or_leads_writes_the_record(by: PersonId) -> None:
    desk = stopped()
    assert desk.refused(record(desk, by=by)) == ["who.role"]


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"guardian": WORKER}, "people_distinct"),
        ({"guardian": NEXT_LEADER}, "people_distinct"),
        ({"guardian": STRANGER}, "guardian_qualified"),
        ({"guardian": CHIEF}, "handover.independent"),
        ({"leader": CHIEF}, "handover.independent"),
        ({"guardian": UNIT_HEAD}, "handover.independent"),
        ({"guardian": SHIFT}, "handover.independent"),
        ({"guardian": PersonId("nobody")}, "people_known"),
        ({"isolation": " "}, "handover.isolation"),
        ({"issues": ""}, "handover.issues"),
    ],
)
def test_who_may_not_take_over_and_what_must_be_said(changes: dict[str, Any], gate: str) -> None:
    desk = stopped()
    assert gate in desk.refused(record(desk, **changes))
    assert desk.permit.handover is None


def test_a_guardian_who_lost_his_training_between_record_and_signature_does_not_take_over() -> None:
    desk = stopped()
    desk.ask(record(desk))
    desk.changed["people"] = people()
    assert "guardian_qualified" in desk.refused(sign(desk, NEXT_GUARD))


def test_nobody_signs_from_afar() -> None:
    desk = stopped()
    desk.ask(record(desk))
    desk.ask(desk.by(STRANGER, c.LeaveSite, person=NEXT_GUARD))
    assert desk.refused(sign(desk, NEXT_GUARD)) == ["place.signer"]


def test_who_leaves_takes_his_signature_along() -> None:
    desk = stopped()
    desk.ask(record(desk))
    desk.ask(sign(desk, NEXT_GUARD))
    desk.ask(desk.by(STRANGER, c.LeaveSite, person=NEXT_GUARD))
    for who in (LEADER, NEXT_LEADER):
        assert desk.kinds(sign(desk, who)) == ["HandoverSigned"]
    assert desk.permit.guardian == GUARDIAN


def test_signatures_grow_old() -> None:
    desk = stopped()
    desk.ask(record(desk))
    desk.ask(sign(desk, NEXT_GUARD))
    desk.later(16 * MINUTE)
    for who in (LEADER, NEXT_LEADER):
        assert desk.kinds(sign(desk, who)) == ["HandoverSigned"]
    assert desk.permit.guardian == GUARDIAN
    desk.ask(sign(desk, NEXT_GUARD))
    assert desk.kinds(sign(desk, GUARDIAN)) == ["HandoverSigned", "ShiftHandedOver"]


def test_strangers_and_double_taps() -> None:
    desk = stopped()
    assert desk.refused(c.SignHandover(by=Actor.person(LEADER), at=desk.now, number=1)) == ["late.done"]
    desk.ask(record(desk))
    assert desk.refused(sign(desk, WORKER)) == ["who.role"]
    assert desk.refused(sign(desk, GUARDIAN)) == ["late.done"]
    desk.ask(record(desk, issues="法兰还剩两个"))
    assert desk.refused(c.SignHandover(by=Actor.person(LEADER), at=desk.now, number=1)) == ["late.done"]


def test_a_new_stop_and_failing_gas_undo_an_open_record() -> None:
    for spoil in ("stop", "gas"):
        desk = stopped()
        desk.ask(record(desk))
        if spoil == "stop":
            desk.ask(desk.by(STRANGER, c.StopWork, reason=SuspendReason.WIND))
        else:
            desk.ask(desk.gas(methane="30"))
        assert desk.permit.handover is None, spoil


def test_the_same_people_may_go_on_after_signing_that_they_do() -> None:
    desk = stopped()
    desk.ask(record(desk, guardian=GUARDIAN, leader=LEADER))
    assert desk.kinds(sign(desk, LEADER)) == ["HandoverSigned", "ShiftHandedOver"]
    assert (desk.permit.guardian, desk.permit.leader, desk.permit.relieved) == (GUARDIAN, LEADER, ())


def test_work_that_never_started_is_not_handed_over() -> None:
    desk = Desk(**trained(NEXT_GUARD)).reach(Status.ISSUED)
    desk.ask(desk.by(GUARDIAN, c.StopWork, reason=SuspendReason.SHIFT_CHANGE))
    assert desk.refused(record(desk)) == ["handover.idle"]


def test_in_a_confined_space_everybody_is_out_meanwhile() -> None:
    desk = stopped(CS)
    assert "handover.inside" in desk.refused(record(desk, people=1))
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=1, tools=0))
    assert "handover.inside" in desk.refused(record(desk, people=1))
    desk.later(MINUTE)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert desk.kinds(record(desk)) == ["HandoverOpened", "HandoverSigned"]


def test_the_record_says_what_the_count_says() -> None:
    desk = stopped()
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=1))
    assert desk.refused(record(desk)) == ["handover.count"]
    assert desk.kinds(record(desk, people=2, tools=1)) == ["HandoverOpened", "HandoverSigned"]
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert desk.permit.handover is None, "a record that no longer says how things are"


# --- going on -------------------------------------------------------------------------------------------------------


def ready(desk: Desk) -> Desk:
    """The next crew is briefed, and the air is tested."""
    desk.later(MINUTE)
    for who in (NEXT_GUARD, NEXT_LEADER):
        desk.ask(desk.by(who, c.SignBriefing)) if who not in desk.permit.briefed else None
        desk.ask(desk.check_in(who))
    desk.ask(desk.gas())
    return desk


def resume(desk: Desk, who: PersonId, role: Role) -> c.Resume:
    return c.Resume(by=Actor.person(who), at=desk.now, role=role, cause_removed="已交接班")


def test_work_stopped_for_a_change_of_shift_waits_for_the_hand_over() -> None:
    desk = stopped().later(MINUTE)
    desk.ask(desk.gas())
    refusal = desk.refusal(resume(desk, GUARDIAN, Role.GUARDIAN))
    assert [finding.gate for finding in refusal.findings] == ["handover.open"]
    forged = e.WorkResumed(by=Actor.person(GUARDIAN), at=desk.now)
    with pytest.raises(ImpossibleEvent, match="handed over"):
        evolve(desk.permit, forged)


@pytest.mark.parametrize("work", [WorkType.HOT, CS])
def test_the_next_crew_resumes_and_the_old_one_does_not(work: WorkType) -> None:
    desk = ready(handed_over(stopped(work)))
    assert desk.refused(resume(desk, GUARDIAN, Role.GUARDIAN)) == ["who.role"]
    assert desk.refused(resume(desk, LEADER, Role.WORK_LEADER)) == ["who.role"]
    desk.ask(resume(desk, NEXT_GUARD, Role.GUARDIAN))
    assert desk.kinds(resume(desk, NEXT_LEADER, Role.WORK_LEADER)) == ["ResumeSigned", "WorkResumed"]
    desk.ask(desk.by(STRANGER, c.LeaveSite, person=GUARDIAN))
    assert desk.permit.suspension is None, "the relieved guardian may go home"
    desk.ask(desk.by(STRANGER, c.LeaveSite, person=NEXT_GUARD))
    assert desk.permit.status is Status.SUSPENDED, "the one who guards now may not"


def test_the_next_guardian_is_briefed_before_work_goes_on() -> None:
    desk = handed_over(stopped()).later(MINUTE)
    desk.ask(desk.gas())
    assert desk.refused(resume(desk, NEXT_GUARD, Role.GUARDIAN)) == ["briefing_signed"]


def test_the_return_to_a_confined_space_asks_for_a_new_test() -> None:
    desk = handed_over(stopped(CS)).later(MINUTE)
    for who in (NEXT_GUARD, NEXT_LEADER):
        desk.ask(desk.by(who, c.SignBriefing))
    assert desk.refused(resume(desk, NEXT_GUARD, Role.GUARDIAN)) == ["gas_fresh"]


def test_prompts_go_to_the_one_who_guards_now() -> None:
    desk = ready(handed_over(stopped()))
    desk.ask(resume(desk, NEXT_GUARD, Role.GUARDIAN))
    desk.ask(resume(desk, NEXT_LEADER, Role.WORK_LEADER))
    desk.later(30 * MINUTE).ask(desk.tick(c.PromptDue, number=1))
    asked = [one for one in desk.done if isinstance(one, Notify) and one.purpose is Purpose.PROMPT]
    assert [one.people for one in asked] == [(NEXT_GUARD,)]
    assert desk.refused(desk.by(GUARDIAN, c.AnswerPrompt, number=1)) == ["who.role"]
    assert desk.kinds(desk.by(NEXT_GUARD, c.AnswerPrompt, number=1)) == ["PromptAnswered"]


def test_whoever_guarded_once_never_signs_for_the_plant() -> None:
    desk = ready(handed_over(stopped()))
    desk.changed["holders"] = {**desk.facts().holders, Role.SITE_UNIT: (GUARDIAN, NEXT_GUARD)}
    desk.ask(desk.by(NEXT_LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.later(31 * MINUTE)
    desk.ask(desk.by(NEXT_GUARD, c.EndFireWatch))
    for who in (GUARDIAN, NEXT_GUARD):
        assert desk.refused(desk.by(who, c.SignAcceptance, role=Role.SITE_UNIT)) == ["who.independent"]


# --- the plant's shifts ---------------------------------------------------------------------------------------------

NOON = timedelta(hours=4)
"""Noon in Shanghai, since midnight UTC."""


def on_shifts(work: WorkType = WorkType.HOT) -> Desk:
    rules = permit_rules(work, certificates=(TRAINED,), shift_changes=(NOON,), prompt_every=timedelta(hours=9))
    return Desk(work, rules=rules, **trained(NEXT_GUARD)).reach(Status.ACTIVE)


def timer(desk: Desk) -> SetTimer:
    return [one for one in desk.done if isinstance(one, SetTimer) and one.name == SHIFT_TIMER][-1]


def fire(desk: Desk) -> list[str]:
    return desk.kinds(replace(timer(desk).command, at=desk.now))


def test_the_clock_stops_the_work_when_the_shift_changes() -> None:
    desk = on_shifts()
    assert timer(desk).due == at("12:00")
    desk.to("12:00")
    assert fire(desk) == ["WorkSuspended"]
    assert desk.permit.suspension is not None
    assert (desk.permit.suspension.reasons, desk.permit.suspension.text) == (
        (SuspendReason.SHIFT_CHANGE,),
        "12:00交接班",
    )
    assert desk.permit.handover_due
    assert timer(desk).due == at("12:00", "2025-06-12"), "the next change is on the agenda"


def test_a_change_of_shift_while_the_work_is_stopped_anyway_is_not_forgotten() -> None:
    desk = on_shifts()
    desk.ask(desk.by(STRANGER, c.StopWork, reason=SuspendReason.WIND))
    desk.to("12:00")
    assert fire(desk) == ["WorkSuspended"]
    assert desk.permit.handover_due
    assert desk.kinds(replace(timer(desk).command, at=desk.now)) == []


def test_a_hand_over_just_before_the_change_counts_for_it() -> None:
    desk = on_shifts()
    clock = timer(desk)
    desk.to("11:30").ask(desk.by(LEADER, c.StopWork, reason=SuspendReason.SHIFT_CHANGE))
    for who in (GUARDIAN, LEADER, NEXT_GUARD, NEXT_LEADER):
        desk.ask(desk.by(who, c.CheckIn, way=CheckInWay.BOARD_CODE, code=BOARD))
    handed_over(desk)
    ready(desk)
    desk.ask(resume(desk, NEXT_GUARD, Role.GUARDIAN))
    desk.ask(resume(desk, NEXT_LEADER, Role.WORK_LEADER))
    desk.to("12:00")
    assert desk.kinds(replace(clock.command, at=desk.now)) == []
    assert desk.permit.status is Status.ACTIVE


def test_a_second_shift_may_be_called_after_the_first_was_handed_over() -> None:
    desk = handed_over(stopped())
    assert not desk.permit.handover_due
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.SHIFT_CHANGE))
    assert desk.permit.handover_due


def test_a_plant_without_shifts_sets_no_timer() -> None:
    desk = Desk().reach(Status.ACTIVE)
    assert not [one for one in desk.done if isinstance(one, SetTimer) and one.name == SHIFT_TIMER]
    assert not [one for one in desk.done if isinstance(one, AskPermit)]


def test_experience_is_asked_of_the_next_guardian_too() -> None:
    desk = stopped()
    known = desk.changed["people"]
    desk.changed["people"] = {**known, NEXT_GUARD: replace(known[NEXT_GUARD], experience_years=Decimal(0))}
    assert "guardian_qualified" in desk.refused(record(desk))
    assert SECOND not in desk.permit.handing_over
