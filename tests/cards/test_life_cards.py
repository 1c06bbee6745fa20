"""Cards of entries, reliefs and ends: who sees which button, and what the card says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards.buttons import Action, unpack
from cards.card import Card
from cards.permit import permit_card
from cards.views import PermitView
from tests.support.permits import GUARD, HEAD, LEADER, NOW, SAFETY, SECRET, WORKER, permit, view
from workflow.ids import PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.life import ByHand, Confirmed, Handover, HandoverRecord, HandoverSignature, Inside
from workflow.permit.state import Permit, Status, Suspension
from workflow.rules.types import ClosingNeed, Role
from workflow.values import Actor, WorkType

STOP = Suspension(since=NOW, reasons=(SuspendReason.SHIFT_CHANGE,), text="交接班", by=Actor.person(GUARD))
CREW = (LEADER, GUARD, WORKER)


def shown(seen: PermitView) -> tuple[Card, list[Action]]:
    card = permit_card(seen)
    return card, [unpack(one.token, person=seen.viewer, secret=SECRET).action for one in card.buttons]


def stopped(**changes: object) -> Permit:
    base = permit(
        Status.SUSPENDED, suspension=STOP, started_at=NOW, handover_due=True, handovers=1, briefed=CREW
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]  # named like the fields


def record(issues: str = "法兰还剩两个") -> Handover:
    said = HandoverRecord(
        guardian=SAFETY, leader=LEADER, gas=(), isolation="3块盲板在位", people=0, tools=0, issues=issues
    )  # fmt: skip
    signed = (HandoverSignature(person=GUARD, at=NOW),)
    return Handover(number=1, record=said, opened_by=GUARD, opened_at=NOW, signed=signed)


@pytest.mark.parametrize(("who", "role"), [(GUARD, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)])
def test_before_the_hand_over_nobody_sees_a_resume_button(who: PersonId, role: Role) -> None:
    card, actions = shown(view(stopped(), who, {role}))
    assert Action.HANDOVER in actions
    assert Action.RESUME not in actions
    assert "交接" in card.body


def test_whoever_has_to_sign_reads_the_record_and_signs() -> None:
    waiting = stopped(handover=record())
    card, actions = shown(view(waiting, SAFETY, set()))
    assert actions[0] is Action.HANDOVER
    assert card.buttons[0].text == "交接签字"
    for part in ("3块盲板在位", "法兰还剩两个", "孙丽"):
        assert part in card.body
    _, signed = shown(view(waiting, GUARD, {Role.GUARDIAN}))
    assert Action.HANDOVER not in signed
    _, worker = shown(view(waiting, WORKER, {Role.WORKER}))
    assert Action.HANDOVER not in worker


def test_a_long_record_still_fits_the_card() -> None:
    card, _ = shown(view(stopped(handover=record("很多" * 100)), SAFETY, set()))
    assert len(card.body) <= 160


def test_the_next_guardian_is_asked_to_sign_the_briefing() -> None:
    relieved = stopped(handover_due=False, guarding=SAFETY, relieved=(GUARD,))
    _, actions = shown(view(relieved, SAFETY, {Role.GUARDIAN}))
    assert Action.BRIEF in actions
    assert Action.RESUME in actions
    card, _ = shown(view(relieved, SAFETY, {Role.GUARDIAN}))
    assert next(line.value for line in card.lines if line.label == "监护人") == "孙丽"


def test_the_guardian_of_a_space_logs_entries_and_nobody_else_does() -> None:
    space = permit(Status.ACTIVE, started_at=NOW, briefed=CREW)
    space = replace(space, content=replace(space.what, work=WorkType.CONFINED_SPACE))
    assert Action.LOG in shown(view(space, GUARD, {Role.GUARDIAN}))[1]
    assert Action.LOG not in shown(view(space, LEADER, {Role.WORK_LEADER}))[1]


def test_an_expired_permit_names_who_is_inside() -> None:
    inside = (Inside(person=WORKER, since=NOW, tools=0),)
    over = permit(Status.EXPIRED, started_at=NOW, inside=inside, people_inside=1, log_kept=True)
    card, actions = shown(view(over, GUARD, {Role.GUARDIAN}))
    assert "王强" in card.quote
    assert Action.LOG in actions


ROAD = ClosingNeed(key="road_open", label="已检查恢复通行", role=Role.SITE_UNIT, clause="12.5", keeps_live=True)


def ended(**changes: object) -> Permit:
    base = permit(Status.COMPLETED, started_at=NOW, finished_at=NOW, briefed=CREW)
    rules = replace(base.law, closing=(ROAD,), fire_watch=None)
    return replace(base, rules=rules, **changes)  # type: ignore[arg-type]  # named like the fields


def test_what_is_to_be_put_right_is_a_button_of_its_role_and_comes_before_acceptance() -> None:
    card, actions = shown(view(ended(), HEAD, {Role.SITE_UNIT}))
    assert actions[0] is Action.CLOSING
    assert card.buttons[0].text == "已检查恢复通行"
    assert Action.ACCEPTANCE not in actions
    assert shown(view(ended(), LEADER, {Role.WORK_LEADER}))[1] == []
    done = (Confirmed(need="road_open", person=HEAD, at=NOW),)
    assert Action.ACCEPTANCE in shown(view(ended(closings=done), LEADER, {Role.WORK_LEADER}))[1]


def test_a_dead_permit_offers_to_take_it_up_or_to_copy_it() -> None:
    over = permit(Status.VOIDED)
    _, actions = shown(view(over, LEADER, {Role.WORK_LEADER, Role.APPLICANT}))
    assert actions[:2] == [Action.AGAIN, Action.COPY]
    assert shown(view(over, HEAD, {Role.SITE_UNIT}))[1] == []
    live = permit(Status.VOIDED, started_at=NOW)
    assert Action.AGAIN not in shown(view(live, LEADER, {Role.WORK_LEADER}))[1]


def test_a_confirmation_by_hand_is_shown_as_one() -> None:
    sure = permit(Status.ISSUED, purge_by_hand=ByHand(person=HEAD, at=NOW, how="测爆合格"))
    line = next(one for one in permit_card(view(sure, GUARD, {Role.GUARDIAN})).lines if one.label == "置换")
    assert line.value.startswith("人工确认（系统无回传） · ")
    assert not any(one.label == "置换" for one in permit_card(view(permit(Status.ISSUED), GUARD, set())).lines)
