"""A permit as folded from its events. Never edited: `evolve` builds the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from workflow.ids import MediaHash, NodeKey, PermitId, PersonId, SiteId
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.content import Content, GasSample
from workflow.rules.types import Node, PermitRules, Role
from workflow.values import Actor, Proof


class Status(StrEnum):
    """The life of a permit (domain 4.2)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PREPARING = "preparing"
    IN_REVIEW = "in_review"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    FIRE_WATCH = "fire_watch"
    CLOSED = "closed"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of the chain, bound to the content hash of its revision."""

    node: NodeKey
    person: PersonId
    at: datetime
    opinion: str
    content_hash: str
    proof: Proof | None
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureState:
    """One checklist item. ``involved`` None = unknown = blocks review."""

    involved: bool | None = None
    answered_by: Actor | None = None
    detail: str = ""
    confirmed_by: PersonId | None = None
    confirmed_at: datetime | None = None
    confirm_detail: str = ""
    media: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo given for a purpose."""

    purpose: str
    media: MediaHash
    by: PersonId
    at: datetime
    camera: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRecord:
    """A gas analysis with its verdict."""

    sample: GasSample
    recorded_at: datetime
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A person shown to be at the place, and since when that is known."""

    at: datetime
    way: CheckInWay


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """The stop in force. ``since`` is the first of its reasons: the break is measured from there."""

    since: datetime
    reasons: tuple[SuspendReason, ...]
    text: str
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSignature:
    """A start, resume or acceptance signature."""

    role: Role
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Who decided the end of an unfinished life, when and why: what a late click is told."""

    by: Actor
    at: datetime
    reason: str


class BlankPermit(LookupError):
    """The permit has no content yet: nothing was submitted."""


_NO_MEASURES: Mapping[str, MeasureState] = MappingProxyType({})
_NOBODY: Mapping[PersonId, Presence] = MappingProxyType({})


def _no_measures() -> Mapping[str, MeasureState]:
    return _NO_MEASURES


def _nobody() -> Mapping[PersonId, Presence]:
    return _NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The whole state of one permit. A blank permit (no event yet) is a draft without content."""

    id: PermitId
    site: SiteId
    status: Status = Status.DRAFT
    version: int = 0
    """Number of events folded; what buttons and cards carry to tell stale from fresh."""
    revision: int = 0
    content: Content | None = None
    content_hash: str = ""
    rules: PermitRules | None = None
    submitted_at: datetime | None = None
    jsa: str | None = None
    measures: Mapping[str, MeasureState] = field(default_factory=_no_measures)
    review_requested_by: PersonId | None = None
    signatures: tuple[Signature, ...] = ()
    waiting_since: datetime | None = None
    """Since when the present node (or the owning unit, while submitted) is asked."""
    escalated_to: tuple[PersonId, ...] = ()
    """Superiors told about the present node; each may sign it or take charge."""
    escalation_level: int = 0
    escalation_acknowledged: bool = False
    issued_at: datetime | None = None
    briefed: tuple[PersonId, ...] = ()
    presence: Mapping[PersonId, Presence] = field(default_factory=_nobody)
    photos: tuple[Photo, ...] = ()
    gas: tuple[GasRecord, ...] = ()
    """Latest record of each point since the permit exists, newest last (bounded by evolve)."""
    gas_failed_once: bool = False
    """A pre-start test failed: mechanical ventilation and a full new test are due (GB 46768 5.9.2, 5.11)."""
    ventilation_running: bool | None = None
    ventilation_mechanical: bool | None = None
    start_signatures: tuple[RoleSignature, ...] = ()
    started_at: datetime | None = None
    people_inside: int | None = None
    tools_inside: int | None = None
    prompt_open: int | None = None
    """Number of the unanswered prompt."""
    prompt_wants_gas: bool = False
    prompts_raised: int = 0
    prompts_missed: int = 0
    """Consecutive misses."""
    suspension: Suspension | None = None
    resume_signatures: tuple[RoleSignature, ...] = ()
    resumed_at: datetime | None = None
    finished_at: datetime | None = None
    fire_watch_until: datetime | None = None
    fire_watch_minutes_over: bool = False
    fire_watch_ended: bool = False
    acceptance: tuple[RoleSignature, ...] = ()
    was_live_at_end: bool = False
    """Expired or voided while people could still be at the place."""
    closing: Closing | None = None
    last_event_at: datetime | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def what(self) -> Content:
        """The content. Raise `BlankPermit` before the first submission."""
        if self.content is None:
            raise BlankPermit(self.id)
        return self.content

    @property
    def law(self) -> PermitRules:
        """The frozen rules. Raise `BlankPermit` before the first submission."""
        if self.rules is None:
            raise BlankPermit(self.id)
        return self.rules

    @property
    def node(self) -> Node | None:
        """The node whose signature is due now, None outside review."""
        if self.status is not Status.IN_REVIEW or self.rules is None:
            return None
        return self.rules.chain[len(self.signatures)] if len(self.signatures) < len(self.rules.chain) else None

    @property
    def counted_out(self) -> bool:
        """Everybody and every tool is out, or nobody ever went in."""
        return self.started_at is None or (
            self.finished_at is not None and not self.people_inside and not self.tools_inside
        )

    @property
    def live(self) -> bool:
        """Live for conflicts (domain 4.3): issued to fire watch, and longer while people, tools or the watch are open."""
        if self.status in {Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH}:
            return True
        if self.status in {Status.COMPLETED, Status.EXPIRED, Status.VOIDED}:
            watch_open = bool(self.rules and self.rules.fire_watch and not self.fire_watch_ended)
            return self.started_at is not None and (not self.counted_out or watch_open)
        return False
