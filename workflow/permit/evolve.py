"""What an event does to a permit. One small function per kind of event, one table, no default.

`evolve` does not judge again what `decide` judged; but what no lawful history can hold (a signature for the wrong node,
a start by a device, a watch that ends too early) raises `ImpossibleEvent`: then the journal and the law disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from workflow.errors import ImpossibleEvent
from workflow.ids import PermitId, SiteId
from workflow.permit import events as e
from workflow.permit import evolve_life as life
from workflow.permit import evolve_prompts as prompts
from workflow.permit import evolve_request as request
from workflow.permit import evolve_site as site
from workflow.permit import evolve_work as work
from workflow.permit.changes import Changes, amended
from workflow.permit.evolve_common import impossible
from workflow.permit.state import Permit
from workflow.permit.transitions import BY_PEOPLE_ONLY, MOVES, STAYS
from workflow.values import ActorKind


def evolve(permit: Permit, event: e.Event) -> Permit:
    """The permit after the event. Raise `ImpossibleEvent` when the event cannot follow this state."""
    kind = type(event)
    status = MOVES.get((permit.status, kind))
    if status is None:
        if kind not in STAYS[permit.status]:
            raise ImpossibleEvent(f"{permit.id}: {kind.__name__} cannot follow in {permit.status}")
        status = permit.status
    if kind in BY_PEOPLE_ONLY and event.by.kind is not ActorKind.PERSON:
        impossible(permit, event, f"is no matter for a {event.by.kind}")
    changes = _APPLY[kind](permit, event)
    changes["status"] = status
    changes["version"] = permit.version + 1
    changes["last_event_at"] = event.at
    return amended(permit, changes)


def fold(permit_id: PermitId, site_id: SiteId, events: Iterable[e.Event]) -> Permit:
    """The permit all these events make, from the first one on."""
    permit = Permit(id=permit_id, site=site_id)
    for event in events:
        permit = evolve(permit, event)
    return permit


def _nothing(_permit: Permit, _event: e.Event) -> Changes:
    return {}


_APPLY: dict[type[e.Event], Callable[[Permit, Any], Changes]] = {
    e.PermitSubmitted: request.submitted,
    e.RequestAccepted: request.accepted,
    e.JsaAttached: request.jsa,
    e.MeasureAnswered: request.answered,
    e.ReviewRequested: request.review_requested,
    e.StepApproved: request.approved,
    e.PermitIssued: request.issued,
    e.ReturnedForChange: request.returned,
    e.PermitRejected: request.ended,
    e.PermitCancelled: request.ended,
    e.PermitVoided: request.voided,
    e.PermitExpired: request.expired,
    e.NodeReminded: request.reminded,
    e.NodeEscalated: request.escalated,
    e.EscalationAcknowledged: request.acknowledged,
    e.BriefingSigned: site.briefed,
    e.ArrivedOnSite: site.arrived,
    e.LeftSite: site.left,
    e.MeasureConfirmed: site.confirmed,
    e.PhotoAdded: site.photo,
    e.PhotoAccepted: site.photo_accepted,
    e.PurgeConfirmedByHand: site.purged_by_hand,
    e.GasRecorded: site.gas,
    e.VentilationReported: site.ventilated,
    e.PeopleCounted: site.counted,
    e.StartSigned: work.start_signed,
    e.WorkStarted: work.started,
    e.PromptRaised: prompts.raised,
    e.PromptAnswered: prompts.answered,
    e.PromptMissed: prompts.missed,
    e.PromptMisanswered: prompts.misanswered,
    e.TaskExcused: prompts.excused,
    e.WorkSuspended: work.suspended,
    e.ResumeSigned: work.resume_signed,
    e.WorkResumed: work.resumed,
    e.ValidityWarned: work.warned,
    e.WorkFinished: work.finished,
    e.FireWatchStarted: work.watch_started,
    e.FireWatchMinutesOver: work.minutes_over,
    e.FireWatchEnded: work.watch_ended,
    e.AcceptanceSigned: work.acceptance,
    e.PermitClosed: work.closed,
    e.PermitArchived: _nothing,
    e.NoteAdded: site.noted,
    e.CountReminded: work.reminded,
    e.AttemptRefused: _nothing,
    e.PersonEntered: life.entered,
    e.PersonCameOut: life.came_out,
    e.HandoverOpened: life.handover_opened,
    e.HandoverSigned: life.handover_signed,
    e.ShiftHandedOver: life.handed_over,
    e.ClosingConfirmed: life.closing_confirmed,
    e.LinkNoted: life.link_noted,
    e.LinkedPermitChanged: life.linked_changed,
    e.StillTaken: life.pictured,
    e.CameraSilent: life.unpictured,
}
