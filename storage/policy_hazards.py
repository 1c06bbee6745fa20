"""``hazards.yaml`` and the plant's ``hazards``: the law of hazards, or every fault with file, line and key.

The plant may be quicker and stricter, never slower. A rule by which a hazard is major before the law names, for each
industry and time, the clause it stands on; where no clause is in force it is major at the plant alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from storage.policy_fields import Count, Day, Duration, Flag, Mark, Positive, Text
from storage.policy_models_work import Model
from storage.policy_shape import problems_of, shaped
from storage.policy_yaml import PolicyError, Problem, Source, read
from workflow.hazard.law import GradeRule, HazardLaw, Inside, Legal, Plant, Terms
from workflow.hazard.state import Kind
from workflow.rules.types import Role

FILE = "hazards.yaml"
_TERMS = ("respond", "interim", "rectify", "again", "accept", "climb")
_QUICKER = ("assign", "longest_extension")


class TermsOf(Model):
    respond: Duration
    interim: Positive
    rectify: Positive
    again: Positive
    accept: Positive
    climb: Positive


class KindOf(Model):
    words: tuple[Text, ...]
    responsible: tuple[Role, ...] = Field(min_length=1)
    hand_over: Flag = False
    """Whether the equipment system is handed a work order for it, where there is one."""


class ByLaw(Model):
    """One instrument by whose list a hazard is major, where and when it is in force (both days count)."""

    industry: Text
    clause: Text
    mark: Mark
    since: Annotated[Day, Field(alias="from")] = None
    until: Annotated[Day, Field(alias="to")] = None

    def covers(self, industry: str, day: date) -> bool:
        """Whether it is in force for the industry on that day."""
        begun, over = self.since is None or self.since <= day, self.until is not None and day > self.until
        return self.industry == industry and begun and not over


class Rule(Model):
    key: Text
    words: tuple[Text, ...] = Field(min_length=1)
    plant: Plant
    text: Text
    legal: Legal = Legal.GENERAL
    urgent: Flag = False
    kinds: tuple[Kind, ...] = ()
    at_live_work: Flag = False
    by_law: tuple[ByLaw, ...] = ()
    mark: Mark | None = None


class Table(Model):
    """``hazards.yaml``."""

    mark: Mark
    terms: dict[Plant, TermsOf]
    inside: dict[Plant, Inside]
    points: dict[Plant, Count]
    points_a_day: Count
    assign: Positive
    extensions: Count
    longest_extension: Positive
    reopen: Positive
    kinds: dict[Kind, KindOf]
    rules: tuple[Rule, ...]


class OwnTerms(Model):
    respond: Duration | None = None
    interim: Positive | None = None
    rectify: Positive | None = None
    again: Positive | None = None
    accept: Positive | None = None
    climb: Positive | None = None


class Own(Model):
    """What a plant may set: quicker terms, stricter consequences, its own people behind a kind, more rules."""

    terms: dict[Plant, OwnTerms] = Field(default={})
    inside: dict[Plant, Inside] = Field(default={})
    assign: Positive | None = None
    longest_extension: Positive | None = None
    kinds: dict[Kind, KindOf] = Field(default={})
    rules: tuple[Rule, ...] = ()


class _Plant(Model):
    hazards: Own = Own()


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRules:
    """The law of hazards at one plant, and who answers for what."""

    law: HazardLaw
    industry: str
    kinds: dict[Kind, KindOf]
    rules: tuple[Rule, ...]

    def grading(self, day: date) -> tuple[GradeRule, ...]:
        """The rules of a day, each with the clause then in force; without one it is major at the plant alone."""
        return tuple(_rule(rule, self.industry, day) for rule in self.rules)

    def kind_of(self, text: str) -> Kind:
        """What sort of thing is wrong, by the first words of the table that are said."""
        found = (kind for kind, known in self.kinds.items() if any(word in text for word in known.words))
        return next(found, Kind.OTHER)

    def responsible(self, kind: Kind) -> tuple[Role, ...]:
        """The roles that answer for it, the first that somebody holds at the place."""
        return self.kinds[kind].responsible


def _rule(rule: Rule, industry: str, day: date) -> GradeRule:
    clause = "；".join(one.clause for one in rule.by_law if one.covers(industry, day))
    legal = rule.legal if clause else Legal.GENERAL
    return GradeRule(
        key=rule.key, words=rule.words, plant=rule.plant, text=rule.text, clause=clause, legal=legal,
        urgent=rule.urgent, kinds=frozenset(kind.value for kind in rule.kinds), at_live_work=rule.at_live_work,
    )  # fmt: skip


def load_hazards(directory: Path, *, plant: Path | str, industry: str) -> HazardRules:
    """The law with the plant's own figures in it. Raise `PolicyError` with all problems found."""
    problems: list[Problem] = []
    found = shaped(directory / FILE, directory, Table, problems)
    if found is None:
        raise PolicyError(problems)
    table, source = found
    problems += [source.problem(where, what) for where, what in _wrong(table)]
    own, theirs = _of_plant(directory / plant, directory, problems)
    if problems:
        raise PolicyError(problems)
    problems += [theirs.problem(("hazards", *where), what) for where, what in _looser(table, own)]
    if problems:
        raise PolicyError(problems)
    try:
        law = _law(table, own, f"{source.sha256[:12]}+{theirs.sha256[:12]}")
    except ValueError as error:
        raise PolicyError([theirs.problem(("hazards",), str(error))]) from error
    return HazardRules(law=law, industry=industry, kinds={**table.kinds, **own.kinds}, rules=(*table.rules, *own.rules))


_Fault = tuple[tuple[str | int, ...], str]


def _wrong(table: Table) -> list[_Fault]:
    """What is wrong with the table alone."""
    found: list[_Fault] = []
    for name in ("terms", "inside", "points"):
        missing = [level.value for level in Plant if level not in getattr(table, name)]
        if missing:
            found.append(((name,), f"缺少 {'、'.join(missing)}"))
    if lacking := [kind.value for kind in Kind if kind not in table.kinds]:
        found.append((("kinds",), f"缺少 {'、'.join(lacking)}"))
    if not found:
        found += _slower_when_graver(table)
    return found + _baseless(table.rules)


def _slower_when_graver(table: Table) -> list[_Fault]:
    return [
        (("terms", level.value, name), f"不能比 {level.below.value} 的更长")
        for level in Plant
        if level.below is not None
        for name in _TERMS
        if getattr(table.terms[level], name) > getattr(table.terms[level.below], name)
    ] + [
        (("inside", level.value), f"不能比 {level.below.value} 的更松")
        for level in Plant
        if level.below is not None and _strict(table.inside[level]) < _strict(table.inside[level.below])
    ]


def _baseless(rules: tuple[Rule, ...]) -> list[_Fault]:
    """法定重大 without a clause, or clauses without 法定重大; a key used twice."""
    found: list[_Fault] = []
    seen: set[str] = set()
    for place, rule in enumerate(rules):
        if rule.legal is Legal.MAJOR and not rule.by_law:
            found.append((("rules", place, "legal"), "法定重大隐患要写明依据条款（by_law），不能只凭评分或经验"))
        if rule.legal is Legal.MAJOR and rule.plant is not Plant.MAJOR:
            found.append((("rules", place, "plant"), "法定重大隐患在厂内也应为 major"))
        if rule.by_law and rule.legal is not Legal.MAJOR:
            found.append((("rules", place, "by_law"), "写了法定依据的应为 legal: major"))
        if rule.key in seen:
            found.append((("rules", place, "key"), f"{rule.key} 重复"))
        seen.add(rule.key)
    return found


def _looser(table: Table, own: Own) -> list[_Fault]:
    """Where the plant would be slower or milder than the table, or speaks of a rule that is there already."""
    found: list[_Fault] = []
    for level, terms in own.terms.items():
        for name in _TERMS:
            wanted, most = getattr(terms, name), getattr(table.terms[level], name)
            if wanted is not None and wanted > most:
                found.append((("terms", level.value, name), f"只能更快：不能长于 {_spoken(most)}"))
    for level, inside in own.inside.items():
        if _strict(inside) < _strict(table.inside[level]):
            found.append((("inside", level.value), f"只能更严：不能松于 {table.inside[level].value}"))
    for name in _QUICKER:
        wanted, most = getattr(own, name), getattr(table, name)
        if wanted is not None and wanted > most:
            found.append(((name,), f"只能更快：不能长于 {_spoken(most)}"))
    known = {rule.key for rule in table.rules}
    twice = [(("rules", place, "key"), f"{rule.key} 重复") for place, rule in enumerate(own.rules) if rule.key in known]
    return [*found, *twice, *_baseless(own.rules)]


def _law(table: Table, own: Own, version: str) -> HazardLaw:
    terms = {level: _terms(table.terms[level], own.terms.get(level)) for level in Plant}
    return HazardLaw(
        version=version,
        terms=terms,
        inside={**table.inside, **own.inside},
        points=dict(table.points),
        points_a_day=table.points_a_day,
        assign=own.assign or table.assign,
        extensions=table.extensions,
        longest_extension=own.longest_extension or table.longest_extension,
        reopen=table.reopen,
    )


def _terms(usual: TermsOf, own: OwnTerms | None) -> Terms:
    known = Terms(**{name: getattr(usual, name) for name in _TERMS})
    if own is None:
        return known
    return replace(known, **{name: value for name in _TERMS if (value := getattr(own, name)) is not None})


def _of_plant(path: Path, root: Path, problems: list[Problem]) -> tuple[Own, Source]:
    """The plant's ``hazards``; the rest of the file is somebody else's. Raise `PolicyError` when it is unreadable."""
    source = read(path, root)
    try:
        return _Plant.model_validate({"hazards": source.data.get("hazards") or {}}).hazards, source
    except ValidationError as error:
        problems.extend(problems_of(source, error))
        return Own(), source


def _strict(inside: Inside) -> int:
    return tuple(Inside).index(inside)


def _spoken(length: timedelta) -> str:
    return (
        f"{length // timedelta(hours=1)} h" if length >= timedelta(hours=1) else f"{length // timedelta(minutes=1)} min"
    )
