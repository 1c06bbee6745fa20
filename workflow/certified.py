"""Who of a permit's crew must hold a certificate, and whether he does on a given day: for the figure 人证动态合规率.

The gates ask the same before and during the work (`workflow.permit.gates_people`) and stop it; this only counts, day
by day, and it counts what the register says, not what anybody was allowed to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from workflow.ids import PersonId
from workflow.permit.named import ON_FORM
from workflow.permit.state import Permit
from workflow.plant import Person
from workflow.rules.certificates import ADMITS, applies, best, suited
from workflow.rules.types import CertificateNeed, Role


def certified(permit: Permit, people: Mapping[PersonId, Person], day: date) -> Iterator[str]:
    """One text for each worker the permit's rules ask a certificate of: empty when he holds all of them that day, else
    what the first one he lacks is called. Whoever is not on the register, or not verified, holds none."""
    asked: dict[PersonId, list[CertificateNeed]] = {}
    for need in permit.law.certificates:
        if need.blocks and applies(need, permit.law):
            for person in _crew(permit, need.role):
                asked.setdefault(person, []).append(need)
    for person, needs in asked.items():
        yield next((need.label for need in needs if not _holds(people.get(person), need, permit, day)), "")


def _crew(permit: Permit, role: Role) -> tuple[PersonId, ...]:
    """Workers, and those the form names beside them; not who guards, leads or approves."""
    if role in ON_FORM:
        return ON_FORM[role](permit.what)
    return permit.what.workers if role is Role.WORKER else ()


def _holds(person: Person | None, need: CertificateNeed, permit: Permit, day: date) -> bool:
    if person is None:
        return False
    found = best(suited(person.certificates, need, permit.what.work, day), day, permit.law.certificate_law)
    return found is not None and found[1] in ADMITS
