"""What a camera's box says it saw: work stops, the guardian hears of it, or it becomes a hazard, as the plant wants.

A storm of alarms is one thing: a stop is a state of the permit, a hazard that is open takes what is seen again, and a
guardian who was told is left alone for a while. All of that is decided from memory, so a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cards.words_devices import seen_by
from handlers import hazards
from handlers.answers import Say
from handlers.asking_guardian import ask_guardian
from workflow.camera_alarms import AGAIN, TOLD_AGAIN, CameraAlarm, Then, then_for
from workflow.errors import Refused
from workflow.hazard.commands import SeeAgain
from workflow.hazard.state import Kind, Sighting
from workflow.hazard.transitions import LISTENS
from workflow.ids import HazardId, PermitId
from workflow.permit.commands import StopWork, SuspendReason
from workflow.permit.state import Permit, Status
from workflow.values import Actor

if TYPE_CHECKING:
    from handlers.arrivals import SeenThere
    from handlers.desk import Desk
    from storage.directory import Device


def seen_there(desk: Desk, arrival: SeenThere) -> None:
    """Carry out what the plant wants of this, for every work at the place. A device nobody registers says nothing."""
    device = desk.tx.directory.devices.get(arrival.device)
    if device is None:
        return
    rules, kind = desk.house.book.plant.seen, arrival.kind
    text = seen_by(device.name, kind)
    at_work = tuple(_at_work(desk, device))
    follows = [(permit, then_for(rules, kind, permit.law.work, permit.law.grade)) for permit in at_work]
    for permit, then in follows:
        if then is Then.STOP:
            _stop(desk, device, permit, text)
        if then is Then.TELL or (then is Then.HAZARD and desk.house.hazard_rules is None):
            _tell(desk, device, permit, kind, text)
    if not at_work or any(then is Then.HAZARD for _, then in follows):
        _hazard(desk, device, text, at_work[0] if len(at_work) == 1 else None)


def _at_work(desk: Desk, device: Device) -> Iterator[Permit]:
    """The permits at work this device speaks of: the one it is lent to, else those of its place."""
    for row in desk.tx.permits_in(Status.ACTIVE.value):
        if row.permit == device.permit if device.permit is not None else row.area == device.area:
            yield desk.permit(PermitId(row.permit))


def _stop(desk: Desk, device: Device, permit: Permit, text: str) -> None:
    command = StopWork(by=Actor.device(device.id), at=desk.now, reason=SuspendReason.DEVICE_ALARM, text=text)
    try:
        desk.ask(permit.id, command)
    except Refused:
        return  # stopped for the same already: it is what was wanted


def _tell(desk: Desk, device: Device, permit: Permit, kind: CameraAlarm, text: str) -> None:
    what = f"{device.id}:{kind.value}"
    ask_guardian(desk, permit, Say.SEEN_THERE, text, purpose="seen", what=what, pause=TOLD_AGAIN)


def _hazard(desk: Desk, device: Device, text: str, permit: Permit | None) -> None:
    """Register it, or see the open one again."""
    if desk.house.hazard_rules is None:
        return
    by = Actor.device(device.id)
    area = permit.what.area if permit is not None else device.area
    known = desk.tx.directory.areas.get(area) if area is not None else None
    what = Sighting(
        text=text, place=known.name if known is not None else device.name, area=area, kind=Kind.SAFETY,
        permit=None if permit is None else permit.id,
    )  # fmt: skip
    for row in desk.tx.open_hazards():
        if row.said == text and hazards.load(desk, HazardId(row.id)).reporter == by:
            _again(desk, HazardId(row.id), what, by)
            return
    hazards.report(desk, what, by=by)


def _again(desk: Desk, number: HazardId, what: Sighting, by: Actor) -> None:
    known = hazards.load(desk, number)
    if SeeAgain in LISTENS[known.stage] and (known.seen_at is None or known.seen_at + AGAIN <= desk.now):
        hazards.ask(desk, number, SeeAgain(by=by, at=desk.now, what=what))
