"""Several packs speak about one work: their sections put together, the stricter value winning, both sources shown.

`merge` joins what binds. `fill` adds what nobody said from the defaults pack, which never overrules anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from workflow.rules.law import ChainStep, Duty, Figure, GasLaw, Longer, MeasureLaw, RequiredGas, Span, WorkLaw
from workflow.rules.types import Grade

T = TypeVar("T")
K = TypeVar("K")

_MARK = "；"


def joined(one: str, other: str) -> str:
    """Both clauses, each once."""
    return _MARK.join(dict.fromkeys(part for part in (*one.split(_MARK), *other.split(_MARK)) if part))


def over(strict: str, loose: str) -> str:
    """The clause that won, and the one it is stricter than."""
    return strict if not loose or loose in strict else f"{strict}（严于 {loose}）"


def union(one: Iterable[T], other: Iterable[T], key: Callable[[T], K]) -> tuple[T, ...]:
    """Both lists; of two items with one key the first stays."""
    found = {key(item): item for item in one}
    for item in other:
        found.setdefault(key(item), item)
    return tuple(found.values())


def shortest(one: Span | None, other: Span | None) -> Span | None:
    """The shorter of two times."""
    return one or other if one is None or other is None else _shorter(one, other)


def longest(one: Span | None, other: Span | None) -> Span | None:
    """The longer of two times, for what has to be waited out."""
    if one is None or other is None:
        return one or other
    if one.value == other.value:
        return Span(value=one.value, clause=joined(one.clause, other.clause))
    short, long = sorted((one, other), key=lambda span: span.value)
    return Span(value=long.value, clause=over(long.clause, short.clause))


def lowest(one: Figure | None, other: Figure | None) -> Figure | None:
    """The lower of two upper bounds."""
    if one is None or other is None:
        return one or other
    if one.value == other.value:
        return Figure(value=one.value, clause=joined(one.clause, other.clause), text=one.text or other.text)
    low, high = sorted((one, other), key=lambda figure: figure.value)
    return Figure(value=low.value, clause=over(low.clause, high.clause), text=low.text)


def either(one: Duty | None, other: Duty | None) -> Duty | None:
    """A duty that one or both packs ask."""
    if one is None or other is None:
        return one or other
    return Duty(when=_or(one.when, other.when), clause=joined(one.clause, other.clause))


def merge(one: WorkLaw, other: WorkLaw) -> WorkLaw:
    """Two laws about one work as one. Raise `ValueError` when both grade it: of two tables none is the stricter."""
    if one.grading is not None and other.grading is not None:
        raise ValueError(f"two packs grade {one.work}")
    return WorkLaw(
        work=one.work,
        grading=one.grading or other.grading,
        validity=_by_grade(one.validity, other.validity),
        longer=_longer(one, other),
        grading_also=joined(one.grading_also, other.grading_also),
        chain=_steps(one.chain, other.chain),
        start_roles=union(one.start_roles, other.start_roles, _itself),
        resume_roles=union(one.resume_roles, other.resume_roles, _itself),
        acceptance_roles=union(one.acceptance_roles, other.acceptance_roles, _itself),
        briefers=one.briefers or other.briefers,
        measures=union(one.measures, other.measures, lambda measure: measure.item.no),
        photos=union(one.photos, other.photos, lambda photo: photo.key),
        gas=_gas(one.gas, other.gas),
        certificates=union(one.certificates, other.certificates, lambda need: (need.role, need.kinds, need.when)),
        guardian_stays=either(one.guardian_stays, other.guardian_stays),
        leader_on_site=either(one.leader_on_site, other.leader_on_site),
        reconfirm=either(one.reconfirm, other.reconfirm),
        wind_stop=lowest(one.wind_stop, other.wind_stop),
        fire_watch=longest(one.fire_watch, other.fire_watch),
        link_needs=union(one.link_needs, other.link_needs, lambda need: (need.when, need.work)),
        reminders=union(one.reminders, other.reminders, _itself),
        closing=union(one.closing, other.closing, lambda each: each.need.key),
        closing_note=either(one.closing_note, other.closing_note),
    )


def fill(law: WorkLaw, spare: WorkLaw) -> WorkLaw:
    """Where the law is silent, the defaults speak."""
    return WorkLaw(
        work=law.work,
        grading=law.grading or spare.grading,
        validity={**spare.validity, **law.validity},
        longer=law.longer if law.validity else spare.longer,
        grading_also=law.grading_also,
        chain=law.chain or spare.chain,
        start_roles=law.start_roles or spare.start_roles,
        resume_roles=law.resume_roles or spare.resume_roles,
        acceptance_roles=law.acceptance_roles or spare.acceptance_roles,
        briefers=law.briefers or spare.briefers,
        measures=_filled_measures(law, spare),
        photos=law.photos or spare.photos,
        gas=_filled_gas(law.gas, spare.gas),
        certificates=law.certificates or spare.certificates,
        guardian_stays=law.guardian_stays or spare.guardian_stays,
        leader_on_site=law.leader_on_site or spare.leader_on_site,
        reconfirm=law.reconfirm or spare.reconfirm,
        wind_stop=law.wind_stop or spare.wind_stop,
        fire_watch=law.fire_watch or spare.fire_watch,
        link_needs=law.link_needs or spare.link_needs,
        reminders=law.reminders or spare.reminders,
        closing=law.closing or spare.closing,
        closing_note=law.closing_note or spare.closing_note,
    )


def _itself(item: T) -> T:
    return item


def _or(one: str, other: str) -> str:
    return one if one == other else f"{one}|{other}"


def _shorter(one: Span, other: Span) -> Span:
    if one.value == other.value:
        return Span(value=one.value, clause=joined(one.clause, other.clause))
    short, long = sorted((one, other), key=lambda span: span.value)
    return Span(value=short.value, clause=over(short.clause, long.clause))


def _by_grade(one: Mapping[Grade, Span], other: Mapping[Grade, Span]) -> dict[Grade, Span]:
    """The shorter for every grade either side names; what a side says of all grades counts for each of them."""
    found: dict[Grade, Span] = {}
    for grade in dict.fromkeys((*one, *other)):
        said = [side.get(grade) or side.get(Grade.NONE) for side in (one, other)]
        spans = [span for span in said if span is not None]
        found[grade] = reduce(_shorter, spans)
    return found


def _longer(one: WorkLaw, other: WorkLaw) -> Longer | None:
    """The longer validity one side opens, never beyond what the other side allows at all."""
    opened = [law.longer for law in (one, other) if law.longer is not None]
    if not opened:
        return None
    longer = min(opened, key=lambda each: each.value)
    caps = [span for law in (one, other) if law.longer is None for span in law.validity.values()]
    cap = min(caps, key=lambda span: span.value, default=None)
    if cap is None or longer.value <= cap.value:
        return longer
    return replace(longer, value=cap.value, clause=over(cap.clause, longer.clause))


def _steps(one: tuple[ChainStep, ...], other: tuple[ChainStep, ...]) -> tuple[ChainStep, ...]:
    found = {step.key: step for step in one}
    for step in other:
        held = found.get(step.key)
        found[step.key] = step if held is None else _step(held, step)
    return tuple(found.values())


def _step(held: ChainStep, step: ChainStep) -> ChainStep:
    return replace(
        held,
        when=_or(held.when, step.when),
        at_site=held.at_site or step.at_site,
        statutory=held.statutory or step.statutory,
        roles={**held.roles, **step.roles},
        grades=(*held.grades, *step.grades) if held.grades and step.grades else (),
        clause=joined(held.clause, step.clause),
    )


def _gas(one: GasLaw | None, other: GasLaw | None) -> GasLaw | None:
    if one is None or other is None:
        return one or other
    return GasLaw(
        required=_required(one.required, other.required),
        declared_toxics=one.declared_toxics or other.declared_toxics,
        limits=union(one.limits, other.limits, _itself),
        toxic_limits=one.toxic_limits or other.toxic_limits,
        points=union(one.points, other.points, lambda point: point.key),
        max_age=shortest(one.max_age, other.max_age),
        retest=_by_grade(one.retest, other.retest),
        record_every=shortest(one.record_every, other.record_every),
        continuous=either(one.continuous, other.continuous),
        daily=either(one.daily, other.daily),
        ventilate_after_failure=either(one.ventilate_after_failure, other.ventilate_after_failure),
        ventilation_always=either(one.ventilation_always, other.ventilation_always),
        mechanical=either(one.mechanical, other.mechanical),
        clause=joined(one.clause, other.clause),
        when=_when(one.when, other.when),
    )


def _when(one: str, other: str) -> str:
    """Gas rules apply where either side wants them; a side that says nothing of when leaves it to the other."""
    return _or(one, other) if one and other else one or other


def _required(one: tuple[RequiredGas, ...], other: tuple[RequiredGas, ...]) -> tuple[RequiredGas, ...]:
    found = {each.gas: each for each in one}
    for each in other:
        held = found.get(each.gas)
        found[each.gas] = each if held is None else RequiredGas(gas=each.gas, when=_or(held.when, each.when))
    return tuple(found.values())


def _filled_measures(law: WorkLaw, spare: WorkLaw) -> tuple[MeasureLaw, ...]:
    """The spare checklist first, then what the law adds to it; an item the law prints itself is the law's."""
    printed = {measure.item.no for measure in law.measures}
    return (*(measure for measure in spare.measures if measure.item.no not in printed), *law.measures)


def _filled_gas(gas: GasLaw | None, spare: GasLaw | None) -> GasLaw | None:
    if gas is None or spare is None:
        return gas or spare
    return GasLaw(
        required=gas.required or spare.required,
        declared_toxics=gas.declared_toxics or spare.declared_toxics,
        limits=gas.limits or spare.limits,
        toxic_limits=gas.toxic_limits or spare.toxic_limits,
        points=gas.points or spare.points,
        max_age=gas.max_age or spare.max_age,
        retest={**spare.retest, **gas.retest},
        record_every=gas.record_every or spare.record_every,
        continuous=gas.continuous or spare.continuous,
        daily=gas.daily or spare.daily,
        ventilate_after_failure=gas.ventilate_after_failure or spare.ventilate_after_failure,
        ventilation_always=gas.ventilation_always or spare.ventilation_always,
        mechanical=gas.mechanical or spare.mechanical,
        clause=gas.clause or spare.clause,
        when=gas.when,
    )
