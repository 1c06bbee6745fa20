"""What waits for whom, how long, and whom it climbs to. Pure; nothing here ever approves.

A step that has waited half its time is said again to those asked. One that has waited all of it is late, and climbs:
first to those who stand by for the post, then to the next superior of those asked who has not been told yet, at last to
the plant's duty leader, and there it stays: nobody is told the same thing twice. A rung with nobody on it is passed at
once. It stops when a superior takes charge. What is urgent is asked of everybody from the start, so that it reaches a
superior as soon as it is late. The fractions are the plant's (`workflow.rules.types.Ladder`).

The timer carries the revision, the step and the rung it was set for: one that fires late, twice or after a restart
decides nothing. A signature that cannot be given before the day of the work is not late before that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.ids import NodeKey, PersonId
from workflow.permit.state import Permit, Status
from workflow.plant import Person
from workflow.rules.chains import waits
from workflow.rules.types import LATE, Grade, Role

ACCEPT = NodeKey("accept")
"""The step before the chain: the unit that owns the place is asked to take the request into preparation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a permit waits for from the plant: which step, by which role, for how long until it climbs."""

    key: NodeKey
    role: Role
    wait: timedelta


def waiting(permit: Permit, at: datetime) -> Step | None:
    """The step the plant is asked for now; None when nobody of the plant is waited for.

    The request itself waits for the owning unit as long as the first node of its chain.
    """
    if permit.status is Status.SUBMITTED:
        first = permit.law.chain[0]
        return Step(key=ACCEPT, role=Role.SITE_UNIT, wait=waits(first, permit.law, permit.what, at))
    node = permit.node
    if node is None:
        return None
    return Step(key=node.key, role=node.role, wait=waits(node, permit.law, permit.what, at))


def step_now(permit: Permit, at: datetime) -> str:
    """A name for the step the plant is asked for now, of this revision alone; empty when it is asked for none."""
    step = waiting(permit, at)
    return "" if step is None else f"{permit.revision}:{step.key}"


def counts_from(permit: Permit, at: datetime) -> datetime:
    """When the time of a step asked for at ``at`` begins.

    That of the last signature does at the first moment it can be given: issued sooner, the permit would lapse unused.
    """
    last = permit.node is not None and len(permit.signatures) + 1 == len(permit.law.chain)
    return max(at, permit.what.planned.start - permit.law.max_validity) if last else at


def late_from(permit: Permit, step: Step, at: datetime, share: int = LATE) -> datetime:
    """When a step asked for at ``at`` is late; with ``share``, when that much of its time (of 100) is over."""
    return counts_from(permit, at) + step.wait * share / LATE


def climbs_from(permit: Permit, step: Step, at: datetime) -> datetime:
    """When a step that was asked for, or has just climbed, at ``at`` climbs one rung (more)."""
    level, ladder = permit.escalation_level, permit.law.ladder
    if level == 0:
        return late_from(permit, step, at)
    # A rung on which nobody above was told is one that he waited for those who stand by.
    rung = level if permit.deputised and len(permit.escalated_to) < level else level + 1
    passed = LATE if level == 1 else ladder.rung(rung - 1)
    return at + step.wait * (ladder.rung(rung) - passed) / LATE


def urgent(permit: Permit) -> bool:
    """Whether the present step is asked of everybody at once, those who stand by among them: its work begins soon
    after it was asked for, or is 特级."""
    asked = permit.waiting_since
    near = asked is not None and permit.what.planned.start - asked < permit.law.near_start
    return near or permit.law.grade is Grade.SPECIAL


def asked_first(people: Iterable[PersonId], standby: Iterable[PersonId]) -> tuple[PersonId, ...]:
    """Of those who may act, whom a step asks first: not who only stands by, unless there is nobody else."""
    people, standby = tuple(people), frozenset(standby)
    return tuple(one for one in people if one not in standby) or people


def climbing(permit: Permit, revision: int, key: NodeKey, level: int, at: datetime) -> Step | None:
    """The step a timer was set for, when it is still waited for at this revision and rung, and nobody took charge."""
    step = waiting(permit, at)
    if step is None or step.key != key or permit.revision != revision:
        return None
    if permit.escalation_level != level or permit.escalation_acknowledged:
        return None
    return step


def next_rung(
    *,
    asked: Iterable[PersonId],
    told: Iterable[PersonId],
    barred: Iterable[PersonId],
    people: Mapping[PersonId, Person],
    duty_leader: PersonId | None,
) -> PersonId | None:
    """Whom to tell now: the nearest superior not yet told, then the duty leader; None = everybody has been told.

    ``barred`` are the people of the request itself: they are climbed over, never to; so are people who left.
    """
    asked, barred = tuple(asked), frozenset(barred)
    skip = {*asked, *told, *barred}
    for superior in _superiors(asked, people):
        if superior not in skip and superior in people and people[superior].active:
            return superior
    return duty_leader if duty_leader not in {*told, *barred} else None


def _superiors(asked: Iterable[PersonId], people: Mapping[PersonId, Person]) -> Iterator[PersonId]:
    """Superiors rung by rung, each once; a circle in the records ends the climb."""
    seen: set[PersonId] = set()
    rung = list(asked)
    while rung:
        above = [people[one].superior for one in rung if one in people]
        rung = list(dict.fromkeys(one for one in above if one is not None and one not in seen))
        seen.update(rung)
        yield from rung
