"""From the merged law, the permit's facts and the plant's settings to one `PermitRules`. No decisions left open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from workflow.rules import bounds, chains
from workflow.rules.grades import Graded
from workflow.rules.law import Duty, GasLaw, GasTable, Pack, Reminder, Span, WorkLaw
from workflow.rules.matter import Matter
from workflow.rules.merge import joined
from workflow.rules.plant_rules import PlantRules
from workflow.rules.quantities import PASSING
from workflow.rules.situation import ALWAYS, Known, holds
from workflow.rules.stricter import tightest
from workflow.rules.tasks import TaskWeight
from workflow.rules.types import (
    CertificateLaw,
    Citation,
    GasKind,
    GasLimit,
    GasRules,
    Grade,
    PackRef,
    PermitRules,
    RuleChange,
    Unit,
)
from workflow.values import WorkType

_NO_AGE = Span(value=timedelta(0), clause="")
"""A law that does not say how old a test may be accepts none; `lacks` refuses such a law before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything a resolution stands on."""

    matter: Matter
    law: WorkLaw
    packs: tuple[Pack, ...]
    citations: tuple[Citation, ...]
    """`citations` of the packs."""
    refs: tuple[PackRef, ...]
    plant: PlantRules
    table: GasTable
    known: Known
    graded: Graded
    notices: tuple[str, ...]
    changes: tuple[RuleChange, ...]
    offered: frozenset[WorkType]
    """Works that can get a permit here; the others are linked by their paper number (H15, C14)."""
    shift_changes: tuple[timedelta, ...] = ()
    """The plant's changes of shift, since midnight UTC."""


def resolve(ground: Ground) -> PermitRules:
    """Put the permit's rules together. The law must be complete: `lacks` answers nothing for it."""
    law, plant, known, grade = ground.law, ground.plant, ground.known, ground.graded.grade
    validity, longer = _by_grade(law, grade), law.longer
    opens = longer is not None and longer.value > validity.value
    if longer is not None and opens and holds(longer.needs, known) is True:
        validity, opens = Span(value=longer.value, clause=longer.clause), False
    gas = None if law.gas is None or holds(law.gas.when or ALWAYS, known) is False else _gas(law.gas, ground)
    prompts = [plant.prompt_every]
    if gas is not None and gas.record_every is not None:
        prompts.append(gas.record_every)
    return PermitRules(
        packs=ground.refs,
        work=law.work,
        grade=grade,
        base_grade=ground.graded.base,
        grade_why=ground.graded.why,
        grade_clause=joined(ground.graded.clause, law.grading_also),
        max_validity=validity.value,
        validity_clause=validity.clause,
        chain=chains.resolve(law.chain, grade, known, plant),
        start_roles=law.start_roles,
        resume_roles=law.resume_roles,
        acceptance_roles=law.acceptance_roles,
        measures=tuple(each.item for each in law.measures if holds(each.only_when, known) is not False),
        photos=law.photos,
        gas=gas,
        certificates=law.certificates,
        guardian_may_leave=not _asked(law.guardian_stays, known),
        prompt_every=min(prompts),
        misses_to_suspend=plant.misses_to_suspend,
        fire_watch=None if law.fire_watch is None else law.fire_watch.value,
        start_within=plant.start_within[law.work],
        warn_before_end=plant.warn_before_end,
        count_reminder=plant.count_reminder,
        wind_stop_ms=None if law.wind_stop is None else law.wind_stop.value,
        presence_valid=plant.presence_valid,
        signatures_within=plant.signatures_within,
        site_proof=plant.site_proof,
        start_proof=chains.weakest_for_work(chains.START, grade, plant),
        resume_proof=chains.weakest_for_work(chains.RESUME, grade, plant),
        acceptance_proof=chains.weakest_for_work(chains.ACCEPTANCE, grade, plant),
        briefing_proof=plant.vouching.briefing_proof,
        near_start=plant.near_start,
        ladder=plant.ladder,
        wind_clause="" if law.wind_stop is None else law.wind_stop.clause,
        holds=tuple(sorted(known.holds)),
        excluded=tuple(sorted(known.excluded)),
        raised_by=ground.graded.raised_by,
        notices=(*ground.notices, *(_spoken(each) for each in law.reminders if holds(each.when, known) is True)),
        changes=ground.changes,
        duty_leader_on_site=ground.graded.duty_leader,
        leader_on_site=_asked(law.leader_on_site, known),
        briefers=law.briefers,
        certificate_law=next((pack.certificates for pack in ground.packs if pack.certificates), CertificateLaw()),
        conflicts=tuple({rule.key: rule for pack in ground.packs for rule in pack.conflicts}.values()),
        crossings=tuple(one for pack in ground.packs for one in pack.crossings if law.work in one.works),
        link_needs=tuple(need for need in law.link_needs if need.work in ground.offered),
        citations=ground.citations,
        quantities=tuple(sorted((name, figure) for name, figure in known.figures.items() if name not in PASSING)),
        longer_validity=longer.value if longer is not None and opens else None,
        longer_needs=longer.needs if longer is not None and opens else "",
        reconfirm_after_break=_asked(law.reconfirm, known),
        wind_text="" if law.wind_stop is None else law.wind_stop.text,
        bounds=bounds.of_work((each for pack in ground.packs for each in pack.bounds), law.work),
        weather=tuple(each for pack in ground.packs for each in pack.weather if law.work in each.works),
        closing=tuple(each.need for each in law.closing if holds(each.when, known) is not False),
        closing_note=_clause(law.closing_note) if _asked(law.closing_note, known) else "",
        shift_changes=ground.shift_changes,
        prompt_earliest=plant.prompt_earliest,
        prompt_tasks=_tasks(ground),
    )


def _tasks(ground: Ground) -> tuple[TaskWeight, ...]:
    """The plant's own list for this work, or the first a pack proposes."""
    work = ground.law.work
    proposed = (pack.tasks[work] for pack in ground.packs if work in pack.tasks)
    return ground.plant.prompt_tasks[work] if work in ground.plant.prompt_tasks else next(proposed, ())


def lacks(law: WorkLaw, graded: Graded) -> tuple[str, ...]:
    """Sections without which a work cannot be offered, in Chinese; empty when the law is complete."""
    missing = []
    if graded.grade not in law.validity and Grade.NONE not in law.validity:
        missing.append("最长有效期")
    named = (
        (law.chain, "审批环节"),
        (law.start_roles, "开工签字人"),
        (law.resume_roles, "复工签字人"),
        (law.acceptance_roles, "验收签字人"),
        (law.measures, "安全措施清单"),
    )
    missing += [name for section, name in named if not section]
    if law.gas is not None and law.gas.max_age is None:
        missing.append("气体分析有效时间")
    return tuple(missing)


def citations(packs: Iterable[Pack]) -> tuple[Citation, ...]:
    """Gate → clauses of every pack in force that asks it."""
    found: dict[str, str] = {}
    for pack in packs:
        for each in pack.citations:
            found[each.gate] = joined(found.get(each.gate, ""), each.clause)
    return tuple(Citation(gate=gate, clause=clause) for gate, clause in found.items())


def _by_grade(law: WorkLaw, grade: Grade) -> Span:
    return law.validity[grade] if grade in law.validity else law.validity[Grade.NONE]


def _asked(duty: Duty | None, known: Known) -> bool:
    """A duty whose condition cannot be told is asked."""
    return duty is not None and holds(duty.when, known) is not False


def _spoken(reminder: Reminder) -> str:
    return f"{reminder.text}（{reminder.clause}）"


def _clause(span: Span | Duty | None) -> str:
    return "" if span is None else span.clause


def _gas(law: GasLaw, ground: Ground) -> GasRules:
    age = law.max_age or _NO_AGE
    known, table = ground.known, ground.table
    required = [each.gas for each in law.required if holds(each.when, known) is True]
    if law.declared_toxics:
        required += ground.matter.facts.toxic_gases
    required = list(dict.fromkeys(required))
    retest = law.retest.get(known.grade or Grade.NONE) or law.retest.get(Grade.NONE)
    points = [point for point in law.points if holds(point.when, known) is True]
    return GasRules(
        required=tuple(required),
        limits=tightest(_limits(law, ground, required)),
        max_age=age.value,
        retest_after_break=timedelta(0) if retest is None else retest.value,
        record_every=None if law.record_every is None else law.record_every.value,
        continuous=_asked(law.continuous, known),
        points=tuple(point.key for point in points),
        ventilate_after_failure=_asked(law.ventilate_after_failure, known),
        ventilation_always=_asked(law.ventilation_always, known),
        mechanical=_asked(law.mechanical, known),
        clause=law.clause,
        daily=_asked(law.daily, known),
        point_labels=tuple(point.label for point in points),
        table=table.gases,
        molar_volume=table.molar_volume,
        basis=table.basis,
        oxygen_drift=table.oxygen_drift,
        limit_clause=table.clause,
        age_clause=age.clause,
        retest_clause=_clause(retest),
        record_clause=_clause(law.record_every),
        ventilation_clause=joined(_clause(law.ventilation_always), _clause(law.mechanical)),
        failure_clause=_clause(law.ventilate_after_failure),
    )


def _limits(law: GasLaw, ground: Ground, required: list[str]) -> tuple[GasLimit, ...]:
    found = [
        GasLimit(
            gas=limit.gas,
            kind=limit.kind,
            unit=limit.unit,
            low=limit.low,
            high=limit.high,
            clause=limit.clause,
            lel_from=limit.lel_from,
            lel_below=limit.lel_below,
            unknown_gas=limit.unknown_gas,
        )
        for limit in law.limits
        if holds(limit.when, ground.known) is not False
    ]
    for name in required if law.toxic_limits else ():
        known = ground.table.find(name)
        if known is not None and known.limit is not None:
            clause = f"{ground.table.clause} {known.limit_kind}"
            found.append(
                GasLimit(gas=name, kind=GasKind.TOXIC, unit=Unit.MG_M3, low=None, high=known.limit, clause=clause)
            )
    return tuple(found)
