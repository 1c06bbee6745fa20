"""The rules a permit was signed under, and the rules of this moment: the stricter of both counts (domain 0.1).

`stricter` never answers anything looser than either side. A pack that was tightened reaches permits signed under the
older one; a pack that was loosened does not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from workflow.rules.bounds import strictest
from workflow.rules.merge import joined, over, union
from workflow.rules.types import GRADE_RANK, CertificateNeed, GasLimit, GasRules, Measure, Node, PermitRules
from workflow.values import STRENGTH

T = TypeVar("T")
Bound = TypeVar("Bound", Decimal, timedelta)


def stricter(frozen: PermitRules, now: PermitRules) -> PermitRules:
    """Both rules as one. Answers ``frozen`` itself when nothing changed."""
    if frozen is now or frozen == now:
        return frozen
    higher = frozen if GRADE_RANK[frozen.grade] >= GRADE_RANK[now.grade] else now
    validity, validity_clause = _shorter(
        (frozen.max_validity, frozen.validity_clause), (now.max_validity, now.validity_clause)
    )
    longer = frozen.longer_validity is not None and now.longer_validity is not None
    wind, wind_clause = _lower((frozen.wind_stop_ms, frozen.wind_clause), (now.wind_stop_ms, now.wind_clause))
    return replace(
        now,
        packs=union(frozen.packs, now.packs, lambda pack: (pack.id, pack.hash)),
        grade=higher.grade,
        base_grade=max(frozen.base_grade, now.base_grade, key=GRADE_RANK.__getitem__),
        grade_why=higher.grade_why,
        grade_clause=higher.grade_clause,
        raised_by=tuple(dict.fromkeys((*frozen.raised_by, *now.raised_by))),
        max_validity=validity,
        validity_clause=validity_clause,
        chain=_chain(frozen.chain, now.chain),
        start_roles=_both(frozen.start_roles, now.start_roles),
        resume_roles=_both(frozen.resume_roles, now.resume_roles),
        acceptance_roles=_both(frozen.acceptance_roles, now.acceptance_roles),
        measures=_measures(frozen.measures, now.measures),
        photos=union(frozen.photos, now.photos, lambda photo: photo.key),
        gas=_gas(frozen.gas, now.gas),
        certificates=_needs(frozen.certificates, now.certificates),
        guardian_may_leave=frozen.guardian_may_leave and now.guardian_may_leave,
        prompt_every=min(frozen.prompt_every, now.prompt_every),
        misses_to_suspend=min(frozen.misses_to_suspend, now.misses_to_suspend),
        fire_watch=_most(frozen.fire_watch, now.fire_watch),
        start_within=min(frozen.start_within, now.start_within),
        warn_before_end=tuple(sorted({*frozen.warn_before_end, *now.warn_before_end}, reverse=True)),
        count_reminder=min(frozen.count_reminder, now.count_reminder),
        wind_stop_ms=wind,
        wind_clause=wind_clause,
        presence_valid=min(frozen.presence_valid, now.presence_valid),
        signatures_within=min(frozen.signatures_within, now.signatures_within),
        site_proof=max(frozen.site_proof, now.site_proof, key=STRENGTH.__getitem__),
        start_proof=max(frozen.start_proof, now.start_proof, key=STRENGTH.__getitem__),
        resume_proof=max(frozen.resume_proof, now.resume_proof, key=STRENGTH.__getitem__),
        acceptance_proof=max(frozen.acceptance_proof, now.acceptance_proof, key=STRENGTH.__getitem__),
        briefing_proof=max(frozen.briefing_proof, now.briefing_proof, key=STRENGTH.__getitem__),
        holds=tuple(sorted({*frozen.holds, *now.holds})),
        excluded=tuple(sorted({*frozen.excluded, *now.excluded} - {*frozen.holds, *now.holds})),
        notices=_both(frozen.notices, now.notices),
        duty_leader_on_site=frozen.duty_leader_on_site or now.duty_leader_on_site,
        leader_on_site=frozen.leader_on_site or now.leader_on_site,
        # Two wordings of one rule both count: neither tells which of two distances or reaches is the stricter.
        conflicts=union(now.conflicts, frozen.conflicts, lambda rule: rule),
        crossings=_both(now.crossings, frozen.crossings),
        link_needs=_both(frozen.link_needs, now.link_needs),
        closing=union(frozen.closing, now.closing, lambda need: need.key),
        closing_note=frozen.closing_note or now.closing_note,
        shift_changes=tuple(sorted({*frozen.shift_changes, *now.shift_changes})),
        citations=union(now.citations, frozen.citations, lambda citation: citation.gate),
        longer_validity=_least(frozen.longer_validity, now.longer_validity) if longer else None,
        longer_needs=now.longer_needs if longer else "",
        reconfirm_after_break=frozen.reconfirm_after_break or now.reconfirm_after_break,
        bounds=strictest((*now.bounds, *frozen.bounds)),
        weather=_both(frozen.weather, now.weather),
        prompt_earliest=_least(frozen.prompt_earliest, now.prompt_earliest),
        prompt_tasks=frozen.prompt_tasks or now.prompt_tasks,
    )


def tightest(limits: tuple[GasLimit, ...]) -> tuple[GasLimit, ...]:
    """One limit per gas, unit and kind of gas: the intersection of all, quoting each source."""
    found: dict[tuple[object, ...], GasLimit] = {}
    for limit in limits:
        key = (limit.gas, limit.kind, limit.unit, limit.lel_from, limit.lel_below, limit.unknown_gas)
        held = found.get(key)
        found[key] = limit if held is None else _narrower(held, limit)
    return tuple(found.values())


def _narrower(one: GasLimit, other: GasLimit) -> GasLimit:
    low = _most(one.low, other.low)
    high = _least(one.high, other.high)
    if (low, high) == (one.low, one.high) and (low, high) == (other.low, other.high):
        clause = joined(one.clause, other.clause)
    elif (low, high) == (one.low, one.high):
        clause = over(one.clause, other.clause)
    elif (low, high) == (other.low, other.high):
        clause = over(other.clause, one.clause)
    else:
        clause = joined(one.clause, other.clause)
    return replace(one, low=low, high=high, clause=clause)


def _gas(frozen: GasRules | None, now: GasRules | None) -> GasRules | None:
    if frozen is None or now is None:
        return frozen or now
    max_age, age_clause = _shorter((frozen.max_age, frozen.age_clause), (now.max_age, now.age_clause))
    retest, retest_clause = _shorter(
        (frozen.retest_after_break, frozen.retest_clause), (now.retest_after_break, now.retest_clause)
    )
    record, record_clause = _lower((frozen.record_every, frozen.record_clause), (now.record_every, now.record_clause))
    points = dict(zip(frozen.points, frozen.point_labels or frozen.points, strict=True))
    points |= dict(zip(now.points, now.point_labels or now.points, strict=True))
    return replace(
        now,
        required=_both(frozen.required, now.required),
        limits=tightest((*frozen.limits, *now.limits)),
        max_age=max_age,
        age_clause=age_clause,
        retest_after_break=retest,
        retest_clause=retest_clause,
        record_every=record,
        record_clause=record_clause,
        continuous=frozen.continuous or now.continuous,
        daily=frozen.daily or now.daily,
        points=tuple(points),
        point_labels=tuple(points.values()),
        ventilate_after_failure=frozen.ventilate_after_failure or now.ventilate_after_failure,
        ventilation_always=frozen.ventilation_always or now.ventilation_always,
        mechanical=frozen.mechanical or now.mechanical,
        ventilation_clause=joined(frozen.ventilation_clause, now.ventilation_clause),
        clause=joined(frozen.clause, now.clause),
    )


def _chain(frozen: tuple[Node, ...], now: tuple[Node, ...]) -> tuple[Node, ...]:
    """Nodes keep the order they were signed in; nodes the present rules add come last."""
    new = {node.key: node for node in now}
    kept = tuple(_node(node, new[node.key]) if node.key in new else node for node in frozen)
    return (*kept, *(node for node in now if node.key not in {held.key for held in frozen}))


def _node(held: Node, new: Node) -> Node:
    return replace(
        new,
        at_site=held.at_site or new.at_site,
        proof=max(held.proof, new.proof, key=STRENGTH.__getitem__),
        statutory=held.statutory or new.statutory,
        clause=joined(held.clause, new.clause),
    )


def _measures(frozen: tuple[Measure, ...], now: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """The permit's printed checklist with what the present rules add."""
    return union(frozen, now, lambda measure: measure.no)


def _needs(frozen: tuple[CertificateNeed, ...], now: tuple[CertificateNeed, ...]) -> tuple[CertificateNeed, ...]:
    found = {(need.role, need.kinds, need.when): need for need in frozen}
    for need in now:
        held = found.get((need.role, need.kinds, need.when), need)
        youngest = _least(held.max_age, need.max_age)
        found[(need.role, need.kinds, need.when)] = replace(
            need, blocks=held.blocks or need.blocks, max_age=youngest, clause=joined(held.clause, need.clause)
        )
    return tuple(found.values())


def _both(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _least(one: Bound | None, other: Bound | None) -> Bound | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def _most(one: Bound | None, other: Bound | None) -> Bound | None:
    if one is None or other is None:
        return one if other is None else other
    return max(one, other)


def _lower(one: tuple[Bound | None, str], other: tuple[Bound | None, str]) -> tuple[Bound | None, str]:
    """The lower of two bounds with its clause; no bound is the loosest."""
    if one[0] == other[0]:
        return one[0], joined(one[1], other[1])
    if other[0] is None or (one[0] is not None and one[0] < other[0]):
        return one[0], over(one[1], other[1])
    return other[0], over(other[1], one[1])


def _shorter(one: tuple[timedelta, str], other: tuple[timedelta, str]) -> tuple[timedelta, str]:
    value, clause = _lower(one, other)
    return value or timedelta(0), clause
