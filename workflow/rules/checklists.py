"""Which checklist items apply, as far as the permit itself says (domain 1.10); a person decides the rest.

An item is proposed as applying when its trigger holds, as not applying only when somebody has said so or the permit's
own methods exclude it, and otherwise stays unknown. Unknown blocks review.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.rules.situation import ALWAYS, FREE, frozen, holds
from workflow.rules.types import Measure, PermitRules

PHOTO, NUMBERS, TEXT = "photo", "numbers", "text"
GAS, JSA, PERMITS = "gas", "jsa", "permits"
EVIDENCE = frozenset({PHOTO, NUMBERS, TEXT, GAS, JSA, PERMITS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the rules think of one item. ``involved`` None = a person must decide."""

    no: str
    involved: bool | None
    why: str


def propose(rules: PermitRules) -> tuple[Proposal, ...]:
    """A proposal for every item of the permit's checklist, in its order."""
    return tuple(propose_one(measure, rules) for measure in rules.measures)


def propose_one(measure: Measure, rules: PermitRules) -> Proposal:
    """Whether one item applies, as far as the permit says."""
    involved = holds(measure.trigger, frozen(rules))
    return Proposal(no=measure.no, involved=involved, why=_why(measure, involved))


def evidence_of(measure: Measure) -> tuple[str, ...]:
    """The kinds of evidence an item asks for."""
    return tuple(part for part in measure.evidence.split("+") if part)


def _why(measure: Measure, involved: bool | None) -> str:
    if measure.trigger == ALWAYS:
        return "每张票都要落实"
    if measure.trigger == FREE:
        return "由人填写，没有就选不涉及"
    if involved is None:
        return "票面内容看不出来，请人判断"
    return "按票面内容判断为涉及" if involved else "按票面内容判断为不涉及"
