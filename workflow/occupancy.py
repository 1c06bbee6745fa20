"""Who is at a place and should not be, or not any longer: strangers, too many, too long. Pure.

1. It may stop work or be a question to the guardian; it counts nobody in or out, and it lets nobody begin.
2. Too long is counted from when somebody was logged in; where no names are logged, from when the work last began.
3. A stranger is somebody whose tag is surely inside and whom no live permit of the place and no post there names.
   Whoever wears no tag is seen by nobody: few are seen is not few are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.ids import PersonId
from workflow.permit.state import Permit, Status
from workflow.rules.types import Grade
from workflow.values import WorkType


class OccupancyBreach(StrEnum):
    """What is amiss."""

    STRANGER = "stranger"
    TOO_MANY = "too_many"
    OVERTIME = "overtime"


class Then(StrEnum):
    """What follows. The later is the stricter."""

    TELL = "tell"
    """The guardian is asked to look."""
    STOP = "stop"


_STRICTER = tuple(Then)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyRule:
    """What the plant asks while work of these kinds goes on. No grades: all of them."""

    kind: OccupancyBreach
    then: Then
    works: frozenset[WorkType]
    grades: frozenset[Grade] = frozenset()
    after: timedelta | None = None
    """How long is too long; exactly for `OccupancyBreach.OVERTIME`."""
    most: int | None = None
    """How many are too many is one more than this; left out, as many as the live permits of the place name."""

    def __post_init__(self) -> None:
        if (self.kind is OccupancyBreach.OVERTIME) is not (self.after is not None and self.after > timedelta(0)):
            raise ValueError("exactly overtime has a length, longer than none")
        if self.most is not None and (self.kind is not OccupancyBreach.TOO_MANY or self.most < 1):
            raise ValueError("too many alone has a number, one or more")


def rule_for(
    rules: Iterable[OccupancyRule], kind: OccupancyBreach, work: WorkType, grade: Grade
) -> OccupancyRule | None:
    """What is asked of one permit: everything that fits its work and grade, the stricter of each. None: nothing is."""
    asked = [one for one in rules if one.kind is kind and work in one.works and (not one.grades or grade in one.grades)]
    if not asked:
        return None
    return OccupancyRule(
        kind=kind,
        then=max((one.then for one in asked), key=_STRICTER.index),
        works=frozenset({work}),
        grades=frozenset({grade}),
        after=min((one.after for one in asked if one.after is not None), default=None),
        most=min((one.most for one in asked if one.most is not None), default=None),
    )


# --- too long ---------------------------------------------------------------------------------------------------------


def since(permit: Permit) -> dict[PersonId, datetime]:
    """Since when each is at it: who is logged inside, or everybody who works where no names are logged."""
    if permit.log_kept:
        return {one.person: one.since for one in permit.inside}
    began = permit.resumed_at or permit.started_at
    if permit.status is not Status.ACTIVE or began is None:
        return {}
    return dict.fromkeys((permit.leader, *permit.what.workers), began)


def over_at(permit: Permit, rule: OccupancyRule, after: datetime | None = None) -> datetime | None:
    """The first moment somebody is at it for too long, of those after ``after``; None: nobody is at it."""
    if rule.after is None:
        raise ValueError("no rule about time")
    ends = [began + rule.after for began in since(permit).values()]
    return min((end for end in ends if after is None or end > after), default=None)


def too_long(permit: Permit, rule: OccupancyRule, now: datetime) -> tuple[PersonId, ...]:
    """Who is at it for too long."""
    if rule.after is None:
        raise ValueError("no rule about time")
    return tuple(person for person, began in since(permit).items() if now - began >= rule.after)


# --- who and how many -------------------------------------------------------------------------------------------------


def strangers(inside: Iterable[PersonId], named: Iterable[PersonId]) -> tuple[PersonId, ...]:
    """Those inside whom nobody named, in a fixed order."""
    return tuple(sorted(set(inside) - set(named)))


def too_many(inside: Iterable[PersonId], named: Iterable[PersonId], rule: OccupancyRule) -> bool:
    """Whether more are inside than may be."""
    most = len(set(named)) if rule.most is None else rule.most
    return len(set(inside)) > most
