"""The review: who signs, what a late, foreign, stale or refused press is told, and why every no has a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.buttons import Action, Press, pack
from cards.wecom_limits import APP
from handlers.outgoing import Answer, Ask, PermitCard, PermitRefresh, Refusal, Settled
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SECRET, Stage
from workflow.permit.state import Status
from workflow.values import ProofMethod


async def test_taking_in_edits_the_pressers_card_and_asks_the_leader(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(UNIT, Action.ACCEPT, NUMBER)
    assert await world.status(NUMBER) is Status.PREPARING
    assert rows.pushed(LEADER) == ["ask_prepare"]
    assert rows.of(PermitCard, UNIT) == []
    (refresh,) = rows.of(PermitRefresh, UNIT)
    assert refresh.handle is not None


async def test_the_leader_is_told_every_item_whole_before_the_card_with_the_ticks(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(UNIT, Action.ACCEPT, NUMBER)
    told, card = rows.to(LEADER)
    assert isinstance(told, Answer)
    assert isinstance(card, PermitCard)
    assert told.key == "checklist"
    measures = {f"{one.no} {one.label}" for one in (await world.permit(NUMBER)).law.measures}
    listed = told.args["lines"].splitlines()
    assert set(listed) == {row for row in measures if len(row) > APP.lengths.tick}
    assert listed


async def test_whoever_comes_second_hears_who_was_first(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    rows = await world.taps(UNIT, Action.ACCEPT, NUMBER)
    (no,) = rows.of(Refusal, UNIT)
    assert [one.gate for one in no.findings] == ["late.done"]
    assert "07:30" in no.findings[0].fact
    assert (await world.kinds(NUMBER)).count("RequestAccepted") == 1
    assert len(rows.of(PermitRefresh, UNIT)) == 1


async def test_the_wrong_person_is_refused_and_remembered(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(WORKER, Action.ACCEPT, NUMBER)
    assert rows.refused(WORKER) == ["who.role"]
    assert (await world.kinds(NUMBER))[-1] == "AttemptRefused"
    assert await world.status(NUMBER) is Status.SUBMITTED


async def test_a_copied_button_opens_nothing_and_is_remembered_once(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(WORKER, Action.ACCEPT, NUMBER, owner=UNIT)
    assert rows.said(WORKER) == ["foreign_button"]
    assert await world.status(NUMBER) is Status.SUBMITTED
    rows = await world.taps(WORKER, Action.ACCEPT, NUMBER, owner=UNIT)
    assert rows.said(WORKER) == ["foreign_button"]
    assert (await world.kinds(NUMBER)).count("AttemptRefused") == 1


@pytest.mark.parametrize("token", ["", "p1", "p1.accept.x.1..y", "用户", "p1." + "A" * 600, "p9.accept.aaaa.1..bbbb"])
async def test_nonsense_instead_of_a_token_is_answered(at_stage: Stage, token: str) -> None:
    world = at_stage("submitted")
    rows = await world.token(WORKER, token)
    assert rows.said(WORKER) == ["foreign_button"]


async def test_a_button_about_a_permit_that_never_was(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(WORKER, Action.ACCEPT, "DHZY-HC-20200101-001")
    assert rows.said(WORKER) == ["no_such_permit"]


async def test_a_signature_covers_the_revision_the_card_showed(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.scans(UNIT, BOARD)
    rows = await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit", revision=0)
    assert rows.said(UNIT)[-1:] == ["changed_since"]
    assert (await world.permit(NUMBER)).signatures == ()


async def test_the_three_signatures_are_bound_to_content_and_place(at_stage: Stage) -> None:
    world = at_stage("issued")
    permit = await world.permit(NUMBER)
    assert [one.person for one in permit.signatures] == [UNIT, SAFETY, CHIEF]
    assert {one.content_hash for one in permit.signatures} == {permit.content_hash}
    last = permit.signatures[-1].proof
    assert last is not None
    assert last.method is ProofMethod.PLATFORM_SESSION_AT_SITE


async def test_approving_from_afar_is_answered_with_how_to_be_there(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    rows = await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    (no,) = rows.of(Refusal, CHIEF)
    assert {"proof.weak", "place.signer"} & {one.gate for one in no.findings}
    assert any("现场" in one.cure for one in no.findings)
    rows = await world.scans(CHIEF, BOARD)
    assert rows.said(CHIEF) == ["checked_in"]
    await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    assert await world.status(NUMBER) is Status.ISSUED


async def test_a_late_approval_is_told_who_signed(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    assert rows.refused(SAFETY) == ["late.done"]
    assert len(rows.of(PermitRefresh, SAFETY)) == 1


async def test_sending_back_asks_why_with_taps(at_stage: Stage) -> None:
    world = at_stage("review")
    rows = await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    assert rows.said(UNIT) == ["ask_reason"]
    assert await world.status(NUMBER) is Status.IN_REVIEW
    (ask,) = rows.of(Ask, UNIT)
    assert {offer.press.action for offer in ask.offers} == {Action.REASON}
    rows = await world.offered(rows, UNIT)
    assert await world.status(NUMBER) is Status.DRAFT
    assert [one.key for one in rows.of(Settled, UNIT)] == ["reason_taken"]
    assert rows.pushed(LEADER) == ["returned"]


async def test_sending_back_with_a_typed_reason(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    rows = await world.says(UNIT, "2号罐还没置换，先置换")
    assert await world.status(NUMBER) is Status.DRAFT
    assert rows.said(UNIT) == ["reason_taken"]
    closing = (await world.permit(NUMBER)).closing
    assert closing is None or closing.reason == "2号罐还没置换，先置换"
    reasons = [event.reason for event in await world.events(NUMBER) if type(event).__name__ == "ReturnedForChange"]  # type: ignore[attr-defined]
    assert reasons == ["2号罐还没置换，先置换"]


async def test_a_whole_request_is_no_reason(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    await world.says(UNIT, "今天9点到11点 机修车间 打磨支架 动火 王强 监护赵敏")
    assert await world.status(NUMBER) is Status.IN_REVIEW
    assert (await world.talk(UNIT)).draft is not None


async def test_an_old_question_is_not_answered_by_what_is_typed_later(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    world.now = world.now.replace(hour=8, minute=20)
    await world.says(UNIT, "嗯嗯好的")
    assert await world.status(NUMBER) is Status.IN_REVIEW


async def test_a_returned_request_is_changed_and_submitted_again(at_stage: Stage) -> None:
    world = at_stage("review")
    rows = await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    await world.offered(rows, UNIT)
    await world.taps(LEADER, Action.EDIT, NUMBER)
    shown = await world.shown(LEADER)
    assert dict(shown.lines)["时间"] == "3月18日 周三 08:00–11:00"
    await world.says(LEADER, "改到9点开始")
    rows = await world.submits(LEADER)
    permit = await world.permit(NUMBER)
    assert (permit.status, permit.revision) == (Status.SUBMITTED, 2)
    assert rows.pushed(UNIT) == ["ask_accept"]


async def test_refusing_for_good(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(UNIT, Action.REJECT, NUMBER)
    await world.offered(rows, UNIT)
    assert await world.status(NUMBER) is Status.REJECTED
    rows = await world.taps(UNIT, Action.ACCEPT, NUMBER)
    (no,) = rows.of(Refusal, UNIT)
    assert no.findings[0].gate in {"late.ended", "late.done"}


async def test_the_applicant_cancels_with_a_reason(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    assert rows.said(LEADER) == ["ask_reason"]
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.CANCELLED


async def test_a_word_never_cancels_a_permit(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.says(LEADER, f"取消 {NUMBER}")
    assert await world.status(NUMBER) is Status.SUBMITTED


async def test_why_shows_every_gate_of_the_next_step(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.taps(GUARD, Action.WHY, NUMBER)
    (told,) = rows.of(Refusal, GUARD)
    assert told.asked == "why"
    gates = {one.gate for one in told.findings}
    assert {"briefing_signed", "guardian_present", "gas_fresh", "measures_confirmed"} <= gates
    rows = await world.says(GUARD, "为什么")
    assert rows.of(Refusal, GUARD)[0].permit == NUMBER


async def test_an_overdue_step_climbs_and_is_taken_charge_of(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.passes(minutes=35)
    assert "escalated" in rows.pushed("zhengwei")
    rows = await world.taps("zhengwei", Action.ACKNOWLEDGE, NUMBER, "accept")
    assert rows.refused("zhengwei") == []
    assert (await world.kinds(NUMBER))[-1] == "EscalationAcknowledged"


async def test_looking_and_listing(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(GUARD, Action.SHOW, NUMBER)
    assert [one.permit for one in rows.of(PermitCard, GUARD)] == [NUMBER]
    for text in (f"查 {NUMBER}", "查 DHZY-HC-20260318-1", f"{NUMBER} 进度"):
        rows = await world.says(GUARD, text)
        assert [one.permit for one in rows.of(PermitCard, GUARD)] == [NUMBER], text


async def test_a_list_that_returns_a_token_as_an_option(at_stage: Stage) -> None:
    world = at_stage("submitted")
    press = Press(action=Action.SHOW, subject=NUMBER, revision=1)
    token = pack(press, person=GUARD, secret=SECRET)
    rows = await world.token(GUARD, "pick", chosen={"pick": (token,)})
    assert [one.permit for one in rows.of(PermitCard, GUARD)] == [NUMBER]


async def test_a_reason_for_an_earlier_revision_decides_nothing(at_stage: Stage) -> None:
    world = at_stage("review")
    asked = await world.taps(UNIT, Action.RETURN, NUMBER, "site_unit")
    await world.offered(asked, UNIT)
    await world.taps(LEADER, Action.EDIT, NUMBER)
    await world.submits(LEADER)
    await world.taps(UNIT, Action.ACCEPT, NUMBER, revision=2)
    rows = await world.offered(asked, UNIT)
    assert rows.said(UNIT) == ["changed_since"]
    assert await world.status(NUMBER) is Status.PREPARING


async def test_a_permits_code_can_be_scanned_anywhere_and_proves_no_place(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    await world.scans(CHIEF, f"PTW1:{NUMBER}")
    rows = await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    assert "proof.weak" in rows.refused(CHIEF)


async def test_having_been_there_a_while_ago_proves_nothing_now(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    await world.scans(CHIEF, BOARD)
    world.now += (await world.permit(NUMBER)).law.presence_valid + timedelta(seconds=1)
    rows = await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    assert "proof.weak" in rows.refused(CHIEF)
