"""为什么: what stops a permit now, what was seen, under which clause, what cures it and who can; and what nobody knows.

Every gate before the next step is asked afresh. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping

from cards import words
from cards.buttons import Action, Press
from cards.said_stop import without_order
from handlers.answers import Say
from handlers.desk import Desk
from handlers.outgoing import Refusal
from handlers.request import conversation
from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PermitId
from workflow.permit.case import Case
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit, Status

MOMENTS: Mapping[Status, Moment | None] = {
    Status.DRAFT: Moment.REQUEST,
    Status.SUBMITTED: Moment.ACCEPT,
    Status.PREPARING: Moment.REVIEW,
    Status.IN_REVIEW: Moment.APPROVE,
    Status.ISSUED: Moment.START,
    Status.ACTIVE: Moment.DURING,
    Status.SUSPENDED: Moment.RESUME,
    Status.COMPLETED: Moment.CLOSE,
    Status.FIRE_WATCH: Moment.CLOSE,
    Status.CLOSED: None,
    Status.ARCHIVED: None,
    Status.REJECTED: None,
    Status.CANCELLED: None,
    Status.EXPIRED: None,
    Status.VOIDED: None,
}
"""Which gates stand before the next step of each status; None where no step is left."""


def why(desk: Desk, permit: Permit, _press: Press) -> None:
    """为什么, pressed."""
    explain(desk, permit)


def why_said(desk: Desk, number: PermitId | None, at_hand: PermitId | None) -> None:
    """为什么, typed: about the permit named, else the open draft, else the permit this person is busy with."""
    wanted = number if number is not None or desk.talk.draft is not None else at_hand
    permit = desk.known(wanted) if wanted is not None else None
    if permit is not None:
        explain(desk, permit)
    elif desk.talk.draft is not None:
        conversation.show_draft(desk)
    else:
        desk.say(Say.NOTHING_TO_EXPLAIN)


def explain(desk: Desk, permit: Permit) -> None:
    """Say what stands between a permit and its next step; of one that is over, who ended it and why."""
    if moment_of(permit) is None:
        _ended(desk, permit)
        return
    findings = (*_stop(desk, permit), *findings_now(desk, permit))
    refusal = Refusal(person=desk.me, permit=permit.id, asked=Action.WHY.value, findings=findings)
    desk.post(refusal, purpose="refusal", permit=permit.id)


def moment_of(permit: Permit) -> Moment | None:
    """Whose gates are asked: those before the next step; ended with people perhaps inside, what closing wants."""
    lingers = permit.status in {Status.EXPIRED, Status.VOIDED} and permit.live
    return Moment.CLOSE if lingers else MOMENTS[permit.status]


def findings_now(desk: Desk, permit: Permit) -> tuple[Finding, ...]:
    """Every gate before the next step of the permit, asked now."""
    moment = moment_of(permit)
    if moment is None or permit.content is None:
        return ()
    facts = desk.facts_about(permit.id, permit.content)
    case = Case(permit=permit, book=desk.house.book, facts=facts, at=desk.now)
    try:
        return evaluate(moment, permit, case.rules, facts)
    except Refused as refused:
        return refused.findings


def _stop(desk: Desk, permit: Permit) -> tuple[Finding, ...]:
    """The stop in force, first of all: it is why nobody works."""
    stop = permit.suspension
    if permit.status is not Status.SUSPENDED or stop is None:
        return ()
    reasons = "、".join(words.SUSPENDED[reason] for reason in stop.reasons)
    text = without_order(stop.text)
    said = f"：{text}" if text else ""
    return (
        Finding(
            gate="stopped",
            verdict=Verdict.FAIL,
            severity=Severity.BLOCK,
            rule=words.WHY_STOP_RULE,
            clause=words.WHY_STOP_CLAUSE,
            fact=words.WHY_STOP_FACT.format(at=words.clock(stop.since, desk.house.zone), reasons=reasons, said=said),
            cure=words.WHY_STOP_CURE,
            who=words.WHY_STOP_WHO,
        ),
    )


def _ended(desk: Desk, permit: Permit) -> None:
    closing, status = permit.closing, words.STATUS[permit.status]
    reason = closing.reason if closing is not None and closing.reason else words.WHY_NO_REASON
    desk.say(Say.WHY_ENDED, number=permit.id, status=status, reason=reason)
