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
from workflow.values import Actor, ProofMethod

# --- asking ---------------------------------------------------------------------------------------------------------


def submit(case: Case, command: c.Submit) -> tuple[e.Event, ...]:
    """The request, graded, its rules frozen for the planned start. Gates advise; what can never work is refused."""
    content = command.content
    person = the_person(case, command)
    elsewhere = no("request.site", "申请的厂区与本票不符") if content.site != case.permit.site else None
    demand([_whose(case, person, content), elsewhere], remember=True)
    rules = case.book.rules_for(content, at=command.at, zone=case.facts.zone)
    demand([_somebody_signs(rules)])
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


def _somebody_signs(rules: PermitRules) -> Finding | None:
    """Every step has somebody to sign it: an empty list would sign itself."""
    if all((rules.chain, rules.start_roles, rules.resume_roles, rules.acceptance_roles)):
        return None
    return no("request.chain", "规则没有列出全部签字环节", cure="请联系安全管理部门检查规则")


def accept(case: Case, command: c.AcceptRequest) -> tuple[e.Event, ...]:
    """The owning unit takes the request in; the checklist is proposed as far as the request itself says."""
    only(case, command, Role.SITE_UNIT, also=climbed_to(case))
    demand(case.stopped_by(Moment.ACCEPT))
    known = case.permit.measures
    answers = tuple(
        e.MeasureAnswered(by=Actor.clock(), at=command.at, no=item.no, involved=item.involved, detail=item.why)
        for item in propose(case.permit.law)
        if item.involved is not None and item.no not in known
    )
    return (e.RequestAccepted(by=command.by, at=command.at), *answers)


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
    demand(case.stopped_by(Moment.REVIEW))
    return (e.ReviewRequested(
        by=command.by, at=command.at, content_hash=case.permit.content_hash, proof=command.proof
    ),)  # fmt: skip


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
