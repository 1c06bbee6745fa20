"""A named human's word that equipment is purged, while the equipment system says nothing."""

from __future__ import annotations

from workflow.findings import Verdict
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case, demand, no
from workflow.permit.gates_common import Asked, Moment
from workflow.permit.gates_interlock import by_system
from workflow.permit.signing import said
from workflow.permit.who import only
from workflow.rules.types import Role


def confirm_purged(case: Case, command: c.ConfirmPurged) -> tuple[e.Event, ...]:
    """Somebody of the owning unit or the shift leader, not of the team, says how he made sure.

    Only where the system is silent: against its word nobody confirms, and such an attempt is kept.
    """
    only(case, command, Role.SITE_UNIT, Role.SHIFT_LEADER)
    demand([said(command.how, "purged.how", "怎么确认的")])
    system = case.facts.interlock
    if system is None:
        cure = "置换情况看设备台账，请在措施清单里现场确认"
        demand([no("purged.no_system", "本厂没有接设备系统，无需人工确认置换", cure=cure)])
        return ()
    permit = case.permit
    asked = Asked(moment=Moment.START, permit=permit, content=permit.what, rules=case.rules, facts=case.facts)
    answers = tuple(by_system(asked, system))
    demand(
        [
            no("purged", one.fact, rule="设备系统说不合格的，不能人工确认", cure=one.cure, who=one.who)
            for one in answers
            if one.verdict is Verdict.FAIL
        ],
        remember=True,
    )
    silent = tuple(one.fact for one in answers if one.verdict is Verdict.UNKNOWN)
    nothing_open = no("late.done", "设备系统已有回传，或本票不涉及置换", cure="无需人工确认")
    demand([None if silent else nothing_open])
    return (
        e.PurgeConfirmedByHand(by=command.by, at=command.at, how=command.how.strip(), why="；".join(silent)),
    )  # fmt: skip
