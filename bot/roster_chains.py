"""Whether the plant has enough different people to sign every chain of every work: one person signs one node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storage.directory import Directory
from workflow.ids import AreaId, PersonId
from workflow.rules.book import RuleBook
from workflow.rules.chains import role_of
from workflow.rules.law import ChainStep
from workflow.rules.types import Grade, Role
from workflow.values import WorkType

UNCONDITIONAL = frozenset({"", "always"})


def unsignable(directory: Directory, book: RuleBook) -> Iterator[str]:
    """A sentence for each chain that cannot be signed somewhere although every role of it is held.

    Nodes that are signed only under a condition are left out, and so are roles that the permit itself names.
    """
    told: set[tuple[str, ...]] = set()
    for work, grade, steps in _chains(book):
        roles = tuple(role for step in steps if book.posts_for(role := role_of(step, grade)))
        short = [area for area in directory.areas if not _signable(roles, directory, book, area)]
        signature = (*sorted(role.value for role in roles), *short)
        if short and signature not in told:
            told.add(signature)
            needs = "、".join(book.role_label(role) for role in roles)
            name = work.value if grade is Grade.NONE else f"{work.value} ({grade.value})"
            where = "" if len(short) == len(directory.areas) else f" in {', '.join(short)}"
            yield f"{name}: {len(roles)} different people must sign ({needs}); there are not so many{where}"


def _chains(book: RuleBook) -> Iterator[tuple[WorkType, Grade, tuple[ChainStep, ...]]]:
    for pack in book.packs:
        for work, law in pack.works.items():
            if book.plant.industry not in pack.industries and pack.id not in book.plant.borrows.get(work, ()):
                continue
            steps = tuple(step for step in law.chain if step.when in UNCONDITIONAL)
            named = dict.fromkeys(grade for step in steps for grade in step.roles if grade is not Grade.NONE)
            for grade in named or (Grade.NONE,):
                asked = tuple(
                    step
                    for step in steps
                    if (not step.grades or grade in step.grades) and (grade in step.roles or Grade.NONE in step.roles)
                )
                yield work, grade, asked


def _signable(roles: Sequence[Role], directory: Directory, book: RuleBook, area: AreaId) -> bool:
    """Whether each role finds a signer of its own. A role that nobody holds is told elsewhere and counts as found."""
    holders = [_holders(role, directory, book, area) for role in roles]
    signs: dict[PersonId, int] = {}

    def seat(node: int, tried: set[PersonId]) -> bool:
        for person in holders[node]:
            if person not in tried:
                tried.add(person)
                if person not in signs or seat(signs[person], tried):
                    signs[person] = node
                    return True
        return False

    return all(seat(node, set()) for node, held in enumerate(holders) if held)


def _holders(role: Role, directory: Directory, book: RuleBook, area: AreaId) -> tuple[PersonId, ...]:
    people = (one.id for post in book.posts_for(role) for one in directory.holders(post, area))
    return tuple(dict.fromkeys(people))
