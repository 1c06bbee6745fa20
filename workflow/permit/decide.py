"""What may happen: a command, the permit, the rules and the facts become events, or an answer that says why not.

Read the table at the end first; each line is one sentence of the law. The order of every decision is the same: may this
kind of actor ask this, does the permit hear it now, does the phase's function agree, and what follows by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow.errors import ImpossibleEvent, Refused
from workflow.facts import Facts
from workflow.findings import Finding
from workflow.permit import commands as c
from workflow.permit import decide_clock as clock
from workflow.permit import decide_handover as handover
from workflow.permit import decide_interlock as interlock
from workflow.permit import decide_life as life
from workflow.permit import decide_linked as linked
from workflow.permit import decide_photos as photos
from workflow.permit import decide_prompts as prompts
from workflow.permit import decide_request as request
from workflow.permit import decide_review as review
from workflow.permit import decide_site as site
from workflow.permit import decide_work as work
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.case import Case, demand, no
from workflow.permit.commands import SuspendReason
from workflow.permit.conditions import Now, evacuates
from workflow.permit.evolve import evolve
from workflow.permit.gates import Moment
from workflow.permit.late import not_heard
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import LISTENS, MAY_ASK, following
from workflow.rules.book import RuleBook
from workflow.values import Actor, ActorKind

MOST_FOLLOWS = 8
"""More events than this never follow from one command; if they did, the law would never come to rest."""


def decide(permit: Permit, command: c.Command, rules: RuleBook, facts: Facts) -> tuple[e.Event, ...]:
    """The events that follow from the command; empty for a timer that has become stale.

    Raise `Refused` with the reasons when it may not be. Pure: the same arguments always give the same answer.
    """
    case = Case(permit=permit, book=rules, facts=facts, at=command.at)
    kind = type(command)
    if command.by.kind not in MAY_ASK[kind]:
        raise Refused(findings=(no("who.kind", f"{words.COMMAND[kind]}不能由此来源办理"),), remember=True)
    if kind not in LISTENS[permit.status]:
        if command.by.kind is ActorKind.CLOCK:
            return ()
        raise Refused(findings=(not_heard(case, command),))
    events = DECISIONS[kind](case, command)
    return settle(case, command, events) if events else ()


def attempt(command: c.Command, refused: Refused) -> e.AttemptRefused | None:
    """The event that keeps an attempt worth remembering: wrong signer, failed proof, refused start; None for others."""
    if not refused.remember:
        return None
    gates = tuple(dict.fromkeys(finding.gate for finding in refused.findings))
    text = "；".join(finding.fact for finding in refused.findings)
    return e.AttemptRefused(by=command.by, at=command.at, command=type(command).__name__, gates=gates, text=text)


# --- what follows ---------------------------------------------------------------------------------------------------

GATED: Mapping[type[e.Event], Callable[[Permit], tuple[Moment, ...]]] = {
    e.PermitIssued: lambda _: (Moment.APPROVE,),
    e.WorkStarted: lambda _: (Moment.START,),
    e.WorkResumed: lambda permit: (Moment.RESUME,) if permit.started_at else (Moment.RESUME, Moment.START),
}
"""Moves towards work: their gates are asked once more at the very moment of the move, with every signature in place."""


def settle(
    case: Case, command: c.Command, events: tuple[e.Event, ...], *, most: int = MOST_FOLLOWS
) -> tuple[e.Event, ...]:
    """Add what follows by itself, and what the gates of running work say, until nothing more follows."""
    now = Now(by=command.by, at=command.at, rules=lambda: case.rules_to_stop_by)
    permit = case.permit
    for event in events:
        permit = evolve(permit, event)
    for _ in range(most + 1):
        event_or_none = following(permit, now) or _no_longer_fit(case, command, permit)
        if event_or_none is None:
            return events
        if type(event_or_none) in GATED:
            moments = GATED[type(event_or_none)](permit)
            demand([found for moment in moments for found in case.stopped_by(moment, permit)], remember=True)
        events = (*events, event_or_none)
        permit = evolve(permit, event_or_none)
    raise ImpossibleEvent(f"{permit.id}: the law never comes to rest after {type(command).__name__}")


def _no_longer_fit(case: Case, command: c.Command, permit: Permit) -> e.WorkSuspended | None:
    """Work goes on only while the gates of running work pass under the rules of this moment; else it stops here."""
    if permit.status is not Status.ACTIVE:
        return None
    try:
        stopping = case.stopped_by(Moment.DURING, permit)
    except Refused as refused:
        stopping, reason = refused.findings, SuspendReason.RULES_CHANGED
    else:
        if not stopping:
            return None
        reason = _reason(stopping)
    text = "；".join(finding.fact for finding in stopping)
    evacuate = evacuates(permit.what.work, reason)
    return e.WorkSuspended(by=Actor.clock(), at=command.at, reason=reason, text=text, evacuate=evacuate)


def look_around(case: Case, command: c.LookAround) -> tuple[e.Event, ...]:
    """Running work stops when a neighbour or the register no longer lets it go on (4.7, 4.8); else nothing happens."""
    stopped = _no_longer_fit(case, command, case.permit)
    return () if stopped is None else (stopped,)


REASONS: Mapping[str, SuspendReason] = {
    "certs_valid": SuspendReason.CERTIFICATE,
    "guardian_qualified": SuspendReason.CERTIFICATE,
    "guardian_present": SuspendReason.GUARDIAN_LEFT,
    "gas_passing": SuspendReason.GAS,
    "gas_record_due": SuspendReason.GAS,
    "cs.ventilation_running": SuspendReason.VENTILATION,
    "wind_stop": SuspendReason.WIND,
    "weather_stop": SuspendReason.CONDITIONS,
    "conflict": SuspendReason.CONFLICT,
    "guardian_twice": SuspendReason.CONFLICT,
    "emergency": SuspendReason.EMERGENCY,
    "isolation_proven": SuspendReason.CONDITIONS,
    "purged": SuspendReason.CONDITIONS,
    "linked_permits": SuspendReason.CONFLICT,
    "each_special_work_has_permit": SuspendReason.CONFLICT,
    "same_conditions": SuspendReason.CONDITIONS,
    "not_expired": SuspendReason.CONDITIONS,
}
"""What a failing gate of running work is called in the journal; ``conflict`` stands for every ``conflict.<rule>``. A
test holds this to the gates asked then: a new one that may stop work must be named here."""


def _reason(stopping: tuple[Finding, ...]) -> SuspendReason:
    """The reason of the first gate that stops; the text tells all of them."""
    gate = stopping[0].gate
    return REASONS["conflict" if gate.startswith("conflict.") else gate]


DECISIONS: Mapping[type[c.Command], Callable[[Case, Any], tuple[e.Event, ...]]] = {
    c.Submit: request.submit,
    c.AcceptRequest: request.accept,
    c.AttachJsa: request.attach_jsa,
    c.AnswerMeasure: request.answer_measure,
    c.RequestReview: request.request_review,
    c.ReturnForChange: request.give_back,
    c.Reject: request.reject,
    c.Cancel: request.cancel,
    c.Void: request.void,
    c.Approve: review.approve,
    c.AcknowledgeEscalation: review.acknowledge,
    c.SignBriefing: site.sign_briefing,
    c.CheckIn: site.check_in,
    c.LeaveSite: site.leave_site,
    c.ConfirmMeasure: site.confirm_measure,
    c.AddPhoto: photos.add,
    c.AcceptPhoto: photos.accept,
    c.ConfirmPurged: interlock.confirm_purged,
    c.RecordGas: site.record_gas,
    c.ReportVentilation: site.report_ventilation,
    c.CountPeople: site.count_people,
    c.AddNote: site.add_note,
    c.Start: work.start,
    c.AnswerPrompt: prompts.answer_prompt,
    c.ExcuseTask: prompts.excuse_task,
    c.StopWork: work.stop_work,
    c.Resume: work.resume,
    c.Finish: work.finish,
    c.EndFireWatch: work.end_fire_watch,
    c.SignAcceptance: work.sign_acceptance,
    c.RemindNode: clock.remind_node,
    c.NodeOverdue: clock.node_overdue,
    c.StartWindowEnded: clock.start_window_ended,
    c.ValidityEnding: clock.validity_ending,
    c.ValidityEnded: clock.validity_ended,
    c.PromptDue: prompts.prompt_due,
    c.FireWatchElapsed: clock.fire_watch_elapsed,
    c.CountOverdue: clock.count_overdue,
    c.LookAround: look_around,
    c.Archive: clock.archive,
    c.LogEntry: life.log_entry,
    c.LogExit: life.log_exit,
    c.ConfirmClosing: life.confirm_closing,
    c.OpenHandover: handover.open_handover,
    c.SignHandover: handover.sign_handover,
    c.ShiftChangeDue: handover.shift_change_due,
    c.NoteLink: linked.note_link,
    c.LinkedChanged: linked.linked_changed,
    c.RecordStill: photos.record_still,
}
