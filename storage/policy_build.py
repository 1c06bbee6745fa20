"""From the models of the policy files to the core's records. Clauses become whole citations here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage import policy_models as m
from storage import policy_models_work as w
from storage.policy_fields import Level
from storage.policy_yaml import Source
from workflow.ids import NodeKey
from workflow.rules import law
from workflow.rules.bounds import Bound, WeatherStop
from workflow.rules.calendars import Calendar
from workflow.rules.tasks import TaskWeight
from workflow.rules.types import (
    CertificateLaw,
    CertificateNeed,
    Citation,
    ClosingNeed,
    ConflictRule,
    Crossing,
    GasKind,
    GasProperty,
    Grade,
    LinkNeed,
    Measure,
    PackRef,
    PhotoNeed,
    ReviewRule,
)
from workflow.values import WorkType

_KINDS = {"o2": GasKind.OXYGEN, "flammable": GasKind.FLAMMABLE}


def ref(source: Source, name: str) -> PackRef:
    """The name of a source and the hash of its bytes."""
    return PackRef(id=name, hash=source.sha256)


def weights(model: m.Tasks) -> tuple[TaskWeight, ...]:
    """What guardians may be asked to do, each with its weight."""
    return tuple(TaskWeight(kind=kind, weight=weight) for kind, weight in model.items())


def kind_of(gas: str) -> GasKind:
    """What a gas key is judged as."""
    return _KINDS.get(gas, GasKind.TOXIC)


# --- packs ----------------------------------------------------------------------------------------------------------


def pack(model: m.Pack, source: Source, others: Mapping[str, m.Pack]) -> law.Pack:
    """One pack. ``others`` by id, for checklists taken from another pack."""
    cite = _Cite(model.cite)
    return law.Pack(
        id=model.pack,
        title=model.title,
        cite=model.cite or model.title,
        industries=tuple(model.industries),
        effective_from=model.effective_from,
        effective_to=model.effective_to,
        ref=ref(source, model.pack),
        works={work: _Builder(work, cite, others).work(section) for work, section in model.works.items()},
        conflicts=tuple(_conflict(rule, cite) for rule in model.conflicts),
        crossings=tuple(_crossing(one, cite) for one in model.crossings),
        citations=tuple(Citation(gate=gate, clause=cite(clause)) for gate, clause in model.citations.items()),
        certificates=None if model.certificates is None else _certificates(model.certificates, cite),
        fills_gaps=model.fills_gaps,
        bounds=tuple(_bound(key, bound, cite) for key, bound in model.bounds.items()),
        tasks={work: weights(each) for work, each in model.tasks.items()},
        weather=tuple(
            WeatherStop(works=tuple(stop.works), kinds=tuple(stop.kinds), clause=cite(stop.clause))
            for stop in model.weather
        ),
    )


def _bound(key: str, model: m.Bound, cite: _Cite) -> Bound:
    return Bound(
        key=key,
        compare=model.compare,
        value=model.value,
        unit=model.unit,
        clause=cite(model.clause),
        kind=model.kind,
    )


@dataclass(frozen=True, slots=True)
class _Cite:
    """Puts the instrument's name before a clause."""

    name: str

    def __call__(self, clause: str) -> str:
        return f"{self.name} {clause}".strip()

    def span(self, span: w.Span | None) -> law.Span | None:
        return None if span is None else law.Span(value=span.value, clause=self(span.clause))

    def duty(self, duty: w.Duty | None) -> law.Duty | None:
        return None if duty is None else law.Duty(when=duty.when, clause=self(duty.clause))

    def spans(self, spans: Mapping[Level, w.Span]) -> dict[Grade, law.Span]:
        return {_grade(level): law.Span(value=span.value, clause=self(span.clause)) for level, span in spans.items()}


def _grade(level: str) -> Grade:
    return Grade.NONE if level == "all" else Grade(level)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds one work's section of one pack."""

    of: WorkType
    cite: _Cite
    others: Mapping[str, m.Pack]

    def work(self, model: w.Work) -> law.WorkLaw:
        cite = self.cite
        return law.WorkLaw(
            work=self.of,
            grading=None if model.grading is None else self._grading(model.grading),
            validity=cite.spans(model.validity),
            longer=None
            if model.longer is None
            else law.Longer(value=model.longer.value, needs=model.longer.needs, clause=cite(model.longer.clause)),
            grading_also="" if model.grading_also is None else cite(model.grading_also),
            chain=() if model.chain is None else tuple(self._step(node, model.chain) for node in model.chain.nodes),
            start_roles=tuple(model.start_roles),
            resume_roles=tuple(model.resume_roles),
            acceptance_roles=tuple(model.acceptance_roles),
            briefers=tuple(model.briefers),
            measures=() if model.measures is None else self._measures(model.measures),
            photos=()
            if model.photos is None
            else tuple(self._photo(each, model.photos) for each in model.photos.items),
            gas=None if model.gas is None else self._gas(model.gas),
            certificates=tuple(self._need(need) for need in model.certificates),
            guardian_stays=cite.duty(model.guardian_stays),
            leader_on_site=cite.duty(model.leader_on_site),
            reconfirm=cite.duty(model.reconfirm),
            wind_stop=None
            if model.wind_stop is None
            else law.Figure(
                value=model.wind_stop.value, clause=cite(model.wind_stop.clause), text=model.wind_stop.text
            ),
            fire_watch=cite.span(model.fire_watch),
            link_needs=() if model.link_needs is None else self._links(model.link_needs),
            reminders=tuple(
                law.Reminder(when=each.when, text=each.text, clause=cite(each.clause)) for each in model.reminders
            ),
            closing=() if model.closing is None else self._closing(model.closing),
            closing_note=cite.duty(model.closing_note),
        )

    def _grading(self, model: w.Grading) -> law.Grading:
        def row(each: w.GradeRow) -> law.GradeRule:
            clause = self.cite(each.clause or model.clause)
            return law.GradeRule(when=each.when, grade=each.grade, why=each.why, clause=clause)

        relief = None
        if model.relief is not None:
            clause = self.cite(model.relief.clause or model.clause)
            relief = law.GradeRule(
                when=model.relief.when, grade=model.relief.to, why=model.relief.why, clause=clause
            )  # fmt: skip
        free = model.permit_free
        return law.Grading(
            rule=model.rule,
            permit_free=None
            if free is None
            else law.PermitFree(
                key=free.key,
                when=free.when,
                why=free.why,
                rule=free.rule,
                cure=free.cure,
                clause=self.cite(free.clause),
            ),
            rows=tuple(row(each) for each in model.rows),
            floors=tuple(row(each) for each in model.floors),
            relief=relief,
            relief_from=Grade.NONE if model.relief is None else model.relief.from_,
            upgrades=tuple(
                law.Upgrade(when=each.when, why=each.why, clause=self.cite(each.clause or model.clause))
                for each in model.upgrades
            ),
            duty_leader=model.duty_leader,
        )

    def _step(self, node: w.Node, chain: w.Chain) -> law.ChainStep:
        return law.ChainStep(
            key=NodeKey(node.key),
            label=node.label,
            roles=node.role if isinstance(node.role, dict) else {Grade.NONE: node.role},
            when=node.when,
            at_site=node.at_site,
            clause=self.cite(node.clause or chain.clause),
            after=node.after,
        )

    def _measures(self, model: w.Measures) -> tuple[law.MeasureLaw, ...]:
        if model.like is not None:
            source = self.others[model.like]
            like = source.works[self.of].measures
            if like is None:
                raise ValueError(f"{model.like} has no checklist for {self.of}")
            return _Builder(self.of, _Cite(source.cite), self.others)._measures(like)
        return tuple(measure(each, self.cite(each.clause or model.clause or "")) for each in model.items)

    def _photo(self, photo: w.Photo, photos: w.Photos) -> PhotoNeed:
        return PhotoNeed(key=photo.key, label=photo.label, moment=photo.moment, clause=self.cite(photos.clause))

    def _need(self, need: w.Need) -> CertificateNeed:
        return CertificateNeed(
            role=need.role,
            kinds=tuple(need.kinds),
            when=tuple(need.when),
            blocks=need.blocks,
            clause=self.cite(need.clause),
            label=need.label,
            max_age=need.max_age,
        )

    def _links(self, links: w.Links) -> tuple[LinkNeed, ...]:
        clause = self.cite(links.clause)
        return tuple(LinkNeed(when=each.when, work=each.work, clause=clause) for each in links.items)

    def _closing(self, model: w.Closings) -> tuple[law.ClosingLaw, ...]:
        def need(each: w.Closing) -> ClosingNeed:
            clause = self.cite(each.clause or model.clause)
            return ClosingNeed(
                key=each.key, label=each.label, role=each.role, clause=clause, keeps_live=each.keeps_live
            )  # fmt: skip

        return tuple(law.ClosingLaw(need=need(each), when=each.when) for each in model.items)

    def _gas(self, model: w.Gas) -> law.GasLaw:
        cite = self.cite
        return law.GasLaw(
            required=tuple(law.RequiredGas(gas=each.gas, when=each.when) for each in model.required),
            declared_toxics=model.declared_toxics,
            limits=tuple(self._limit(each) for each in model.limits),
            toxic_limits=model.toxic_limits,
            points=tuple(law.PointLaw(key=each.key, label=each.label, when=each.when) for each in model.points),
            max_age=cite.span(model.max_age),
            retest=cite.spans(model.retest_after_break),
            record_every=cite.span(model.record_every),
            continuous=cite.duty(model.continuous),
            daily=cite.duty(model.daily),
            ventilate_after_failure=cite.duty(model.ventilate_after_failure),
            ventilation_always=cite.duty(model.ventilation_always),
            mechanical=cite.duty(model.mechanical),
            clause=cite(model.clause),
            when=model.when,
        )

    def _limit(self, limit: w.Limit) -> law.LimitLaw:
        return law.LimitLaw(
            gas=limit.gas,
            kind=limit.kind or kind_of(limit.gas),
            unit=limit.unit,
            low=limit.low,
            high=limit.high,
            when=limit.when,
            clause=self.cite(limit.clause),
            lel_from=limit.lel_from,
            lel_below=limit.lel_below,
            unknown_gas=limit.unknown_gas,
        )


def measure(model: w.Measure, clause: str) -> law.MeasureLaw:
    """One checklist item."""
    item = Measure(
        no=model.no,
        label=model.label,
        trigger=model.trigger,
        evidence=model.evidence,
        clause=clause,
        gate=model.gate,
        at_least=tuple(model.at_least),
    )
    return law.MeasureLaw(item=item, only_when=model.only_when)


def _conflict(rule: m.Conflict, cite: _Cite) -> ConflictRule:
    return ConflictRule(
        key=rule.key,
        works=tuple(rule.works),
        others=tuple(rule.others),
        methods=tuple(rule.methods),
        other_methods=tuple(rule.other_methods),
        reach=rule.reach,
        within_m=rule.within_m,
        when=rule.when,
        blocks_unknown=rule.unknown == "block",
        text=rule.text,
        clause=cite(rule.clause),
        vertical=rule.vertical,
        drains=rule.drains,
        above_m=rule.above_m,
        always_methods=tuple(rule.always_methods),
    )


def _crossing(model: m.Crossing, cite: _Cite) -> Crossing:
    one, other = model.works
    return Crossing(works=(one, other), level=model.level, clause=cite(model.clause))


def _certificates(model: m.Certificates, cite: _Cite) -> CertificateLaw:
    return CertificateLaw(
        review=tuple(
            ReviewRule(
                due_from=rule.due_from,
                due_to=rule.due_to,
                blocks=rule.effect == "block",
                clause=cite(rule.clause),
            )
            for rule in model.review
        ),
        remind=tuple(sorted(model.remind, reverse=True)),
        review_window=model.review_window,
        clause=cite(model.clause),
        names=tuple(model.names.items()),
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def gas_table(model: m.Gases) -> law.GasTable:
    """The gas table. A gas is held against MAC, else STEL, else TWA (domain 1.6)."""
    rows: list[GasProperty] = []
    aliases: dict[str, str] = {}
    for key, row in model.gases.items():
        limits = (("MAC", row.mac), ("STEL", row.stel), ("TWA", row.twa))
        kind, limit = next(((name, value) for name, value in limits if value is not None), ("", None))
        rows.append(
            GasProperty(
                gas=key, label=row.label, lel=row.lel, molar_mass=row.molar_mass, limit=limit, limit_kind=kind
            )
        )  # fmt: skip
        aliases |= dict.fromkeys((key, row.label, *row.aliases), key)
    return law.GasTable(
        gases=tuple(rows),
        molar_volume=model.molar_volume,
        basis=model.basis,
        oxygen_drift=(model.oxygen_drift.from_, model.oxygen_drift.to),
        clause=model.toxic_clause,
        aliases=aliases,
    )


def calendar(years: Iterable[tuple[m.Year, Source]]) -> Calendar:
    """One calendar of all years that have a file."""
    every = list(years)
    return Calendar(
        years={model.year: ref(source, f"calendar.{model.year}") for model, source in every},
        holidays={day: name for model, _ in every for name, days in model.holidays.items() for day in days},
        workdays=frozenset(day for model, _ in every for day in model.workdays),
    )


def vocabulary(model: m.Words) -> law.Vocabulary:
    """The words of the packs."""
    methods = {
        work: tuple(
            law.Method(key=key, label=one.label, implies=tuple(one.implies), aliases=tuple(one.aliases))
            for key, one in section.items()
        )
        for work, section in model.methods.items()
    }
    derived = {fact: tuple(causes) for fact, causes in model.derived.items()}
    return law.Vocabulary(
        roles=model.roles,
        methods=methods,
        questions=model.questions,
        figures=model.figures,
        derived=derived,
        any_of={fact: tuple(parts) for fact, parts in model.any_of.items()},
        activities=model.activities,
    )
