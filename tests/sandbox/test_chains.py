"""The demo plant can sign every chain: for each work, at each place, a person of his own for every node and role."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.plant import areas, everybody
from tests.support.rulebook import chemical, content, facts, rules
from tests.support.six_works import earth, height, lift, one_of_each
from workflow.ids import PersonId
from workflow.permit.content import Content
from workflow.permit.named import ON_FORM
from workflow.plant import Area, Person
from workflow.rules.types import Role
from workflow.values import WorkType

PEOPLE = everybody(date(2026, 11, 24))
NAMED = {Role.APPLICANT, Role.WORK_LEADER, Role.WORKER, Role.GUARDIAN, *ON_FORM}
WORKS = (
    content(),
    content(facts=facts(fire_explosion=True, operating=True)),
    content(WorkType.CONFINED_SPACE),
    height("3"),
    height("31"),
    lift("101"),
    *one_of_each(),
)


def holders(role: Role, place: Area) -> list[PersonId]:
    posts = set(chemical().posts_for(role))
    return [person.id for person in PEOPLE if any(_covers(person, post, place) for post in posts)]


def _covers(person: Person, post: str, place: Area) -> bool:
    return any(held.key == post and (not held.areas or place.id in held.areas) for held in person.posts)


def signed(roles: list[Role], place: Area, taken: frozenset[PersonId] = frozenset()) -> bool:
    """Whether everybody can be another person."""
    if not roles:
        return True
    free = (person for person in holders(roles[0], place) if person not in taken)
    return any(signed(roles[1:], place, taken | {person}) for person in free)


@pytest.mark.parametrize("what", WORKS, ids=lambda what: f"{what.work}-{rules(what).grade}")
def test_every_chain_finds_its_people(what: Content) -> None:
    found = rules(what)
    for place in areas():
        assert signed([node.role for node in found.chain], place), place.name
        for wanted in (found.start_roles, found.resume_roles, found.acceptance_roles):
            assert signed([role for role in wanted if role not in NAMED], place), place.name


def test_digging_asks_the_most() -> None:
    """Nobody has said who is concerned: seven countersign."""
    assert len(rules(earth("1.0")).chain) == 9
