"""Events fold into the zone. What does not fit is a bug or a forged journal, never passed over."""

from __future__ import annotations

from dataclasses import replace

from workflow.emergency import events as e
from workflow.emergency.state import Zone
from workflow.errors import ImpossibleEvent
from workflow.ids import PersonId


def evolve(now: Zone, event: e.Event) -> Zone:
    """The zone after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    version = now.version + 1
    match event:
        case e.EmergencyCalled() if not now.in_force:
            return replace(now, version=version, in_force=True, called_by=_who(now, event), called_at=event.at)
        case e.EmergencyLifted(reason=reason) if now.in_force:
            by = _who(now, event)
            return replace(now, version=version, in_force=False, lifted_by=by, lifted_at=event.at, reason=reason)
        case _:
            raise ImpossibleEvent(f"{now.id} at version {now.version}: {type(event).__name__} cannot follow")


def _who(now: Zone, event: e.Event) -> PersonId:
    person = event.by.as_person
    if person is None:
        raise ImpossibleEvent(f"{now.id}: {type(event).__name__} is a named person's")
    return person
