"""Start, stop, resume, finish, watch, accept. Anything may stop; only named people with every gate fresh may start."""

from __future__ import annotations

from datetime import datetime

from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.commands_base import SuspendReason
from workflow.permit.conditions import evacuates, miscount, wanted_to_resume
from workflow.permit.decide_handover import not_handed_over
from workflow.permit.decide_life import inside_now
from workflow.permit.gates import Moment
from workflow.permit.late import already, done
from workflow.permit.signing import ACCEPT, RESUME, START, at_the_place, check_proof, said, weakest_at_work
from workflow.permit.state import RoleSignature, Status
from workflow.permit.who import is_one_of, only, signers, the_person
from workflow.rules.types import Role
from workflow.rules.validity import spoken
from workflow.values import Actor, Proof

# --- start ----------------------------------------------------------------------------------------------------------


def start(case: Case, command: c.Start) -> tuple[e.Event, ...]:
    """One start signature (验票 / entry confirmation), with every gate asked afresh. Approval was not the start."""
    person = _signer(case, command, case.rules.start_roles, case.permit.start_signatures)
    _signed_well(case, command.proof, person=person, verdict=START, role=command.role)
    demand([*case.stopped_by(Moment.START), *_never_begun(case), _served_over(case)], remember=True)
    return (e.StartSigned(by=command.by, at=command.at, role=command.role, proof=command.proof),)


def _signer(
    case: Case, command: c.Start | c.Resume, roles: tuple[Role, ...], signatures: tuple[RoleSignature, ...]
) -> PersonId:
    """Who signs: the role is asked for and is his, no fresh signature stands there, and he signs for one role only."""
    person = the_person(case, command)
    fresh = [one for one in signatures if case.at - one.at <= case.rules.signatures_within]
    earlier = done(case.permit, command)
    if earlier is not None and any(one.role is command.role for one in fresh):
        raise Refused(findings=(already(case, command, earlier),))
    label = case.book.role_label(command.role)
    wanted = command.role in roles
    demand([None if wanted else no("who.role", f"此处不需要{label}签字", button="refresh")], remember=True)
    twice = any(one.person == person for one in fresh)
    demand(
        [
            is_one_of(case, person, signers(case, command.role), (command.role,)),
            no("who.once", "您已用另一身份签过", rule="同一人只能签一个角色", cure=f"请由另一位{label}签字")
            if twice
            else None,
        ],
        remember=True,
    )
    return person


def _signed_well(
    case: Case, proof: Proof | None, *, person: PersonId, verdict: str, role: Role, since: datetime | None = None
) -> None:
    weakest = weakest_at_work(case.rules, verdict, never_begun=case.permit.started_at is None)
    weak = check_proof(case, proof, person=person, verdict=verdict, step=role.value, weakest=weakest, since=since)
    demand([*weak, at_the_place(case, person, proof)], remember=True)


def _never_begun(case: Case) -> list[Finding | None]:
    """What only counts before work has ever begun: the start window, and that nobody went in without a start."""
    permit = case.permit
    late = permit.start_until is not None and case.at >= permit.start_until
    inside = not permit.counted_out
    return [
        no("time.late", "已超过开工时限", clause="GB 30871-2022 4.16", cure="请重新申请") if late else None,
        no("count.inside", f"未开工，现场已有{permit.people_inside}人", cure="请全部撤出后再开工") if inside else None,
    ]


# --- during ---------------------------------------------------------------------------------------------------------


def stop_work(case: Case, command: c.StopWork) -> tuple[e.Event, ...]:
    """Stop now: anyone's right. Needs no role, no rule, no gate. Only a stop already in force is not written again."""
    permit = case.permit
    if not permit.live:
        raise Refused(
            findings=(no("late.status", f"作业票{words.STATUS[permit.status]}，现场已无作业", button="refresh"),)
        )
    stop = permit.suspension
    known = permit.status is Status.SUSPENDED and stop is not None and command.reason in stop.reasons
    if command.reason is SuspendReason.SHIFT_CHANGE and not permit.handover_due:
        known = False  # handed over since: this is the next shift's
    if known and stop is not None and not permit.resume_signatures:
        who = words.name(stop.by.as_person, case.facts) if stop.by.as_person is not None else "系统"
        fact = f"已由{who}于{words.clock(stop.since, case.facts)}停工"
        raise Refused(findings=(no("late.done", fact, cure="现场保持停工", button="refresh"),))
    evacuate = evacuates(permit.what.work, command.reason)
    return (
        e.WorkSuspended(
            by=command.by,
            at=command.at,
            reason=command.reason,
            text=command.text,
            evacuate=evacuate,
            proof=command.proof,
        ),
    )


def resume(case: Case, command: c.Resume) -> tuple[e.Event, ...]:
    """One resume signature: the cause is gone, every gate passes again, those of the start too if it never started."""
    permit = case.permit
    never = permit.started_at is None
    person = _signer(case, command, wanted_to_resume(permit, case.rules), permit.resume_signatures)
    since = permit.suspension.newest if permit.suspension is not None else None
    _signed_well(case, command.proof, person=person, verdict=RESUME, role=command.role, since=since)
    demand([said(command.cause_removed, "reason", "停工原因如何消除")])
    first_time = (*case.stopped_by(Moment.START), *_never_begun(case)) if never else ()
    demand([*case.stopped_by(Moment.RESUME), *first_time, *_as_it_was(case), not_handed_over(case)], remember=True)
    return (
        e.ResumeSigned(
            by=command.by,
            at=command.at,
            role=command.role,
            cause_removed=command.cause_removed,
            proof=command.proof,
        ),
    )


def _as_it_was(case: Case) -> list[Finding | None]:
    """Whom the stop ordered out is out, the count and the log agree, and what the work serves still goes on."""
    permit = case.permit
    stop = permit.suspension
    ordered = stop is not None and any(evacuates(permit.what.work, reason) for reason in stop.reasons)
    counted = permit.people_inside or 0
    still = max(counted, len(permit.inside))
    names = inside_now(case) or f"{still}人"
    return [
        no("count.inside", f"停工要求撤离，里面还有{names}", cure="请全部撤出并清点后再复工", button="count")
        if ordered and still
        else None,
        no("count.disagrees", miscount(permit), cure="请核对人员，重新清点", button="count")
        if permit.log_kept and counted != len(permit.inside)
        else None,
        _served_over(case),
    ]


def _served_over(case: Case) -> Finding | None:
    if not case.permit.served_over:
        return None
    return no(
        "linked.over",
        "所服务的作业已经结束，不能再送电",
        rule="临时用电与所服务的作业同时开始、同时结束",
        clause="GB 30871-2022 10.8",
        cure="请完工清点并通知供电单位拆线",
        button="finish",
    )


# --- the end --------------------------------------------------------------------------------------------------------


def finish(case: Case, command: c.Finish) -> tuple[e.Event, ...]:
    """The leader ends the work with everybody and everything out; once it is stopped or over, its keepers may too."""
    permit = case.permit
    earlier = done(permit, command)
    if earlier is not None:
        raise Refused(findings=(already(case, command, earlier),))
    keepers = () if permit.status is Status.ACTIVE else (Role.GUARDIAN, Role.SITE_UNIT, Role.SHIFT_LEADER)
    only(case, command, Role.WORK_LEADER, *keepers, independent=False)
    idle = permit.started_at is None
    demand([no("late.status", "本票没有开过工，不需要完工", cure="请取消或作废", button="refresh") if idle else None])
    demand([_still_inside(case, command), *case.stopped_by(Moment.FINISH), _not_shown_at_work(case)])
    finished = e.WorkFinished(
        by=command.by, at=command.at, people_inside=command.people_inside, tools_inside=command.tools_inside
    )
    over = permit.valid_until is not None and case.at >= permit.valid_until
    if not over or permit.status not in {Status.ACTIVE, Status.SUSPENDED}:
        return (finished,)
    return (e.PermitExpired(by=Actor.clock(), at=command.at, why="有效期已到", was_live=True), finished)


def _not_shown_at_work(case: Case) -> Finding | None:
    """三拍一录: the photo of the work going on. Only asked while it can still be taken: stopped or over, it cannot."""
    permit = case.permit
    taken = {photo.purpose for photo in permit.photos}
    missing = [need for need in case.rules.photos if need.moment == "during" and need.key not in taken]
    if permit.status is not Status.ACTIVE or not missing:
        return None
    return no(
        "photo.during",
        f"还缺作业中的照片：{'、'.join(need.label for need in missing)}",
        rule="三拍一录：开工前、作业中、完工后各拍一次",
        clause=missing[0].clause,
        cure="请现在现场拍一张，再完工",
        button="photo",
    )


def _still_inside(case: Case, command: c.Finish) -> Finding | None:
    """Nobody and nothing inside, neither by this word nor by the last count (6.8, GB 46768 7.1.1)."""
    people = max(command.people_inside, case.permit.people_inside or 0, len(case.permit.inside))
    tools = max(command.tools_inside, case.permit.tools_inside or 0)
    if not people and not tools:
        return None
    return no(
        "count.inside",
        f"现场还有{people}人、{tools}件工具{_by_name(case)}",
        rule="人员和工具全部撤出后才能完工",
        clause="GB 30871-2022 6.8",
        cure="请监护人清点，全部撤出后再完工",
        button="count",
    )


def _by_name(case: Case) -> str:
    return f"（进出记录里未出：{inside_now(case)}）" if case.permit.inside else ""


def end_fire_watch(case: Case, command: c.EndFireWatch) -> tuple[e.Event, ...]:
    """The guardian rules out residual fire after the full watch (5.2.14), or in his place somebody who stands there."""
    person = only(case, command, Role.GUARDIAN, Role.SITE_UNIT, Role.SHIFT_LEADER, independent=False)
    permit = case.permit
    until = permit.fire_watch_until
    if until is None or permit.fire_watch_ended:
        fact = "留守观察已结束" if permit.fire_watch_ended else "没有正在进行的留守观察"
        raise Refused(findings=(no("late.done", fact, button="refresh"),))
    if case.at < until:
        fact = f"留守观察到{words.clock(until, case.facts)}，还差{spoken(until - case.at)}"
        raise Refused(findings=(no("watch.running", fact, clause="GB 30871-2022 5.2.14", cure="请继续留守"),))
    demand([at_the_place(case, person) if person != permit.guardian else None])
    ended = e.FireWatchEnded(by=command.by, at=command.at, media=command.media)
    if permit.fire_watch_minutes_over:
        return (ended,)
    return (e.FireWatchMinutesOver(by=command.by, at=command.at), ended)


def sign_acceptance(case: Case, command: c.SignAcceptance) -> tuple[e.Event, ...]:
    """完工验收: one of the acceptance signatures, after people, tools and the watch are done (4.15)."""
    permit = case.permit
    person = the_person(case, command)
    earlier = done(permit, command)
    if earlier is not None:
        raise Refused(findings=(already(case, command, earlier),))
    label = case.book.role_label(command.role)
    wanted = command.role in case.rules.acceptance_roles
    demand([None if wanted else no("who.role", f"验收不需要{label}签字", button="refresh")], remember=True)
    twice = any(signature.person == person for signature in permit.acceptance)
    demand(
        [
            is_one_of(case, person, signers(case, command.role), (command.role,)),
            no("who.once", "您已用另一身份签过验收", rule="同一人只能签一个角色", cure=f"请由另一位{label}签字")
            if twice
            else None,
        ],
        remember=True,
    )
    weakest = weakest_at_work(case.rules, ACCEPT)
    weak = check_proof(case, command.proof, person=person, verdict=ACCEPT, step=command.role.value, weakest=weakest)
    demand(weak, remember=True)
    idle = permit.started_at is None
    demand([no("late.status", "本票没有开过工，无需验收", button="refresh") if idle else None])
    demand(case.stopped_by(Moment.CLOSE))
    return (e.AcceptanceSigned(by=command.by, at=command.at, role=command.role, proof=command.proof),)
