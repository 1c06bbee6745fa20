"""Whom the figure of certificates counts, and as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.support.permits import GUARD, LEADER, WORKER, content, permit, rules
from workflow.certified import certified
from workflow.ids import PersonId, SiteId
from workflow.permit.details import Details, LiftDetails
from workflow.permit.state import Status
from workflow.plant import Certificate, Person
from workflow.rules.types import CertificateNeed, Role

DAY = date(2026, 11, 24)
CRANE = PersonId("crane")


def need(role: Role, kind: str, *, blocks: bool = True) -> CertificateNeed:
    return CertificateNeed(role=role, kinds=(kind,), when=(), blocks=blocks, clause="", label=f"证{kind}")


def person(who: PersonId, *kinds: str) -> Person:
    held = tuple(
        Certificate(kind=kind, number=kind, valid_from=date(2025, 1, 1), valid_to=date(2027, 1, 1)) for kind in kinds
    )
    return Person(id=who, site=SiteId("HC"), name=who, department="", certificates=held)


def counted(*people: Person) -> list[str]:
    asked = (
        need(Role.WORKER, "2.1"), need(Role.WORKER, "3.1"), need(Role.LIFT_OPERATOR, "Q2"), need(Role.GUARDIAN, "g"),
        need(Role.WORK_LEADER, "l"), need(Role.WORKER, "9.9", blocks=False),
    )  # fmt: skip
    lift = Details(lift=LiftDetails(operators=(CRANE,)))
    shown = permit(
        Status.ACTIVE,
        content=replace(content(), workers=(WORKER,), details=lift),
        rules=replace(rules(), certificates=asked),
    )
    return list(certified(shown, {one.id: one for one in people}, DAY))


def test_each_of_the_crew_once_with_the_first_he_lacks() -> None:
    assert counted(person(WORKER, "2.1", "3.1"), person(CRANE, "Q2")) == ["", ""]
    assert counted(person(WORKER, "2.1"), person(CRANE)) == ["证3.1", "证Q2"]


def test_whoever_is_not_on_the_register_holds_none_and_guardian_and_leader_are_not_counted() -> None:
    assert counted(person(GUARD), person(LEADER)) == ["证2.1", "证Q2"]


def test_where_nothing_is_asked_nobody_is_counted() -> None:
    assert list(certified(permit(Status.ACTIVE), {}, DAY)) == []
