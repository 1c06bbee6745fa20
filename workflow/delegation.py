"""Who stands in for whom while somebody is away.

Whoever is away names a deputy, with a beginning and an end. In that time the deputy holds the posts of the one who is
away, where the plant already trusts him with such a role, or where he is his superior. Nothing else moves:

1.  No chains: who is away himself stands in for nobody, and a deputy has no deputy for what he stands in for.
2.  A deputy signs nothing the one he stands in for may not sign: not for that one's own work, and not where that one
    has signed already. He is barred where he would be barred himself.
3.  Whoever is away keeps his posts: he may come back for a signature, but he is not asked.
4.  What is signed says for whom.
5.  Somebody says it himself, or the plant's register says it of him (`workflow.leave`). His own word stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workflow.errors import Refused
from workflow.findings import no
from workflow.ids import PersonId, SiteId
from workflow.plant import Person
from workflow.rules.types import Role
from workflow.values import Actor, Interval, aware

LONGEST = timedelta(days=31)
"""Who is away for longer has a successor, not a deputy."""
STREAM = "absences"
"""The one stream of a site."""

Holders = Mapping[Role, tuple[PersonId, ...]]
StandingIn = Mapping[Role, Mapping[PersonId, tuple[PersonId, ...]]]
"""By role: deputies who do not hold it themselves, and for whom each stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Somebody is away ``during`` this time, and who stands in."""

    person: PersonId
    deputy: PersonId
    during: Interval
    registered: bool = False
    """Whether the plant's register says so, not he himself."""

    def same(self, other: Absence | None) -> bool:
        """Whether it says the same, whoever said it."""
        return other is not None and (self.deputy, self.during) == (other.deputy, other.during)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """Everybody's absences at one site that have not been taken back; at most one of a person."""

    id: str
    site: SiteId
    known: Mapping[PersonId, Absence]
    taken_back: Mapping[PersonId, tuple[Absence, ...]] = field(default_factory=dict)
    """What the register said of somebody and he himself took back or said otherwise, until it would be over."""

    def at(self, moment: datetime) -> tuple[Absence, ...]:
        """Who is away at this moment and has somebody who is not."""
        away = {one.person for one in self.known.values() if one.during.start <= moment < one.during.end}
        return tuple(self.known[person] for person in away if self.known[person].deputy not in away)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceNoted:
    """Somebody will be, or is, away. It takes the place of what was said before. ``person`` None: he says so himself;
    else the plant's register says it of him."""

    by: Actor
    at: datetime
    deputy: PersonId
    during: Interval
    person: PersonId | None = None

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded:
    """He is back, or does not go. ``person`` as in `AbsenceNoted`."""

    by: Actor
    at: datetime
    person: PersonId | None = None

    def __post_init__(self) -> None:
        aware(self.at)


Event = AbsenceNoted | AbsenceEnded
ALL: tuple[type[Event], ...] = (AbsenceNoted, AbsenceEnded)


def evolve(absences: Absences, event: Event) -> Absences:
    """The state after the event."""
    registered = event.person is not None
    person = event.person or PersonId(event.by.id)
    others = {key: one for key, one in absences.known.items() if key != person}
    before = absences.known.get(person)
    denied = before is not None and before.registered and not registered
    if isinstance(event, AbsenceNoted):
        others[person] = Absence(person=person, deputy=event.deputy, during=event.during, registered=registered)
    taken_back = _taken_back(absences, person, before if denied else None, event.at)
    return replace(absences, known=others, taken_back=taken_back)


def _taken_back(
    absences: Absences, person: PersonId, newest: Absence | None, at: datetime
) -> Mapping[PersonId, tuple[Absence, ...]]:
    known = (*absences.taken_back.get(person, ()), *(() if newest is None else (newest,)))
    lasting = tuple(one for one in known if one.during.end > at)
    others = {key: each for key, each in absences.taken_back.items() if key != person}
    return {**others, person: lasting} if lasting else others


def go_away(
    absences: Absences,
    *,
    by: PersonId,
    deputy: PersonId,
    during: Interval,
    people: Mapping[PersonId, Person],
    at: datetime,
    called: str = "您",
) -> tuple[Event, ...]:
    """Somebody says himself that he will be away, and who stands in. Raise `Refused`, which calls him ``called``."""
    other = people.get(deputy)
    if deputy == by or other is None or not other.active or other.employer is not None:
        raise Refused((no("away.deputy", "代理人要是本厂在岗的另一位同事", cure="换一位代理人"),))
    if during.end <= at or during.end - during.start > LONGEST:
        raise Refused((no("away.time", "请假时间已过，或者超过31天", cure="重写起止时间；更久的请安全管理部门改岗位"),))
    his = absences.known.get(deputy)
    if his is not None and his.during.overlaps(during):
        raise Refused((no("away.chain", f"{other.name}那时自己也不在", rule="代理不能再转代理", cure="换一位代理人"),))
    mine = [one.person for one in absences.known.values() if one.deputy == by and one.during.overlaps(during)]
    if mine:
        name = people[mine[0]].name if mine[0] in people else str(mine[0])
        fact = f"{called}那时正代理{name}"
        raise Refused((no("away.chain", fact, rule="代理不能再转代理", cure=f"请{name}先换一位代理人"),))
    return (AbsenceNoted(by=Actor.person(by), at=at, deputy=deputy, during=during),)


def come_back(absences: Absences, *, by: PersonId, at: datetime) -> tuple[Event, ...]:
    """He is back. Nothing when he was not away."""
    return (AbsenceEnded(by=Actor.person(by), at=at),) if by in absences.known else ()


def standing_in(
    away: Iterable[Absence], here: Holders, anywhere: Holders, people: Mapping[PersonId, Person]
) -> StandingIn:
    """Deputies by role at a place: ``here`` are its holders there, ``anywhere`` those at any place of the plant."""
    found: dict[Role, dict[PersonId, tuple[PersonId, ...]]] = {}
    for one in away:
        for role, holders in here.items():
            known = people.get(one.deputy)
            if one.person not in holders or one.deputy in holders or known is None or not known.active:
                continue
            if one.deputy in anywhere.get(role, ()) or one.deputy in _above(one.person, people):
                each = found.setdefault(role, {})
                each[one.deputy] = (*each.get(one.deputy, ()), one.person)
    return found


def with_deputies(here: Holders, deputies: StandingIn) -> Holders:
    """Who holds each role now, deputies after those they stand in for."""
    return {role: (*holders, *deputies.get(role, ())) for role, holders in here.items()} if deputies else here


def spent(principals: Iterable[PersonId], barred: Iterable[PersonId]) -> bool:
    """Whether everybody a deputy stands in for is barred himself: then he stands in for nobody."""
    return set(principals) <= set(barred)


def _above(person: PersonId, people: Mapping[PersonId, Person]) -> frozenset[PersonId]:
    """All superiors of a person; a circle in the records ends the walk."""
    seen: set[PersonId] = set()
    current = people.get(person)
    while current is not None and current.superior is not None and current.superior not in seen:
        seen.add(current.superior)
        current = people.get(current.superior)
    return frozenset(seen)
