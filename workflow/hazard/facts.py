"""What the plant knows and a decision about one hazard looks at, and who may do what by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from workflow.hazard.law import GradeRule, HazardLaw, Legal, Plant
from workflow.hazard.owed import owed
from workflow.hazard.state import Hazard, Owed, Supervision
from workflow.ids import MediaHash, PermitId, PersonId
from workflow.plant import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the plant knows right now."""

    people: Mapping[PersonId, Person]
    law: HazardLaw
    """Of today; only a report looks at it."""
    grading: tuple[GradeRule, ...]
    safety: tuple[PersonId, ...]
    """The safety department."""
    safety_head: tuple[PersonId, ...]
    leadership: tuple[PersonId, ...]
    """分管副总, 主要负责人 and, while nobody else is there, the duty leader."""
    owners: tuple[PersonId, ...] = ()
    """The unit that owns the place."""
    registered: PersonId | None = None
    """Who answers for such things at that place, by the register; None = nobody known."""
    permits: tuple[PermitId, ...] = ()
    """Live permits in whose place it is."""
    used_photos: frozenset[MediaHash] = field(default_factory=frozenset)
    """Of the pictures shown now, those the plant has already seen elsewhere."""
    other: Hazard | None = None
    """The hazard another one is to go on under; None = nobody reported it."""
    earned_today: int = 0
    """Points the reporter already got for reports of the same day."""
    earned_before: bool = False
    """The reporter already got points for the like of it lately: the same thing again, under another number."""


def present(people: Iterable[PersonId], facts: Facts) -> tuple[PersonId, ...]:
    """Those of ``people`` who still work here, each once."""
    return tuple(one for one in dict.fromkeys(people) if one in facts.people and facts.people[one].active)


def acceptors(hazard: Hazard, facts: Facts) -> tuple[PersonId, ...]:
    """Who may say it is put right: never whose hands were on it. The graver, the higher; the leadership where nobody
    else is left."""
    _, held = hazard.ruling
    ordinary = (*facts.owners, *facts.safety) if held.plant is Plant.ORDINARY else facts.safety
    first = facts.leadership if held.legal is Legal.MAJOR else ordinary
    barred = {*hazard.hands, hazard.responsible}
    fit = tuple(one for one in present(first, facts) if one not in barred)
    return fit or tuple(one for one in present((*facts.safety, *facts.leadership), facts) if one not in barred)


def debtors(hazard: Hazard, facts: Facts) -> tuple[PersonId, ...]:
    """Who owes what is owed now."""
    match owed(hazard):
        case None:
            return ()
        case Owed.ASSIGNMENT:
            return present(facts.safety, facts)
        case Owed.RESPONSE | Owed.INTERIM | Owed.RECTIFICATION:
            return present((hazard.responsible,) if hazard.responsible is not None else (), facts)
        case Owed.ACCEPTANCE:
            return acceptors(hazard, facts)
        case never:
            assert_never(never)


def told_at(level: Supervision, hazard: Hazard, facts: Facts) -> tuple[Supervision, tuple[PersonId, ...]]:
    """Whom a climb to ``level`` reaches, and the level it really gets to: one without anybody is climbed over."""
    rungs = {
        Supervision.SUPERIORS: _superiors(hazard, facts),
        Supervision.SAFETY_HEAD: facts.safety_head,
        Supervision.LEADERSHIP: facts.leadership,
    }
    for rung, people in rungs.items():
        found = present(people, facts)
        if rung >= level and found:
            return rung, found
    return Supervision.LEADERSHIP, present((*facts.safety_head, *facts.safety), facts)


def _superiors(hazard: Hazard, facts: Facts) -> tuple[PersonId, ...]:
    """Of whoever owes it; beside them of whoever asked, where the work goes from one department to another."""
    owing = debtors(hazard, facts)
    above = [boss for one in owing if (boss := facts.people[one].superior) is not None]
    if not present(above, facts):
        return ()
    return (*above, *_askers_superior(hazard, {facts.people[one].department for one in owing}, facts))


def _askers_superior(hazard: Hazard, asked: set[str], facts: Facts) -> tuple[PersonId, ...]:
    """Nobody where the reporter stays unnamed: he would be found through his superior. Nobody within one department:
    there it is the very superior who answers for what was reported."""
    seen, who = hazard.sighting, None if hazard.reporter is None else hazard.reporter.as_person
    if seen is None or not seen.named or who is None or who not in facts.people:
        return ()
    asker = facts.people[who]
    apart = "" not in asked and asker.department and asker.department not in asked
    return (asker.superior,) if apart and asker.superior is not None else ()
