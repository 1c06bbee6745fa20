"""What differs between two rule books, said by work, grade and key, and whether it got tighter or looser.

The books are walked field by field, so nothing that counts can change unseen: what `_WAYS` does not know how to weigh
is told as changed. Records that carry a name (a node, a measure, a limit) are matched by it, whatever their place. The
hashes of the files count for nothing here: a comment rewritten is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from workflow.rules import law
from workflow.rules.book import RuleBook
from workflow.rules.types import (
    GRADE_RANK,
    CertificateNeed,
    Citation,
    ConflictRule,
    GasProperty,
    Grade,
    LinkNeed,
    PackRef,
    PhotoNeed,
    Role,
)
from workflow.rules.validity import spoken
from workflow.values import STRENGTH, ProofMethod, WorkType


class Kind(StrEnum):
    """What became of a rule."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    """Neither side is plainly the stricter: somebody has to look."""
    REWORDED = "reworded"
    """Only words or the clause that is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. ``source`` is the pack, ``plant``, ``calendar``, ``gases`` or ``words``."""

    kind: Kind
    source: str
    key: str
    work: WorkType | None = None
    grade: Grade | None = None
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _At:
    """Where the walk stands."""

    source: str
    path: tuple[str, ...] = ()
    work: WorkType | None = None
    grade: Grade | None = None

    def into(self, step: object) -> _At:
        """One step deeper; a work or a grade is remembered as such."""
        if isinstance(step, WorkType) and self.work is None:
            return replace(self, work=step)
        if isinstance(step, Grade) and self.grade is None:
            return replace(self, grade=None if step is Grade.NONE else step)
        return replace(self, path=(*self.path, str(step)))

    def say(self, kind: Kind, before: str = "", after: str = "") -> Difference:
        return Difference(
            kind=kind, source=self.source, key=".".join(self.path) or "all", work=self.work, grade=self.grade,
            before=before, after=after,
        )  # fmt: skip


def differences(before: RuleBook, after: RuleBook) -> tuple[Difference, ...]:
    """Every difference, the loosened ones first. Empty when both books say the same."""
    old, new = ({pack.id: pack for pack in book.packs} for book in (before, after))
    found = [
        one for name in dict.fromkeys((*old, *new)) for one in _compare(old.get(name), new.get(name), _At(source=name))
    ]
    for source, one, other in (
        ("plant", before.plant, after.plant),
        ("calendar", before.calendar, after.calendar),
        ("gases", before.gas_table, after.gas_table),
        ("words", before.words, after.words),
    ):
        found += _compare(one, other, _At(source=source))
    weight = [Kind.LOOSENED, Kind.REMOVED, Kind.CHANGED, Kind.TIGHTENED, Kind.ADDED, Kind.REWORDED].index
    return tuple(sorted(found, key=lambda one: weight(one.kind)))


# --- the walk -------------------------------------------------------------------------------------------------------

_NAMES: Mapping[type[Any], Callable[[Any], object]] = {
    law.ChainStep: lambda one: one.key,
    law.MeasureLaw: lambda one: one.item.no,
    law.LimitLaw: lambda one: f"{one.gas}[{_narrowed(one)}]",
    law.RequiredGas: lambda one: one.gas,
    law.PointLaw: lambda one: one.key,
    law.Upgrade: lambda one: one.when,
    law.Reminder: lambda one: one.text,
    law.Method: lambda one: one.key,
    PhotoNeed: lambda one: one.key,
    CertificateNeed: lambda one: f"{one.role.value}:{one.label}",
    ConflictRule: lambda one: one.key,
    Citation: lambda one: one.gate,
    LinkNeed: lambda one: f"{one.work.value}:{one.when}",
    GasProperty: lambda one: one.gas,
}
"""What a record is called among its like; others are matched by their place."""


def _narrowed(limit: law.LimitLaw) -> str:
    """Which case a limit speaks of."""
    parts = [limit.unit.value, limit.when]
    if limit.lel_from is not None:
        parts.append(f"LEL≥{limit.lel_from}")
    if limit.lel_below is not None:
        parts.append(f"LEL<{limit.lel_below}")
    return ",".join((*parts, "unknown gas") if limit.unknown_gas else parts)


def _compare(one: Any, other: Any, at: _At) -> Iterator[Difference]:
    hashes = isinstance(one, PackRef) and isinstance(other, PackRef)
    if one == other or hashes or (_nothing(one) and _nothing(other)):
        return
    if _nothing(one) or _nothing(other):
        yield from _one_sided(one, other, at)
    elif is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            yield from _compare(getattr(one, field.name), getattr(other, field.name), at.into(field.name))
    elif isinstance(one, Mapping):
        for key in dict.fromkeys((*one, *other)):
            yield from _compare(one.get(key), other.get(key), at.into(_named(key)))
    elif isinstance(one, frozenset):
        yield from _members(tuple(sorted(one, key=str)), tuple(sorted(other, key=str)), at)
    elif isinstance(one, tuple) and at.path[-1:] not in _WHOLE:
        yield from _members(one, other, at)
    else:
        yield at.say(_way(one, other, at), _spell(one), _spell(other))


def _nothing(value: Any) -> bool:
    return value is None or value == () or value == "" or (isinstance(value, Mapping | frozenset) and not value)


def _one_sided(one: Any, other: Any, at: _At) -> Iterator[Difference]:
    """A rule on one side only. Of a collection every member is told by itself."""
    there = other if _nothing(one) else one
    if isinstance(there, Mapping):
        for key, value in there.items():
            yield from _compare(
                None if there is other else value, value if there is other else None, at.into(_named(key))
            )
    elif isinstance(there, tuple | frozenset) and at.path[-1:] not in _WHOLE:
        gone: tuple[Any, ...] = () if there is other else tuple(there)
        yield from _members(gone, tuple(there) if there is other else (), at)
    else:
        yield at.say(Kind.ADDED if there is other else Kind.REMOVED, _spell(one), _spell(other))


def _members(one: tuple[Any, ...], other: tuple[Any, ...], at: _At) -> Iterator[Difference]:
    old, new = _called(one), _called(other)
    for name in dict.fromkeys((*old, *new)):
        inside = at.into(name)
        if name not in new:
            yield inside.say(Kind.REMOVED, _brief(old[name]))
        elif name not in old:
            yield inside.say(Kind.ADDED, "", _brief(new[name]))
        else:
            yield from _compare(old[name], new[name], inside)
    kept = [name for name in old if name in new]
    moved = [name for name in new if name in old]
    if kept != moved:
        yield at.into("order").say(Kind.CHANGED, " → ".join(kept), " → ".join(moved))


def _called(members: tuple[Any, ...]) -> dict[str, Any]:
    """Members by name; what has none goes by its place, a plain value is its own name, twins are numbered."""
    found: dict[str, Any] = {}
    for place, member in enumerate(members):
        naming = _NAMES.get(type(member), _by_key)
        plain = not is_dataclass(member) and not isinstance(member, tuple)
        name = _spell(member) if plain else str(naming(member) or f"[{place}]")
        twin = 1
        while (wanted := name if twin == 1 else f"{name}#{twin}") in found:
            twin += 1
        found[wanted] = member
    return found


def _by_key(record: object) -> object:
    """The record's own key, where it has one."""
    return getattr(record, "key", None)


# --- which way ------------------------------------------------------------------------------------------------------

_WHOLE = {("at_least",), ("oxygen_drift",)}
"""Tuples that are one value."""
_LESS = frozenset(
    {
        "validity", "max_age", "retest", "record_every", "wind_stop", "start_within", "prompt_every",
        "misses_to_suspend", "presence_valid", "signatures_within", "count_reminder", "high", "limit",
        "green_channel", "interlock", "link_lives", "code_tries", "people_a_minute", "votes",
        "silent_after", "alone_for", "outside_readings",
    }
)  # fmt: skip
"""Less is stricter."""
_MORE = frozenset({"fire_watch", "low", "within_m", "at_least", "detectors"})
"""More is stricter."""
_WORDS = frozenset({"label", "text", "why", "clause", "title", "cite", "name", "basis", "duty_leader", "limit_kind"})
_SET = frozenset({"at_site", "blocks", "blocks_unknown", "declared_toxics", "toxic_limits", "mutual"})
"""Yes is stricter."""
_WAIVES = frozenset({"permit_free", "relief"})
"""Here a condition that holds more often loosens."""


def _way(one: Any, other: Any, at: _At) -> Kind:
    """Which way a single value went."""
    name = next((step for step in reversed(at.path) if step not in ("value", "[0]")), "")
    around = set(at.path)
    if name in _WORDS or around & {"questions", "names", "activities", "citations"}:
        return Kind.REWORDED
    if name in ("when", "only_when", "trigger") and not around & _WAIVES:
        return Kind.TIGHTENED if other == "always" else Kind.LOOSENED if one == "always" else Kind.CHANGED
    if isinstance(one, bool):
        return _up(one < other) if name in _SET else Kind.CHANGED
    if isinstance(one, ProofMethod):
        return _up(STRENGTH[one] < STRENGTH[other])
    if isinstance(one, Grade) and not around & _WAIVES:
        return _up(GRADE_RANK[one] < GRADE_RANK[other])
    if isinstance(one, Role) and {one, other} <= set(law.APPROVER_LEVELS):
        return _up(law.APPROVER_LEVELS[one] < law.APPROVER_LEVELS[other])
    if around & _LESS and "warn_before_end" not in around:
        return _up(one > other)
    if around & _MORE and not (isinstance(one, tuple) and len(one) != len(other)):
        return _up(one < other)
    return Kind.CHANGED


def _up(tighter: bool) -> Kind:
    return Kind.TIGHTENED if tighter else Kind.LOOSENED


# --- words ----------------------------------------------------------------------------------------------------------


def _named(key: object) -> object:
    return key if isinstance(key, WorkType | Grade) else _spell(key)


def _spell(value: Any) -> str:
    """A value for people; a record by its values."""
    match value:
        case None | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return spoken(value) if value else "任何中断"
        case Decimal():
            return format(value, "f")
        case Enum():
            return str(value.value)
        case date() | time():
            return value.isoformat()
        case tuple() | frozenset():
            return "、".join(map(_spell, value))
        case Mapping():
            return "、".join(f"{_spell(key) or 'all'}: {_spell(one)}" for key, one in value.items())
        case _ if is_dataclass(value):
            return _brief(value)
        case _:
            return str(value)


def _brief(record: Any) -> str:
    """A whole record in one line: what it says, without what it leaves open."""
    if not is_dataclass(record):
        return _spell(record)
    told = ((field.name, _spell(getattr(record, field.name))) for field in fields(record) if field.compare)
    return "，".join(f"{name}={text}" for name, text in told if text and text != "no")
