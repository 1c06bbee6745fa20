"""What entries, reliefs, the things put right at the end, and linked permits do to a permit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflow.ids import MediaHash
from workflow.permit import events as e
from workflow.permit.changes import Changes
from workflow.permit.evolve_common import impossible, who
from workflow.permit.life import Confirmed, Handover, HandoverSignature, Inside, LinkChange, LinkedWork, Still
from workflow.permit.state import SERVED, Permit


def entered(permit: Permit, event: e.PersonEntered) -> Changes:
    """One more by name and in the total; a record for the next crew no longer says how things are."""
    if any(one.person == event.person for one in permit.inside) or event.person == permit.guardian:
        impossible(permit, event, f"lets {event.person} in, who is inside or guards")
    return {
        "inside": (*permit.inside, Inside(person=event.person, since=event.at, tools=event.tools)),
        "people_inside": (permit.people_inside or 0) + 1,
        "tools_inside": (permit.tools_inside or 0) + event.tools,
        "log_kept": True,
        "handover": None,
    }


def came_out(permit: Permit, event: e.PersonCameOut) -> Changes:
    rest = tuple(one for one in permit.inside if one.person != event.person)
    if len(rest) == len(permit.inside):
        impossible(permit, event, f"lets {event.person} out, who is not inside")
    return {
        "inside": rest,
        "people_inside": max(0, (permit.people_inside or 0) - 1),
        "tools_inside": max(0, (permit.tools_inside or 0) - event.tools),
        "handover": None,
    }


def handover_opened(permit: Permit, event: e.HandoverOpened) -> Changes:
    if event.number != permit.handovers + 1 or permit.started_at is None:
        impossible(permit, event, f"is number {event.number} after {permit.handovers}")
    record = Handover(number=event.number, record=event.record, opened_by=who(permit, event), opened_at=event.at)
    return {"handover": record, "handovers": event.number}


def handover_signed(permit: Permit, event: e.HandoverSigned) -> Changes:
    """A newer signature of the same person takes the place of his older one."""
    person = who(permit, event)
    record = permit.handover
    if record is None or record.number != event.number or person not in permit.handing_over:
        impossible(permit, event, f"signs record {event.number}, which is not his or not open")
    others = tuple(each for each in record.signed if each.person != person)
    return {"handover": replace(record, signed=(*others, HandoverSignature(person=person, at=event.at)))}


def handed_over(permit: Permit, event: e.ShiftHandedOver) -> Changes:
    """These guard and lead from now on; what was signed to resume before counts no longer."""
    record = permit.handover
    if record is None or record.number != event.number:
        impossible(permit, event, f"closes record {event.number}, which is not open")
    signed = {each.person for each in record.signed}
    if not signed.issuperset(permit.handing_over):
        impossible(permit, event, "comes before every signature")
    if (event.guardian, event.leader) != (record.record.guardian, record.record.leader):
        impossible(permit, event, "names others than the record")
    gone = (person for person in (permit.guardian, permit.leader) if person not in {event.guardian, event.leader})
    return {
        "guarding": event.guardian,
        "leading": event.leader,
        "relieved": tuple(dict.fromkeys((*permit.relieved, *gone))),
        "handover": None,
        "handover_due": False,
        "handed_over_at": event.at,
        "resume_signatures": (),
        "prompts_missed": 0,
    }


def closing_confirmed(permit: Permit, event: e.ClosingConfirmed) -> Changes:
    if permit.finished_at is None or any(each.need == event.need for each in permit.closings):
        impossible(permit, event, f"confirms {event.need} before the end of work, or twice")
    done = Confirmed(need=event.need, person=who(permit, event), at=event.at)
    return {"closings": (*permit.closings, done)}


def link_noted(permit: Permit, event: e.LinkNoted) -> Changes:
    others = tuple(each for each in permit.job if each.number != event.number)
    return {"job": (*others, LinkedWork(number=event.number, work=event.work))}


def linked_changed(permit: Permit, event: e.LinkedPermitChanged) -> Changes:
    over = permit.linked_over
    if event.work in SERVED and event.change is not LinkChange.SUSPENDED:
        over = tuple(dict.fromkeys((*over, event.number)))
    return {"linked_news": event.text, "linked_over": over}


def pictured(permit: Permit, event: e.StillTaken) -> Changes:
    return _answered(permit, event, event.taken_at, event.media)


def unpictured(permit: Permit, event: e.CameraSilent) -> Changes:
    return _answered(permit, event, event.at, None)


def _answered(permit: Permit, event: e.StillTaken | e.CameraSilent, at: datetime, media: MediaHash | None) -> Changes:
    if any(one.key == event.key for one in permit.stills):
        impossible(permit, event, f"answers {event.key} twice")
    return {"stills": (*permit.stills, Still(key=event.key, name=event.name, at=at, media=media))}
