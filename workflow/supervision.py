"""督办: which steps of open permits are late, and how much of what each department owes is late. Pure.

A step is late once it has climbed. It is counted with the department of whoever was asked first, not of those it
climbed to: the rate says who lets others wait, not who has to hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow.ids import AreaId, NodeKey, PermitId, PersonId
from workflow.plant import Person
from workflow.values import aware

NOBODY = ""
"""The department of a step nobody holds the post for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A step the plant is waited for: whom it asked, who was asked to stand in, whom it climbed to, and whether one of
    those took charge."""

    permit: PermitId
    node: NodeKey
    label: str
    area: AreaId
    place: str
    since: datetime | None
    """Since when it is waited for; None: the permit does not say."""
    asked: tuple[PersonId, ...]
    deputised: tuple[PersonId, ...]
    """Who stood by and was asked when it was late."""
    told: tuple[PersonId, ...]
    level: int
    taken: bool

    def __post_init__(self) -> None:
        if self.since is not None:
            aware(self.since)

    @property
    def late(self) -> bool:
        """Whether it has waited its time."""
        return self.level > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the things a department owes now are late."""

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
    return rates((department(one.asked, people), one.late) for one in waiting)


def department(asked: Iterable[PersonId], people: Mapping[PersonId, Person]) -> str:
    """The department of whoever was asked first; `NOBODY` where nobody was."""
    return next((people[who].department for who in asked if who in people), NOBODY)


def rates(owed: Iterable[tuple[str, bool]]) -> tuple[Share, ...]:
    """From (department, whether it is late) of each thing owed: each department, the highest rate first."""
    late: dict[str, int] = {}
    all_: dict[str, int] = {}
    for name, over in owed:
        all_[name] = all_.get(name, 0) + 1
        late[name] = late.get(name, 0) + over
    found = (Share(department=name, late=late[name], waiting=many) for name, many in all_.items())
    return tuple(sorted(found, key=lambda one: (-one.percent, -one.late, one.department)))
