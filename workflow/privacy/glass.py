"""What lies behind the glass: data that saves a life in an emergency and is nobody's business on every other day.

Its owner notes it himself, and takes it back whenever he likes. Others break the glass: a named person who answers for
safety, or anybody near in an emergency, with a reason, and everybody concerned hears it at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.errors import Refused
from workflow.findings import no
from workflow.ids import PersonId, SiteId
from workflow.values import Actor, aware

LONGEST = 100
"""Characters of a thing that is noted."""


class Kind(StrEnum):
    """What may lie there."""

    BLOOD = "blood"
    CONTRAINDICATION = "contraindication"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """How often the glass of one person was broken. What lies behind it is in no event."""

    id: PersonId
    site: SiteId
    broken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassBroken:
    """Somebody looked at what lies behind it."""

    by: Actor
    at: datetime
    why: str
    emergency: bool
    """Somebody who may only in an emergency."""

    def __post_init__(self) -> None:
        aware(self.at)


Event = GlassBroken
ALL: tuple[type[Event], ...] = (GlassBroken,)


def evolve(glass: Glass, _event: Event) -> Glass:
    """The state after the event."""
    return Glass(id=glass.id, site=glass.site, broken=glass.broken + 1)


def break_glass(
    *, by: PersonId, why: str, answers_for_safety: bool, near_in_emergency: bool, at: datetime
) -> tuple[Event, ...]:
    """Whether somebody may look now. Raise `Refused`."""
    if not (answers_for_safety or near_in_emergency):
        fact = "只有安全管理部门、值班领导能看，或者有紧急状态时的现场同事"
        raise Refused((no("glass.who", fact, clause=_CLAUSE, cure="有人出事先说「紧急停工」；其他情况找安全管理部门"),))
    if not why:
        raise Refused((no("glass.why", "没有写原因", clause=_CLAUSE, cure="写明原因，例如：紧急查看 王强 中暑昏倒"),))
    return (GlassBroken(by=Actor.person(by), at=at, why=why, emergency=not answers_for_safety),)


_CLAUSE = "个人信息保护法第二十八条"
