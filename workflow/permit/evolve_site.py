"""What is seen on site, and what it does to a permit."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from workflow.ids import PersonId
from workflow.permit import events as e
from workflow.permit.again import LOOK, confirmable
from workflow.permit.changes import Changes
from workflow.permit.evolve_common import impossible, measured, who
from workflow.permit.life import ByHand
from workflow.permit.state import GasRecord, MeasureState, Permit, Photo, Presence, RoleSignature
from workflow.values import WorkType

MAX_POINTS = 32
"""Gas records kept in the state; failing ones are never dropped."""
MAX_NOTES = 50
NOWHERE = ""
"""The point of a detector that stands at none in particular: two of them need not be near each other."""


def briefed(permit: Permit, event: e.BriefingSigned) -> Changes:
    person = who(permit, event)
    if person in permit.briefed:
        impossible(permit, event, "comes twice")
    signed: Changes = {"briefed": (*permit.briefed, person)}
    if event.proof is not None and event.proof.voucher is not None:
        signed["vouched"] = MappingProxyType({**permit.vouched, person: event.proof.voucher})
    return signed


def arrived(permit: Permit, event: e.ArrivedOnSite) -> Changes:
    seen = Presence(at=event.at, way=event.way)
    return {"presence": MappingProxyType({**permit.presence, who(permit, event): seen})}


def left(permit: Permit, event: e.LeftSite) -> Changes:
    """Who leaves takes his signatures along; when the guardian leaves, nobody's count any more."""
    here = {person: seen for person, seen in permit.presence.items() if person != event.person}
    presence: Changes = {"presence": MappingProxyType(here)}
    if permit.handover is not None:
        signed = tuple(each for each in permit.handover.signed if each.person != event.person)
        presence["handover"] = replace(permit.handover, signed=signed)
    if event.person == permit.guardian:
        return {**presence, "start_signatures": (), "resume_signatures": ()}
    return {
        **presence,
        "start_signatures": _without(permit.start_signatures, event.person),
        "resume_signatures": _without(permit.resume_signatures, event.person),
    }


def _without(signatures: tuple[RoleSignature, ...], person: PersonId) -> tuple[RoleSignature, ...]:
    return tuple(signature for signature in signatures if signature.person != person)


def confirmed(permit: Permit, event: e.MeasureConfirmed) -> Changes:
    looked = any(measure is LOOK and measure.no == event.no for measure in confirmable(permit.law))
    state = permit.measures.get(event.no, MeasureState(involved=looked))
    if not state.involved:
        impossible(permit, event, f"confirms {event.no}, which does not apply")
    now = replace(
        state,
        confirmed_by=who(permit, event),
        confirmed_at=event.at,
        confirm_detail=event.detail,
        media=event.media,
    )
    return measured(permit, event.no, now)


def photo(permit: Permit, event: e.PhotoAdded) -> Changes:
    taken = Photo(
        purpose=event.purpose,
        media=event.media,
        by=who(permit, event),
        at=event.at,
        camera=event.camera,
        code=event.code,
        copies=event.copies,
    )
    return {"photos": (*permit.photos, taken)}


def photo_accepted(permit: Permit, event: e.PhotoAccepted) -> Changes:
    person = who(permit, event)
    meant = [photo for photo in permit.photos if (photo.purpose, photo.media) == (event.purpose, event.media)]
    if not any(photo.doubtful for photo in meant):
        impossible(permit, event, "accepts a photo that nobody doubts")
    photos = tuple(replace(photo, accepted_by=person) if photo in meant else photo for photo in permit.photos)
    return {"photos": photos}


def purged_by_hand(permit: Permit, event: e.PurgeConfirmedByHand) -> Changes:
    return {"purge_by_hand": ByHand(person=who(permit, event), at=event.at, how=event.how)}


def gas(permit: Permit, event: e.GasRecorded) -> Changes:
    """A failing sample takes start and resume signatures away; in a confined space, every earlier pass as well."""
    new = GasRecord(sample=event.sample, recorded_at=event.at, passed=event.passed, failures=event.failures)
    if event.passed:
        left = tuple(r for r in permit.gas if r.passed or r.sample.point not in event.answers)
        return {"gas": _bounded(with_pass(left, new))}
    confined = permit.what.work is WorkType.CONFINED_SPACE
    others = tuple(r for r in permit.gas if not (confined and r.passed) and not _replaces(new, r))
    return {
        "gas": _bounded((*others, new)),
        "gas_failed_once": permit.gas_failed_once or confined,
        "start_signatures": (),
        "resume_signatures": (),
        "handover": None,
    }


def with_pass(records: tuple[GasRecord, ...], new: GasRecord) -> tuple[GasRecord, ...]:
    """A pass replaces the older records of its point; failing ones only all together (`answered`)."""
    here = [record for record in records if record.sample.point == new.sample.point]
    if not all(_supersedes(new, old) for old in here):
        return records
    return (*(record for record in records if record not in here), new)


def _supersedes(new: GasRecord, old: GasRecord) -> bool:
    if old.passed:
        return new.sample.sampled_at >= old.sample.sampled_at
    return answered(old, new) and (old.sample.point != NOWHERE or _devices(old) <= _devices(new))


def answered(old: GasRecord, new: GasRecord) -> bool:
    """Whether a failing sample was tested anew: drawn later, and of all its gases."""
    covered = {reading.gas for reading in new.sample.readings}
    asked = {reading.gas for reading in old.sample.readings}
    return new.sample.sampled_at > old.sample.sampled_at and covered >= asked


def _replaces(new: GasRecord, old: GasRecord) -> bool:
    """Whether a failing sample stands for an older record of its point: what else failed there is not forgotten."""
    return old.sample.point == new.sample.point and (old.passed or _supersedes(new, old))


def _devices(record: GasRecord) -> frozenset[str]:
    return frozenset((record.sample.device or "").split(","))


def _bounded(records: tuple[GasRecord, ...]) -> tuple[GasRecord, ...]:
    if len(records) <= MAX_POINTS:
        return records
    oldest_pass = next((record for record in records if record.passed), None)
    return tuple(record for record in records if record is not oldest_pass)


def ventilated(permit: Permit, event: e.VentilationReported) -> Changes:
    """Where air must always move, standing air takes every pass and every signature away (Order 13 Art 15)."""
    mechanical = event.running and event.mechanical
    since = (permit.mechanical_since or event.at) if mechanical else None
    state: Changes = {
        "ventilation_running": event.running,
        "ventilation_mechanical": event.mechanical,
        "mechanical_since": since,
    }
    gas = permit.law.gas
    if event.running or gas is None or not gas.ventilation_always:
        return state
    failing = tuple(record for record in permit.gas if not record.passed)
    return {**state, "gas": failing, "start_signatures": (), "resume_signatures": ()}


def counted(_permit: Permit, event: e.PeopleCounted) -> Changes:
    return {"people_inside": event.people, "tools_inside": event.tools, "counted_at": event.at, "handover": None}


def noted(permit: Permit, event: e.NoteAdded) -> Changes:
    """A note; once the work has ended it also says how it ended."""
    ended = event.at if permit.finished_at is not None else None
    return {"notes": (*permit.notes, event.text)[-MAX_NOTES:], "end_note_at": ended or permit.end_note_at}
