"""What the outside must do after an event: whom to tell, which timers to set and clear. A function per kind, one table.

Quiet by design. A push is sent only when somebody must act or is in danger; everything else is a `Refresh`, seen in
place. On a permit that goes well its leader is pushed at most four times (prepare, issued, the last warning of the end,
accept), an approver once and reminded once, a group once; the guardian gets one card, edited in place, and his prompts.
Stops, expiry with people inside and missing counts go through the safety lane and know no budget.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from workflow.effects import ClearTimer, Effect, Lane, Notify, Purpose, Refresh, SetTimer
from workflow.escalation import Step, waiting
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Permit, Status
from workflow.permit.who import NAMED
from workflow.rules.types import Role
from workflow.values import Actor

NODE, VALIDITY, START, PROMPT, WATCH, COUNT = "node", "validity", "start", "prompt", "watch", "count"
"""Names of the timers; each permit has at most one of a name."""
SAFETY_GROUP, MANAGEMENT_GROUP = "safety", "management"
KEEPERS = (Role.SHIFT_LEADER, Role.SITE_UNIT)
"""Who answers for the place and must hear of danger there."""
_TO_KEEPERS, _TO_GROUP = 2, 3
"""From which count reminder on the keepers, and from which on the safety group, are told as well."""


def effects(event: e.Event, before: Permit, after: Permit, at: datetime) -> tuple[Effect, ...]:
    """What follows outside from one event. Pure; timers are counted from ``at``, the event's own time."""
    return _TABLE[type(event)](event, before, after, at)


def warning(left: timedelta) -> str:
    """The name of the timer that warns this long before the end."""
    return f"warn-{left // timedelta(minutes=1)}"


# --- pieces ---------------------------------------------------------------------------------------------------------

_Effects = tuple[Effect, ...]


def _refresh(_event: e.Event, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    return (Refresh(permit=after.id),)


def _nothing(_event: e.Event, _before: Permit, _after: Permit, _at: datetime) -> _Effects:
    return ()


def _clear(permit: Permit, *names: str) -> _Effects:
    return tuple(ClearTimer(permit=permit.id, name=name) for name in names)


def _set(permit: Permit, name: str, due: datetime, command: c.Command) -> SetTimer:
    return SetTimer(permit=permit.id, name=name, due=due, command=command)


def _others(people: tuple[PersonId, ...], event: e.Event) -> tuple[PersonId, ...]:
    """Each once, without the one who did it himself: he has his answer."""
    return tuple(dict.fromkeys(person for person in people if person != event.by.as_person))


def _askers(permit: Permit) -> tuple[PersonId, ...]:
    return (permit.leader, permit.what.applicant)


def _crew(permit: Permit) -> tuple[PersonId, ...]:
    return tuple(dict.fromkeys((permit.leader, *permit.what.workers, permit.guardian, permit.what.applicant)))


def _tell(
    permit: Permit,
    purpose: Purpose,
    lane: Lane,
    *,
    people: tuple[PersonId, ...] = (),
    roles: tuple[Role, ...] = (),
    groups: tuple[str, ...] = (),
    key: str = "",
) -> _Effects:
    """One message, or none when it would reach nobody. Roles the permit itself fills become people here."""
    named = tuple(person for role in roles if role in NAMED for person in NAMED[role](permit))
    posts = tuple(role for role in roles if role not in NAMED)
    people = tuple(dict.fromkeys((*people, *named)))
    if not (people or posts or groups):
        return ()
    return (Notify(permit=permit.id, purpose=purpose, lane=lane, people=people, roles=posts, groups=groups, key=key),)


def _ask(permit: Permit, purpose: Purpose, at: datetime) -> _Effects:
    """Ask the step that is due now, and set the time after which it climbs; nothing when no step is due."""
    step = waiting(permit, at)
    if step is None:
        return ()
    asked = _tell(permit, purpose, Lane.ACTION, roles=(step.role,), key=f"{permit.revision}:{step.key}")
    return (*asked, *_climb(permit, step, at))


def _climb(permit: Permit, step: Step, at: datetime) -> _Effects:
    command = c.NodeOverdue(
        by=Actor.clock(), at=at + step.wait, revision=permit.revision, node=step.key, level=permit.escalation_level
    )
    return (_set(permit, NODE, command.at, command),)


def _end_timer(permit: Permit) -> _Effects:
    end = permit.valid_until or permit.what.planned.end
    return (_set(permit, VALIDITY, end, c.ValidityEnded(by=Actor.clock(), at=end)),)


def _next_prompt(permit: Permit, at: datetime) -> _Effects:
    """The next prompt: at the guardian's rhythm or, where gas must be recorded more often, at that one."""
    gas = permit.law.gas
    every = permit.law.prompt_every
    if gas is not None and gas.record_every is not None:
        every = min(every, gas.record_every)
    command = c.PromptDue(by=Actor.clock(), at=at + every, number=permit.prompts_raised + 1)
    return (_set(permit, PROMPT, command.at, command),)


def _warnings(permit: Permit, at: datetime) -> _Effects:
    """Warnings of the end that still lie ahead."""
    end = permit.valid_until or permit.what.planned.end
    ahead = [left for left in permit.law.warn_before_end if end - left > at and left not in permit.warned]
    return tuple(
        _set(permit, warning(left), end - left, c.ValidityEnding(by=Actor.clock(), at=end - left, left=left))
        for left in ahead
    )


def _work_timers(permit: Permit) -> _Effects:
    return _clear(permit, START, PROMPT, VALIDITY, *(warning(left) for left in permit.law.warn_before_end))


def _count_timer(permit: Permit, at: datetime) -> _Effects:
    command = c.CountOverdue(by=Actor.clock(), at=at + permit.law.count_reminder, number=permit.count_reminders + 1)
    return (_set(permit, COUNT, command.at, command),)


def _ask_acceptance(permit: Permit) -> _Effects:
    return _tell(permit, Purpose.ASK_ACCEPTANCE, Lane.ACTION, roles=permit.law.acceptance_roles)


# --- asking and preparing -------------------------------------------------------------------------------------------


def _submitted(_event: e.PermitSubmitted, _before: Permit, after: Permit, at: datetime) -> _Effects:
    return (*_ask(after, Purpose.ASK_ACCEPT, at), *_end_timer(after), Refresh(permit=after.id))


def _accepted(event: e.RequestAccepted, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    prepare = _tell(
        after,
        Purpose.ASK_PREPARE,
        Lane.ACTION,
        people=_others((after.leader,), event),
        key=str(after.revision),
    )
    return (*_clear(after, NODE), *prepare, Refresh(permit=after.id))


def _review(_event: e.Event, _before: Permit, after: Permit, at: datetime) -> _Effects:
    """The chain begins, or goes on to its next node. After the last one the permit is issued by itself."""
    return (*_ask(after, Purpose.ASK_APPROVE, at), Refresh(permit=after.id))


def _issued(event: e.PermitIssued, _before: Permit, after: Permit, at: datetime) -> _Effects:
    content = after.what
    starters = tuple(role for role in after.law.start_roles if role is not Role.WORK_LEADER)
    crew = _others((content.leader, *content.workers, content.applicant), event)
    start_until = after.start_until or at
    window = c.StartWindowEnded(by=Actor.clock(), at=start_until, revision=after.revision)
    return (
        *_clear(after, NODE),
        *_tell(after, Purpose.ISSUED, Lane.ACTION, people=crew),
        *_tell(after, Purpose.ASK_START, Lane.ACTION, people=(after.guardian,), roles=starters),
        _set(after, START, start_until, window),
        *_end_timer(after),
        Refresh(permit=after.id),
    )


def _returned(event: e.ReturnedForChange, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    told = _tell(after, Purpose.RETURNED, Lane.ACTION, people=_others(_askers(after), event), key=str(after.revision))
    return (*_clear(after, NODE, VALIDITY), *told, Refresh(permit=after.id))


def _rejected(event: e.PermitRejected, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    told = _tell(after, Purpose.REJECTED, Lane.ACTION, people=_others(_askers(after), event))
    return (*_clear(after, ""), *told, Refresh(permit=after.id))


def _cancelled(event: e.PermitCancelled, before: Permit, after: Permit, _at: datetime) -> _Effects:
    """Before the issue only those who asked need to know; afterwards everybody who was going to work."""
    concerned = _crew(after) if before.status is Status.ISSUED else _askers(after)
    told = _tell(after, Purpose.CANCELLED, Lane.ACTION, people=_others(concerned, event))
    return (*_clear(after, ""), *told, Refresh(permit=after.id))


def _voided(event: e.PermitVoided, _before: Permit, after: Permit, at: datetime) -> _Effects:
    return _ended(Purpose.VOIDED, _others(_crew(after), event), after, at)


def _expired(_event: e.PermitExpired, before: Permit, after: Permit, at: datetime) -> _Effects:
    concerned = _crew(after) if before.issued_at is not None else _askers(after)
    return _ended(Purpose.EXPIRED, concerned, after, at)


def _ended(purpose: Purpose, concerned: tuple[PersonId, ...], after: Permit, at: datetime) -> _Effects:
    """The paper is dead. If people may be inside, it is said as danger, and again until they are counted out."""
    if not after.live:
        told = _tell(after, purpose, Lane.ACTION, people=concerned)
        return (*_clear(after, ""), *told, Refresh(permit=after.id))
    told = _tell(after, purpose, Lane.SAFETY, people=_crew(after), roles=KEEPERS, groups=(SAFETY_GROUP,))
    return (*_clear(after, NODE), *_work_timers(after), *told, *_count_timer(after, at), Refresh(permit=after.id))


def _escalated(event: e.NodeEscalated, _before: Permit, after: Permit, at: datetime) -> _Effects:
    """The next superior hears of it; those first asked are reminded once, on the first rung."""
    key = f"{after.revision}:{event.node}:{event.level}"
    people = (event.to,) if event.to is not None else ()
    groups = () if event.to is not None else (MANAGEMENT_GROUP,)
    up = _tell(after, Purpose.ESCALATED, Lane.ACTION, people=people, groups=groups, key=key)
    purpose = Purpose.ASK_ACCEPT if after.status is Status.SUBMITTED else Purpose.ASK_APPROVE
    step = waiting(after, at)
    asked = () if step is None or event.level > 1 else (step.role,)
    reminder = _tell(after, purpose, Lane.ACTION, roles=asked, key=key)
    next_rung = () if step is None else _climb(after, step, at)
    return (*up, *reminder, *next_rung, Refresh(permit=after.id))


def _acknowledged(_event: e.EscalationAcknowledged, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    return (*_clear(after, NODE), Refresh(permit=after.id))


# --- work -----------------------------------------------------------------------------------------------------------


def _started(event: e.WorkStarted, _before: Permit, after: Permit, at: datetime) -> _Effects:
    """The workers get the card that stops the work (leader and guardian hold theirs); the group reads one line."""
    workers = tuple(person for person in after.what.workers if person != after.leader)
    crew = _tell(after, Purpose.STARTED, Lane.ACTION, people=_others(workers, event))
    told = _tell(after, Purpose.STARTED, Lane.INFORMATION, groups=(SAFETY_GROUP,))
    timers = (*_clear(after, START), *_next_prompt(after, at), *_warnings(after, at))
    return (*timers, *crew, *told, Refresh(permit=after.id))


def _prompted(event: e.PromptRaised, _before: Permit, after: Permit, at: datetime) -> _Effects:
    told = _tell(after, Purpose.PROMPT, Lane.SAFETY, people=(after.guardian,), key=str(event.number))
    return (*told, *_next_prompt(after, at), Refresh(permit=after.id))


def _missed(event: e.PromptMissed, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    """The first miss: somebody near must look after the guardian. The last one is told as a stop."""
    if after.prompts_missed >= after.law.misses_to_suspend:
        return (Refresh(permit=after.id),)
    told = _tell(
        after,
        Purpose.PROMPT,
        Lane.SAFETY,
        people=(after.leader,),
        roles=(Role.SHIFT_LEADER,),
        key=f"missed:{event.number}",
    )
    return (*told, Refresh(permit=after.id))


def _suspended(event: e.WorkSuspended, before: Permit, after: Permit, _at: datetime) -> _Effects:
    """Everybody at once. The same reason again, while stopped, is not shouted twice."""
    known = before.suspension.reasons if before.status is Status.SUSPENDED and before.suspension is not None else ()
    if event.reason in known:
        return (Refresh(permit=after.id),)
    told = _tell(
        after,
        Purpose.SUSPENDED,
        Lane.SAFETY,
        people=_crew(after),
        roles=(*KEEPERS, Role.SAFETY_DEPT),
        groups=(SAFETY_GROUP,),
        key=str(after.version),
    )
    return (*_clear(after, PROMPT), *told, Refresh(permit=after.id))


def _resumed(event: e.WorkResumed, before: Permit, after: Permit, at: datetime) -> _Effects:
    people = _others(_crew(after), event)
    told = _tell(
        after, Purpose.RESUMED, Lane.INFORMATION, people=people, groups=(SAFETY_GROUP,), key=str(after.version)
    )
    first = _clear(after, START) if before.started_at is None else ()
    return (*first, *told, *_next_prompt(after, at), *_warnings(after, at), Refresh(permit=after.id))


def _warned(event: e.ValidityWarned, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    """The last warning is pushed to those at work; earlier ones are seen in place."""
    if event.left > min(after.law.warn_before_end, default=event.left):
        return (Refresh(permit=after.id),)
    people = tuple(dict.fromkeys((after.leader, *after.what.workers)))
    told = _tell(after, Purpose.ENDING, Lane.ACTION, people=people, key=warning(event.left))
    return (*told, Refresh(permit=after.id))


# --- the end --------------------------------------------------------------------------------------------------------


def _finished(_event: e.WorkFinished, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    """A watch follows by itself for hot work; elsewhere acceptance is asked for at once."""
    asked = () if after.watch_open else (*_clear(after, COUNT), *_ask_acceptance(after))
    return (*_work_timers(after), *asked, Refresh(permit=after.id))


def _watch_started(event: e.FireWatchStarted, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    elapsed = c.FireWatchElapsed(by=Actor.clock(), at=event.until)
    return (_set(after, WATCH, event.until, elapsed), Refresh(permit=after.id))


def _minutes_over(_event: e.FireWatchMinutesOver, _before: Permit, after: Permit, at: datetime) -> _Effects:
    told = _tell(after, Purpose.FIRE_WATCH, Lane.ACTION, people=(after.guardian,), key=str(after.version))
    return (*told, *_count_timer(after, at), Refresh(permit=after.id))


def _watch_ended(_event: e.FireWatchEnded, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    counted = _clear(after, COUNT) if not after.live or after.counted_out else ()
    return (*_clear(after, WATCH), *counted, *_ask_acceptance(after), Refresh(permit=after.id))


def _counted(_event: e.PeopleCounted, _before: Permit, after: Permit, at: datetime) -> _Effects:
    """Somebody counted inside after all was closed: the reminders begin again; nobody any more: they end."""
    if after.status not in {Status.EXPIRED, Status.VOIDED}:
        return (Refresh(permit=after.id),)
    timer = _count_timer(after, at) if after.live else _clear(after, COUNT)
    return (*timer, Refresh(permit=after.id))


def _closed(event: e.PermitClosed, _before: Permit, after: Permit, _at: datetime) -> _Effects:
    """Who asked hears that it is over; everybody else sees it in place."""
    asked = (after.what.applicant,)
    told = _tell(after, Purpose.CLOSED, Lane.INFORMATION, people=_others(asked, event))
    return (*_clear(after, ""), *told, Refresh(permit=after.id))


def _reminded(event: e.CountReminded, _before: Permit, after: Permit, at: datetime) -> _Effects:
    """Said again and again, each time to more people, until it is done (domain 4.7)."""
    told = _tell(
        after,
        Purpose.COUNT_REMINDER,
        Lane.SAFETY,
        people=(after.leader, after.guardian),
        roles=KEEPERS if event.number >= _TO_KEEPERS else (),
        groups=(SAFETY_GROUP,) if event.number >= _TO_GROUP else (),
        key=str(event.number),
    )
    return (*told, *_count_timer(after, at), Refresh(permit=after.id))


_TABLE: dict[type[e.Event], Callable[[Any, Permit, Permit, datetime], _Effects]] = {
    e.PermitSubmitted: _submitted,
    e.RequestAccepted: _accepted,
    e.JsaAttached: _refresh,
    e.MeasureAnswered: _refresh,
    e.ReviewRequested: _review,
    e.StepApproved: _review,
    e.PermitIssued: _issued,
    e.ReturnedForChange: _returned,
    e.PermitRejected: _rejected,
    e.PermitCancelled: _cancelled,
    e.PermitVoided: _voided,
    e.PermitExpired: _expired,
    e.NodeEscalated: _escalated,
    e.EscalationAcknowledged: _acknowledged,
    e.BriefingSigned: _refresh,
    e.ArrivedOnSite: _refresh,
    e.LeftSite: _refresh,
    e.MeasureConfirmed: _refresh,
    e.PhotoAdded: _refresh,
    e.PhotoAccepted: _refresh,
    e.GasRecorded: _refresh,
    e.VentilationReported: _refresh,
    e.PeopleCounted: _counted,
    e.StartSigned: _refresh,
    e.WorkStarted: _started,
    e.PromptRaised: _prompted,
    e.PromptAnswered: _refresh,
    e.PromptMissed: _missed,
    e.WorkSuspended: _suspended,
    e.ResumeSigned: _refresh,
    e.WorkResumed: _resumed,
    e.ValidityWarned: _warned,
    e.WorkFinished: _finished,
    e.FireWatchStarted: _watch_started,
    e.FireWatchMinutesOver: _minutes_over,
    e.FireWatchEnded: _watch_ended,
    e.AcceptanceSigned: _refresh,
    e.PermitClosed: _closed,
    e.PermitArchived: _nothing,
    e.NoteAdded: _refresh,
    e.CountReminded: _reminded,
    e.AttemptRefused: _nothing,
}
