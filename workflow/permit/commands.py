"""What a person, a device or the clock may ask of a permit. Imperative; each carries who asks and when.

``at`` is the server's time of arrival (aware); a device's or phone's own time travels beside it where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.ids import MediaHash, NodeKey, PersonId
from workflow.permit.commands_base import CheckInWay, Command, SuspendReason
from workflow.permit.commands_life import (
    ConfirmClosing,
    ConfirmPurged,
    LinkedChanged,
    LogEntry,
    LogExit,
    NoteLink,
    OpenHandover,
    RecordStill,
    ShiftChangeDue,
    SignHandover,
)
from workflow.permit.content import Content, GasSample
from workflow.rules.types import Role
from workflow.values import Position, Proof

# --- asking and preparing -------------------------------------------------------------------------------------------

__all__ = [
    "ALL",
    "AcceptPhoto",
    "AcceptRequest",
    "AcknowledgeEscalation",
    "AddNote",
    "AddPhoto",
    "AnswerMeasure",
    "AnswerPrompt",
    "Approve",
    "Archive",
    "AttachJsa",
    "Cancel",
    "CheckIn",
    "CheckInWay",
    "Command",
    "ConfirmClosing",
    "ConfirmMeasure",
    "ConfirmPurged",
    "CountOverdue",
    "CountPeople",
    "EndFireWatch",
    "ExcuseTask",
    "Finish",
    "FireWatchElapsed",
    "LeaveSite",
    "LinkedChanged",
    "LogEntry",
    "LogExit",
    "LookAround",
    "NodeOverdue",
    "NoteLink",
    "OpenHandover",
    "PromptDue",
    "RecordGas",
    "RecordStill",
    "Reject",
    "ReportVentilation",
    "RequestReview",
    "Resume",
    "ReturnForChange",
    "ShiftChangeDue",
    "SignAcceptance",
    "SignBriefing",
    "SignHandover",
    "Start",
    "StartWindowEnded",
    "StopWork",
    "Submit",
    "SuspendReason",
    "ValidityEnded",
    "ValidityEnding",
    "Void",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(Command):
    """The applicant sends the request (or, after a return, the changed request)."""

    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptRequest(Command):
    """The unit that owns the place takes the request into preparation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachJsa(Command):
    """The hazard analysis, as text or as a photographed sheet (4.1)."""

    text: str
    media: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMeasure(Command):
    """是否涉及 of one checklist item."""

    no: str
    involved: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReview(Command):
    """The work leader signs that preparation is done; the chain begins."""

    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Command):
    """One node's signature over exactly the revision named. ``content_hash`` must be the permit's current one."""

    node: NodeKey
    content_hash: str
    opinion: str = "同意"
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForChange(Command):
    """A node sends the request back; later signatures are void."""

    node: NodeKey | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject(Command):
    """A node's final refusal."""

    node: NodeKey | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Command):
    """The applicant or the owning unit takes the request back before work starts."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Command):
    """Conditions changed (4.16/4.17): this permit is dead, a new one is needed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeEscalation(Command):
    """A superior has seen the overdue step and takes charge: the climb stops."""

    node: NodeKey


# --- on site --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SignBriefing(Command):
    """安全交底: the briefer or one of the briefed signs (4.4)."""

    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Command):
    """A person shows to be at the place by the board's code (with the number of the screen beside it or without), the
    permit's own code, or a position."""

    way: CheckInWay
    code: str | None = None
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSite(Command):
    """A person leaves the place; if it is the guardian, work stops (4.10, 6.8 a)."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmMeasure(Command):
    """On site: one involved measure is really in place."""

    no: str
    detail: str = ""
    media: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPhoto(Command):
    """A photo for a need of the rules (or a measure). ``camera``: taken with the system camera, MD5 matched."""

    purpose: str
    media: MediaHash
    camera: bool
    taken_at: datetime | None = None
    code: bool = False
    """The one-time code that was shown for this permit at that time is in the picture."""
    copies: MediaHash | None = None
    """An earlier photo this one seems to be made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPhoto(Command):
    """A named person looked at a photo that resembles an earlier one and lets it count, with a reason."""

    purpose: str
    media: MediaHash
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGas(Command):
    """A gas analysis, typed or from a device."""

    sample: GasSample


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVentilation(Command):
    """State of the ventilation of a confined space."""

    running: bool
    mechanical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountPeople(Command):
    """How many people and tools are inside now, counted by the guardian (6.8)."""

    people: int
    tools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Command):
    """One of the start signatures (验票 / entry confirmation). Every gate is evaluated again."""

    role: Role
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPrompt(Command):
    """The guardian answers the prompt: on post, all in order. ``answer``: what was asked, where it is told in words."""

    number: int
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcuseTask(Command):
    """The guardian says that he cannot do what the prompt asks (the camera is broken); others hear of it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWork(Command):
    """Anyone's right, and every device's duty: stop now."""

    reason: SuspendReason
    text: str = ""
    proof: Proof | None = None
    """Kept, never judged: a stop needs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """One of the resume signatures: the cause is gone and every gate passes again."""

    role: Role
    cause_removed: str
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Command):
    """The work leader ends the work; people and tools are counted out."""

    people_inside: int
    tools_inside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFireWatch(Command):
    """The guardian confirms that no residual fire is left (5.2.14)."""

    media: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAcceptance(Command):
    """完工验收: one of the two acceptance signatures (4.15)."""

    role: Role
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """A voice or text note; text when the platform gives one."""

    text: str
    media: MediaHash | None = None


# --- the clock ------------------------------------------------------------------------------------------------------
# Each carries a token of the state it was set for: a stale timer decides nothing.


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindNode(Command):
    """A good part of a node's time is over: say it again to those asked."""

    revision: int
    node: NodeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOverdue(Command):
    """A node has waited its time (again): climb one rung."""

    revision: int
    node: NodeKey
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWindowEnded(Command):
    """The permit was issued and not started in time."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityEnding(Command):
    """The end of validity is near."""

    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityEnded(Command):
    """The permit's last minute is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDue(Command):
    """Time to ask the guardian; an unanswered earlier prompt counts as missed."""

    number: int
    draw: str = ""
    """Hexadecimal digits nobody can foresee, from which the task is drawn; empty = a tap."""
    for_gas: bool = False
    """Asked by the clock of the gas records: only when one is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FireWatchElapsed(Command):
    """The watch minutes are over; acceptance may follow once residual fire is ruled out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOverdue(Command):
    """The permit ended but people and tools are not counted out, or the watch is not recorded."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAround(Command):
    """Something near the place moved, another permit or the register: ask the gates of running work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(Command):
    """Seal a closed permit."""


ALL: tuple[type[Command], ...] = (
    Submit, AcceptRequest, AttachJsa, AnswerMeasure, RequestReview, Approve, ReturnForChange, Reject, Cancel, Void,
    AcknowledgeEscalation, SignBriefing, CheckIn, LeaveSite, ConfirmMeasure, AddPhoto, AcceptPhoto, RecordGas,
    ReportVentilation, CountPeople, Start, AnswerPrompt, StopWork, Resume, Finish, EndFireWatch, SignAcceptance,
    AddNote, RemindNode, NodeOverdue, StartWindowEnded, ValidityEnding, ValidityEnded, PromptDue, FireWatchElapsed,
    CountOverdue, LookAround, Archive, LogEntry, LogExit, OpenHandover, SignHandover, ShiftChangeDue, ConfirmClosing,
    NoteLink, LinkedChanged, ConfirmPurged, ExcuseTask, RecordStill,
)  # fmt: skip
