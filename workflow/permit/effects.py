"""What the outside must do after an event: whom to tell, which timers to set and clear. A function per kind, one table.

Quiet by design. A push is sent only when somebody must act or is in danger; everything else is a `Refresh`, seen in
place. On a permit that goes well its leader is pushed at most four times (prepare, issued, the last warning of the end,
accept), an approver once and reminded once, a group once; the guardian gets one card, edited in place, and his prompts.
Stops, expiry with people inside and missing counts go through the safety lane and know no budget.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from workflow.effects import Effect, Lane, Purpose, Refresh
from workflow.escalation import waiting
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import effects_life as life
from workflow.permit import events as e
from workflow.permit.commands_base import SuspendReason
from workflow.permit.conditions import evacuates
from workflow.permit.effects_common import (
    COUNT,
    GAS,
    KEEPERS,
    MANAGEMENT_GROUP,
    PROMPT,
    SAFETY_GROUP,
    START,
    STEP,
    VALIDITY,
    WATCH,
    Effects,
    ask_end,
    ask_step,
    askers,
    clear,
    climb,
    count_timer,
    crew,
    end_timer,
    next_gas,
    next_prompt,
    nothing,
    others,
    refresh,
    remind_step,
    set_timer,
    tell,
    warning,
    warnings,
    work_timers,
)
from workflow.permit.effects_life import ask_linked
from workflow.permit.effects_outputs import driven
from workflow.permit.effects_stills import wanted
from workflow.permit.life import LinkChange
from workflow.permit.state import Permit, Status
from workflow.rules.types import Role
from workflow.values import Actor

_TO_KEEPERS, _TO_GROUP = 2, 3
"""From which count reminder on the keepers, and from which on the safety group, are told as well."""


def effects(event: e.Event, before: Permit, after: Permit, at: datetime) -> tuple[Effect, ...]:
    """What follows outside from one event. Pure; timers are counted from ``at``, the event's own time."""
    return (
        *driven(event, before, after),
        *_TABLE[type(event)](event, before, after, at),
        *wanted(event, before, after),
    )


# --- asking and preparing -------------------------------------------------------------------------------------------


def _submitted(_event: e.PermitSubmitted, _before: Permit, after: Permit, at: datetime) -> Effects:
    return (
        *ask_step(after, Purpose.ASK_ACCEPT, at),
        *end_timer(after),
        *life.note_links(after, at),
        Refresh(permit=after.id),
    )


def _accepted(event: e.RequestAccepted, _before: Permit, after: Permit, _at: datetime) -> Effects:
    prepare = tell(
        after,
        Purpose.ASK_PREPARE,
        Lane.ACTION,
        people=others((after.leader,), event),
        key=str(after.revision),
    )
    return (*clear(after, *STEP), *prepare, Refresh(permit=after.id))


def _review(_event: e.Event, _before: Permit, after: Permit, at: datetime) -> Effects:
    """The chain begins, or goes on to its next node. After the last one the permit is issued by itself."""
    return (*ask_step(after, Purpose.ASK_APPROVE, at), Refresh(permit=after.id))


def _issued(event: e.PermitIssued, _before: Permit, after: Permit, at: datetime) -> Effects:
    content = after.what
    starters = tuple(role for role in after.law.start_roles if role is not Role.WORK_LEADER)
    # Those who start have a card with the briefing on it already; the first role that briefs is the owning unit's.
    briefers = tuple(role for role in after.law.briefers[:1] if role not in starters)
    working = others((content.leader, *content.workers, content.applicant), event)
    start_until = after.start_until or at
    window = c.StartWindowEnded(by=Actor.clock(), at=start_until, revision=after.revision)
    return (
        *clear(after, *STEP),
        *tell(after, Purpose.ISSUED, Lane.ACTION, people=working),
        *tell(after, Purpose.ASK_START, Lane.ACTION, people=(after.guardian,), roles=starters),
        *(tell(after, Purpose.ASK_BRIEF, Lane.ACTION, roles=briefers) if briefers else ()),
        set_timer(after, START, start_until, window),
        *end_timer(after),
        Refresh(permit=after.id),
    )


def _returned(event: e.ReturnedForChange, _before: Permit, after: Permit, _at: datetime) -> Effects:
    told = tell(after, Purpose.RETURNED, Lane.ACTION, people=others(askers(after), event), key=str(after.revision))
    return (*clear(after, *STEP, VALIDITY), *told, Refresh(permit=after.id))


def _rejected(event: e.PermitRejected, _before: Permit, after: Permit, at: datetime) -> Effects:
    told = tell(after, Purpose.REJECTED, Lane.ACTION, people=others(askers(after), event))
    return (*clear(after, ""), *told, *_dead(after, at), Refresh(permit=after.id))


def _cancelled(event: e.PermitCancelled, before: Permit, after: Permit, at: datetime) -> Effects:
    """Before the issue only those who asked need to know; afterwards everybody who was going to work."""
    concerned = crew(after) if before.status is Status.ISSUED else askers(after)
    told = tell(after, Purpose.CANCELLED, Lane.ACTION, people=others(concerned, event))
    return (*clear(after, ""), *told, *_dead(after, at), Refresh(permit=after.id))


def _voided(event: e.PermitVoided, _before: Permit, after: Permit, at: datetime) -> Effects:
    return _ended(Purpose.VOIDED, others(crew(after), event), after, at)


def _expired(_event: e.PermitExpired, before: Permit, after: Permit, at: datetime) -> Effects:
    concerned = crew(after) if before.issued_at is not None else askers(after)
    return _ended(Purpose.EXPIRED, concerned, after, at)


def _ended(purpose: Purpose, concerned: tuple[PersonId, ...], after: Permit, at: datetime) -> Effects:
    """The paper is dead. If people may be inside, it is said as danger, and again until they are counted out."""
    if not after.live:
        told = tell(after, purpose, Lane.ACTION, people=concerned)
        return (*clear(after, ""), *told, *_dead(after, at), Refresh(permit=after.id))
    told = tell(after, purpose, Lane.SAFETY, people=crew(after), roles=KEEPERS, groups=(SAFETY_GROUP,))
    timers = (*clear(after, *STEP), *work_timers(after), *count_timer(after, at))
    return (*timers, *told, Refresh(permit=after.id), *_dead(after, at))


def _dead(after: Permit, at: datetime) -> Effects:
    return ask_linked(after, LinkChange.DEAD, at)


def _said_again(_event: e.NodeReminded, _before: Permit, after: Permit, at: datetime) -> Effects:
    step = waiting(after, at)
    told = () if step is None else remind_step(after, step)
    return (*told, Refresh(permit=after.id))


def _escalated(event: e.NodeEscalated, before: Permit, after: Permit, at: datetime) -> Effects:
    """Whoever was not asked is, and the next superior hears of it unless he waits for them."""
    late = f"{after.revision}:{event.node}"
    key = f"{late}:{event.level}"
    asked = tell(after, Purpose.DEPUTISE, Lane.ACTION, people=event.deputies, key=key, step=late)
    up: Effects = ()
    if event.to is not None:
        up = tell(after, Purpose.ESCALATED, Lane.ACTION, people=(event.to,), key=key, step=late, again=True)
    elif not event.deputies:
        # Where nobody is left to climb to a group is told, once for all steps: it is nobody's to answer.
        once = str(after.revision)
        up = tell(after, Purpose.ESCALATED, Lane.ACTION, groups=(MANAGEMENT_GROUP,), key=once, again=True)
    step = waiting(after, at)
    missed = () if step is None or before.reminded else remind_step(after, step)
    ends = event.to is None and not event.deputies
    next_rung = () if step is None or ends else climb(after, step, at)
    return (*asked, *up, *missed, *next_rung, Refresh(permit=after.id))


def _acknowledged(_event: e.EscalationAcknowledged, _before: Permit, after: Permit, _at: datetime) -> Effects:
    return (*clear(after, *STEP), Refresh(permit=after.id))


# --- work -----------------------------------------------------------------------------------------------------------


def _started(event: e.WorkStarted, _before: Permit, after: Permit, at: datetime) -> Effects:
    """The workers get the card that stops the work (leader and guardian hold theirs); the group reads one line."""
    workers = tuple(person for person in after.what.workers if person != after.leader)
    pushed = tell(after, Purpose.STARTED, Lane.ACTION, people=others(workers, event))
    told = tell(after, Purpose.STARTED, Lane.INFORMATION, groups=(SAFETY_GROUP,))
    timers = (*clear(after, START), *next_prompt(after, at), *warnings(after, at), *life.next_shift(after, at))
    return (*timers, *pushed, *told, Refresh(permit=after.id))


def _prompted(event: e.PromptRaised, _before: Permit, after: Permit, at: datetime) -> Effects:
    told = tell(after, Purpose.PROMPT, Lane.SAFETY, people=(after.guardian,), key=str(event.number))
    return (*told, *next_prompt(after, at), Refresh(permit=after.id))


def _missed(event: e.PromptMissed, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """The first miss: somebody near must look after the guardian, and of wrong answers the safety department hears,
    too. The last one is told as a stop."""
    if after.prompts_missed >= after.law.misses_to_suspend:
        return (Refresh(permit=after.id),)
    if event.wrong:
        return _look_after(after, Lane.SAFETY, (Role.SHIFT_LEADER, Role.SAFETY_DEPT), f"wrong:{event.number}")
    told = tell(
        after,
        Purpose.PROMPT,
        Lane.SAFETY,
        people=(after.leader,),
        roles=(Role.SHIFT_LEADER,),
        key=f"missed:{event.number}",
    )
    return (*told, Refresh(permit=after.id))


def _excused(event: e.TaskExcused, _before: Permit, after: Permit, _at: datetime) -> Effects:
    return _look_after(after, Lane.ACTION, (Role.SHIFT_LEADER,), f"excused:{event.number}")


def _look_after(permit: Permit, lane: Lane, roles: tuple[Role, ...], key: str) -> Effects:
    told = tell(permit, Purpose.LOOK_AFTER, lane, people=(permit.leader,), roles=roles, key=key)
    return (*told, Refresh(permit=permit.id))


def _analysed(_event: e.GasRecorded, _before: Permit, after: Permit, at: datetime) -> Effects:
    """The clock of the records begins anew, while work goes on."""
    clock = next_gas(after, at) if after.status is Status.ACTIVE else ()
    return (*clock, Refresh(permit=after.id))


def _suspended(event: e.WorkSuspended, before: Permit, after: Permit, at: datetime) -> Effects:
    """Everybody at once, and the permits of the same job. The same reason again, while stopped, is not shouted."""
    known = before.suspension.reasons if before.status is Status.SUSPENDED and before.suspension is not None else ()
    shift = life.next_shift(after, at) if event.reason is SuspendReason.SHIFT_CHANGE else ()
    if event.reason in known:
        return (*shift, Refresh(permit=after.id))
    told = tell(
        after,
        Purpose.SUSPENDED,
        Lane.SAFETY,
        people=(*crew(after), *(one.person for one in after.inside)),
        roles=(*KEEPERS, Role.SAFETY_DEPT),
        groups=(SAFETY_GROUP,),
        key=str(after.version),
        again=bool(known) and not _ordered_out_now(event, before),
    )
    evacuate = event.evacuate and event.reason is not SuspendReason.LINKED
    linked = ask_linked(after, LinkChange.SUSPENDED, at, evacuate=evacuate)
    return (*clear(after, PROMPT, GAS), *shift, *told, *linked, Refresh(permit=after.id))


def _ordered_out_now(event: e.WorkSuspended, before: Permit) -> bool:
    """Whether the stop orders people out whom no earlier reason of it has ordered out yet."""
    earlier = () if before.suspension is None else before.suspension.reasons
    if event.reason is SuspendReason.EMERGENCY:
        return True  # of another size than whatever was known
    return event.evacuate and not any(evacuates(before.what.work, reason) for reason in earlier)


def _resumed(event: e.WorkResumed, before: Permit, after: Permit, at: datetime) -> Effects:
    people = others(crew(after), event)
    told = tell(after, Purpose.RESUMED, Lane.INFORMATION, people=people, groups=(SAFETY_GROUP,), key=str(after.version))
    first = (*life.next_shift(after, at), *(clear(after, START) if before.started_at is None else ()))
    return (*first, *told, *next_prompt(after, at), *warnings(after, at), Refresh(permit=after.id))


def _warned(event: e.ValidityWarned, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """The last warning is pushed to those at work; earlier ones are seen in place."""
    if event.left > min(after.law.warn_before_end, default=event.left):
        return (Refresh(permit=after.id),)
    people = tuple(dict.fromkeys((after.leader, *after.what.workers)))
    told = tell(after, Purpose.ENDING, Lane.ACTION, people=people, key=warning(event.left))
    return (*told, Refresh(permit=after.id))


# --- the end --------------------------------------------------------------------------------------------------------


def _finished(_event: e.WorkFinished, _before: Permit, after: Permit, at: datetime) -> Effects:
    """A watch follows by itself for hot work; elsewhere the end is asked for at once. A cut road is not forgotten."""
    asked = () if after.watch_open else (*clear(after, COUNT), *ask_end(after))
    reopen = count_timer(after, at) if after.reopening_open else ()
    linked = ask_linked(after, LinkChange.FINISHED, at)
    return (*work_timers(after), *asked, *reopen, *linked, Refresh(permit=after.id))


def _watch_started(event: e.FireWatchStarted, _before: Permit, after: Permit, _at: datetime) -> Effects:
    elapsed = c.FireWatchElapsed(by=Actor.clock(), at=event.until)
    return (set_timer(after, WATCH, event.until, elapsed), Refresh(permit=after.id))


def _minutes_over(_event: e.FireWatchMinutesOver, _before: Permit, after: Permit, at: datetime) -> Effects:
    told = tell(after, Purpose.FIRE_WATCH, Lane.ACTION, people=(after.guardian,), key=str(after.version))
    return (*told, *count_timer(after, at), Refresh(permit=after.id))


def _watch_ended(_event: e.FireWatchEnded, _before: Permit, after: Permit, _at: datetime) -> Effects:
    counted = clear(after, COUNT) if after.counted_out and not after.reopening_open else ()
    return (*clear(after, WATCH), *counted, *ask_end(after), Refresh(permit=after.id))


def _closed(event: e.PermitClosed, _before: Permit, after: Permit, _at: datetime) -> Effects:
    """Who asked hears that it is over; everybody else sees it in place."""
    asked = (after.what.applicant,)
    told = tell(after, Purpose.CLOSED, Lane.INFORMATION, people=others(asked, event))
    return (*clear(after, ""), *told, Refresh(permit=after.id))


def _reminded(event: e.CountReminded, _before: Permit, after: Permit, at: datetime) -> Effects:
    """Said again and again, each time to more people, until it is done (domain 4.7)."""
    told = tell(
        after,
        Purpose.COUNT_REMINDER,
        Lane.SAFETY,
        people=(after.leader, after.guardian),
        roles=KEEPERS if event.number >= _TO_KEEPERS else (),
        groups=(SAFETY_GROUP,) if event.number >= _TO_GROUP else (),
        key=str(event.number),
    )
    return (*told, *count_timer(after, at), Refresh(permit=after.id))


_TABLE: dict[type[e.Event], Callable[[Any, Permit, Permit, datetime], Effects]] = {
    e.PermitSubmitted: _submitted,
    e.RequestAccepted: _accepted,
    e.JsaAttached: refresh,
    e.MeasureAnswered: refresh,
    e.ReviewRequested: _review,
    e.StepApproved: _review,
    e.PermitIssued: _issued,
    e.ReturnedForChange: _returned,
    e.PermitRejected: _rejected,
    e.PermitCancelled: _cancelled,
    e.PermitVoided: _voided,
    e.PermitExpired: _expired,
    e.NodeReminded: _said_again,
    e.NodeEscalated: _escalated,
    e.EscalationAcknowledged: _acknowledged,
    e.BriefingSigned: refresh,
    e.ArrivedOnSite: refresh,
    e.LeftSite: refresh,
    e.MeasureConfirmed: refresh,
    e.PhotoAdded: refresh,
    e.PhotoAccepted: refresh,
    e.StillTaken: nothing,
    e.CameraSilent: nothing,
    e.PurgeConfirmedByHand: refresh,
    e.GasRecorded: _analysed,
    e.VentilationReported: refresh,
    e.PeopleCounted: life.counted,
    e.StartSigned: refresh,
    e.WorkStarted: _started,
    e.PromptRaised: _prompted,
    e.PromptAnswered: refresh,
    e.PromptMissed: _missed,
    e.PromptMisanswered: refresh,
    e.TaskExcused: _excused,
    e.WorkSuspended: _suspended,
    e.ResumeSigned: refresh,
    e.WorkResumed: _resumed,
    e.ValidityWarned: _warned,
    e.WorkFinished: _finished,
    e.FireWatchStarted: _watch_started,
    e.FireWatchMinutesOver: _minutes_over,
    e.FireWatchEnded: _watch_ended,
    e.AcceptanceSigned: refresh,
    e.PermitClosed: _closed,
    e.PermitArchived: nothing,
    e.NoteAdded: refresh,
    e.CountReminded: _reminded,
    e.AttemptRefused: nothing,
    e.PersonEntered: life.counted,
    e.PersonCameOut: life.counted,
    e.HandoverOpened: life.handover_opened,
    e.HandoverSigned: refresh,
    e.ShiftHandedOver: refresh,
    e.ClosingConfirmed: life.closing_confirmed,
    e.LinkNoted: life.link_noted,
    e.LinkedPermitChanged: life.linked_changed,
}
