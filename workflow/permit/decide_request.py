"""Asking for a permit, preparing it, and taking it back."""

from __future__ import annotations

from workflow.findings import Finding, stopping
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import gates, words
from workflow.permit.case import Case, demand, no
from workflow.permit.content import Content, content_hash
from workflow.permit.evolve import evolve
from workflow.permit.gates import Moment
from workflow.permit.signing import check_proof, said
from workflow.permit.who import climbed_to, only, signers, the_person
from workflow.rules.checklists import propose
from workflow.rules.types import PermitRules, Role
from workflow.rules.validity import fits, too_long
from workflow.values import Actor, ProofMethod

# --- asking ---------------------------------------------------------------------------------------------------------


def submit(case: Case, command: c.Submit) -> tuple[e.Event, ...]:
    """The request, graded, its rules frozen for the planned start. Gates advise; what can never work is refused."""
    content = command.content
    person = the_person(case, command)
    demand([_whose(case, person, content)], remember=True)
    demand(_makes_sense(case, content))
    moment = max(content.planned.start, command.at)
    rules = case.book.rules_for(content, at=moment, zone=case.facts.zone)
    demand(_can_ever_hold(content, rules))
    revision = case.permit.revision + 1
    event = e.PermitSubmitted(
        by=command.by,
        at=command.at,
        revision=revision,
        content=content,
        content_hash=content_hash(case.permit.id, revision, content),
        rules=rules,
    )
    demand(stopping(gates.evaluate(Moment.REQUEST, evolve(case.permit, event), rules, case.facts)))
    return (event,)


def _whose(case: Case, person: PersonId, content: Content) -> Finding | None:
    """Nobody asks in another's name, nor takes over another's returned request."""
    before = case.permit.content
    owners = {person} if before is None else {before.applicant, before.leader}
    if person == content.applicant and person in owners:
        return None
    return no(
        "who.applicant", "只能由申请人本人提交", cure="请由申请人提交", who=words.name(content.applicant, case.facts)
    )


def _makes_sense(case: Case, content: Content) -> list[Finding | None]:
    """The request can be read at all: its own site, a task, a place, people, a time that is not over."""
    over = content.planned.end <= case.at
    elsewhere = content.site != case.permit.site
    return [
        no("request.site", "申请的厂区与本票不符") if elsewhere else None,
        said(content.task, "request.task", "作业内容"),
        said(content.place, "request.place", "作业地点"),
        None if content.workers else no("request.workers", "没有填写作业人", cure="请填写作业人"),
        _guardian_apart(case, content),
        no("request.past", "计划时间已经过去", cure="请改计划时间") if over else None,
    ]


def _guardian_apart(case: Case, content: Content) -> Finding | None:
    """The guardian does nothing but guard: he neither works nor leads (4.10; four roles in GB 46768 4)."""
    if content.guardian not in (*content.workers, content.leader):
        return None
    return no(
        "request.guardian",
        f"监护人{words.name(content.guardian, case.facts)}同时是作业人或作业负责人",
        rule="监护人不得兼做作业或负责作业",
        clause="GB 30871-2022 4.10",
        cure="请另派监护人",
    )


def _can_ever_hold(content: Content, rules: PermitRules) -> list[Finding | None]:
    """The rules leave a way to work: the time fits one permit, and each step has somebody to sign it."""
    found: list[Finding | None] = []
    if not fits(content, rules):
        fact, cure = too_long(content, rules)
        found.append(no("request.validity", fact, clause=rules.validity_clause, cure=cure))
    if not all((rules.chain, rules.start_roles, rules.resume_roles, rules.acceptance_roles)):
        found.append(no("request.chain", "规则没有列出全部签字环节", cure="请联系安全管理部门检查规则"))
    return found


def accept(case: Case, command: c.AcceptRequest) -> tuple[e.Event, ...]:
    """The owning unit takes the request in; the checklist is proposed as far as the request itself says."""
    only(case, command, Role.SITE_UNIT, also=climbed_to(case))
    demand([_not_over(case), *case.stopped_by(Moment.ACCEPT)])
    known = case.permit.measures
    answers = tuple(
        e.MeasureAnswered(by=Actor.clock(), at=command.at, no=item.no, involved=item.involved, detail=item.why)
        for item in propose(case.permit.law)
        if item.involved is not None and item.no not in known
    )
    return (e.RequestAccepted(by=command.by, at=command.at), *answers)


def _not_over(case: Case) -> Finding | None:
    end = case.permit.what.planned.end
    if case.at < end:
        return None
    return no(
        "time.over", f"计划时间{words.clock(end, case.facts)}已过", clause="GB 30871-2022 4.16", cure="请重新申请"
    )


# --- preparing ------------------------------------------------------------------------------------------------------


def attach_jsa(case: Case, command: c.AttachJsa) -> tuple[e.Event, ...]:
    """The hazard analysis, written or photographed (4.1)."""
    only(case, command, Role.WORK_LEADER, Role.APPLICANT, Role.SITE_UNIT, independent=False)
    demand([said(command.text or (command.media or ""), "jsa.text", "作业危害分析")])
    return (e.JsaAttached(by=command.by, at=command.at, text=command.text, media=command.media),)


def answer_measure(case: Case, command: c.AnswerMeasure) -> tuple[e.Event, ...]:
    """是否涉及. The same word from the same person again changes nothing and is not written twice."""
    only(case, command, Role.WORK_LEADER, Role.APPLICANT, Role.SITE_UNIT, independent=False)
    if all(measure.no != command.no for measure in case.permit.law.measures):
        demand([no("measure.number", f"本票没有第{command.no}项措施", button="refresh")])
    state = case.permit.measures.get(command.no)
    if state is not None and (state.involved, state.detail, state.answered_by) == (
        (command.involved, command.detail, command.by)
    ):
        return ()
    return (e.MeasureAnswered(
        by=command.by, at=command.at, no=command.no, involved=command.involved, detail=command.detail
    ),)  # fmt: skip


def request_review(case: Case, command: c.RequestReview) -> tuple[e.Event, ...]:
    """The work leader signs that all is prepared: no measure unknown, every gate of the review passes."""
    leader = only(case, command, Role.WORK_LEADER)
    weak = check_proof(
        case,
        command.proof,
        person=leader,
        verdict="review",
        step=Role.WORK_LEADER.value,
        weakest=ProofMethod.PLATFORM_SESSION,
    )
    demand([*weak], remember=True)
    demand([_not_over(case), *_unknown(case), *case.stopped_by(Moment.REVIEW)])
    return (e.ReviewRequested(
        by=command.by, at=command.at, content_hash=case.permit.content_hash, proof=command.proof
    ),)  # fmt: skip


def _unknown(case: Case) -> list[Finding | None]:
    """Every measure of the list (and of the stricter list of today) is answered (domain 4.2, T30)."""
    known = {number for number, state in case.permit.measures.items() if state.involved is not None}
    missing = [measure.no for measure in case.rules.measures if measure.no not in known]
    if not missing:
        return [None]
    fact = f"还有{len(missing)}项措施未回答是否涉及：{'、'.join(missing)}"
    return [no("measure.unknown", fact, clause="GB 30871-2022 4.1", cure="请逐项选择涉及或不涉及", button="measures")]


# --- taking back ----------------------------------------------------------------------------------------------------


def give_back(case: Case, command: c.ReturnForChange) -> tuple[e.Event, ...]:
    """Back to the applicant: by whoever is asked, whoever has signed, or who asks for the work. Signatures fall."""
    step = case.permit.node
    signed = [signature.person for signature in case.permit.signatures]
    asked = signers(case, step.role) if step is not None else ()
    roles = (Role.SITE_UNIT, Role.APPLICANT, Role.WORK_LEADER)
    only(case, command, *roles, also=[*asked, *signed, *climbed_to(case)], independent=False)
    demand([said(command.reason, "reason", "退回原因")])
    return (e.ReturnedForChange(by=command.by, at=command.at, node=command.node, reason=command.reason),)


def reject(case: Case, command: c.Reject) -> tuple[e.Event, ...]:
    """A final no by the one who is asked."""
    step = case.permit.node
    role = Role.SITE_UNIT if step is None else step.role
    only(case, command, role, also=climbed_to(case))
    late = step is not None and command.node not in (None, step.key)
    demand([no("late.node", "该环节已办完，请看最新卡片", button="refresh") if late else None])
    demand([said(command.reason, "reason", "拒绝原因")])
    return (e.PermitRejected(by=command.by, at=command.at, node=command.node, reason=command.reason),)


def cancel(case: Case, command: c.Cancel) -> tuple[e.Event, ...]:
    """Taken back before work starts; not while people are counted inside."""
    if case.permit.content is None:
        demand([no("request.none", "还没有申请")])
    only(case, command, Role.APPLICANT, Role.WORK_LEADER, Role.SITE_UNIT, independent=False)
    inside = not case.permit.counted_out
    demand([
        said(command.reason, "reason", "取消原因"),
        no("count.inside", f"现场还有{case.permit.people_inside or 0}人", cure="请先清点撤出") if inside else None,
    ])  # fmt: skip
    return (e.PermitCancelled(by=command.by, at=command.at, reason=command.reason),)


def void(case: Case, command: c.Void) -> tuple[e.Event, ...]:
    """Conditions changed or rules were gravely broken (4.16, 4.17): this permit is dead."""
    only(case, command, Role.SITE_UNIT, Role.SAFETY_DEPT, independent=False)
    demand([said(command.reason, "reason", "作废原因")])
    return (e.PermitVoided(by=command.by, at=command.at, reason=command.reason),)
