"""Who is asked to act on a permit now: what the board shows, what 我的任务 is made of.

Being asked is not being allowed: that is decided by the core when somebody acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from handlers.facts import people_of
from workflow.escalation import waiting
from workflow.ids import PersonId
from workflow.permit.state import Permit, RoleSignature, Status
from workflow.permit.who import NAMED, team
from workflow.rules.types import Role

ASKED = "asked"
"""The role under which the board lists whoever is asked now."""

Holders = Mapping[Role, tuple[PersonId, ...]]


def who(permit: Permit, role: Role, holders: Holders) -> tuple[PersonId, ...]:
    """The people behind a role of this permit: by name in it, or by post and not of the team."""
    named = NAMED.get(role)
    if named is not None:
        return named(permit)
    inside = team(permit)
    return tuple(person for person in holders.get(role, ()) if person not in inside)


def asked(permit: Permit, holders: Holders, at: datetime) -> tuple[PersonId, ...]:
    """Everybody the present step waits for; nobody before the first submission and after the end."""
    if permit.content is None:
        return ()
    return tuple(dict.fromkeys(_ASKED[permit.status](permit, holders, at)))


def roles_of(permit: Permit, person: PersonId, holders: Holders) -> frozenset[Role]:
    """The roles a person has on this permit, by name or by post at its place."""
    return frozenset(role for role in Role if person in who(permit, role, holders))


def board_people(permit: Permit, holders: Holders, at: datetime) -> tuple[tuple[str, str], ...]:
    """(role, person) pairs for the board: those the permit names, and those it waits for."""
    named = [(role.value, str(person)) for role, person in people_of(permit)]
    return tuple(dict.fromkeys((*named, *((ASKED, str(person)) for person in asked(permit, holders, at)))))


def _nobody(_permit: Permit, _holders: Holders, _at: datetime) -> Iterable[PersonId]:
    return ()


def _applicant(permit: Permit, _holders: Holders, _at: datetime) -> Iterable[PersonId]:
    return (permit.what.applicant,)


def _leader(permit: Permit, _holders: Holders, _at: datetime) -> Iterable[PersonId]:
    return (permit.leader,)


def _waited_for(permit: Permit, holders: Holders, at: datetime) -> Iterable[PersonId]:
    step = waiting(permit, at)
    if step is None:
        return
    signed = {signature.person for signature in permit.signatures}
    everybody = (*who(permit, step.role, holders), *permit.escalated_to)
    yield from (person for person in everybody if person not in signed)


def _unsigned(
    permit: Permit, holders: Holders, wanted: Iterable[Role], signatures: Iterable[RoleSignature]
) -> Iterable[PersonId]:
    done = {signature.role for signature in signatures}
    for role in wanted:
        if role not in done:
            yield from who(permit, role, holders)


def _starters(permit: Permit, holders: Holders, _at: datetime) -> Iterable[PersonId]:
    return _unsigned(permit, holders, permit.law.start_roles, permit.start_signatures)


def _issued(permit: Permit, holders: Holders, at: datetime) -> Iterable[PersonId]:
    """Those who start, and the owning unit's briefer until somebody who may brief has done so."""
    yield from _starters(permit, holders, at)
    law = permit.law
    done = any(person in permit.briefed for role in law.briefers for person in who(permit, role, holders))
    if not done:
        for role in law.briefers[:1]:
            yield from who(permit, role, holders)


def _resumers(permit: Permit, holders: Holders, _at: datetime) -> Iterable[PersonId]:
    if permit.handover is not None:
        signed = {each.person for each in permit.handover.signed}
        return tuple(person for person in permit.handing_over if person not in signed)
    if permit.handover_due:
        return (permit.guardian, permit.leader)
    before = permit.law.start_roles if permit.started_at is None else ()
    return _unsigned(permit, holders, dict.fromkeys((*before, *permit.law.resume_roles)), permit.resume_signatures)


def _prompted(permit: Permit, _holders: Holders, _at: datetime) -> Iterable[PersonId]:
    return () if permit.prompt_open is None else (permit.guardian,)


def _acceptors(permit: Permit, holders: Holders, _at: datetime) -> Iterable[PersonId]:
    if not permit.counted_out:
        yield permit.leader
        yield permit.guardian
    if permit.watch_open:
        yield permit.guardian
    if permit.counted_out and permit.finished_at is not None:
        for need in permit.closing_open(permit.law.closing):
            yield from who(permit, need.role, holders)
    if permit.counted_out and not permit.watch_open and not permit.closing_open(permit.law.closing):
        yield from _unsigned(permit, holders, permit.law.acceptance_roles, permit.acceptance)


def _lingering(permit: Permit, holders: Holders, at: datetime) -> Iterable[PersonId]:
    return _acceptors(permit, holders, at) if permit.live else ()


_ASKED: dict[Status, Callable[[Permit, Holders, datetime], Iterable[PersonId]]] = {
    Status.DRAFT: _applicant,
    Status.SUBMITTED: _waited_for,
    Status.PREPARING: _leader,
    Status.IN_REVIEW: _waited_for,
    Status.ISSUED: _issued,
    Status.ACTIVE: _prompted,
    Status.SUSPENDED: _resumers,
    Status.COMPLETED: _acceptors,
    Status.FIRE_WATCH: _acceptors,
    Status.CLOSED: _nobody,
    Status.ARCHIVED: _nobody,
    Status.REJECTED: _nobody,
    Status.CANCELLED: _nobody,
    Status.EXPIRED: _lingering,
    Status.VOIDED: _lingering,
}
