"""Late clicks and double taps: who had already done what was asked, and when. A polite answer, never an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import words
from workflow.permit.case import Case, no
from workflow.permit.commands import Command
from workflow.permit.state import Permit, RoleSignature, Status
from workflow.rules.types import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Somebody has done it already."""

    by: PersonId | None
    at: datetime


def done(permit: Permit, command: Command) -> Done | None:
    """Who did already what the command asks; None when nobody did."""
    match command:
        case c.AcceptRequest() if permit.accepted_at is not None:
            return Done(by=permit.accepted_by, at=permit.accepted_at)
        case c.RequestReview() if permit.review_requested_at is not None:
            return Done(by=permit.review_requested_by, at=permit.review_requested_at)
        case c.Approve():
            return _of_node(permit, command)
        case c.Start():
            return _of_role(permit.start_signatures, command.role)
        case c.Resume():
            return _of_role(permit.resume_signatures, command.role)
        case c.SignAcceptance():
            return _of_role(permit.acceptance, command.role)
        case c.ConfirmClosing():
            return next(
                (Done(by=each.person, at=each.at) for each in permit.closings if each.need == command.need), None
            )
        case c.Finish() if permit.finished_at is not None:
            return Done(by=permit.finished_by, at=permit.finished_at)
        case _:
            return None


def _of_node(permit: Permit, command: c.Approve) -> Done | None:
    for signature in permit.signatures:
        if signature.node == command.node and signature.content_hash == command.content_hash:
            return Done(by=signature.person, at=signature.at)
    return None


def _of_role(signatures: tuple[RoleSignature, ...], role: Role) -> Done | None:
    for signature in signatures:
        if signature.role is role:
            return Done(by=signature.person, at=signature.at)
    return None


def already(case: Case, command: Command, what: Done) -> Finding:
    """“已由赵强于08:12办理”: the answer to whoever comes second."""
    yours = what.by is not None and what.by == command.by.as_person
    who = "您" if yours else words.name(what.by, case.facts) if what.by is not None else "系统"
    fact = f"{words.COMMAND[type(command)]}已由{who}于{words.clock(what.at, case.facts)}办理"
    return no("late.done", fact, cure="无需再办", button="refresh")


_ENDED: dict[Status, str] = {
    Status.DRAFT: "退回修改",
    Status.REJECTED: "拒绝",
    Status.CANCELLED: "取消",
    Status.EXPIRED: "判为过期",
    Status.VOIDED: "作废",
}


def not_heard(case: Case, command: Command) -> Finding:
    """Why this status does not hear this command: it was done already, the permit has ended, or it is not its time."""
    permit = case.permit
    earlier = done(permit, command)
    if earlier is not None:
        return already(case, command, earlier)
    asked = words.COMMAND[type(command)]
    if permit.closing is None:
        return no("late.status", f"作业票现在是“{words.STATUS[permit.status]}”，不能{asked}", button="refresh")
    by = permit.closing.by.as_person
    who = words.name(by, case.facts) if by is not None else "系统"
    when = words.clock(permit.closing.at, case.facts)
    fact = f"本票已由{who}于{when}{_ENDED[permit.status]}，原因：{permit.closing.reason}"
    return no("late.ended", fact, cure="需要作业时请重新申请", button="refresh")
