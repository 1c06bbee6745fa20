"""The rule packs as typed records: what `storage.policies` reads from ``policies/`` and `book` puts together.

A pack says what one instrument says, no more: a section it is silent about is None or empty. Packs in force together
are merged value by value, the stricter one winning (`workflow.rules.merge`); what no pack says is filled from the
defaults pack. Clauses are whole citations, e.g. ``GB 30871-2022 5.3.1``. What the plant settles for itself is no pack:
`workflow.rules.plant_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType

from workflow.ids import NodeKey
from workflow.rules.bounds import Bound, WeatherStop
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
    Role,
    Unit,
)
from workflow.values import WorkType

APPROVER_LEVELS: Mapping[Role, int] = {
    Role.BASE_UNIT: 0,
    Role.SITE_UNIT: 1,
    Role.PROF_DEPT: 2,
    Role.SAFETY_DEPT: 2,
    Role.CHIEF: 3,
    Role.PRINCIPAL: 4,
}
"""Approvers by level: a plant may raise a level, never lower it nor step aside to its equal (domain 1.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A duration with the clause that sets it."""

    value: timedelta
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An exact number with the clause that sets it, and what it asks in plain Chinese."""

    value: Decimal
    clause: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Longer:
    """A longer validity that a fact opens (GB 30871-2022 10.8); what nobody has said opens nothing."""

    value: timedelta
    needs: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that must be, with the clause that asks it and the condition under which it does."""

    when: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """One row of the grading table: rows are asked in order, the first that holds decides (domain 1.2)."""

    when: str
    grade: Grade
    why: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """A situation that raises the grade by one level (升级管理)."""

    when: str
    why: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitFree:
    """Where no permit of this work is made, and what the applicant is told instead: gate ``grade.<key>``."""

    key: str
    when: str
    why: str
    rule: str
    cure: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """How a work gets its grade: the first row that holds, raised to every floor that holds (annex B)."""

    rule: str
    """Said with every question the grade hangs on."""
    permit_free: PermitFree | None
    rows: tuple[GradeRule, ...]
    floors: tuple[GradeRule, ...]
    relief: GradeRule | None
    """Order 6: may lower ``relief_from`` to the row's grade."""
    relief_from: Grade
    upgrades: tuple[Upgrade, ...]
    duty_leader: str
    """Clause of the extra control when 特级 cannot be raised any further; empty = none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainStep:
    """One node of the signature chain as the law has it; ``roles`` by grade, `Grade.NONE` for works without grades."""

    key: NodeKey
    label: str
    roles: Mapping[Grade, Role]
    when: str
    """Condition over the permit's facts; what cannot be told keeps the node."""
    at_site: bool
    clause: str
    statutory: bool = True
    after: str = ""
    """Key of the node it follows; empty = at the end."""
    grades: tuple[Grade, ...] = ()
    """Only for these grades; empty = all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredGas:
    """A gas every pre-start sample must hold, when the condition is not known to be false."""

    gas: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLaw:
    """A gas limit under a condition. What cannot be told keeps the limit."""

    gas: str
    kind: GasKind
    unit: Unit
    low: Decimal | None
    high: Decimal | None
    when: str
    clause: str
    lel_from: Decimal | None = None
    lel_below: Decimal | None = None
    unknown_gas: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLaw:
    """A sampling point that must be covered when the condition holds."""

    key: str
    label: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GasLaw:
    """What one pack says about gas for one work."""

    required: tuple[RequiredGas, ...] = ()
    declared_toxics: bool = False
    """Toxic gases named in the permit must be tested too."""
    limits: tuple[LimitLaw, ...] = ()
    toxic_limits: bool = False
    """Toxic gases are held against the occupational limits of the gas table."""
    points: tuple[PointLaw, ...] = ()
    max_age: Span | None = None
    retest: Mapping[Grade, Span] = field(default_factory=dict)
    record_every: Span | None = None
    continuous: Duty | None = None
    daily: Duty | None = None
    ventilate_after_failure: Duty | None = None
    ventilation_always: Duty | None = None
    mechanical: Duty | None = None
    """Ventilation must be mechanical."""
    clause: str = ""
    when: str = ""
    """Only then is there any gas rule at all; what cannot be told asks for it. Empty = says nothing, that is always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLaw:
    """A checklist item, and the condition under which it is on the list at all."""

    item: Measure
    only_when: str = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLaw:
    """Something to put right at the end, under a condition. What cannot be told is asked."""

    need: ClosingNeed
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A sentence for the people who decide, when the condition holds."""

    when: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLaw:
    """What one pack says about one work."""

    work: WorkType
    grading: Grading | None = None
    validity: Mapping[Grade, Span] = field(default_factory=dict)
    longer: Longer | None = None
    grading_also: str = ""
    """Another instrument with the same grades; its clause is shown beside that of the table."""
    chain: tuple[ChainStep, ...] = ()
    start_roles: tuple[Role, ...] = ()
    resume_roles: tuple[Role, ...] = ()
    acceptance_roles: tuple[Role, ...] = ()
    briefers: tuple[Role, ...] = ()
    measures: tuple[MeasureLaw, ...] = ()
    photos: tuple[PhotoNeed, ...] = ()
    gas: GasLaw | None = None
    certificates: tuple[CertificateNeed, ...] = ()
    guardian_stays: Duty | None = None
    """The guardian may not leave at all."""
    leader_on_site: Duty | None = None
    reconfirm: Duty | None = None
    """After a break the measures are confirmed anew."""
    wind_stop: Figure | None = None
    fire_watch: Span | None = None
    link_needs: tuple[LinkNeed, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    closing: tuple[ClosingLaw, ...] = ()
    closing_note: Duty | None = None
    """A short voice or text note at the end (三拍一录)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One instrument: whom it binds, from when to when, and what it says. Days are days at the site, inclusive."""

    id: str
    title: str
    cite: str
    industries: tuple[str, ...]
    effective_from: date | None
    effective_to: date | None
    ref: PackRef
    works: Mapping[WorkType, WorkLaw]
    conflicts: tuple[ConflictRule, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    citations: tuple[Citation, ...] = ()
    certificates: CertificateLaw | None = None
    fills_gaps: bool = False
    bounds: tuple[Bound, ...] = ()
    weather: tuple[WeatherStop, ...] = ()
    tasks: Mapping[WorkType, tuple[TaskWeight, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """What guardians of each work may be asked to do."""

    def starts_at(self, zone: tzinfo) -> datetime | None:
        """The first instant it binds, at the site; None = always has."""
        return None if self.effective_from is None else datetime.combine(self.effective_from, time.min, zone)

    def ends_at(self, zone: tzinfo) -> datetime | None:
        """The first instant it no longer binds; None = open."""
        if self.effective_to is None:
            return None
        return datetime.combine(self.effective_to + timedelta(days=1), time.min, zone)

    def in_force(self, at: datetime, zone: tzinfo) -> bool:
        """Whether it binds at this instant."""
        start, end = self.starts_at(zone), self.ends_at(zone)
        return (start is None or start <= at) and (end is None or at < end)


@dataclass(frozen=True, slots=True, kw_only=True)
class GasTable:
    """Conversion figures and occupational limits of the gases (domain 5.1, 5.2)."""

    gases: tuple[GasProperty, ...]
    molar_volume: Decimal
    basis: str
    oxygen_drift: tuple[Decimal, Decimal]
    clause: str
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What people call a gas → its key."""

    def find(self, gas: str) -> GasProperty | None:
        """The gas's row; None when the table does not hold it."""
        return next((row for row in self.gases if row.gas == gas), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way of working, e.g. 电焊: which facts it brings with it."""

    key: str
    label: str
    implies: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words the packs use: roles, methods of each work, facts and the questions that settle them."""

    roles: Mapping[Role, str]
    methods: Mapping[WorkType, tuple[Method, ...]]
    questions: Mapping[str, str]
    """Fact → the question that settles it, in plain Chinese."""
    derived: Mapping[str, tuple[str, ...]]
    """Fact → facts or ``gas:…`` any of which makes it hold."""
    any_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Fact → facts it sums up: it holds when one of them does, and does not when none of them does."""
    figures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Figure (`workflow.rules.quantities`) → the question that settles it."""
    activities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What goes on near a permit's place besides the methods, e.g. ``draining``."""

    def question(self, fact: str) -> str:
        """What to ask to settle a fact or a figure."""
        return self.figures[fact] if fact in self.figures else self.questions[fact]
