"""The chain of signatures: each node in order, on exactly this content, by somebody who may, at the place if asked."""

from __future__ import annotations

from workflow.errors import Refused
from workflow.escalation import ACCEPT
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.gates import Moment
from workflow.permit.late import already, done
from workflow.permit.signing import at_the_place, check_proof
from workflow.permit.state import Status
from workflow.permit.who import by_proxy, climbed_to, instead_of, is_one_of, signers, team, the_person
from workflow.rules.types import Node


def approve(case: Case, command: c.Approve) -> tuple[e.Event, ...]:
    """One node's signature. Is the click still about this step, then who signs, where and how, then the gates."""
    person = the_person(case, command)
    node = _the_node(case, command)
    demand([_once(case, person, node), _may_sign(case, person, node)], remember=True)
    proof = command.proof
    weak = check_proof(case, proof, person=person, verdict="approve", step=node.key, weakest=node.proof)
    away = at_the_place(case, person, proof) if node.at_site else None
    demand([*weak, away], remember=True)
    demand([*_can_be_issued(case), *case.stopped_by(Moment.APPROVE)])
    return (
        e.StepApproved(
            by=command.by,
            at=command.at,
            node=node.key,
            content_hash=command.content_hash,
            opinion=command.opinion,
            proof=proof,
            escalated=person not in signers(case, node.role),
            instead_of=instead_of(case, node.role, person, _voices(case)),
        ),
    )


def _the_node(case: Case, command: c.Approve) -> Node:
    """The node that is due, as the stricter rules want it, if the click is about it and the present content.

    Else raise the answer to a late click.
    """
    permit = case.permit
    earlier = done(permit, command)
    if earlier is not None:
        raise Refused(findings=(already(case, command, earlier),))
    if command.content_hash != permit.content_hash:
        fact = "申请内容已更新，您看到的是旧卡片"
        raise Refused(findings=(no("late.content", fact, cure="请打开最新卡片再审批", button="refresh"),))
    node = permit.node
    if node is None or node.key != command.node:
        fact = f"现在轮到“{node.label}”环节" if node is not None else "审批环节已全部办完"
        raise Refused(findings=(no("late.node", fact, cure="请看最新卡片", button="refresh"),))
    return next(one for one in case.rules.chain if one.key == node.key)


def _once(case: Case, person: PersonId, node: Node) -> Finding | None:
    """One person is one voice: who has signed a node signs no second one."""
    signed = case.permit.signatures
    before = next((one for one in signed if person in (one.person, one.instead_of)), None)
    if before is None:
        if by_proxy(case, node.role, person, _voices(case)):
            fact = "您代理的人已签过本票的另一环节，或者是本票的申请或作业方人员"
            return no("who.once", fact, rule="同一人只能签一个环节，代签也算", clause="GB 30871-2022 4.6、4.11")
        return None
    fact = f"您已于{words.clock(before.at, case.facts)}签过本票的另一环节"
    who = words.names(tuple(one for one in signers(case, node.role) if one != person), case.facts)
    return no("who.once", fact, rule="同一人只能签一个环节", clause="GB 30871-2022 4.6、4.11", who=who)


def _voices(case: Case) -> frozenset[PersonId]:
    """Whose word is not to be had (again): the team, and everybody who has signed, himself or by a deputy."""
    signed = case.permit.signatures
    return team(case.permit) | {one.person for one in signed} | {one.instead_of for one in signed if one.instead_of}


def _may_sign(case: Case, person: PersonId, node: Node) -> Finding | None:
    return is_one_of(case, person, [*signers(case, node.role), *climbed_to(case)], (node.role,))


def _can_be_issued(case: Case) -> list[Finding | None]:
    """What would make the finished chain worthless: the law has grown, or the paper would lapse before its start."""
    content, rules, permit = case.permit.what, case.rules, case.permit
    known = {(node.key, node.role) for node in permit.law.chain}
    new = [node.label for node in rules.chain if (node.key, node.role) not in known]
    fact = f"规则已更新，这些环节是新增的或换了审批级别：{'、'.join(new)}"
    grown = no("rules.chain", fact, cure="请退回，由申请人按新规则重新提交") if new else None
    last = len(permit.signatures) + 1 == len(permit.law.chain)
    if not last or case.at + rules.max_validity > content.planned.start:
        return [grown]
    fact = f"现在签发，作业票在计划开工{words.clock(content.planned.start, case.facts)}之前就会过期"
    cure = "请在计划开工当天再签最后一个环节"
    return [grown, no("time.lapses", fact, clause=rules.validity_clause, cure=cure)]


def acknowledge(case: Case, command: c.AcknowledgeEscalation) -> tuple[e.Event, ...]:
    """A superior the step climbed to takes charge; the climb stops. He approves nothing by that."""
    person = the_person(case, command)
    permit = case.permit
    current = ACCEPT if permit.status is Status.SUBMITTED else permit.node.key if permit.node is not None else None
    demand([no("late.node", "该环节已办完，无需接手", button="refresh") if command.node != current else None])
    told = person in climbed_to(case)
    demand([None if told else no("who.escalated", "此事没有升级到您", button="refresh")], remember=True)
    taken = permit.escalation_acknowledged
    demand([no("late.done", "已有上级接手，催办已停止", cure="无需再办", button="refresh") if taken else None])
    return (e.EscalationAcknowledged(by=command.by, at=command.at, node=command.node),)
