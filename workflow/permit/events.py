"""What happened to a permit. Past tense, frozen, its own facts only; the journal keeps nothing else.

Field names are the stored format: adding an optional field is fine, renaming or removing one is a migration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.ids import MediaHash, NodeKey, PersonId
from workflow.permit.commands_base import CheckInWay, SuspendReason
from workflow.permit.content import Content, GasSample
from workflow.permit.events_base import Event
from workflow.permit.events_life import (
    CameraSilent,
    ClosingConfirmed,
    HandoverOpened,
    HandoverSigned,
    LinkedPermitChanged,
    LinkNoted,
    PersonCameOut,
    PersonEntered,
    PurgeConfirmedByHand,
    ShiftHandedOver,
    StillTaken,
)
from workflow.permit.events_prompts import (
    PromptAnswered,
    PromptMisanswered,
    PromptMissed,
    PromptRaised,
    TaskExcused,
)
from workflow.rules.types import PermitRules, Role
from workflow.values import Position, Proof

__all__ = [
    "ALL",
    "AcceptanceSigned",
    "ArrivedOnSite",
    "AttemptRefused",
    "BriefingSigned",
    "CameraSilent",
    "ClosingConfirmed",
    "CountReminded",
    "EscalationAcknowledged",
    "Event",
    "FireWatchEnded",
    "FireWatchMinutesOver",
    "FireWatchStarted",
    "GasRecorded",
    "HandoverOpened",
    "HandoverSigned",
    "JsaAttached",
    "LeftSite",
    "LinkNoted",
    "LinkedPermitChanged",
    "MeasureAnswered",
    "MeasureConfirmed",
    "NodeEscalated",
    "NodeReminded",
    "NoteAdded",
    "PeopleCounted",
    "PermitArchived",
    "PermitCancelled",
    "PermitClosed",
    "PermitExpired",
    "PermitIssued",
    "PermitRejected",
    "PermitSubmitted",
    "PermitVoided",
    "PersonCameOut",
    "PersonEntered",
    "PhotoAccepted",
    "PhotoAdded",
    "PromptAnswered",
    "PromptMisanswered",
    "PromptMissed",
    "PromptRaised",
    "PurgeConfirmedByHand",
    "RequestAccepted",
    "ResumeSigned",
    "ReturnedForChange",
    "ReviewRequested",
    "ShiftHandedOver",
    "StartSigned",
    "StepApproved",
    "StillTaken",
    "TaskExcused",
    "ValidityWarned",
    "VentilationReported",
    "WorkFinished",
    "WorkResumed",
    "WorkStarted",
    "WorkSuspended",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitSubmitted(Event):
    """The request exists (or exists again, changed). Rules are frozen here."""

    revision: int
    content: Content
    content_hash: str
    rules: PermitRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAccepted(Event):
    """The owning unit took the request into preparation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsaAttached(Event):
    """The hazard analysis is there."""

    text: str
    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAnswered(Event):
    """是否涉及 was answered for one checklist item; by the clock/trigger when ``proposed``."""

    no: str
    involved: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequested(Event):
    """The work leader signed; the chain began."""

    content_hash: str
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepApproved(Event):
    """One node of the chain signed exactly this content."""

    node: NodeKey
    content_hash: str
    opinion: str
    proof: Proof | None
    escalated: bool = False
    """Signed by a superior to whom the overdue step had climbed."""
    instead_of: PersonId | None = None
    """Signed as the deputy of somebody who is away (代)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitIssued(Event):
    """All nodes have signed. Issued is not started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedForChange(Event):
    """Sent back to the applicant; all signatures are void."""

    node: NodeKey | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRejected(Event):
    """Refused for good."""

    node: NodeKey | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCancelled(Event):
    """Taken back before work started."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitVoided(Event):
    """Void by change of conditions or serious violation; a new permit is needed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitExpired(Event):
    """Validity ended, or the start window closed. ``was_live``: people may still be at the place."""

    why: str
    was_live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeReminded(Event):
    """A good part of a node's time is over: those asked were reminded. It is not late by that."""

    node: NodeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEscalated(Event):
    """A node waited too long: those were asked who had not been, or a superior was told, or both.

    ``to`` None and no deputies = nobody is above and no duty leader is known.
    """

    node: NodeKey
    level: int
    to: PersonId | None
    deputies: tuple[PersonId, ...] = ()
    """Who stands by, or has come to the post, and is asked from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationAcknowledged(Event):
    """A superior took charge; the climb stopped."""

    node: NodeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingSigned(Event):
    """One person signed the safety briefing."""

    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedOnSite(Event):
    """A person showed to be at the place."""

    way: CheckInWay
    position: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftSite(Event):
    """A person left the place."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureConfirmed(Event):
    """A measure is really in place, confirmed by a named person on site."""

    no: str
    detail: str
    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAdded(Event):
    """A photo was taken for a need of the rules."""

    purpose: str
    media: MediaHash
    camera: bool
    taken_at: datetime | None
    code: bool = False
    copies: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAccepted(Event):
    """A photo that resembles an earlier one counts by this person's word."""

    purpose: str
    media: MediaHash
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRecorded(Event):
    """A gas analysis and its verdict under the rules of that moment. ``failures``: plain Chinese, empty when passed."""

    sample: GasSample
    passed: bool
    failures: tuple[str, ...]
    answers: tuple[str, ...] = ()
    """Points nobody must cover, at which something had failed: with this pass the whole place was tested anew since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VentilationReported(Event):
    """The ventilation runs, or does not."""

    running: bool
    mechanical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCounted(Event):
    """People and tools inside, as counted by the guardian."""

    people: int
    tools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSigned(Event):
    """One of the start signatures was given with all gates passing."""

    role: Role
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStarted(Event):
    """All start signatures are there and every gate passed: the permit is live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSuspended(Event):
    """Work stopped. ``evacuate``: everyone out at once."""

    reason: SuspendReason
    text: str
    evacuate: bool
    proof: Proof | None = None
    """What is known of who stopped it, where that is less than an account of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSigned(Event):
    """One of the resume signatures was given with all gates passing."""

    role: Role
    cause_removed: str
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResumed(Event):
    """All resume signatures are there and every gate passed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityWarned(Event):
    """People were told that the permit ends soon."""

    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFinished(Event):
    """Work ended; this many people and tools were still inside (0 and 0 to complete)."""

    people_inside: int
    tools_inside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FireWatchStarted(Event):
    """Hot work ended; the guardian stays."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FireWatchMinutesOver(Event):
    """The watch minutes are over; residual fire must still be ruled out by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FireWatchEnded(Event):
    """The guardian ruled out residual fire after the full watch."""

    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceSigned(Event):
    """One of the acceptance signatures."""

    role: Role
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitClosed(Event):
    """Accepted by all who must: the permit is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitArchived(Event):
    """Sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """A voice or text note."""

    text: str
    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReminded(Event):
    """The permit ended, but people, tools or the watch are not recorded; everyone concerned was told again."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRefused(Event):
    """An attempt worth remembering: wrong signer, failed proof, refused start."""

    command: str
    gates: tuple[str, ...]
    text: str


ALL: tuple[type[Event], ...] = (
    PermitSubmitted, RequestAccepted, JsaAttached, MeasureAnswered, ReviewRequested, StepApproved, PermitIssued,
    ReturnedForChange, PermitRejected, PermitCancelled, PermitVoided, PermitExpired, NodeReminded, NodeEscalated,
    EscalationAcknowledged, BriefingSigned, ArrivedOnSite, LeftSite, MeasureConfirmed, PhotoAdded, PhotoAccepted,
    PurgeConfirmedByHand, GasRecorded,
    VentilationReported, PeopleCounted, StartSigned, WorkStarted, PromptRaised, PromptAnswered, PromptMissed,
    WorkSuspended, ResumeSigned, WorkResumed, ValidityWarned, WorkFinished, FireWatchStarted, FireWatchMinutesOver,
    FireWatchEnded, AcceptanceSigned, PermitClosed, PermitArchived, NoteAdded, CountReminded, AttemptRefused,
    PersonEntered, PersonCameOut, HandoverOpened, HandoverSigned, ShiftHandedOver, ClosingConfirmed, LinkNoted,
    LinkedPermitChanged, PromptMisanswered, TaskExcused, StillTaken, CameraSilent,
)  # fmt: skip
