"""The law of the permit's life.

In prose, after GB 30871-2022 and GB 46768-2025:

1.  A request becomes work only through this chain: submitted, taken into preparation by the unit that owns the place,
    prepared, reviewed by every node in order, issued, and *started on site*. Approval is never the start.
2.  Anything may stop work: any person, any device, the clock. Only named people, with their signatures and with every gate
    passing afresh, may start or resume it.
3.  Unknown, stale or silent counts as unsafe.
4.  An issued permit is never altered. A change is a new permit; a return for change voids every signature.
5.  What has ended stays ended: rejected, cancelled, closed, expired and voided permits never come back to life. A permit that ends
    while people may be at the place stays *live* until people and tools are counted out and the fire watch is done.
6.  Nothing approves by itself. A step that waits too long climbs to a superior and waits there.

Everything that decides what may follow what lives in this file:

``LISTENS``   which status hears which command. A person's command that is not heard is refused with an answer; a timer's
              is stale and decides nothing.
``MOVES``     which event moves a status where.
``STAYS``     which event is possible in a status without moving it. An event in neither table is impossible there.
``FOLLOWS``   what follows by itself when a joint condition holds, asked again until nothing more follows.

A missing key is an error; there is no default branch. The picture in the documentation is drawn from these tables.
"""

from __future__ import annotations

from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Status as S

_ON_SITE = {c.SignBriefing, c.CheckIn, c.LeaveSite, c.ConfirmMeasure, c.AddPhoto, c.RecordGas, c.ReportVentilation}
_REVIEWERS = {c.ReturnForChange, c.Reject, c.NodeOverdue, c.AcknowledgeEscalation}
_AFTERMATH = {
    c.Finish,
    c.CountPeople,
    c.FireWatchElapsed,
    c.EndFireWatch,
    c.SignAcceptance,
    c.CountOverdue,
    c.CheckIn,
    c.LeaveSite,
    c.AddPhoto,
}

LISTENS: dict[S, frozenset[type[c.Command]]] = {
    S.DRAFT: frozenset({c.Submit, c.Cancel}),
    S.SUBMITTED: frozenset({c.AcceptRequest, c.Cancel, c.AddNote, *_REVIEWERS}),
    S.PREPARING: frozenset(
        {c.AttachJsa, c.AnswerMeasure, c.RequestReview, c.ReturnForChange, c.Cancel, c.AddNote, *_ON_SITE}
    ),
    S.IN_REVIEW: frozenset({c.Approve, c.Cancel, c.AddNote, *_REVIEWERS, *_ON_SITE}),
    S.ISSUED: frozenset(
        {
            c.Start,
            c.StopWork,
            c.Cancel,
            c.Void,
            c.CountPeople,
            c.StartWindowEnded,
            c.ValidityEnding,
            c.ValidityEnded,
            c.AddNote,
            *_ON_SITE,
        }
    ),
    S.ACTIVE: frozenset(
        {
            c.StopWork,
            c.Finish,
            c.CountPeople,
            c.AnswerPrompt,
            c.PromptDue,
            c.ValidityEnding,
            c.ValidityEnded,
            c.AddNote,
            *_ON_SITE,
        }
    ),
    S.SUSPENDED: frozenset(
        {c.Resume, c.StopWork, c.Finish, c.Void, c.CountPeople, c.ValidityEnding, c.ValidityEnded, c.AddNote, *_ON_SITE}
    ),
    S.COMPLETED: frozenset({c.SignAcceptance, c.AddPhoto, c.AddNote, c.CountOverdue}),
    S.FIRE_WATCH: frozenset(
        {
            c.FireWatchElapsed,
            c.EndFireWatch,
            c.SignAcceptance,
            c.StopWork,
            c.CheckIn,
            c.LeaveSite,
            c.AddPhoto,
            c.AddNote,
            c.CountOverdue,
        }
    ),
    S.CLOSED: frozenset({c.Archive, c.AddNote}),
    S.ARCHIVED: frozenset(),
    S.REJECTED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset({c.AddNote, *_AFTERMATH}),
    S.VOIDED: frozenset({c.AddNote, *_AFTERMATH}),
}

MOVES: dict[tuple[S, type[e.Event]], S] = {
    (S.DRAFT, e.PermitSubmitted): S.SUBMITTED,
    (S.DRAFT, e.PermitCancelled): S.CANCELLED,
    (S.SUBMITTED, e.RequestAccepted): S.PREPARING,
    (S.SUBMITTED, e.ReturnedForChange): S.DRAFT,
    (S.SUBMITTED, e.PermitRejected): S.REJECTED,
    (S.SUBMITTED, e.PermitCancelled): S.CANCELLED,
    (S.PREPARING, e.ReviewRequested): S.IN_REVIEW,
    (S.PREPARING, e.ReturnedForChange): S.DRAFT,
    (S.PREPARING, e.PermitCancelled): S.CANCELLED,
    (S.IN_REVIEW, e.PermitIssued): S.ISSUED,
    (S.IN_REVIEW, e.ReturnedForChange): S.DRAFT,
    (S.IN_REVIEW, e.PermitRejected): S.REJECTED,
    (S.IN_REVIEW, e.PermitCancelled): S.CANCELLED,
    (S.ISSUED, e.WorkStarted): S.ACTIVE,
    (S.ISSUED, e.WorkSuspended): S.SUSPENDED,
    (S.ISSUED, e.PermitCancelled): S.CANCELLED,
    (S.ISSUED, e.PermitVoided): S.VOIDED,
    (S.ISSUED, e.PermitExpired): S.EXPIRED,
    (S.ACTIVE, e.WorkSuspended): S.SUSPENDED,
    (S.ACTIVE, e.WorkFinished): S.COMPLETED,
    (S.ACTIVE, e.PermitExpired): S.EXPIRED,
    (S.SUSPENDED, e.WorkResumed): S.ACTIVE,
    (S.SUSPENDED, e.WorkFinished): S.COMPLETED,
    (S.SUSPENDED, e.PermitVoided): S.VOIDED,
    (S.SUSPENDED, e.PermitExpired): S.EXPIRED,
    (S.COMPLETED, e.FireWatchStarted): S.FIRE_WATCH,
    (S.COMPLETED, e.PermitClosed): S.CLOSED,
    (S.FIRE_WATCH, e.PermitClosed): S.CLOSED,
    (S.CLOSED, e.PermitArchived): S.ARCHIVED,
}

_SEEN_ON_SITE = {
    e.BriefingSigned,
    e.ArrivedOnSite,
    e.LeftSite,
    e.MeasureConfirmed,
    e.PhotoAdded,
    e.GasRecorded,
    e.VentilationReported,
}
_CLIMB = {e.NodeEscalated, e.EscalationAcknowledged}
_ALWAYS = {e.NoteAdded, e.AttemptRefused}
_AFTER = {
    e.WorkFinished, e.PeopleCounted, e.FireWatchStarted, e.FireWatchMinutesOver, e.FireWatchEnded, e.AcceptanceSigned,
    e.CountReminded, e.ArrivedOnSite, e.LeftSite, e.PhotoAdded,
}  # fmt: skip

STAYS: dict[S, frozenset[type[e.Event]]] = {
    S.DRAFT: frozenset(_ALWAYS),
    S.SUBMITTED: frozenset({*_CLIMB, *_ALWAYS}),
    S.PREPARING: frozenset({e.JsaAttached, e.MeasureAnswered, *_SEEN_ON_SITE, *_ALWAYS}),
    S.IN_REVIEW: frozenset({e.StepApproved, *_CLIMB, *_SEEN_ON_SITE, *_ALWAYS}),
    S.ISSUED: frozenset({e.StartSigned, e.PeopleCounted, e.ValidityWarned, *_SEEN_ON_SITE, *_ALWAYS}),
    S.ACTIVE: frozenset(
        {e.PeopleCounted, e.PromptRaised, e.PromptAnswered, e.PromptMissed, e.ValidityWarned, *_SEEN_ON_SITE, *_ALWAYS}
    ),
    S.SUSPENDED: frozenset(
        {e.WorkSuspended, e.ResumeSigned, e.PeopleCounted, e.ValidityWarned, *_SEEN_ON_SITE, *_ALWAYS}
    ),
    S.COMPLETED: frozenset({e.AcceptanceSigned, e.PhotoAdded, e.CountReminded, *_ALWAYS}),
    S.FIRE_WATCH: frozenset(
        {
            e.WorkSuspended,
            e.FireWatchStarted,
            e.FireWatchMinutesOver,
            e.FireWatchEnded,
            e.AcceptanceSigned,
            e.ArrivedOnSite,
            e.LeftSite,
            e.PhotoAdded,
            e.CountReminded,
            *_ALWAYS,
        }  # fmt: skip
    ),
    S.CLOSED: frozenset(_ALWAYS),
    S.ARCHIVED: frozenset({e.AttemptRefused}),
    S.REJECTED: frozenset({e.AttemptRefused}),
    S.CANCELLED: frozenset({e.AttemptRefused}),
    S.EXPIRED: frozenset({*_AFTER, *_ALWAYS}),
    S.VOIDED: frozenset({*_AFTER, *_ALWAYS}),
}
