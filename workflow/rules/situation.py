"""What is known about one permit, and whether a condition holds: yes, no, or nobody knows.

A condition is a small expression over names: ``fire_explosion+operating`` (and), ``grade=special|risk`` (or),
``!operating`` (not), ``always``, ``free`` (a person decides). Names are facts of the content, methods, triggers a
person named, situations of the calendar and facts that follow from others. The logic has three values: unknown stays
unknown until it cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.permit.content import Content
from workflow.rules.law import Method, Vocabulary
from workflow.rules.types import Grade, PermitRules

ALWAYS = "always"
FREE = "free"
LINKED = "linked"
_GRADE = "grade="

CONTENT_FACTS = (
    "fire_explosion", "operating", "major_hazard_dike", "pipe_rack", "fixed_hot_work", "stopped_cleaned_isolated",
    "outdoor", "special_situation", "oxygen_rich", "held_toxic_or_flammable",
)  # fmt: skip
"""Fields of `SiteFacts` that are yes, no or unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that hold, names that do not; a name in neither is unknown."""

    holds: frozenset[str]
    excluded: frozenset[str]
    grade: Grade | None = None

    def of(self, name: str) -> bool | None:
        """Whether one name holds."""
        if name == ALWAYS:
            return True
        if name == FREE:
            return None
        if name.startswith(_GRADE):
            return None if self.grade is None else name.removeprefix(_GRADE) == self.grade
        if name in self.holds:
            return True
        return False if name in self.excluded else None

    def with_grade(self, grade: Grade) -> Known:
        """The same knowledge, the grade decided."""
        return Known(holds=self.holds, excluded=self.excluded, grade=grade)


def frozen(rules: PermitRules) -> Known:
    """What was known when the rules were resolved."""
    return Known(holds=frozenset(rules.holds), excluded=frozenset(rules.excluded), grade=rules.grade)


def known(content: Content, words: Vocabulary, situations: Iterable[str], not_situations: Iterable[str]) -> Known:
    """Gather what the content says. A name both said to apply and said not to apply counts as applying."""
    holds, excluded = set(situations), set(not_situations)
    for name in CONTENT_FACTS:
        value: bool | None = getattr(content.facts, name)
        if value is not None:
            (holds if value else excluded).add(name)
    holds |= set(content.facts.triggers) | set(content.method)
    holds |= {f"gas:{gas}" for gas in content.facts.toxic_gases}
    excluded |= set(content.facts.cleared)
    methods = words.methods.get(content.work, ())
    used = [method for method in methods if method.key in content.method]
    for method in used:
        holds |= set(method.implies)
    if content.method:
        excluded |= _not_done(methods, used)
    if content.linked:
        holds.add(LINKED)
    for name, causes in words.derived.items():
        if holds & set(causes):
            holds.add(name)
    return Known(holds=frozenset(holds), excluded=frozenset(excluded - holds))


def _not_done(methods: tuple[Method, ...], used: list[Method]) -> set[str]:
    """The permit covers exactly the methods it names: the others, and what only they bring, do not apply."""
    every = {name for method in methods for name in (method.key, *method.implies)}
    return every - {name for method in used for name in (method.key, *method.implies)}


def holds(condition: str, what: Known) -> bool | None:
    """Whether a condition holds; None = it hangs on something nobody has said. ``free`` is always unknown."""
    answer: bool | None = False
    for part in condition.split("|"):
        one = _all_of(part, what)
        if one is True:
            return True
        if one is None:
            answer = None
    return answer


def open_names(condition: str, what: Known) -> tuple[str, ...]:
    """The unknown names a condition hangs on, in its own order; empty when it is decided."""
    if holds(condition, what) is not None:
        return ()
    undecided = (part for part in condition.split("|") if _all_of(part, what) is None)
    found = (name.lstrip("!") for part in undecided for name in part.split("+") if _one(name, what) is None)
    return tuple(dict.fromkeys(found))


def names_of(condition: str) -> tuple[str, ...]:
    """Every name a condition uses, grades apart."""
    names = (name.lstrip("!") for part in condition.split("|") for name in part.split("+"))
    return tuple(name for name in names if not name.startswith(_GRADE))


def grades_of(condition: str) -> tuple[str, ...]:
    """Every grade a condition uses."""
    names = (name.lstrip("!") for part in condition.split("|") for name in part.split("+"))
    return tuple(name.removeprefix(_GRADE) for name in names if name.startswith(_GRADE))


def _all_of(part: str, what: Known) -> bool | None:
    answers = [_one(name, what) for name in part.split("+")]
    if False in answers:
        return False
    return None if None in answers else True


def _one(name: str, what: Known) -> bool | None:
    if name.startswith("!"):
        answer = what.of(name[1:])
        return None if answer is None else not answer
    return what.of(name)
