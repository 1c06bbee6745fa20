"""What the events of work, stop, watch and acceptance do to a permit."""

from __future__ import annotations

from dataclasses import replace

from workflow.permit import events as e
from workflow.permit.changes import Changes
from workflow.permit.commands_base import SuspendReason
from workflow.permit.conditions import wanted_to_resume
from workflow.permit.evolve_common import impossible, not_asked, over, signed_all, who, with_signature
from workflow.permit.state import Permit, Status, Suspension
from workflow.permit.who import NAMED

_WATCHED = frozenset({Status.FIRE_WATCH, Status.EXPIRED, Status.VOIDED})


def start_signed(permit: Permit, event: e.StartSigned) -> Changes:
    return {"start_signatures": with_signature(permit.start_signatures, who(permit, event), event)}


def started(permit: Permit, event: e.WorkStarted) -> Changes:
    if not signed_all(permit.start_signatures, permit.law.start_roles):
        impossible(permit, event, "comes before every start signature")
    checked = tuple(signature.person for signature in permit.start_signatures if signature.role not in NAMED)
    return {**_fresh_watch(), "started_at": event.at, "checked_by": checked}


def _fresh_watch() -> Changes:
    return {**not_asked(), "prompts_missed": 0, "doubt": None}


def suspended(permit: Permit, event: e.WorkSuspended) -> Changes:
    """Any stop takes start and resume signatures away; during the watch it takes the watch and the acceptance back."""
    taken: Changes = {
        "start_signatures": (),
        "resume_signatures": (),
        "handover": None,
        **not_asked(),
    }
    if permit.status in _WATCHED:
        if not permit.live:
            impossible(permit, event, "stops what is over")
        return {**taken, **_no_watch(), "closings": ()}
    old = permit.suspension
    if old is None:
        stop = Suspension(since=event.at, reasons=(event.reason,), text=event.text, by=event.by)
    else:
        reasons = tuple(dict.fromkeys((*(r for r in old.reasons if r is not event.reason), event.reason)))
        stop = replace(old, reasons=reasons, text=event.text or old.text, latest=event.at)
    relief = event.reason is SuspendReason.SHIFT_CHANGE and permit.started_at is not None
    return {**taken, "suspension": stop, "handover_due": relief or permit.handover_due}


def resume_signed(permit: Permit, event: e.ResumeSigned) -> Changes:
    return {"resume_signatures": with_signature(permit.resume_signatures, who(permit, event), event)}


def resumed(permit: Permit, event: e.WorkResumed) -> Changes:
    if permit.handover_due:
        impossible(permit, event, "comes before the shift was handed over")
    if not signed_all(permit.resume_signatures, wanted_to_resume(permit, permit.law)):
        impossible(permit, event, "comes before every resume signature")
    started = permit.started_at or event.at
    return {**_fresh_watch(), "suspension": None, "resumed_at": event.at, "started_at": started, "handover": None}


def warned(permit: Permit, event: e.ValidityWarned) -> Changes:
    return {"warned": (*permit.warned, event.left)}


def finished(permit: Permit, event: e.WorkFinished) -> Changes:
    if event.people_inside or event.tools_inside:
        impossible(permit, event, f"leaves {event.people_inside} people and {event.tools_inside} tools inside")
    if permit.inside:
        impossible(permit, event, f"leaves {len(permit.inside)} people inside by the log")
    if permit.started_at is None or permit.finished_at is not None:
        impossible(permit, event, "ends work that is not going on")
    return {
        **over(),
        "people_inside": 0,
        "tools_inside": 0,
        "counted_at": event.at,
        "finished_at": event.at,
        "finished_by": event.by.as_person,
        "suspension": None,
        "handover": None,
        "handover_due": False,
    }


def watch_started(permit: Permit, event: e.FireWatchStarted) -> Changes:
    if permit.finished_at is None or event.until <= event.at:
        impossible(permit, event, "watches nothing")
    return {**_no_watch(), "fire_watch_until": event.until}


def _no_watch() -> Changes:
    return {
        "fire_watch_until": None,
        "fire_watch_minutes_over": False,
        "fire_watch_ended": False,
        "acceptance": (),
    }


def minutes_over(permit: Permit, event: e.FireWatchMinutesOver) -> Changes:
    if permit.fire_watch_until is None or event.at < permit.fire_watch_until or permit.fire_watch_minutes_over:
        impossible(permit, event, f"comes at {event.at}, the watch lasts until {permit.fire_watch_until}")
    return {"fire_watch_minutes_over": True}


def watch_ended(permit: Permit, event: e.FireWatchEnded) -> Changes:
    if not permit.fire_watch_minutes_over or permit.fire_watch_ended:
        impossible(permit, event, "comes before the full watch, or twice")
    return {"fire_watch_ended": True}


def acceptance(permit: Permit, event: e.AcceptanceSigned) -> Changes:
    if permit.closing_open(permit.law.closing):
        impossible(permit, event, "comes before everything is put right")
    if not permit.counted_out or permit.watch_open or any(s.role is event.role for s in permit.acceptance):
        impossible(permit, event, "comes twice, or before people, tools and the watch are done")
    return {"acceptance": with_signature(permit.acceptance, who(permit, event), event)}


def closed(permit: Permit, event: e.PermitClosed) -> Changes:
    if not signed_all(permit.acceptance, permit.law.acceptance_roles) or permit.watch_open:
        impossible(permit, event, "comes before acceptance")
    if permit.closing_open(permit.law.closing):
        impossible(permit, event, "comes before everything is put right")
    return {}


def reminded(permit: Permit, event: e.CountReminded) -> Changes:
    if event.number != permit.count_reminders + 1:
        impossible(permit, event, f"is number {event.number} after {permit.count_reminders}")
    return {"count_reminders": event.number}
