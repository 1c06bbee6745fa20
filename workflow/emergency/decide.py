"""What may happen to a zone: anybody calls an emergency, a few named people lift it, and lifting resumes nothing.

GB 30871-2022 4.8: on an abnormality of plant or site work stops and people leave. The standard does not say who ends
it; the posts here are a design decision (docs/adr/0094).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.emergency import commands as c
from workflow.emergency import events as e
from workflow.emergency.state import PLANT, Zone
from workflow.errors import Refused
from workflow.findings import Finding, no
from workflow.ids import PersonId
from workflow.plant import Person
from workflow.rules.types import Role

CLAUSE = "GB 30871-2022 4.8；解除权限为厂内应急管理"
SHORTEST_REASON = 4
"""Characters under which a reason says nothing."""
HEADS = (Role.CHIEF, Role.PRINCIPAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision about one zone looks at."""

    people: Mapping[PersonId, Person]
    lifters: tuple[PersonId, ...]
    """Who may lift it: `may_lift`."""


def may_lift(
    zone: str, holders: Mapping[Role, tuple[PersonId, ...]], duty: PersonId | None
) -> tuple[PersonId, ...]:  # fmt: skip
    """The duty leader and the leadership; for one area the safety department as well. Each once, the nearest first."""
    heads = (*((duty,) if duty is not None else ()), *(person for role in HEADS for person in holders.get(role, ())))
    safety = () if zone == PLANT else holders.get(Role.SAFETY_DEPT, ())
    return tuple(dict.fromkeys((*safety, *heads)))


def decide(now: Zone, command: c.Command, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow; empty when it is so already. Raise `Refused` with the reason when it may not be."""
    person = facts.people.get(PersonId(command.by.id)) if command.by.as_person is not None else None
    if person is None or not person.active:
        raise Refused((_no("who.known", "本厂名单里没有您", "请联系安全管理部门登记"),))
    return _DECISIONS[type(command)](now, command, facts, person)


def _call(now: Zone, command: c.Call, _facts: Facts, _person: Person) -> tuple[e.Event, ...]:
    """Anybody's right; nothing is asked."""
    return () if now.in_force else (e.EmergencyCalled(by=command.by, at=command.at),)


def _lift(now: Zone, command: c.Lift, facts: Facts, person: Person) -> tuple[e.Event, ...]:
    if not now.in_force:
        raise Refused((_no("emergency.none", "这里现在没有紧急状态", "无需解除"),))
    if person.id not in facts.lifters:
        names = "、".join(facts.people[one].name for one in facts.lifters if one in facts.people)
        cure = f"请联系{names}解除" if names else "本厂没有登记能解除的人，请系统管理员登记值班领导"
        raise Refused((_no("who.role", f"{person.name}不能解除紧急状态", cure),))
    reason = command.reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused((_no("emergency.reason", "没有说为什么可以解除", "请写明险情怎么消除的、谁查过现场"),))
    return (e.EmergencyLifted(by=command.by, at=command.at, reason=reason),)


def _no(gate: str, fact: str, cure: str) -> Finding:
    return no(gate, fact, cure=cure, clause=CLAUSE)


_Decision = Callable[[Zone, Any, Facts, Person], tuple[e.Event, ...]]
_DECISIONS: Mapping[type[c.Command], _Decision] = {c.Call: _call, c.Lift: _lift}
