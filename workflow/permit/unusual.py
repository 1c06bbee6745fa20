"""What is unusual about a permit, held against the last ones of its kind. Facts for a reader; no gate hangs on it.

Each difference compares this permit with *all* earlier ones at once: longer than every one of them, a place none of
them had. What one of ten did already is not worth an approver's five seconds. Fewer than `ENOUGH` earlier permits show
nothing, and that is said instead of a silence that would read as "all as usual".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from statistics import median_low

from workflow.ids import PersonId
from workflow.permit.state import Permit
from workflow.rules.calendars import HOLIDAY, NIGHT, REST_DAY
from workflow.rules.gas_types import Unit
from workflow.rules.types import Grade, Role

AGAINST = 10
"""So many earlier permits are looked at."""
ENOUGH = 3
"""Fewer earlier permits than this make no custom."""
SHOWN = 5
"""More lines than this nobody reads in five seconds."""
NEARER = 2
"""A gas value counts when it is this many times as near to its limit as the nearest of the earlier ones."""
OXYGEN = "o2"


class Departure(StrEnum):
    """How this very permit left the plain way already."""

    GAS_FAILED = "gas_failed"
    ESCALATED = "escalated"
    """Somebody signed whom the waiting had climbed to."""
    PHOTO_DOUBTED = "photo_doubted"
    PURGED_BY_HAND = "purged_by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class GasNearer:
    """A gas value lies nearer to its limit than ever. ``usual`` is the nearest of the earlier ones."""

    gas: str
    value: Decimal
    unit: Unit
    usual: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRaised:
    """The grade was raised above what the work itself has; none of the earlier ones was. ``by``: see the rules."""

    base: Grade
    grade: Grade
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfHours:
    """At night, on a holiday or a day of rest, when none of the earlier ones was: a name of `workflow.rules`."""

    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNew:
    """At a place where none of the earlier ones was."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Longer:
    """Planned for longer than every earlier one. ``usual`` is their median, ``most`` the longest of them."""

    planned: timedelta
    usual: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractorNew:
    """A work unit none of the earlier ones had."""

    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNew:
    """People who had this part in none of the earlier ones."""

    role: Role
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreSkipped:
    """More measures called 不涉及 than in any earlier one."""

    skipped: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """This permit left the plain way as none of the earlier ones did."""

    how: Departure


Difference = (
    GasNearer | GradeRaised | OutOfHours | PlaceNew | Longer | ContractorNew | PeopleNew | MoreSkipped | Departed
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a permit stands against ``against`` earlier ones: what is unusual, weightiest first."""

    against: int
    differences: tuple[Difference, ...] = field(default=())

    @property
    def enough(self) -> bool:
        """Whether there were enough earlier ones to compare with."""
        return self.against >= ENOUGH


def compare(permit: Permit, earlier: Sequence[Permit]) -> Comparison:
    """Hold a permit against at most `AGAINST` earlier ones of the same work, grade and site; the order tells nothing.

    Raise `workflow.permit.state.BlankPermit` for one without content.
    """
    custom = tuple(one for one in earlier[:AGAINST] if one.id != permit.id)
    if len(custom) < ENOUGH:
        return Comparison(against=len(custom))
    found = [difference for look in _BY_WEIGHT for difference in look(permit, custom)]
    return Comparison(against=len(custom), differences=tuple(found))


# --- one look each --------------------------------------------------------------------------------------------------

Custom = tuple[Permit, ...]


def _gas(permit: Permit, custom: Custom) -> Iterator[Difference]:
    before: dict[tuple[str, Unit], list[Decimal]] = {}
    for one in custom:
        for gas, unit, value in _readings(one):
            before.setdefault((gas, unit), []).append(value)
    for gas, unit, value in _readings(permit):
        known = before.get((gas, unit))
        if known is None:
            continue
        if gas == OXYGEN:
            usual = max(known, key=_off_air)
            nearer = _off_air(value) > NEARER * _off_air(usual)
        else:
            usual = max(known)
            nearer = value > NEARER * usual
        if nearer:
            yield GasNearer(gas=gas, value=value, unit=unit, usual=usual)


_AIR = Decimal("20.9")
"""Oxygen in clean air, % vol: every step away from it is one towards a limit."""


def _off_air(value: Decimal) -> Decimal:
    return abs(value - _AIR)


def _readings(permit: Permit) -> Iterator[tuple[str, Unit, Decimal]]:
    """The value farthest out of each gas and unit among the samples that count."""
    worst: dict[tuple[str, Unit], Decimal] = {}
    for record in permit.gas:
        for reading in record.sample.readings:
            key = (reading.gas, reading.unit)
            other = worst.get(key, reading.value)
            worst[key] = max(reading.value, other, key=_off_air) if reading.gas == OXYGEN else max(reading.value, other)
    return ((gas, unit, value) for (gas, unit), value in worst.items())


def _grade(permit: Permit, custom: Custom) -> Iterator[Difference]:
    law = permit.law
    if law.grade is not law.base_grade and all(one.law.grade is one.law.base_grade for one in custom):
        yield GradeRaised(base=law.base_grade, grade=law.grade, by=law.raised_by)


def _hours(permit: Permit, custom: Custom) -> Iterator[Difference]:
    told = {name for one in _grade(permit, custom) if isinstance(one, GradeRaised) for name in one.by}
    for when in (NIGHT, HOLIDAY, REST_DAY):
        if when not in told and when in permit.law.holds and all(when not in one.law.holds for one in custom):
            yield OutOfHours(when=when)


def _place(permit: Permit, custom: Custom) -> Iterator[Difference]:
    if all(_where(one).isdisjoint(_where(permit)) for one in custom):
        yield PlaceNew(place=permit.what.place)


def _where(permit: Permit) -> frozenset[tuple[str, str]]:
    """What names the place: the words, and the equipment where one is named."""
    content = permit.what
    named = {("said", f"{content.area} {''.join(content.place.split())}")}
    return frozenset(named if content.equipment is None else {*named, ("equipment", content.equipment)})


def _length(permit: Permit, custom: Custom) -> Iterator[Difference]:
    planned = _planned(permit)
    lengths = [_planned(one) for one in custom]
    if planned > max(lengths):
        yield Longer(planned=planned, usual=median_low(lengths), most=max(lengths))


def _planned(permit: Permit) -> timedelta:
    return permit.what.planned.end - permit.what.planned.start


def _contractor(permit: Permit, custom: Custom) -> Iterator[Difference]:
    if all(one.what.work_unit != permit.what.work_unit for one in custom):
        yield ContractorNew(unit=permit.what.work_unit)


_PARTS: Mapping[Role, Callable[[Permit], tuple[PersonId, ...]]] = {
    Role.GUARDIAN: lambda permit: (permit.guardian,),
    Role.WORK_LEADER: lambda permit: (permit.leader,),
    Role.WORKER: lambda permit: permit.what.workers,
}


def _people(permit: Permit, custom: Custom) -> Iterator[Difference]:
    for role, of in _PARTS.items():
        seen = {person for one in custom for person in of(one)}
        new = tuple(person for person in of(permit) if person not in seen)
        if new:
            yield PeopleNew(role=role, people=new)


def _skipped(permit: Permit, custom: Custom) -> Iterator[Difference]:
    skipped, most = _not_involved(permit), max(map(_not_involved, custom))
    if skipped > most:
        yield MoreSkipped(skipped=skipped, most=most)


def _not_involved(permit: Permit) -> int:
    return sum(state.involved is False for state in permit.measures.values())


def _departures(permit: Permit, custom: Custom) -> Iterator[Difference]:
    for how, did in _DEPARTURES.items():
        if did(permit) and not any(map(did, custom)):
            yield Departed(how=how)


_DEPARTURES: Mapping[Departure, Callable[[Permit], bool]] = {
    Departure.GAS_FAILED: lambda permit: permit.gas_failed_once or any(not one.passed for one in permit.gas),
    Departure.PHOTO_DOUBTED: lambda permit: any(photo.copies is not None for photo in permit.photos),
    Departure.ESCALATED: lambda permit: any(one.escalated for one in permit.signatures),
    Departure.PURGED_BY_HAND: lambda permit: permit.purge_by_hand is not None,
}
_BY_WEIGHT: tuple[Callable[[Permit, Custom], Iterator[Difference]], ...] = (
    _gas,
    _grade,
    _hours,
    _place,
    _length,
    _contractor,
    _people,
    _departures,
    _skipped,
)
"""What may hurt today comes first; what may only be carelessness comes last."""
