"""Who may do what: roles named in the permit, roles that follow from posts, and the people a late step climbed to.

Whoever signs for the plant (takes in, approves, checks the start, accepts) belongs neither to those who ask for the
work nor to those who do it: applicant, leader, workers and guardian are out (domain 4.2, docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow.delegation import spent
from workflow.errors import Refused
from workflow.escalation import asked_first
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.commands import Command
from workflow.permit.named import ON_FORM, on_form
from workflow.permit.state import Permit
from workflow.rules.types import Role

NAMED: dict[Role, Callable[[Permit], tuple[PersonId, ...]]] = {
    Role.APPLICANT: lambda permit: (permit.what.applicant,),
    Role.WORK_LEADER: lambda permit: (permit.leader,),
    Role.WORKER: lambda permit: permit.what.workers,
    Role.GUARDIAN: lambda permit: (permit.guardian,),
    Role.LIFT_COMMANDER: lambda permit: ON_FORM[Role.LIFT_COMMANDER](permit.what),
    Role.LIFT_OPERATOR: lambda permit: ON_FORM[Role.LIFT_OPERATOR](permit.what),
    Role.SLINGER: lambda permit: ON_FORM[Role.SLINGER](permit.what),
}
"""Roles the permit itself fills, by whoever fills them now; all others follow from posts (`Facts.holders`)."""


def team(permit: Permit) -> frozenset[PersonId]:
    """Those who ask for the work and those who do it, now or before a relief."""
    content = permit.what
    named = {content.applicant, content.leader, content.guardian, *content.workers, *on_form(content)}
    return frozenset({*named, permit.leader, permit.guardian, *permit.relieved})


def holders(case: Case, role: Role) -> tuple[PersonId, ...]:
    """Everybody who holds the role, friend or foe of the request."""
    named = NAMED.get(role)
    return named(case.permit) if named is not None else case.facts.holders.get(role, ())


def signers(case: Case, role: Role) -> tuple[PersonId, ...]:
    """Who may sign as this role: for a role of the plant, its holders without the team."""
    if role in NAMED:
        return holders(case, role)
    inside = team(case.permit)
    return tuple(
        person for person in holders(case, role) if person not in inside and not by_proxy(case, role, person, inside)
    )


def standing_by(case: Case, role: Role) -> tuple[PersonId, ...]:
    """Who may sign the present step and was not asked for it: others held the post in the first place, and may have
    left since, or somebody has come to it. Where nobody looked who was asked, it goes by who holds it now."""
    signed = case.permit.signatures
    barred = team(case.permit) | {one.person for one in signed} | {one.instead_of for one in signed if one.instead_of}
    fit = [one for one in holders(case, role) if one not in barred and not by_proxy(case, role, one, barred)]
    deputies = case.facts.standing_in.get(role, {})
    away = {principal for one in fit for principal in deputies.get(one, ())}
    here = [one for one in fit if one not in away]
    asked = case.facts.asked
    first = asked_first(here, case.facts.standby.get(role, ())) if asked is None else asked
    return tuple(one for one in here if one not in first)


def by_proxy(case: Case, role: Role, person: PersonId, barred: frozenset[PersonId]) -> bool:
    """Whether the person would act as this role only for people who are barred themselves."""
    principals = case.facts.standing_in.get(role, {}).get(person)
    return principals is not None and spent(principals, barred)


def instead_of(case: Case, role: Role, person: PersonId, barred: frozenset[PersonId]) -> PersonId | None:
    """For whom the person acts as this role; None when in his own right."""
    principals = case.facts.standing_in.get(role, {}).get(person, ())
    return next((one for one in principals if one not in barred), None)


def climbed_to(case: Case) -> tuple[PersonId, ...]:
    """The superiors the present step has climbed to, without the team."""
    inside = team(case.permit)
    return tuple(person for person in case.permit.escalated_to if person not in inside)


def the_person(case: Case, command: Command) -> PersonId:
    """The known, active person of this site who asks; raise `Refused` for anybody else."""
    known = case.facts.people.get(PersonId(command.by.id))
    if command.by.as_person is None or known is None or known.site != case.permit.site:
        raise Refused(findings=(no("who.known", "本厂名单里没有您", cure="请联系安全管理部门登记"),), remember=True)
    if not known.active:
        raise Refused(findings=(no("who.active", f"{known.name}已离岗停用", cure="请联系安全管理部门"),), remember=True)
    return known.id


def is_one_of(case: Case, person: PersonId, allowed: Iterable[PersonId], roles: tuple[Role, ...]) -> Finding | None:
    """None when the person is allowed; else who would be, by role and by name."""
    allowed = tuple(dict.fromkeys(allowed))
    if person in allowed:
        return None
    labels = "、".join(case.book.role_label(role) for role in roles)
    if person in team(case.permit) and any(person in holders(case, role) for role in roles if role not in NAMED):
        return no(
            "who.independent",
            f"{words.name(person, case.facts)}是本票的申请或作业方人员",
            rule="申请人、作业负责人、作业人、监护人不得代表属地签字",
            clause="GB 30871-2022 4.6、4.11",
            cure="请由其他有资格的人员办理",
            who=words.names(allowed, case.facts),
        )
    return no(
        "who.role",
        f"{words.name(person, case.facts)}不是{labels}",
        cure=f"请由{labels}办理",
        who=words.names(allowed, case.facts),
    )


def only(
    case: Case, command: Command, *roles: Role, also: Iterable[PersonId] = (), independent: bool = True
) -> PersonId:
    """The person who asks, when one of ``roles`` (or ``also``) is theirs; else raise `Refused`, to be remembered.

    ``independent`` False lets holders act although they belong to the team: for what only stops or takes back.
    """
    person = the_person(case, command)
    pick = signers if independent else holders
    allowed = [one for role in roles for one in pick(case, role)]
    demand([is_one_of(case, person, [*allowed, *also], roles)], remember=True)
    return person
