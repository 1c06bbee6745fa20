"""Who sees which buttons, and what the card says. Only those who may press get buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cards.buttons import Action, ForeignToken, unpack
from cards.card import Card, Tone
from cards.group import group_line
from cards.permit import permit_card
from cards.views import PermitView
from tests.support.permits import ANSWERED, CHIEF, GUARD, HEAD, LEADER, NOW, SAFETY, SECRET, SHIFT, WORKER, permit, view
from workflow.effects import Purpose
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PersonId
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.state import Closing, MeasureState, Presence, RoleSignature, Signature, Status, Suspension
from workflow.rules.types import Role
from workflow.values import Actor


def actions(card: Card, viewer: str) -> list[Action]:
    buttons = [*card.buttons, *([card.submit] if card.submit else [])]
    return [unpack(button.token, person=viewer, secret=SECRET).action for button in buttons]


def shown(seen: PermitView) -> tuple[Card, list[Action]]:
    card = permit_card(seen)
    return card, actions(card, seen.viewer)


def test_only_the_asked_unit_may_accept() -> None:
    submitted = permit(Status.SUBMITTED)
    _, head = shown(view(submitted, HEAD, {Role.SITE_UNIT}, asked=(HEAD,)))
    assert head[:3] == [Action.ACCEPT, Action.RETURN, Action.REJECT]
    _, applicant = shown(view(submitted, LEADER, {Role.APPLICANT, Role.WORK_LEADER}, asked=(HEAD,)))
    assert Action.ACCEPT not in applicant
    _, stranger = shown(view(submitted, SAFETY, {Role.SAFETY_DEPT}, asked=(HEAD,)))
    assert stranger == []


def test_only_the_node_due_now_may_approve() -> None:
    signed = Signature(
        node=permit(Status.IN_REVIEW).law.chain[0].key,
        person=HEAD,
        at=NOW,
        opinion="同意",
        content_hash="x",
        proof=None,
    )
    reviewing = permit(Status.IN_REVIEW, signatures=(signed,))
    card, safety = shown(view(reviewing, SAFETY, {Role.SAFETY_DEPT}, asked=(SAFETY,)))
    assert Action.APPROVE in safety
    assert any("1/3" in line.value and "孙丽" in line.value and "07:48起" in line.value for line in card.lines)
    _, head = shown(view(reviewing, HEAD, {Role.SITE_UNIT}, asked=(SAFETY,)))
    assert Action.APPROVE not in head
    _, chief = shown(view(reviewing, CHIEF, {Role.APPROVER}, asked=(SAFETY,)))
    assert Action.APPROVE not in chief
    button = next(b for b in card.buttons if b.text == "同意")
    assert unpack(button.token, person=SAFETY, secret=SECRET).arg == "safety_dept"
    with pytest.raises(ForeignToken):
        unpack(button.token, person=CHIEF, secret=SECRET)


def test_a_superior_told_of_an_overdue_step_may_take_charge_once() -> None:
    waiting = permit(Status.IN_REVIEW, escalated_to=(CHIEF,), escalation_level=1)
    _, before = shown(view(waiting, CHIEF, set(), asked=(HEAD,)))
    assert {Action.ACKNOWLEDGE, Action.APPROVE} <= set(before)
    taken = permit(Status.IN_REVIEW, escalated_to=(CHIEF,), escalation_level=1, escalation_acknowledged=True)
    _, after = shown(view(taken, CHIEF, set(), asked=(HEAD,)))
    assert Action.ACKNOWLEDGE not in after


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW])
def test_a_card_says_why_one_hears_of_a_step_others_have_had(status: Status) -> None:
    late = {"escalation_level": 1, "reminded": True}
    deputy = permit(status, deputised=(SHIFT,), **late)
    assert "孙丽到时还没办，请您代办" in shown(view(deputy, SHIFT, set(), asked=(SAFETY, SHIFT)))[0].body
    assert "代办" not in shown(view(deputy, SAFETY, set(), asked=(SAFETY, SHIFT)))[0].body
    assert "先请的人到时还没办，请您代办" in shown(view(deputy, SHIFT, set(), asked=(SHIFT,)))[0].body, "the first left"
    climbed = permit(status, escalated_to=(CHIEF,), **late)
    told = view(climbed, CHIEF, set(), asked=(SAFETY,) if status is Status.SUBMITTED else (SAFETY, CHIEF))
    assert "能办的人都请过了" in shown(told)[0].body
    taken = replace(told, permit=replace(climbed, escalation_acknowledged=True))
    assert "都请过了" not in shown(taken)[0].body
    assert "这个岗现在没有人" in shown(view(climbed, CHIEF, set(), asked=(CHIEF,)))[0].body, (
        "nobody was asked before him"
    )
    after = permit(status, escalated_to=(CHIEF,), deputised=(SHIFT,), escalation_level=2)
    assert "都请过了" not in shown(view(after, CHIEF, set(), asked=(SAFETY,)))[0].body


@pytest.mark.parametrize(("seconds", "left"), [(900, "还剩15分钟"), (61, "还剩2分钟"), (60, "还剩1分钟"), (0, "")])
def test_a_reminder_says_how_long_is_left_while_something_is(seconds: int, left: str) -> None:
    asked = view(permit(Status.IN_REVIEW), SAFETY, set(), asked=(SAFETY,), late_at=NOW + timedelta(seconds=seconds))
    body = shown(replace(asked, purpose=Purpose.REMIND))[0].body
    assert left in body
    assert ("还剩" in body) is bool(left)
    assert "还剩" not in shown(replace(asked, purpose=Purpose.ASK_APPROVE))[0].body


def test_what_is_left_over_night_is_said_with_its_day() -> None:
    asked = view(permit(Status.IN_REVIEW), SAFETY, set(), asked=(SAFETY,), late_at=NOW + timedelta(hours=23, minutes=5))
    body = shown(replace(asked, purpose=Purpose.REMIND))[0].body
    assert "还剩23小时5分（到11月25日 周三 07:05）" in body


def test_the_leader_ticks_measures_then_jsa_then_review() -> None:
    card, first = shown(view(permit(Status.PREPARING), LEADER, {Role.WORK_LEADER}))
    assert first == [Action.MEASURES]
    chosen = {option.id: option.chosen for option in card.choices[0].options}
    assert chosen == {"H1": False, "H3": True, "H8": True}
    _, second = shown(view(permit(Status.PREPARING, measures=ANSWERED), LEADER, {Role.WORK_LEADER}))
    assert Action.JSA in second
    assert Action.REVIEW not in second
    ready = permit(Status.PREPARING, measures=ANSWERED, jsa="有苯蒸气，先置换再分析")
    _, third = shown(view(ready, LEADER, {Role.WORK_LEADER}))
    assert Action.REVIEW in third


def test_the_guardian_goes_step_by_step_and_starts_last() -> None:
    issued = permit(Status.ISSUED, measures=ANSWERED, briefed=(GUARD,))
    card, away = shown(view(issued, GUARD, {Role.GUARDIAN}))
    assert "扫码" in card.body
    assert Action.START not in away
    here = {GUARD: Presence(at=NOW, way=CheckInWay.BOARD_CODE)}
    card, there = shown(
        view(permit(Status.ISSUED, measures=ANSWERED, briefed=(GUARD,), presence=here), GUARD, {Role.GUARDIAN})
    )
    assert "1/2" in card.body
    assert there[0] is Action.CONFIRM
    assert Action.START not in there
    confirmed = {no: state if not state.involved else _confirmed(state) for no, state in ANSWERED.items()}
    ready = permit(Status.ISSUED, measures=confirmed, briefed=(GUARD,), presence=here)
    _, start = shown(view(ready, GUARD, {Role.GUARDIAN}))
    assert Action.START in start
    signed = (RoleSignature(role=Role.GUARDIAN, person=GUARD, at=NOW),)
    _, waiting = shown(
        view(
            permit(Status.ISSUED, measures=confirmed, briefed=(GUARD,), presence=here, start_signatures=signed),
            GUARD,
            {Role.GUARDIAN},
        )
    )
    assert Action.START not in waiting
    _, shift = shown(view(ready, SHIFT, {Role.SHIFT_LEADER}))
    assert Action.START in shift


def _confirmed(state: MeasureState) -> MeasureState:
    return replace(state, confirmed_by=GUARD, confirmed_at=NOW)


def test_everybody_at_work_can_stop_it() -> None:
    for viewer, role in ((WORKER, Role.WORKER), (GUARD, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)):
        card, seen = shown(view(permit(Status.ACTIVE), viewer, {role}))
        assert Action.STOP in seen
        assert card.tone is Tone.GOOD
    _, bystander = shown(view(permit(Status.ACTIVE), CHIEF, {Role.APPROVER}))
    assert bystander == []


def test_an_open_prompt_is_an_alarm_with_its_own_button() -> None:
    card, seen = shown(view(permit(Status.ACTIVE, prompt_open=3), GUARD, {Role.GUARDIAN}))
    assert seen[0] is Action.PROMPT
    assert "自动停工" in card.quote
    gas, seen = shown(view(permit(Status.ACTIVE, prompt_open=3, prompt_wants_gas=True), GUARD, {Role.GUARDIAN}))
    assert Action.PROMPT not in seen, "a due gas record is not answered by a tap"
    assert "测气" in gas.quote


def test_a_stopped_job_says_why_first_and_only_the_named_may_resume() -> None:
    stop = Suspension(
        since=NOW, reasons=(SuspendReason.GUARDIAN_LEFT, SuspendReason.GAS), text="可燃 0.8%vol", by=Actor.person(GUARD)
    )
    suspended = permit(Status.SUSPENDED, suspension=stop, started_at=NOW - timedelta(hours=1))
    card, guard = shown(view(suspended, GUARD, {Role.GUARDIAN}))
    assert card.tone is Tone.DANGER
    assert "停工" in card.quote
    assert "共2项报警，最新：气体分析不合格" in card.quote, "one card that counts"
    assert Action.RESUME in guard
    _, worker = shown(view(suspended, WORKER, {Role.WORKER}))
    assert Action.RESUME not in worker
    _, shift = shown(view(suspended, SHIFT, {Role.SHIFT_LEADER}))
    assert Action.RESUME not in shift
    assert "所有人立即撤出" in card.quote, "gas orders everybody out, whatever else stopped the work before"
    windy = replace(suspended, suspension=replace(stop, reasons=(SuspendReason.WIND,)))
    assert "撤出" not in shown(view(windy, GUARD, {Role.GUARDIAN}))[0].quote
    line = group_line(view(suspended, GUARD, (), purpose=Purpose.SUSPENDED))
    assert "气体分析不合格：可燃 0.8%vol，所有人立即撤出。" in line
    assert "撤出" not in group_line(view(windy, GUARD, (), purpose=Purpose.SUSPENDED))
    never_started = permit(Status.SUSPENDED, suspension=stop)
    _, shift = shown(view(never_started, SHIFT, {Role.SHIFT_LEADER}))
    assert Action.RESUME in shift, "a permit stopped before its start needs the start signatures too"


def test_acceptance_waits_for_the_watch() -> None:
    watching = permit(
        Status.FIRE_WATCH,
        started_at=NOW - timedelta(hours=2),
        finished_at=NOW,
        people_inside=0,
        tools_inside=0,
        fire_watch_until=NOW + timedelta(minutes=30),
    )
    _, leader = shown(view(watching, LEADER, {Role.WORK_LEADER}))
    assert Action.ACCEPTANCE not in leader
    _, leader = shown(view(replace(watching, fire_watch_ended=True), LEADER, {Role.WORK_LEADER}))
    assert Action.ACCEPTANCE in leader


def test_an_ended_permit_has_no_button_and_says_who_ended_it() -> None:
    closing = Closing(by=Actor.person(SAFETY), at=NOW, reason="措施不落实")
    for status in (Status.REJECTED, Status.CANCELLED):
        for viewer, role in ((LEADER, Role.APPLICANT), (HEAD, Role.SITE_UNIT), (GUARD, Role.GUARDIAN)):
            card, seen = shown(view(permit(status, closing=closing), viewer, {role}, asked=(HEAD,)))
            assert seen == []
            assert "孙丽" in card.done
            assert "措施不落实" in card.quote


def test_the_unusual_is_one_line_the_stopping_one_first() -> None:
    warn = Finding(gate="w", verdict=Verdict.FAIL, severity=Severity.WARN, rule="r", clause="c", fact="证件30天后到期")
    stop = Finding(
        gate="s",
        verdict=Verdict.UNKNOWN,
        severity=Severity.BLOCK,
        rule="r",
        clause="c",
        fact="交叉作业未查",
        cure="请重试",
    )
    card, _ = shown(view(permit(Status.IN_REVIEW), HEAD, {Role.SITE_UNIT}, asked=(HEAD,), findings=(warn, stop)))
    assert card.quote == "交叉作业未查；请重试"


@pytest.mark.parametrize("status", list(Status))
def test_every_status_renders_for_every_role(status: Status) -> None:
    stop = Suspension(since=NOW, reasons=(SuspendReason.STOP_WORK,), text="", by=Actor.person(WORKER))
    for role in Role:
        for measures in ({}, ANSWERED):
            subject = permit(status, measures=measures, suspension=stop if status is Status.SUSPENDED else None)
            card, _ = shown(view(subject, GUARD, {role}, asked=(GUARD,)))
            assert len(card.title) <= 36
            assert len(card.buttons) <= 6
            assert all(len(button.text) <= 10 for button in card.buttons)
            assert all(len(line.label) <= 5 for line in card.lines)


def test_where_a_card_says_that_something_stops_why_can_be_asked() -> None:
    stop = Finding(
        gate="gas_passing", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="r", clause="5.3", fact="可燃气超限"
    )
    active = permit(Status.ACTIVE)
    _, quiet = shown(view(active, LEADER, {Role.WORK_LEADER}))
    _, asked = shown(view(active, LEADER, {Role.WORK_LEADER}, findings=(stop,)))
    assert Action.WHY not in quiet
    assert asked == [*quiet[:-1], Action.WHY, quiet[-1]]
    _, bystander = shown(view(active, CHIEF, {Role.APPROVER}, findings=(stop,)))
    assert bystander == []


def test_what_a_stop_asks_to_be_confirmed_again_is_the_guardians_next_button() -> None:
    law = replace(permit(Status.SUSPENDED).law, reconfirm_after_break=True)
    done = {no: replace(_confirmed(state), confirmed_at=NOW - timedelta(hours=1)) for no, state in ANSWERED.items()}
    stop = Suspension(since=NOW, reasons=(SuspendReason.WIND,), text="", by=Actor.clock())
    stopped = permit(Status.SUSPENDED, rules=law, measures=done, suspension=stop, started_at=NOW - timedelta(hours=2))
    _, seen = shown(view(stopped, GUARD, {Role.GUARDIAN}))
    assert seen[0] is Action.CONFIRM
    assert Action.RESUME in seen
    fresh = {no: replace(state, confirmed_at=NOW + timedelta(minutes=1)) for no, state in done.items()}
    _, seen = shown(view(replace(stopped, measures=fresh), GUARD, {Role.GUARDIAN}))
    assert Action.CONFIRM not in seen


# --- copies that must stay true without a right to change them ------------------------------------------------------


def signature(person: str) -> Signature:
    key = permit(Status.IN_REVIEW).law.chain[0].key
    return Signature(node=key, person=PersonId(person), at=NOW, opinion="同意", content_hash="x", proof=None)


def test_the_card_of_a_stop_spends_nothing_while_the_stop_lasts_and_ends_with_it() -> None:
    stop = Suspension(by=Actor.person(WORKER), since=NOW, reasons=(SuspendReason.STOP_WORK,), text="漏气")
    stopped = permit(Status.SUSPENDED, signatures=(signature(HEAD),), suspension=stop)
    pushed = permit_card(view(stopped, HEAD, {Role.SITE_UNIT}, purpose=Purpose.SUSPENDED))
    refreshed = permit_card(view(stopped, HEAD, {Role.SITE_UNIT}))
    assert pushed.phase == refreshed.phase == "suspended"
    working = permit_card(view(permit(Status.ACTIVE, signatures=(signature(HEAD),)), HEAD, {Role.SITE_UNIT}))
    assert working.phase == "signed"
    assert "停工" not in working.title + working.quote


def test_who_stands_aside_holds_a_copy_that_does_not_go_stale() -> None:
    phases = set()
    for status in (Status.IN_REVIEW, Status.ISSUED, Status.ACTIVE, Status.FIRE_WATCH):
        card, pressable = shown(view(permit(status), CHIEF, set()))
        assert pressable == []
        assert card.title.startswith("办理中｜"), "no status that will be another one tomorrow"
        phases.add(card.phase)
    assert phases == {"aside"}, "nothing on the way spends the right that is kept for the end"
    assert permit_card(view(permit(Status.CLOSED), CHIEF, set())).phase == "closed"
