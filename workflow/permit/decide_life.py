"""Who goes in and comes out, and what is put right at the end."""

from __future__ import annotations

from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.conditions import over
from workflow.permit.gates import Moment
from workflow.permit.late import already, done
from workflow.permit.state import Permit, Status
from workflow.permit.who import holders, is_one_of, only, signers, the_person
from workflow.rules.types import Role

_MUSTERERS = (Role.GUARDIAN, Role.WORK_LEADER, Role.SITE_UNIT, Role.SHIFT_LEADER, Role.SAFETY_DEPT)
"""Who may say that somebody came out: the guardian, and in an evacuation those who answer for the place."""

# --- the entry log --------------------------------------------------------------------------------------------------


def log_entry(case: Case, command: c.LogEntry) -> tuple[e.Event, ...]:
    """The guardian lets somebody in (6.8): only named people, only while work goes on, only while its gates pass.

    When a gate of running work fails, the attempt is kept, and the work stops in the same breath.
    """
    only(case, command, Role.GUARDIAN)
    demand([_tools(command.tools)])
    demand(_may_enter(case, command.person), remember=True)
    demand([_nameless(case.permit)])
    failing = case.stopped_by(Moment.DURING)
    if failing or over(case.permit, case.at):
        text = "；".join(finding.fact for finding in failing) or "有效期已到"
        gates = tuple(dict.fromkeys(finding.gate for finding in failing)) or ("not_expired",)
        return (e.AttemptRefused(by=command.by, at=command.at, command="LogEntry", gates=gates, text=text),)
    return (e.PersonEntered(by=command.by, at=command.at, person=command.person, tools=command.tools),)


def _may_enter(case: Case, whom: PersonId) -> list[Finding | None]:
    permit, name = case.permit, words.name(whom, case.facts)
    if permit.status is not Status.ACTIVE:
        return [_closed(permit)]
    since = next((one.since for one in permit.inside if one.person == whom), None)
    named = {*permit.what.workers, permit.leader, *holders(case, Role.GAS_ANALYST)}
    return [
        no("entry.guardian", "监护人不得进入", clause="GB 30871-2022 6.8 a；GB 46768-2025 6.3.1", cure=_FETCH)
        if whom == permit.guardian
        else None,
        no("entry.listed", f"{name}不是本票的作业人", clause="GB 30871-2022 6.8", cure=_FETCH, button="count")
        if whom not in named and whom != permit.guardian
        else None,
        no("late.done", f"{name}已在里面（{words.clock(since, case.facts)}进入）", cure="无需再记")
        if since is not None
        else None,
    ]


_FETCH = "不得进入；已经进去的请马上叫出来，再清点人数"


def _nameless(permit: Permit) -> Finding | None:
    """The log of names begins with an empty place: whoever was only counted has to come out, or be counted anew."""
    counted = permit.people_inside or 0
    if counted == len(permit.inside):
        return None
    fact = f"清点里面有{counted}人，其中{counted - len(permit.inside)}人没有登记姓名"
    return no(
        "count.disagrees", fact, clause="GB 30871-2022 6.8", cure="请先叫出来，重新清点，再逐个登记", button="count"
    )


def _closed(permit: Permit) -> Finding:
    return no(
        "entry.stopped",
        f"作业票现在是“{words.STATUS[permit.status]}”，任何人不得进入",
        rule="只有作业中才能进入",
        clause="GB 30871-2022 6.8；GB 46768-2025 6.2.6",
        cure=_FETCH,
        button="count",
    )


def _tools(tools: int) -> Finding | None:
    return no("count.number", "工具数不能是负数") if tools < 0 else None


def log_exit(case: Case, command: c.LogExit) -> tuple[e.Event, ...]:
    """Somebody came out. Taken in every state in which somebody may still be inside."""
    only(case, command, *_MUSTERERS, independent=False)
    permit, name = case.permit, words.name(command.person, case.facts)
    inside = any(one.person == command.person for one in permit.inside)
    too_many = inside and command.tools > (permit.tools_inside or 0)
    demand(
        [
            _tools(command.tools),
            None if inside else no("late.done", f"进出记录里没有{name}", cure="人数对不上时请清点人数", button="count"),
            no("count.tools", f"里面只有{permit.tools_inside or 0}件工具", cure="请核对带出的工具数")
            if too_many
            else None,
        ]
    )
    return (e.PersonCameOut(by=command.by, at=command.at, person=command.person, tools=command.tools),)


def inside_now(case: Case) -> str:
    """「王强、李明」: who is inside by the log."""
    return words.names(tuple(one.person for one in case.permit.inside), case.facts)


# --- put right at the end -------------------------------------------------------------------------------------------


def confirm_closing(case: Case, command: c.ConfirmClosing) -> tuple[e.Event, ...]:
    """One of the things the rules want at the end, confirmed by whoever answers for it (domain 4.2 "closed")."""
    permit = case.permit
    person = the_person(case, command)
    earlier = done(permit, command)
    if earlier is not None:
        raise Refused(findings=(already(case, command, earlier),))
    need = next((each for each in case.rules.closing if each.key == command.need), None)
    if need is None:
        raise Refused(findings=(no("closing.need", "本票没有这一项", cure="请看最新卡片", button="refresh"),))
    demand([is_one_of(case, person, signers(case, need.role), (need.role,))], remember=True)
    idle = permit.finished_at is None
    demand(
        [
            no("closing.early", "作业还没有完工清点", clause=need.clause, cure="请先完工清点", button="finish")
            if idle
            else None
        ]
    )
    return (
        e.ClosingConfirmed(
            by=command.by, at=command.at, need=command.need, text=command.text, media=command.media
        ),
    )  # fmt: skip
