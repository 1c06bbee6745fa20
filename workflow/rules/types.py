"""What the rules say about one permit, resolved and frozen.

A `PermitRules` is computed from the rule packs when a permit is requested and travels inside its first event, so that
an old permit can always be read under the rules it was signed under. At every later gate the packs are chosen again for
that moment and the stricter of both counts (domain 0.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.ids import NodeKey
from workflow.rules.bounds import Bound, WeatherStop
from workflow.rules.gas_types import GasKind, GasLimit, GasProperty, GasRules, Unit
from workflow.rules.levels import GRADE_RANK, GRADE_WORDS, GRADES, Grade
from workflow.rules.roles import Role
from workflow.rules.tasks import TaskWeight
from workflow.values import ProofMethod, WorkType, aware

__all__ = [
    "GRADES",
    "GRADE_RANK",
    "GRADE_WORDS",
    "CertificateLaw",
    "CertificateNeed",
    "Citation",
    "ConflictRule",
    "GasKind",
    "GasLimit",
    "GasProperty",
    "GasRules",
    "Grade",
    "LinkNeed",
    "Measure",
    "Node",
    "PackRef",
    "PermitRules",
    "PhotoNeed",
    "Reach",
    "ReviewRule",
    "Role",
    "RuleChange",
    "Unit",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """Which rule pack was used, and the SHA-256 of its source bytes."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """When a step that waits is said again and when it climbs, in hundredths of the time it may wait.

    At 100 it is late: whoever stands by for the post is asked. No plant moves that; it has `Node.wait`.
    """

    remind: int = 50
    superior: int = 150
    further: int = 50
    """Between a superior and the next."""

    def __post_init__(self) -> None:
        if not 0 < self.remind < LATE < self.superior or self.further <= 0:
            raise ValueError(f"a ladder reminds before {LATE}, tells a superior after it, and then goes on: {self}")

    def rung(self, number: int) -> int:
        """When a rung is due: 0 are those who stand by, 1 is the first superior."""
        return LATE if number == 0 else self.superior + (number - 1) * self.further


LATE = 100
"""All of the time a step may wait."""


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
    wait_near_start: timedelta | None = None
    """How long the node may wait when the planned start is nearer than `PermitRules.near_start`; None = ``wait``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One item of the safety checklist (Annex A)."""

    no: str
    label: str
    trigger: str
    """``always``, ``free`` or the condition that makes the item apply, e.g. ``at_height`` or ``grade=special|risk``."""
    evidence: str = ""
    """What the confirmer must give: ``photo``, ``numbers``, ``text``, joined by ``+``; empty = his word alone.

    ``gas``, ``jsa`` and ``permits`` ask nothing of him: the permit's own gas record, JSA and linked permits are it.
    """
    clause: str = ""
    gate: str = "measures_confirmed"
    """The gate that fails when the item applies and is not confirmed on site, e.g. ``cs.escape_set``."""
    at_least: tuple[Decimal, ...] = ()
    """Lower bounds of the numbers given, in the order of the label, e.g. 10 and 5 metres for H7."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoNeed:
    """A photo without which work may not start (or close)."""

    key: str
    label: str
    moment: str = "start"
    """``start``, ``during`` or ``close``."""
    clause: str = ""


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
    max_age: timedelta | None = None
    """A training record must not be older than this, whatever it says (GB 46768 4.4: yearly)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """What a missed review (复审) does, by the day it was due. Both days inclusive; None = open (domain 2.1)."""

    due_from: date | None
    due_to: date | None
    blocks: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLaw:
    """Dated rules that turn a certificate's dates into a status."""

    review: tuple[ReviewRule, ...] = ()
    remind: tuple[timedelta, ...] = ()
    """Before the earlier of 有效期止 and 复审日, longest first: 90, 30, 7 days."""
    review_window: timedelta = timedelta(0)
    """A review made this long before its due day, or later, counts as made (Order 30 Art 22: 60 days)."""
    clause: str = ""
    names: tuple[tuple[str, str], ...] = ()
    """Catalogue item → name, e.g. ``2.1`` → 熔化焊接与热切割作业."""

    def name(self, kind: str) -> str:
        """The item's name, or the bare item."""
        return dict(self.names).get(kind, kind)


class Reach(StrEnum):
    """How near two works must be for a conflict rule to bite."""

    METRES = "metres"
    AREA = "area"
    SPACE = "space"
    """The same vessel or room."""
    GEOMETRY = "geometry"
    """Above, below, inside a boom's radius: nothing the records can tell. Only in permits of before the place graph."""
    DIKE = "dike"
    """The same dike (防火堤)."""
    LINE = "line"
    """The same pipe."""
    FALL_LINE = "fall_line"
    """One over the other, without protective layers between."""
    BOOM = "boom"
    """Inside a boom's radius or under the path of its load; a radius nobody gave is ``within_m`` at the most."""
    ALONE = "alone"
    """No pair: a rule about one permit, told by its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRule:
    """One hard pair of domain 4.3: this permit and another one may not be live together within reach."""

    key: str
    works: tuple[WorkType, ...]
    """This permit's work is one of these; empty = any."""
    others: tuple[WorkType, ...]
    """The other permit's work is one of these; empty = any."""
    methods: tuple[str, ...]
    """This permit does one of these; empty = whatever it does."""
    other_methods: tuple[str, ...]
    """The other permit does one of these; empty = whatever it does."""
    reach: Reach
    within_m: Decimal | None
    """Metres, inclusive, for `Reach.METRES`."""
    when: str
    """Condition over this permit's facts; ``always`` = always."""
    blocks_unknown: bool
    """What cannot be told stops the work too, rather than asking for a coordinator."""
    text: str
    clause: str
    mutual: bool = True
    """Also with the sides exchanged: this permit may be the other one of the pair."""
    vertical: bool = False
    """Also above and below, whatever the metres."""
    drains: bool = False
    """Works that drain into one sewer ask for a look, however far apart they are."""
    above_m: Decimal | None = None
    """For `Reach.FALL_LINE`: a fall of more than this asks for two layers. For a pit (X9): deeper than this."""
    always_methods: tuple[str, ...] = ()
    """For `Reach.FALL_LINE`: while one of these is done no layer helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What a design example says of two works that meet (soft matrix of domain 4.3): warn, and name a coordinator."""

    works: tuple[WorkType, WorkType]
    level: str
    """低, 中, 高, 极高; empty = the example gives none."""
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNeed:
    """Another special work that is part of this one and needs its own permit (4.6)."""

    when: str
    work: WorkType
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingNeed:
    """Something put right before a permit is closed, and who confirms it (domain 4.2 "closed")."""

    key: str
    label: str
    """What the one who confirms says, e.g. 道路已恢复通行."""
    role: Role
    clause: str
    keeps_live: bool = False
    """Until it is confirmed the place counts as taken: a road that is still cut (12.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The clause a gate quotes under the packs in force."""

    gate: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """A pack that starts or ends while the work is planned to go on."""

    at: datetime
    pack: str
    title: str
    starts: bool

    def __post_init__(self) -> None:
        aware(self.at)


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
    signatures_within: timedelta = timedelta(minutes=15)
    """How long a start or resume signature counts while the others are awaited."""
    site_proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    """The weakest proof accepted for start and resume signatures alike."""
    start_proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    resume_proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    acceptance_proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    """What is asked for one of these steps at this grade; it adds to ``site_proof``, never takes away."""
    briefing_proof: ProofMethod = ProofMethod.PLATFORM_SESSION
    """The weakest proof accepted for the signature of somebody who was briefed."""
    near_start: timedelta = timedelta(0)
    """A node waits only `Node.wait_near_start` when the planned start is nearer than this."""
    ladder: Ladder = Ladder()
    """When a node that waits is said again and climbs."""
    wind_clause: str = ""
    holds: tuple[str, ...] = ()
    """Facts, methods and situations known to apply to this permit; what conditions are asked against."""
    excluded: tuple[str, ...] = ()
    """Those known not to apply. A name in neither is unknown."""
    raised_by: tuple[str, ...] = ()
    """What raised the grade: ``night``, ``holiday``, ``rest_day``, ``special_situation``, ``wind_essential``."""
    notices: tuple[str, ...] = ()
    """Chinese sentences for the people who decide, e.g. that a year's holiday calendar is missing."""
    changes: tuple[RuleChange, ...] = ()
    """Packs that start or end inside the planned time."""
    duty_leader_on_site: bool = False
    """升级管理 of a work that is 特级 already: the plant's duty leader stands by (domain 1.2)."""
    leader_on_site: bool = False
    """The work leader must be at the place to confirm entry (GB 46768 6.1)."""
    briefers: tuple[Role, ...] = ()
    """Who may brief (4.4): one of them signs besides those who are briefed."""
    certificate_law: CertificateLaw = CertificateLaw()
    conflicts: tuple[ConflictRule, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    link_needs: tuple[LinkNeed, ...] = ()
    citations: tuple[Citation, ...] = ()
    quantities: tuple[tuple[str, Decimal], ...] = ()
    """Figures of the content that conditions compare with, by name; a figure that is not here is unknown."""
    longer_validity: timedelta | None = None
    """What the permit may last once ``longer_needs`` is answered with yes; None = no longer than `max_validity`."""
    longer_needs: str = ""
    """The fact that opens `longer_validity`, e.g. ``special_reason`` (10.8)."""
    reconfirm_after_break: bool = False
    """Measures confirmed before a break count for nothing after it (8.2.11)."""
    wind_text: str = ""
    """What the wind limit asks, in plain Chinese."""
    bounds: tuple[Bound, ...] = ()
    """Figures of this work that gates compare with, one per key (domain 1.7)."""
    weather: tuple[WeatherStop, ...] = ()
    """Weather in which this work stops in the open, besides the wind."""
    closing: tuple[ClosingNeed, ...] = ()
    """What must be put right, and by whom confirmed, before acceptance."""
    closing_note: str = ""
    """Clause that asks for a short voice or text note at the end (三拍一录); empty = not asked."""
    shift_changes: tuple[timedelta, ...] = ()
    """When the plant's shifts change, as times since midnight UTC, worked out for the day of the planned start."""
    prompt_earliest: timedelta | None = None
    """The guardian is not asked again before this; None = always exactly at the rhythm, foreseeable."""
    prompt_tasks: tuple[TaskWeight, ...] = ()
    """What he may be asked to do; empty = a tap."""

    @property
    def asked_every(self) -> timedelta:
        """The longest time between two prompts: the guardian's rhythm, or that of the gas records if shorter."""
        records = self.gas.record_every if self.gas is not None else None
        return self.prompt_every if records is None else min(self.prompt_every, records)

    @property
    def soonest_prompt(self) -> timedelta | None:
        """The shortest time between two prompts; of a very short rhythm a third is left to chance."""
        return None if self.prompt_earliest is None else min(self.prompt_earliest, self.asked_every * 2 // 3)

    def bound(self, key: str) -> Bound | None:
        """A figure by its key; None when no pack in force gives it."""
        return next((bound for bound in self.bounds if bound.key == key), None)
