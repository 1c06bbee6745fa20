"""督办: which steps of open permits are late, and how many of what each department owes. Pure.

A step is late once it has climbed. It is counted with the department of whoever was asked first, not of those it
climbed to: the rate says who lets others wait, not who has to hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.ids import NodeKey, PermitId, PersonId
from workflow.plant import Person

NOBODY = ""
"""The department of a step nobody holds the post for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A step the plant is waited for: whom it asked, whom it climbed to, and whether one of those took charge."""

    permit: PermitId
    node: NodeKey
    label: str
    place: str
    asked: tuple[PersonId, ...]
    told: tuple[PersonId, ...]
    level: int
    taken: bool

    @property
    def late(self) -> bool:
        """Whether it has waited its time."""
        return self.level > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the steps a department owes now are late."""

    department: str
    late: int
    waiting: int

    @property
    def percent(self) -> int:
        """Of a hundred, rounded down."""
        return self.late * 100 // self.waiting


def supervised(waiting: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """What is late: first where nobody took charge, then what has climbed highest."""
    late = (one for one in waiting if one.late)
    return tuple(sorted(late, key=lambda one: (one.taken, -one.level, one.permit)))


def shares(waiting: Iterable[Waiting], people: Mapping[PersonId, Person]) -> tuple[Share, ...]:
    """Each department that owes a step, the highest rate first."""
    late: dict[str, int] = {}
    owed: dict[str, int] = {}
    for one in waiting:
        department = next((people[who].department for who in one.asked if who in people), NOBODY)
        owed[department] = owed.get(department, 0) + 1
        late[department] = late.get(department, 0) + one.late
    found = (Share(department=name, late=late[name], waiting=many) for name, many in owed.items())
    return tuple(sorted(found, key=lambda one: (-one.percent, -one.late, one.department)))
