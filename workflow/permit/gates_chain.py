"""The gate of the signatures: for every step there is somebody who may sign it (4.6, 4.11; domain 1.4).

Asked when the permit is asked for: a post nobody holds is found out there, not at the third signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workflow.findings import Severity, Verdict
from workflow.ids import PersonId
from workflow.permit.gates_common import Answer, Asked, good
from workflow.permit.named import ON_FORM, on_form
from workflow.rules.types import Role

_LABELS: Mapping[Role, str] = {
    Role.SITE_UNIT: "所在单位",
    Role.SHIFT_LEADER: "当班班长",
    Role.ACCEPTOR: "验收人",
    Role.POWER_UNIT: "配送电单位",
    Role.POWER_USER: "用电单位",
    Role.SAFETY_DEPT: "安全管理部门",
}
"""Steps outside of the chain, which have no label of their own."""
_NAMED = frozenset({Role.APPLICANT, Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN, *ON_FORM})
"""Filled by the form itself; that it is filled is asked elsewhere."""


def chain_signable(asked: Asked) -> Iterator[Answer]:
    """Every step of the chain has a signer of its own who is not of the team; so have the start and the acceptance."""
    chain = [(node.label, _signers(asked, node.role)) for node in asked.rules.chain if node.role not in _NAMED]
    others = dict.fromkeys((Role.SITE_UNIT, *asked.rules.start_roles, *asked.rules.acceptance_roles))
    posts = [(_LABELS[role], _signers(asked, role)) for role in others if role in _LABELS]
    empty = dict.fromkeys(label for label, people in chain if not people)
    later = dict.fromkeys(label for label, people in posts if not people and label not in empty)
    for label in (*empty, *later):
        fact = f"「{label}」没有人能签：岗位没有人，或都是本票作业方的人"
        # Who starts and accepts may be somebody of the next shift: that only warns.
        yield _stuck(asked, fact, severity=Severity.WARN if label in later else None)
    if not empty and not _one_each([people for _, people in chain]):
        labels = "、".join(label for label, _ in chain)
        yield _stuck(asked, f"签字环节（{labels}）的人不够：一人只能签一个环节")
    elif not empty and not later:
        yield good("每个签字环节都有人能签")


def _signers(asked: Asked, role: Role) -> tuple[PersonId, ...]:
    content = asked.content
    team = {content.applicant, asked.leader, asked.guardian, *content.workers, *on_form(content)}
    return tuple(
        who
        for who in asked.facts.holders.get(role, ())
        if who not in team and (person := asked.person(who)) is not None and person.active
    )


def _stuck(asked: Asked, fact: str, *, severity: Severity | None = None) -> Answer:
    holders, duty = asked.facts.holders.get(Role.SAFETY_DEPT, ()), asked.facts.duty_leader
    call = tuple(dict.fromkeys((*holders, *((duty,) if duty is not None else ()))))
    names = asked.names(call) or "系统管理员"
    cure = f"请联系{names}登记岗位人员，或换作业方的人"
    return Answer(verdict=Verdict.FAIL, fact=fact, cure=cure, who=names, call=call, severity=severity)


def _one_each(steps: Sequence[tuple[PersonId, ...]]) -> bool:
    """Whether every step can have a person of its own (docs/adr/0013): augmenting paths, as in any matching."""
    taken: dict[PersonId, int] = {}

    def seat(step: int, tried: set[PersonId]) -> bool:
        for person in steps[step]:
            if person in tried:
                continue
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = step
                return True
        return False

    return all(seat(step, set()) for step in range(len(steps)))
