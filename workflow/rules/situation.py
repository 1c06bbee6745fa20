"""What is known about one permit, and whether a condition holds: yes, no, or nobody knows.

A condition is a small expression over names: ``fire_explosion+operating`` (and), ``grade=special|risk`` (or),
``!operating`` (not), ``height_m>=30`` (a figure), ``always``, ``free`` (a person decides). Names are facts of the
content, methods, triggers a person named, situations of the calendar and facts that follow from others; figures are
those of `workflow.rules.quantities`. The logic has three values: unknown stays unknown until it cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from workflow.rules import quantities
from workflow.rules.law import Method, Vocabulary
from workflow.rules.matter import Matter
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


def _special_reason(matter: Matter) -> bool | None:
    power = matter.details.power
    return True if power is not None and power.special_reason.strip() else None


def _buried_media(matter: Matter) -> bool | None:
    return None if matter.details.earth is None else matter.details.earth.buried_media


DETAIL_FACTS: Mapping[str, Callable[[Matter], bool | None]] = {
    "special_reason": _special_reason,
    "buried_media": _buried_media,
}
"""Facts that stand in the fields of one work's own form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Names that hold, names that do not, and the figures said; what is in none of them is unknown."""

    holds: frozenset[str]
    excluded: frozenset[str]
    grade: Grade | None = None
    figures: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, name: str) -> bool | None:
        """Whether one name holds."""
        if name == ALWAYS:
            return True
        if name == FREE:
            return None
        if name.startswith(_GRADE):
            return None if self.grade is None else name.removeprefix(_GRADE) == self.grade
        compared = quantities.comparison(name)
        if compared is not None:
            figure = self.figures.get(compared.name)
            return None if figure is None else compared.holds(figure)
        if name in self.holds:
            return True
        return False if name in self.excluded else None

    def with_grade(self, grade: Grade) -> Known:
        """The same knowledge, the grade decided."""
        return Known(holds=self.holds, excluded=self.excluded, grade=grade, figures=self.figures)


_last: tuple[PermitRules | None, Known] = (None, Known(holds=frozenset(), excluded=frozenset()))


def frozen(rules: PermitRules) -> Known:
    """What was known when the rules were resolved."""
    # Every gate of one evaluation asks this of one and the same object, some 25 times: 25 us of a decision before, 2
    # now. Rules are frozen, and the object itself is held here, so an answer for it never grows old.
    global _last  # noqa: PLW0603 - a pair replaced whole: harmless from any thread
    last, known_then = _last
    if last is rules:
        return known_then
    found = _frozen(rules)
    _last = (rules, found)
    return found


def _frozen(rules: PermitRules) -> Known:
    return Known(
        holds=frozenset(rules.holds),
        excluded=frozenset(rules.excluded),
        grade=rules.grade,
        figures=dict(rules.quantities),
    )


def known(matter: Matter, words: Vocabulary, situations: Iterable[str], not_situations: Iterable[str]) -> Known:
    """Gather what the content says. A name both said to apply and said not to apply counts as applying."""
    holds, excluded = set(situations), set(not_situations)
    for name in CONTENT_FACTS:
        value: bool | None = getattr(matter.facts, name)
        if value is not None:
            (holds if value else excluded).add(name)
    on_form = {name: tell(matter) for name, tell in DETAIL_FACTS.items()}
    holds |= {name for name, value in on_form.items() if value is True}
    excluded |= {name for name, value in on_form.items() if value is False}
    holds |= set(matter.facts.triggers) | set(matter.method)
    holds |= {f"gas:{gas}" for gas in matter.facts.toxic_gases}
    excluded |= set(matter.facts.cleared)
    methods = words.methods.get(matter.work, ())
    used = [method for method in methods if method.key in matter.method]
    for method in used:
        holds |= set(method.implies)
    if matter.method:
        excluded |= _not_done(methods, used)
    if matter.linked:
        holds.add(LINKED)
    for name, causes in words.derived.items():
        if holds & set(causes):
            holds.add(name)
    _sum_up(words, holds, excluded)
    return Known(holds=frozenset(holds), excluded=frozenset(excluded - holds), figures=quantities.of(matter))


def _sum_up(words: Vocabulary, holds: set[str], excluded: set[str]) -> None:
    """A fact that sums up others holds when one of them does, and does not when none of them does."""
    for name, parts in words.any_of.items():
        if holds.intersection(parts):
            holds.add(name)
        elif excluded.issuperset(parts):
            excluded.add(name)


def _not_done(methods: tuple[Method, ...], used: list[Method]) -> set[str]:
    """The permit covers exactly the methods it names: the others, and what only they bring, do not apply."""
    every = {name for method in methods for name in (method.key, *method.implies)}
    return every - {name for method in used for name in (method.key, *method.implies)}


def holds(condition: str, what: Known) -> bool | None:
    """Whether a condition holds; None = it hangs on something nobody has said. ``free`` is always unknown."""
    answer: bool | None = False
    for part in _parts(condition):
        one = _all_of(part, what)
        if one is True:
            return True
        if one is None:
            answer = None
    return answer


def open_names(condition: str, what: Known) -> tuple[str, ...]:
    """The unknown names and figures a condition hangs on, in its own order; empty when it is decided."""
    if holds(condition, what) is not None:
        return ()
    undecided = (part for part in _parts(condition) if _all_of(part, what) is None)
    found = (_named(name.lstrip("!")) for part in undecided for name in part if _one(name, what) is None)
    return tuple(dict.fromkeys(found))


def _named(term: str) -> str:
    compared = quantities.comparison(term)
    return term if compared is None else compared.name


def names_of(condition: str) -> tuple[str, ...]:
    """Every name a condition uses, grades and figures apart."""
    names = (name.lstrip("!") for part in condition.split("|") for name in part.split("+"))
    return tuple(name for name in names if not name.startswith(_GRADE) and quantities.comparison(name) is None)


def figures_of(condition: str) -> tuple[str, ...]:
    """Every figure a condition compares with, whether the core knows it or not."""
    names = (name.lstrip("!") for part in condition.split("|") for name in part.split("+"))
    return tuple(found.name for name in names if (found := quantities.comparison(name)) is not None)


def grades_of(condition: str) -> tuple[str, ...]:
    """Every grade a condition uses."""
    names = (name.lstrip("!") for part in condition.split("|") for name in part.split("+"))
    return tuple(name.removeprefix(_GRADE) for name in names if name.startswith(_GRADE))


@lru_cache(maxsize=4096)
def _parts(condition: str) -> tuple[tuple[str, ...], ...]:
    """A condition taken apart; a house has a few hundred of them and asks them for every decision."""
    return tuple(tuple(part.split("+")) for part in condition.split("|"))


def _all_of(part: tuple[str, ...], what: Known) -> bool | None:
    answer: bool | None = True
    for name in part:
        one = _one(name, what)
        if one is False:
            return False
        if one is None:
            answer = None
    return answer


def _one(name: str, what: Known) -> bool | None:
    if name.startswith("!"):
        answer = what.of(name[1:])
        return None if answer is None else not answer
    return what.of(name)
