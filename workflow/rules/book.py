"""The rule book: every pack, the plant's settings, the gas table and the calendar; asked for one permit at a time.

Packs are chosen by the plant's industry and by a moment: the planned start while that is ahead, afterwards the present.
They are chosen again at every gate, because an instrument binds the work, not the paper (domain 0.1). Where several are
in force the stricter value counts; what none of them says is filled from the defaults pack; the plant can only tighten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import reduce

from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.content import Content
from workflow.remembered import Remembered
from workflow.rules import grades, merge, resolve
from workflow.rules.calendars import Calendar, days, situations
from workflow.rules.law import GasTable, Method, Pack, Vocabulary, WorkLaw
from workflow.rules.matter import Hours, Matter
from workflow.rules.plant_rules import PlantRules
from workflow.rules.situation import known
from workflow.rules.stricter import stricter
from workflow.rules.types import Citation, Grade, PackRef, PermitRules, Role, RuleChange
from workflow.values import Interval, WorkType, aware

_KEPT = 512
"""How many resolved rules are remembered; when full, all are forgotten and worked out again."""
_CONTENTS_KEPT = 2048
"""Of how many permits' contents it is remembered which rules are theirs: more than a plant has open at once, or each
would push out another before it is asked again."""

_METHOD_RULE = "作业方式决定要查哪些证、落实哪些措施"

_Key = tuple[Matter, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What packs say about a work whatever a permit contains."""

    law: WorkLaw
    packs: tuple[Pack, ...]
    citations: tuple[Citation, ...]
    offered: frozenset[WorkType]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All rules of one plant. Immutable; what it remembers of earlier answers never shows."""

    packs: tuple[Pack, ...]
    plant: PlantRules
    calendar: Calendar
    gas_table: GasTable
    words: Vocabulary
    refs: tuple[PackRef, ...]
    """Sources that are not packs but count in every answer: gas table, vocabulary."""
    _answers: dict[_Key, PermitRules] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By what the rules look at: permits that differ only in people, places and alike hours share theirs."""
    _alike: dict[PermitRules, PermitRules] = field(default_factory=dict, init=False, repr=False, compare=False)
    """One of each answer: most permits of a day have the same, whatever their hours."""
    _of_contents: Remembered[PermitRules] = field(
        default_factory=lambda: Remembered(_CONTENTS_KEPT), init=False, repr=False, compare=False
    )
    """By content, zone and packs in force: which of the answers is a permit's, without comparing."""
    _pairs: Remembered[PermitRules] = field(
        default_factory=lambda: Remembered(_KEPT), init=False, repr=False, compare=False
    )
    """The stricter of two rules."""
    _said: dict[tuple[WorkType, tuple[str, ...]], _Said] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """By work and packs in force: a draft asks for every version of itself, and this part of it is always the same."""

    def rules_for(self, content: Content, *, at: datetime, zone: tzinfo) -> PermitRules:
        """What the law and the plant say about this content, for the planned start or, once that is past, for ``at``.

        ``zone`` is the site's. Raise `Refused` when the rules cannot be told: a work that is not offered, a method or
        gas nobody knows, or facts missing that could change the grade (verdict unknown, one finding per question).
        """
        moment = max(aware(at), content.planned.start)
        active = self.in_force(content.work, moment, zone)
        return self._of_contents.of((content, zone, *active), lambda: self._answer(content, active, zone))

    def stricter(self, frozen: PermitRules, now: PermitRules) -> PermitRules:
        """The stricter of the rules a permit was requested under and those of this moment; both sources are shown."""
        return self._pairs.of((frozen, now), lambda: stricter(frozen, now))

    def role_label(self, role: Role) -> str:
        """What the plant's people call a role."""
        return self.words.roles[role]

    def posts_for(self, role: Role) -> tuple[str, ...]:
        """Posts whose holders act in this role; empty for roles that the permit itself names."""
        return self.plant.roles.get(role, ())

    def methods(self, work: WorkType) -> tuple[Method, ...]:
        """The methods a permit of this work may name."""
        return self.words.methods.get(work, ())

    def question(self, fact: str) -> str:
        """What to ask to settle a fact that a finding ``grade.<fact>`` names."""
        return self.words.question(fact)

    def in_force(self, work: WorkType, at: datetime, zone: tzinfo) -> tuple[Pack, ...]:
        """The packs that bind this work here at this instant, the defaults aside."""
        return tuple(pack for pack in self.packs if self._binds(pack, work) and pack.in_force(at, zone))

    def next_change(self, after: datetime, zone: tzinfo) -> datetime | None:
        """When the set of packs in force changes next: every live permit is to be looked at again then (domain 4.7)."""
        edges = (edge for pack in self.packs for edge in (pack.starts_at(zone), pack.ends_at(zone)))
        return min((edge for edge in edges if edge is not None and edge > after), default=None)

    def _offers(self, work: WorkType, pack: Pack) -> bool:
        return self._binds(pack, work) and bool(pack.works[work].chain) and work in self.plant.start_within

    def _binds(self, pack: Pack, work: WorkType) -> bool:
        if pack.fills_gaps or (work not in pack.works and pack.works):
            return False
        return self.plant.industry in pack.industries or pack.id in self.plant.borrows.get(work, ())

    def _answer(self, content: Content, active: tuple[Pack, ...], zone: tzinfo) -> PermitRules:
        matter = Matter.of(content, self.hours(content, zone))
        key = (matter, tuple(pack.id for pack in active))
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _KEPT:
                self._answers.clear()
                self._alike.clear()
            answer = self._resolve(matter, active)
            answer = self._answers[key] = self._alike.setdefault(answer, answer)
        return answer

    def hours(self, content: Content, zone: tzinfo) -> Hours:
        """What the rules see in the planned time of a content, by the clock of ``zone``, the site's."""
        planned = content.planned
        return Hours(
            length=planned.length,
            meets=situations(planned, zone, self.calendar, self.plant),
            years=self._years(planned, zone),
            changes=self._changes(content.work, planned, zone),
            shift_changes=_since_midnight_utc(self.plant.shifts, planned.start, zone),
        )

    def _resolve(self, matter: Matter, active: tuple[Pack, ...]) -> PermitRules:
        work, hours = matter.work, matter.hours
        said = self._say(work, active)
        law = said.law
        _demand(self._strangers(matter))
        what = known(matter, self.words, hours.meets.holds, hours.meets.excluded)
        graded = grades.UNGRADED
        if law.grading is not None:
            graded = grades.grade(law.grading, what, self.words, matter.stated_grade, work)
        missing = resolve.lacks(law, graded)
        if missing:
            _demand([_not_offered(work, f"规则包没有给出：{'、'.join(missing)}")])
        return resolve.resolve(
            resolve.Ground(
                matter=matter,
                law=law,
                packs=said.packs,
                citations=said.citations,
                refs=(*(pack.ref for pack in said.packs), *self.refs, *hours.years, self.plant.ref),
                plant=self.plant,
                table=self.gas_table,
                known=what.with_grade(graded.grade),
                graded=graded,
                notices=hours.meets.notices,
                changes=hours.changes,
                offered=said.offered,
                shift_changes=hours.shift_changes,
            )
        )

    def _say(self, work: WorkType, active: tuple[Pack, ...]) -> _Said:
        key = (work, tuple(pack.id for pack in active))
        found = self._said.get(key)
        if found is None:
            spare = next((pack for pack in self.packs if pack.fills_gaps), None)
            used = active if spare is None else (*active, spare)
            found = self._said[key] = _Said(
                law=self._law(work, active, spare),
                packs=used,
                citations=resolve.citations(used),
                offered=frozenset(each for pack in self.packs for each in pack.works if self._offers(each, pack)),
            )
        return found

    def _law(self, work: WorkType, active: tuple[Pack, ...], spare: Pack | None) -> WorkLaw:
        laws = [pack.works[work] for pack in active if work in pack.works]
        if not laws or work not in self.plant.start_within:
            _demand([_not_offered(work, "本厂没有启用这类作业的规则包")])
        law = reduce(merge.merge, laws)
        chosen = self.plant.validity.get(work)
        if chosen is not None and not law.validity:
            law = replace(law, validity={Grade.NONE: chosen})
        if spare is not None and work in spare.works:
            law = merge.fill(law, spare.works[work])
        own = self.plant.tighten.get(work)
        return law if own is None else merge.merge(law, own)

    def _strangers(self, matter: Matter) -> list[Finding]:
        """Methods and gases the tables do not know: no rule can be told for them."""
        methods = {method.key for method in self.methods(matter.work)}
        asked = dict.fromkeys((matter.facts.flammable_gas, *matter.facts.toxic_gases))
        gases = [gas for gas in asked if gas is not None and self.gas_table.find(gas) is None]
        return [
            *(
                _unknown("method", _METHOD_RULE, f"不认识的作业方式「{name}」")
                for name in matter.method
                if name not in methods
            ),
            *(_unknown("gas", "气体种类决定限值和换算", f"气体表里没有「{name}」") for name in gases),
        ]

    def _years(self, planned: Interval, zone: tzinfo) -> tuple[PackRef, ...]:
        years: Mapping[int, PackRef] = self.calendar.years
        touched = dict.fromkeys(day.year for day in days(planned, zone))
        return tuple(years[year] for year in touched if year in years)

    def _changes(self, work: WorkType, planned: Interval, zone: tzinfo) -> tuple[RuleChange, ...]:
        found = []
        for pack in self.packs:
            if not self._binds(pack, work):
                continue
            for edge, starts in ((pack.starts_at(zone), True), (pack.ends_at(zone), False)):
                if edge is not None and planned.start < edge < planned.end:
                    found.append(RuleChange(at=edge, pack=pack.id, title=pack.cite, starts=starts))
        return tuple(sorted(found, key=lambda change: change.at))


def _since_midnight_utc(shifts: tuple[time, ...], day: datetime, zone: tzinfo) -> tuple[timedelta, ...]:
    """Times of day at the site as times since midnight UTC, by the site's clock of that day."""
    on = day.astimezone(zone).date()
    instants = (datetime.combine(on, shift, zone).astimezone(UTC) for shift in shifts)
    return tuple(sorted(timedelta(hours=at.hour, minutes=at.minute) for at in instants))


def _demand(findings: list[Finding]) -> None:
    if findings:
        raise Refused(tuple(findings))


def _not_offered(work: WorkType, fact: str) -> Finding:
    return Finding(
        gate="work_offered",
        verdict=Verdict.UNKNOWN,
        severity=Severity.BLOCK,
        rule="没有规则的作业不能在这里办票",
        clause="GB 30871-2022 4.6",
        fact=f"{fact}（{work.value}）",
        cure="请按厂里的纸质流程办理，并请安全管理部门启用规则包",
        who="安全管理部门",
    )


def _unknown(gate: str, rule: str, fact: str) -> Finding:
    return Finding(
        gate=gate,
        verdict=Verdict.UNKNOWN,
        severity=Severity.BLOCK,
        rule=rule,
        clause="GB 30871-2022 4.1",
        fact=fact,
        cure="请从列表中选择，或请安全管理部门补充",
        who="申请人",
    )
