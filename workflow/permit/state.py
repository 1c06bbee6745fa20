"""A permit as folded from its events. Never edited: `evolve` builds the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from workflow.ids import MediaHash, NodeKey, PermitId, PersonId, SiteId
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.content import Content, GasSample
from workflow.permit.life import ByHand, Confirmed, Handover, Inside, LinkedWork, Still
from workflow.permit.tasks import Asking, Doubt
from workflow.rules.types import ClosingNeed, Node, PermitRules, Role
from workflow.rules.validity import ends_at
from workflow.values import Actor, Proof, WorkType


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
    instead_of: PersonId | None = None
    """For whom a deputy signed."""


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
    code: bool = False
    """The one-time code of this permit is in it."""
    copies: MediaHash | None = None
    """An earlier photo it seems to be made from."""
    accepted_by: PersonId | None = None
    """Who looked at it and lets it count all the same."""

    @property
    def fresh(self) -> bool:
        """Shown to be taken here and now, by the platform's camera or by the one-time code in it."""
        return self.camera or self.code

    @property
    def doubtful(self) -> bool:
        """Made from an earlier photo, as far as a machine can tell, and nobody has accepted it."""
        return self.copies is not None and self.accepted_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRecord:
    """A gas analysis with its verdict."""

    sample: GasSample
    recorded_at: datetime
    passed: bool
    failures: tuple[str, ...] = ()


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
    latest: datetime | None = None
    """When it was last stopped again while already stopped; None = only once. Signatures and proofs must be younger."""

    @property
    def newest(self) -> datetime:
        """The moment of the newest stop."""
        return self.latest or self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSignature:
    """A start, resume or acceptance signature."""

    role: Role
    person: PersonId
    at: datetime
    proof: Proof | None = None


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


_LIVE = frozenset({Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH})
_OVER = frozenset({Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED})
_ENDED_EARLY = frozenset({Status.EXPIRED, Status.VOIDED})
_MAY_LINGER = frozenset({Status.COMPLETED, Status.EXPIRED, Status.VOIDED})


SERVED = frozenset({WorkType.HOT, WorkType.CONFINED_SPACE})
"""Works whose temporary power starts and ends with them (10.8)."""


def _no_measures() -> Mapping[str, MeasureState]:
    return _NO_MEASURES


def _nobody() -> Mapping[PersonId, Presence]:
    return _NOBODY


_NO_VOUCHERS: Mapping[PersonId, PersonId] = MappingProxyType({})


def _no_vouchers() -> Mapping[PersonId, PersonId]:
    return _NO_VOUCHERS


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
    accepted_by: PersonId | None = None
    """Who took the request into preparation for the unit that owns the place."""
    accepted_at: datetime | None = None
    review_requested_by: PersonId | None = None
    review_requested_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()
    waiting_since: datetime | None = None
    """Since when the present node (or the owning unit, while submitted) is asked."""
    escalated_to: tuple[PersonId, ...] = ()
    """Superiors told about the present node; each may sign it or take charge."""
    escalation_level: int = 0
    reminded: bool = False
    """Whether those asked for the present node were told again."""
    deputised: tuple[PersonId, ...] = ()
    """Who stood by for the present node and was asked when it was late."""
    escalation_acknowledged: bool = False
    issued_at: datetime | None = None
    briefed: tuple[PersonId, ...] = ()
    vouched: Mapping[PersonId, PersonId] = field(default_factory=_no_vouchers)
    """Who signed the briefing by a vouched link, and who vouched."""
    presence: Mapping[PersonId, Presence] = field(default_factory=_nobody)
    photos: tuple[Photo, ...] = ()
    stills: tuple[Still, ...] = ()
    """Pictures of cameras that were wanted, and what became of them. No gate looks at them."""
    gas: tuple[GasRecord, ...] = ()
    """Records that still count, one per point, newest last: a failing one stays until a later sample of its point
    passes. A failed test and a ventilation that stopped take away what had passed before (`evolve`)."""
    gas_failed_once: bool = False
    """A test in a confined space failed: mechanical ventilation and a full new test are due (GB 46768 5.9.2, 5.11; a
    value that fails during work shows that gas may rise suddenly, 6.2.4 c)."""
    ventilation_running: bool | None = None
    ventilation_mechanical: bool | None = None
    mechanical_since: datetime | None = None
    """Since when mechanical ventilation runs without a break; None = it does not."""
    start_signatures: tuple[RoleSignature, ...] = ()
    started_at: datetime | None = None
    people_inside: int | None = None
    tools_inside: int | None = None
    counted_at: datetime | None = None
    prompt_open: int | None = None
    """Number of the unanswered prompt."""
    prompt_wants_gas: bool = False
    asking: Asking | None = None
    """What the open prompt asks; None when none is open."""
    doubt: Doubt | None = None
    """Why somebody should look after the guardian."""
    prompts_raised: int = 0
    prompts_missed: int = 0
    """Consecutive misses."""
    suspension: Suspension | None = None
    resume_signatures: tuple[RoleSignature, ...] = ()
    resumed_at: datetime | None = None
    warned: tuple[timedelta, ...] = ()
    """Warnings of the coming end already given."""
    finished_at: datetime | None = None
    finished_by: PersonId | None = None
    fire_watch_until: datetime | None = None
    fire_watch_minutes_over: bool = False
    fire_watch_ended: bool = False
    acceptance: tuple[RoleSignature, ...] = ()
    was_live_at_end: bool = False
    """Expired or voided while people could still be at the place."""
    count_reminders: int = 0
    closing: Closing | None = None
    guarding: PersonId | None = None
    """Who guards since the last relief; None = the guardian the content names, whom the signatures cover."""
    leading: PersonId | None = None
    """Who leads since the last relief; None = the leader the content names."""
    relieved: tuple[PersonId, ...] = ()
    """Who guarded or led before: they belong to the team for good."""
    checked_by: tuple[PersonId, ...] = ()
    """Who checked the start for the plant: they never guard or lead this permit."""
    inside: tuple[Inside, ...] = ()
    """Who is inside by name, in the order they went in."""
    log_kept: bool = False
    """Names were logged: a count must agree with them from then on."""
    handover: Handover | None = None
    """The record that waits for signatures."""
    handovers: int = 0
    handover_due: bool = False
    """Stopped for a change of shift, and nobody has handed over since."""
    handed_over_at: datetime | None = None
    purge_by_hand: ByHand | None = None
    """The newest confirmation by a human that the equipment is purged."""
    closings: tuple[Confirmed, ...] = ()
    """What was put right at the end."""
    end_note_at: datetime | None = None
    """When somebody last said how the work ended, after its end."""
    job: tuple[LinkedWork, ...] = ()
    """Permits of the same job that have made themselves known: they cite this one, or answered when it cited them."""
    linked_over: tuple[PermitId, ...] = ()
    """Hot works and entries of the job that have ended or will never be."""
    linked_news: str = ""
    """What was last heard of a linked permit."""
    last_event_at: datetime | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def what(self) -> Content:
        """The content. Raise `BlankPermit` before the first submission."""
        if self.content is None:
            raise BlankPermit(self.id)
        return self.content

    @property
    def guardian(self) -> PersonId:
        """Who guards now. Raise `BlankPermit` before the first submission."""
        return self.guarding or self.what.guardian

    @property
    def leader(self) -> PersonId:
        """Who leads now. Raise `BlankPermit` before the first submission."""
        return self.leading or self.what.leader

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
    def valid_until(self) -> datetime | None:
        """The first moment at which the paper is no longer valid; None before it is issued.

        The clock is the planned stretch of work, and never beyond issue + limit (domain 8 O6). Half-open: at this very
        moment it is over.
        """
        if self.issued_at is None:
            return None
        return ends_at(self.what.planned, self.law.max_validity, self.issued_at)

    @property
    def start_until(self) -> datetime | None:
        """The first moment at which a permit not yet started may no longer start; None before it is issued.

        Counted from the planned start, or from the issue when that came later.
        """
        if self.issued_at is None:
            return None
        return max(self.what.planned.start, self.issued_at) + self.law.start_within

    @property
    def counted_out(self) -> bool:
        """Everybody and every tool is out and the work was ended by name, or nobody ever went in."""
        if self.people_inside or self.tools_inside or self.inside:
            return False
        return self.started_at is None or self.finished_at is not None

    @property
    def watch_open(self) -> bool:
        """Hot work was done and residual fire is not yet ruled out."""
        watched = self.fire_watch_until is not None or (self.rules is not None and self.rules.fire_watch is not None)
        return self.started_at is not None and watched and not self.fire_watch_ended

    def closing_open(self, needs: tuple[ClosingNeed, ...]) -> tuple[ClosingNeed, ...]:
        """Those of the needs that nobody has confirmed yet."""
        done = {each.need for each in self.closings}
        return tuple(need for need in needs if need.key not in done)

    @property
    def reopening_open(self) -> bool:
        """Work was done, and something that keeps the place taken is not put right: the road is still cut (12.5)."""
        if self.started_at is None or self.rules is None:
            return False
        return any(need.keeps_live for need in self.closing_open(self.rules.closing))

    def still_served(self, *but: PermitId) -> tuple[PermitId, ...]:
        """Hot works and entries of the job that are not over, without ``but``."""
        over = {*self.linked_over, *but}
        return tuple(each.number for each in self.job if each.work in SERVED and each.number not in over)

    @property
    def served_over(self) -> bool:
        """Temporary power, and every work it serves is over: the line has to go (10.8)."""
        if self.content is None or self.content.work is not WorkType.POWER or not self.linked_over:
            return False
        return not self.still_served()

    @property
    def handing_over(self) -> tuple[PersonId, ...]:
        """Who must sign the open record: those who guard and lead now, and those who will."""
        if self.handover is None:
            return ()
        record = self.handover.record
        return tuple(dict.fromkeys((self.guardian, self.leader, record.guardian, record.leader)))

    @property
    def over(self) -> bool:
        """Nobody's business any more: ended, with everybody and everything out."""
        return self.status in _OVER or (self.status in _ENDED_EARLY and not self.live)

    @property
    def live(self) -> bool:
        """Live for conflicts (domain 4.3): issued to fire watch; longer while people, tools, watch or road are open."""
        if self.status in _LIVE:
            return True
        return self.status in _MAY_LINGER and (not self.counted_out or self.watch_open or self.reopening_open)
