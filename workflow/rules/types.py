"""What the rules say about one permit, resolved and frozen.

A `PermitRules` is computed from the rule packs when a permit is requested and travels inside its first event, so that an
old permit can always be read under the rules it was signed under. At every later gate the packs are chosen again for that
moment and the stricter of both counts (domain 0.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.ids import NodeKey
from workflow.values import ProofMethod, WorkType


class Grade(StrEnum):
    """Grades of hot work (GB 30871-2022 5.1); works without grades carry `NONE`."""

    SPECIAL = "special"
    FIRST = "first"
    SECOND = "second"
    NONE = "none"


class Role(StrEnum):
    """Who acts on a permit. The first five are named in the permit, the others follow from posts (domain 0.3, 1.4)."""

    APPLICANT = "applicant"
    WORK_LEADER = "work_leader"
    WORKER = "worker"
    GUARDIAN = "guardian"
    GAS_ANALYST = "gas_analyst"
    SITE_UNIT = "site_unit"
    SAFETY_DEPT = "safety_dept"
    APPROVER = "approver"
    SHIFT_LEADER = "shift_leader"
    ACCEPTOR = "acceptor"


class Unit(StrEnum):
    """Units a gas value may carry. A value without one is refused."""

    VOL_PERCENT = "%vol"
    LEL_PERCENT = "%LEL"
    PPM = "ppm"
    MG_M3 = "mg/m3"


class GasKind(StrEnum):
    """What a gas reading is judged as."""

    OXYGEN = "oxygen"
    FLAMMABLE = "flammable"
    TOXIC = "toxic"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """Which rule pack was used, and the SHA-256 of its source bytes."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step of the signature chain: who may sign it and how long it may wait."""

    key: NodeKey
    label: str
    role: Role
    wait: timedelta
    clause: str
    at_site: bool = False
    """The signer must be shown to stand at the place (GB 30871 4.11 a)."""
    proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    """The weakest proof accepted."""
    statutory: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One item of the safety checklist (Annex A)."""

    no: str
    label: str
    trigger: str
    """``always``, ``free`` or the fact that makes the item apply, e.g. ``at_height``."""
    evidence: str = ""
    """``photo``, ``numbers``, ``text`` or empty: what the confirmer must give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoNeed:
    """A photo without which work may not start (or close)."""

    key: str
    label: str
    moment: str = "start"
    """``start`` or ``close``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasLimit:
    """One limit. Bounds are inclusive: ``low ≤ value ≤ high``; None = unbounded. Exact decimals in ``unit``."""

    gas: str
    """``o2``, ``flammable`` or a toxic gas code such as ``h2s``."""
    kind: GasKind
    unit: Unit
    low: Decimal | None
    high: Decimal | None
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRules:
    """Which gases, which limits, how fresh, how often."""

    required: tuple[str, ...]
    """Gas keys every pre-start sample must hold."""
    limits: tuple[GasLimit, ...]
    max_age: timedelta
    """Sample to start; equal passes (5.3.1, 6.3)."""
    retest_after_break: timedelta
    """A break strictly longer asks for a new test; zero = any interruption (1.6)."""
    record_every: timedelta | None
    """Cadence of records during work; None = none asked."""
    continuous: bool
    points: tuple[str, ...]
    """Sampling points that must be covered, e.g. upper/middle/lower; empty = one representative point."""
    ventilate_after_failure: bool
    """A failed first test asks for mechanical ventilation and a full new test (GB 46768 5.9.2, 5.11)."""
    ventilation_always: bool
    """Ventilation throughout every entry (GB 46768 6.2.4)."""
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateNeed:
    """A certificate some person of the permit must hold."""

    role: Role
    kinds: tuple[str, ...]
    """Any one of these catalogue items."""
    when: tuple[str, ...]
    """Method words that make it apply; empty = always."""
    blocks: bool
    clause: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRules:
    """Everything the law and the plant say about one permit, frozen."""

    packs: tuple[PackRef, ...]
    work: WorkType
    grade: Grade
    base_grade: Grade
    """Before 升级管理; equal to ``grade`` when nothing raised it."""
    grade_why: str
    """One Chinese sentence: why this grade."""
    grade_clause: str
    max_validity: timedelta
    validity_clause: str
    chain: tuple[Node, ...]
    start_roles: tuple[Role, ...]
    resume_roles: tuple[Role, ...]
    acceptance_roles: tuple[Role, ...]
    measures: tuple[Measure, ...]
    photos: tuple[PhotoNeed, ...]
    gas: GasRules | None
    certificates: tuple[CertificateNeed, ...]
    guardian_may_leave: bool
    """False in confined space: he may not leave at all (6.8 a)."""
    prompt_every: timedelta
    misses_to_suspend: int
    fire_watch: timedelta | None
    """Hot work only; None = no watch."""
    start_within: timedelta
    """An issued permit not started this long after its planned start expires."""
    warn_before_end: tuple[timedelta, ...]
    count_reminder: timedelta
    wind_stop_ms: Decimal | None
    """Open-air work stops at this wind speed or above, m/s; None = no limit."""
    presence_valid: timedelta
    """How long a check-in shows that a person is on site."""
    max_tools_note: str = ""
