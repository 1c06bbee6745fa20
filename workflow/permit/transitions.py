"""The law of the permit's life.

In prose, after GB 30871-2022 and GB 46768-2025:

1.  A request becomes work only through this chain: submitted, taken into preparation by the unit that owns the place,
    prepared, reviewed by every node in order, issued, and *started on site*. Approval is never the start.
2.  Anything may stop work: any person, any device, the clock. Only named people, with their signatures and with every
    gate passing afresh, may start or resume it.
3.  Unknown, stale or silent counts as unsafe.
4.  An issued permit is never altered. A change is a new permit; a return for change voids every signature.
5.  What has ended stays ended: rejected, cancelled, closed, expired and voided permits never come back to life. A
    permit that ends while people may be at the place stays *live* until people and tools are counted out, the fire
    watch is done and a cut road is open again.
6.  Work that stopped for a change of shift goes on only after everybody concerned has signed the hand-over. Permits of
    one job pass stops and ends on to each other, never a start.
7.  Nothing approves by itself. A step that waits is said again, climbs when it is late, and waits there.
8.  The guardian of running work is asked at moments nobody can foresee, never later than the rules say, for something
    only somebody at the place can do. Silence and wrong answers count alike: twice in a row, and the work stops.

Everything that decides what may follow what lives in this file:

``MAY_ASK``   which kind of actor may ask which command.
``LISTENS``   which status hears which command. A person's command that is not heard is refused with an answer; a
              timer's is stale and decides nothing.
``MOVES``     which event moves a status where.
``STAYS``     which event is possible in a status without moving it. An event in neither table is impossible there.
``FOLLOWS``   what follows by itself when a joint condition holds, asked again until nothing more follows.

A missing key is an error; there is no default branch. The picture in the documentation is drawn from these tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflow.permit import commands as c
from workflow.permit import conditions as when
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.conditions import Now
from workflow.permit.state import Permit, Status
from workflow.values import ActorKind

# --- who may ask ----------------------------------------------------------------------------------------------------

_PERSON = frozenset({ActorKind.PERSON})
_PERSON_OR_DEVICE = frozenset({ActorKind.PERSON, ActorKind.DEVICE})
_CLOCK = frozenset({ActorKind.CLOCK})
_DEVICE_OR_CLOCK = frozenset({ActorKind.DEVICE, ActorKind.CLOCK})
_ANYTHING = frozenset(ActorKind)

MAY_ASK: dict[type[c.Command], frozenset[ActorKind]] = {
    c.Submit: _PERSON,
    c.AcceptRequest: _PERSON,
    c.AttachJsa: _PERSON,
    c.AnswerMeasure: _PERSON,
    c.RequestReview: _PERSON,
    c.Approve: _PERSON,
    c.ReturnForChange: _PERSON,
    c.Reject: _PERSON,
    c.Cancel: _PERSON,
    c.Void: _PERSON,
    c.AcknowledgeEscalation: _PERSON,
    c.SignBriefing: _PERSON,
    c.CheckIn: _PERSON,
    c.LeaveSite: _PERSON_OR_DEVICE,
    c.ConfirmMeasure: _PERSON,
    c.AddPhoto: _PERSON,
    c.AcceptPhoto: _PERSON,
    c.ConfirmPurged: _PERSON,
    c.RecordGas: _PERSON_OR_DEVICE,
    c.ReportVentilation: _PERSON_OR_DEVICE,
    c.CountPeople: _PERSON,
    c.Start: _PERSON,
    c.AnswerPrompt: _PERSON,
    c.ExcuseTask: _PERSON,
    c.StopWork: _ANYTHING,
    c.Resume: _PERSON,
    c.Finish: _PERSON,
    c.EndFireWatch: _PERSON,
    c.SignAcceptance: _PERSON,
    c.AddNote: _PERSON,
    c.RemindNode: _CLOCK,
    c.NodeOverdue: _CLOCK,
    c.StartWindowEnded: _CLOCK,
    c.ValidityEnding: _CLOCK,
    c.ValidityEnded: _CLOCK,
    c.PromptDue: _CLOCK,
    c.FireWatchElapsed: _CLOCK,
    c.CountOverdue: _CLOCK,
    c.LookAround: _CLOCK,
    c.Archive: _CLOCK,
    c.LogEntry: _PERSON,
    c.LogExit: _PERSON,
    c.OpenHandover: _PERSON,
    c.SignHandover: _PERSON,
    c.ConfirmClosing: _PERSON,
    c.ShiftChangeDue: _CLOCK,
    c.NoteLink: _CLOCK,
    c.LinkedChanged: _CLOCK,
    c.RecordStill: _DEVICE_OR_CLOCK,
}

# --- who hears what -------------------------------------------------------------------------------------------------

_ON_SITE = {
    c.SignBriefing, c.CheckIn, c.LeaveSite, c.ConfirmMeasure, c.AddPhoto, c.AcceptPhoto, c.RecordGas,
    c.ReportVentilation, c.ConfirmPurged,
}  # fmt: skip
_REVIEW = {c.ReturnForChange, c.Reject, c.RemindNode, c.NodeOverdue, c.AcknowledgeEscalation}
_JOB = {c.NoteLink, c.LinkedChanged}
_LOG = {c.LogEntry, c.LogExit}
_BEFORE_ISSUE = {c.Cancel, c.AddNote, c.ValidityEnded, *_JOB}
_CLOCKED = {c.StartWindowEnded, c.ValidityEnded}
_AFTERMATH = {
    c.Finish, c.CountPeople, c.StopWork, c.FireWatchElapsed, c.EndFireWatch, c.SignAcceptance, c.CountOverdue,
    c.CheckIn, c.LeaveSite, c.AddPhoto, c.AcceptPhoto, c.AddNote, c.ConfirmClosing, c.RecordStill, *_LOG,
}  # fmt: skip

LISTENS: dict[Status, frozenset[type[c.Command]]] = {
    Status.DRAFT: frozenset({c.Submit, c.Cancel, c.NoteLink}),
    Status.SUBMITTED: frozenset({c.AcceptRequest, *_REVIEW, *_BEFORE_ISSUE}),
    Status.PREPARING: frozenset(
        {c.AttachJsa, c.AnswerMeasure, c.RequestReview, c.ReturnForChange, *_BEFORE_ISSUE, *_ON_SITE}
    ),
    Status.IN_REVIEW: frozenset({c.Approve, *_REVIEW, *_BEFORE_ISSUE, *_ON_SITE}),
    Status.ISSUED: frozenset(
        {c.Start, c.StopWork, c.Cancel, c.Void, c.CountPeople, c.AddNote, c.LogEntry, *_JOB, *_CLOCKED, *_ON_SITE}
    ),
    Status.ACTIVE: frozenset(
        {
            c.StopWork, c.Finish, c.CountPeople, c.AnswerPrompt, c.ExcuseTask, c.PromptDue, c.ValidityEnding,
            c.ValidityEnded, c.AddNote, c.LookAround, c.ShiftChangeDue, c.RecordStill, *_LOG, *_JOB, *_ON_SITE,
        }
    ),
    Status.SUSPENDED: frozenset(
        {
            c.Resume, c.StopWork, c.Finish, c.Void, c.CountPeople, c.ValidityEnding, c.AddNote, c.OpenHandover,
            c.SignHandover, c.ShiftChangeDue, c.RecordStill, *_LOG, *_JOB, *_CLOCKED, *_ON_SITE,
        }
    ),
    Status.COMPLETED: frozenset(
        {
            c.SignAcceptance, c.ConfirmClosing, c.CountOverdue, c.NoteLink, c.AddPhoto, c.AcceptPhoto, c.AddNote,
            c.RecordStill,
        }
    ),
    Status.FIRE_WATCH: frozenset(
        {
            c.StopWork, c.FireWatchElapsed, c.EndFireWatch, c.SignAcceptance, c.CountOverdue, c.CheckIn, c.LeaveSite,
            c.ConfirmClosing, c.NoteLink, c.AddPhoto, c.AcceptPhoto, c.AddNote, c.RecordStill,
        }
    ),
    Status.CLOSED: frozenset({c.Archive, c.AddNote, c.RecordStill}),
    Status.ARCHIVED: frozenset(),
    Status.REJECTED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(_AFTERMATH),
    Status.VOIDED: frozenset(_AFTERMATH),
}  # fmt: skip

# --- what moves, what stays -----------------------------------------------------------------------------------------

MOVES: dict[tuple[Status, type[e.Event]], Status] = {
    (Status.DRAFT, e.PermitSubmitted): Status.SUBMITTED,
    (Status.DRAFT, e.PermitCancelled): Status.CANCELLED,
    (Status.SUBMITTED, e.RequestAccepted): Status.PREPARING,
    (Status.SUBMITTED, e.ReturnedForChange): Status.DRAFT,
    (Status.SUBMITTED, e.PermitRejected): Status.REJECTED,
    (Status.SUBMITTED, e.PermitCancelled): Status.CANCELLED,
    (Status.SUBMITTED, e.PermitExpired): Status.EXPIRED,
    (Status.PREPARING, e.ReviewRequested): Status.IN_REVIEW,
    (Status.PREPARING, e.ReturnedForChange): Status.DRAFT,
    (Status.PREPARING, e.PermitCancelled): Status.CANCELLED,
    (Status.PREPARING, e.PermitExpired): Status.EXPIRED,
    (Status.IN_REVIEW, e.PermitIssued): Status.ISSUED,
    (Status.IN_REVIEW, e.ReturnedForChange): Status.DRAFT,
    (Status.IN_REVIEW, e.PermitRejected): Status.REJECTED,
    (Status.IN_REVIEW, e.PermitCancelled): Status.CANCELLED,
    (Status.IN_REVIEW, e.PermitExpired): Status.EXPIRED,
    (Status.ISSUED, e.WorkStarted): Status.ACTIVE,
    (Status.ISSUED, e.WorkSuspended): Status.SUSPENDED,
    (Status.ISSUED, e.PermitCancelled): Status.CANCELLED,
    (Status.ISSUED, e.PermitVoided): Status.VOIDED,
    (Status.ISSUED, e.PermitExpired): Status.EXPIRED,
    (Status.ACTIVE, e.WorkSuspended): Status.SUSPENDED,
    (Status.ACTIVE, e.WorkFinished): Status.COMPLETED,
    (Status.ACTIVE, e.PermitExpired): Status.EXPIRED,
    (Status.SUSPENDED, e.WorkResumed): Status.ACTIVE,
    (Status.SUSPENDED, e.WorkFinished): Status.COMPLETED,
    (Status.SUSPENDED, e.PermitVoided): Status.VOIDED,
    (Status.SUSPENDED, e.PermitExpired): Status.EXPIRED,
    (Status.COMPLETED, e.FireWatchStarted): Status.FIRE_WATCH,
    (Status.COMPLETED, e.PermitClosed): Status.CLOSED,
    (Status.FIRE_WATCH, e.PermitClosed): Status.CLOSED,
    (Status.CLOSED, e.PermitArchived): Status.ARCHIVED,
}

_SEEN_ON_SITE = {
    e.BriefingSigned, e.ArrivedOnSite, e.LeftSite, e.MeasureConfirmed, e.PhotoAdded, e.PhotoAccepted,
    e.GasRecorded, e.VentilationReported, e.PurgeConfirmedByHand,
}  # fmt: skip
_TOLD = {e.LinkNoted, e.LinkedPermitChanged}
_CLIMB = {e.NodeReminded, e.NodeEscalated, e.EscalationAcknowledged}
_ALWAYS = {e.NoteAdded, e.AttemptRefused}
_STILLS = {e.StillTaken, e.CameraSilent}
_AFTER = {
    e.WorkSuspended, e.WorkFinished, e.PeopleCounted, e.FireWatchStarted, e.FireWatchMinutesOver, e.FireWatchEnded,
    e.AcceptanceSigned, e.CountReminded, e.ArrivedOnSite, e.LeftSite, e.PhotoAdded,
    e.PhotoAccepted, e.PersonCameOut, e.ClosingConfirmed, *_STILLS,
}  # fmt: skip

STAYS: dict[Status, frozenset[type[e.Event]]] = {
    Status.DRAFT: frozenset({e.LinkNoted, e.AttemptRefused}),
    Status.SUBMITTED: frozenset({*_CLIMB, *_TOLD, *_ALWAYS}),
    Status.PREPARING: frozenset({e.JsaAttached, e.MeasureAnswered, *_TOLD, *_SEEN_ON_SITE, *_ALWAYS}),
    Status.IN_REVIEW: frozenset({e.StepApproved, *_CLIMB, *_TOLD, *_SEEN_ON_SITE, *_ALWAYS}),
    Status.ISSUED: frozenset({e.StartSigned, e.PeopleCounted, *_TOLD, *_SEEN_ON_SITE, *_ALWAYS}),
    Status.ACTIVE: frozenset(
        {
            e.PeopleCounted, e.PromptRaised, e.PromptAnswered, e.PromptMissed, e.PromptMisanswered, e.TaskExcused,
            e.ValidityWarned, e.PersonEntered, e.PersonCameOut, *_STILLS, *_TOLD, *_SEEN_ON_SITE, *_ALWAYS,
        }
    ),
    Status.SUSPENDED: frozenset(
        {
            e.WorkSuspended, e.ResumeSigned, e.PeopleCounted, e.ValidityWarned, e.PersonCameOut, e.HandoverOpened,
            e.HandoverSigned, e.ShiftHandedOver, *_STILLS, *_TOLD, *_SEEN_ON_SITE, *_ALWAYS,
        }
    ),
    Status.COMPLETED: frozenset(
        {
            e.AcceptanceSigned, e.ClosingConfirmed, e.CountReminded, e.LinkNoted, e.PhotoAdded, e.PhotoAccepted,
            *_STILLS, *_ALWAYS,
        }
    ),
    Status.FIRE_WATCH: frozenset(
        {
            e.WorkSuspended, e.FireWatchStarted, e.FireWatchMinutesOver, e.FireWatchEnded, e.AcceptanceSigned,
            e.ArrivedOnSite, e.LeftSite, e.PhotoAdded, e.PhotoAccepted, e.CountReminded,
            e.ClosingConfirmed, e.LinkNoted, *_STILLS, *_ALWAYS,
        }
    ),
    Status.CLOSED: frozenset({*_STILLS, *_ALWAYS}),
    Status.ARCHIVED: frozenset({e.AttemptRefused}),
    Status.REJECTED: frozenset({e.AttemptRefused}),
    Status.CANCELLED: frozenset({e.AttemptRefused}),
    Status.EXPIRED: frozenset({*_AFTER, *_ALWAYS}),
    Status.VOIDED: frozenset({*_AFTER, *_ALWAYS}),
}  # fmt: skip

BY_PEOPLE_ONLY: frozenset[type[e.Event]] = frozenset(
    {e.StepApproved, e.PermitIssued, e.StartSigned, e.WorkStarted, e.ResumeSigned, e.WorkResumed, e.AcceptanceSigned,
     e.PermitClosed, e.FireWatchEnded, e.PhotoAccepted, e.PersonEntered, e.PersonCameOut, e.HandoverOpened,
     e.HandoverSigned, e.ShiftHandedOver, e.ClosingConfirmed, e.PurgeConfirmedByHand, e.PromptAnswered,
     e.TaskExcused}
)  # fmt: skip
"""What only ever happens by a named person's hand; from a device or the clock it is impossible."""

# --- what follows by itself -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One joint condition and the event that follows from it. ``because`` is its label in the picture."""

    because: str
    event: type[e.Event]
    when: Callable[[Permit, Now], bool]
    then: Callable[[Permit, Now], e.Event]


ISSUE = Follow(
    because="every node has signed",
    event=e.PermitIssued,
    when=when.chain_complete,
    then=lambda _, now: e.PermitIssued(by=now.by, at=now.at),
)
BEGIN = Follow(
    because="every start signature is fresh and every gate passes",
    event=e.WorkStarted,
    when=when.start_complete,
    then=lambda _, now: e.WorkStarted(by=now.by, at=now.at),
)
GO_ON = Follow(
    because="every resume signature is fresh and every gate passes",
    event=e.WorkResumed,
    when=when.resume_complete,
    then=lambda _, now: e.WorkResumed(by=now.by, at=now.at),
)
GUARDIAN_SILENT = Follow(
    because="the guardian missed two prompts in a row",
    event=e.WorkSuspended,
    when=when.guardian_silent,
    then=when.suspend(SuspendReason.GUARDIAN_SILENT, lambda p: f"监护人连续{p.prompts_missed}次未应答或答错"),
)
GUARDIAN_LEFT = Follow(
    because="the guardian is not at the place",
    event=e.WorkSuspended,
    when=when.guardian_gone,
    then=when.suspend(SuspendReason.GUARDIAN_LEFT, lambda _: "监护人离开现场"),
)
GAS = Follow(
    because="a gas record fails",
    event=e.WorkSuspended,
    when=when.gas_fails,
    then=when.suspend(SuspendReason.GAS, when.failures),
)
GAS_ANEW = Follow(
    because="a gas record fails while stopped for another reason",
    event=e.WorkSuspended,
    when=when.gas_fails_anew,
    then=when.suspend(SuspendReason.GAS, when.failures),
)
AIR = Follow(
    because="ventilation does not run where it must always run",
    event=e.WorkSuspended,
    when=when.air_stands,
    then=when.suspend(SuspendReason.VENTILATION, lambda _: "通风停止"),
)
MISCOUNT = Follow(
    because="the count and the entry log do not agree",
    event=e.WorkSuspended,
    when=when.miscounted,
    then=when.suspend(SuspendReason.MISCOUNT, when.miscount),
)
SHOWN = Follow(
    because="the guardian has done what the prompt asked for",
    event=e.PromptAnswered,
    when=when.task_shown,
    then=when.answered,
)
RELIEVED = Follow(
    because="everybody who hands over or takes over has signed",
    event=e.ShiftHandedOver,
    when=when.all_handed_over,
    then=when.relieve,
)
OVER = Follow(
    because="validity is over",
    event=e.PermitExpired,
    when=lambda permit, now: when.over(permit, now.at),
    then=when.expire("有效期已到"),
)
NOT_STARTED = Follow(
    because="not started in time",
    event=e.PermitExpired,
    when=when.never_started_in_time,
    then=when.expire("签发后未按时开工"),
)
WATCH = Follow(
    because="hot work is done: the guardian stays",
    event=e.FireWatchStarted,
    when=when.watch_due,
    then=when.watch,
)
ACCEPTED = Follow(
    because="accepted, counted out, watch ended, all put right",
    event=e.PermitClosed,
    when=when.accepted,
    then=lambda _, now: e.PermitClosed(by=now.by, at=now.at),
)

FOLLOWS: dict[Status, tuple[Follow, ...]] = {
    Status.DRAFT: (),
    Status.SUBMITTED: (),
    Status.PREPARING: (),
    Status.IN_REVIEW: (ISSUE,),
    Status.ISSUED: (OVER, NOT_STARTED, BEGIN),
    Status.ACTIVE: (GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER, SHOWN),
    Status.SUSPENDED: (GAS_ANEW, OVER, NOT_STARTED, RELIEVED, GO_ON),
    Status.COMPLETED: (WATCH, ACCEPTED),
    Status.FIRE_WATCH: (WATCH, ACCEPTED),
    Status.CLOSED: (),
    Status.ARCHIVED: (),
    Status.REJECTED: (),
    Status.CANCELLED: (),
    Status.EXPIRED: (WATCH,),
    Status.VOIDED: (WATCH,),
}
"""Asked in this order: danger before the clock, the clock before a beginning."""


def following(permit: Permit, now: Now) -> e.Event | None:
    """The event that follows by itself now, if any. What only people may do follows only from a person's command."""
    for follow in FOLLOWS[permit.status]:
        by_hand = follow.event not in BY_PEOPLE_ONLY or now.by.kind is ActorKind.PERSON
        if by_hand and follow.when(permit, now):
            return follow.then(permit, now)
    return None
