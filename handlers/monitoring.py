"""Work that must be watched by detectors: what the bridge is told of it, and what it may ask.

While such work goes on a timer stands in the agenda: the end of the silence allowed. The transaction that starts or
resumes the work sets it, whoever hears detectors pushes it forward, the transaction that ends or stops the work takes
it away. So silence stops the work whatever it comes from: a detector, a line, the bridge, or this house being down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from cards.words_devices import silent
from handlers.detectors import bound_to
from handlers.encoding import pack_command
from handlers.guardian_tag import tag_rule
from handlers.occupancy import occupancy_rule
from storage.agenda import timer_key
from storage.readings import row_of
from storage.tx import Tx
from workflow.errors import Refused
from workflow.ids import DeviceId, PermitId, PersonId
from workflow.monitoring import Detector, Quality, Reading, Watch, last_heard, watch_over, watched_until
from workflow.occupancy import OccupancyBreach
from workflow.permit.commands import StopWork, SuspendReason
from workflow.permit.content import Content
from workflow.permit.events import GasRecorded
from workflow.permit.state import Permit, Status
from workflow.presence import TagRule
from workflow.rules import gas as air
from workflow.rules import sampling
from workflow.rules.gas_types import GasRules
from workflow.values import Actor, ActorKind, aware

if TYPE_CHECKING:
    from handlers.arrivals import DeviceAsks, Due
    from handlers.desk import Desk
    from handlers.house import House

DEVICES = "devices"
"""The timer's name."""
SERVED = (Status.ISSUED, Status.ACTIVE, Status.SUSPENDED)
"""Statuses in which a device's word means something to a permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the bridge knows of one permit."""

    permit: PermitId
    status: Status
    version: int
    content: Content
    gas: GasRules | None
    watch: Watch | None
    """What the plant asks of its detectors; None = nothing."""
    guardian: PersonId
    people: frozenset[PersonId]
    """Who works, leads or guards there now: what they wear watches this work."""
    points: frozenset[str]
    """Keys of the points every test must cover; empty = one representative point."""
    at: datetime
    """When this was so."""
    stopped: datetime | None = None
    """When it was stopped last; samples drawn before that count no more."""
    sampled: datetime | None = None
    """When its newest sample was drawn."""
    asks_who_is_inside: bool = False
    """Whether the plant asks who is at its place."""
    tag: TagRule | None = None
    """What the plant asks of its guardian's tag; None = nothing."""

    def __post_init__(self) -> None:
        aware(self.at)


def served(tx: Tx, house: House, now: datetime, known: Mapping[PermitId, Served]) -> tuple[Served, ...]:
    """Every permit a device may serve now. What is ``known`` and has not moved since is handed back as it is."""
    found: list[Served] = []
    for row in (row for status in SERVED for row in tx.permits_in(status.value)):
        one = known.get(PermitId(row.permit))
        if one is None or one.version != row.version:
            one = _served(tx, house, tx.load(house.permits, row.permit)[0], now)
        found.append(one)
    return tuple(found)


def _served(tx: Tx, house: House, permit: Permit, now: datetime) -> Served:
    content, stop = permit.what, permit.suspension
    thing = None if content.equipment is None else tx.directory.equipment.get(content.equipment)
    return Served(
        permit=permit.id,
        status=permit.status,
        version=permit.version,
        content=content,
        gas=permit.law.gas,
        watch=_watch(house, permit),
        guardian=permit.guardian,
        people=frozenset((permit.guardian, permit.leader, *content.workers)),
        points=frozenset(key for key, _ in sampling.points(permit.law, thing)),
        at=now,
        stopped=None if stop is None else stop.newest,
        sampled=max((one.sample.sampled_at for one in permit.gas), default=None),
        tag=tag_rule(house, permit),
        asks_who_is_inside=any(
            occupancy_rule(house, permit, kind) for kind in (OccupancyBreach.STRANGER, OccupancyBreach.TOO_MANY)
        ),
    )


def _watch(house: House, permit: Permit) -> Watch | None:
    law = permit.law
    return watch_over(house.book.plant.monitoring, law.work, law.grade, law.gas)


# --- silence --------------------------------------------------------------------------------------------------------


def moved(desk: Desk, before: Permit, after: Permit) -> None:
    """After a change of a permit: watched work that begins goes on while it is heard; what ends needs no timer."""
    if (before.status is Status.ACTIVE) is (after.status is Status.ACTIVE):
        return
    if after.status is not Status.ACTIVE:
        desk.tx.drop_timer(timer_key(after.id, DEVICES))
        return
    watch = _watch(desk.house, after)
    if watch is not None:
        _set(desk.tx, after, watch, _heard_until(desk, after, watch), desk.now)


def _heard_until(desk: Desk, permit: Permit, watch: Watch) -> datetime:
    """The end of the silence for work that begins: counted from when its detectors were heard, never from the start,
    so that one that fell silent after the gate saw it has no second bound. At once where too few were heard."""
    until, _ = watched_until(last_heard(_detectors(desk.tx, permit, desk.now, live=True)), watch)
    return desk.now if until is None else min(until, desk.now + watch.silent_after)


def _detectors(tx: Tx, permit: Permit, now: datetime, *, live: bool) -> tuple[Detector, ...]:
    people = {permit.guardian, permit.leader, *permit.what.workers}
    return bound_to(tx, permit.id, permit.what.area, people, now, live=live)


def heard(tx: Tx, house: House, ends: Mapping[PermitId, datetime], now: datetime) -> None:
    """Enough detectors were heard of: the end of the silence allowed lies at ``ends``, for work that still goes on."""
    for number, end in ends.items():
        permit = tx.load(house.permits, number)[0]
        watch = _watch(house, permit) if permit.status is Status.ACTIVE else None
        if watch is not None:
            # Never further ahead than from now: a clock that runs wild buys nobody time.
            _set(tx, permit, watch, min(end, now + watch.silent_after), now)


def unwatched(tx: Tx, house: House, now: datetime) -> tuple[PermitId, ...]:
    """Work that must be watched and has no timer, as after the plant began to ask for it, or one that lies further
    ahead than silence may last, as after the clock was set back: it gets one. Which those are."""
    timers = tx.timers()
    found: list[PermitId] = []
    for row in tx.permits_in(Status.ACTIVE.value):
        permit = tx.load(house.permits, row.permit)[0]
        watch = _watch(house, permit)
        if watch is None:
            continue
        due, last = timers.get(row.permit, {}).get(DEVICES), now + watch.silent_after
        if due is None or due > last:
            _set(tx, permit, watch, last, now)
            found.append(permit.id)
    return tuple(found)


def _set(tx: Tx, permit: Permit, watch: Watch, due: datetime, now: datetime) -> None:
    asked_of = [one for one in _detectors(tx, permit, now, live=False) if set(one.quantities) & set(watch.quantities)]
    text = silent(_labels(permit.law.gas, watch.quantities), watch.silent_after, [one.name for one in asked_of])
    command = StopWork(by=Actor.clock(), at=due, reason=SuspendReason.DEVICE_SILENT, text=text)
    tx.put_timer(timer_key(permit.id, DEVICES), due, DEVICES, permit.id, pack_command(command), at=now)


def _labels(gas: GasRules | None, names: Iterable[str]) -> list[str]:
    return [air.label(gas, name) if gas is not None else name for name in names]


def outdated(desk: Desk, due: Due) -> bool:
    """Whether a timer that fell due speaks of silence of work that no longer goes on."""
    return due.name == DEVICES and desk.permit(PermitId(due.permit)).status is not Status.ACTIVE


# --- what people measure --------------------------------------------------------------------------------------------


def typed(desk: Desk, permit: PermitId, event: GasRecorded) -> None:
    """Values a person measured stand in the permit's gas curve beside those of its detectors."""
    if event.by.kind is not ActorKind.PERSON:
        return
    rows = (
        Reading(
            device=DeviceId(f"person:{event.sample.analyst}"),
            quantity=one.gas,
            value=one.value,
            unit=one.unit.value,
            quality=Quality.MANUAL,
            received_at=desk.now,
            measured_at=event.sample.sampled_at,
        )
        for one in event.sample.readings
    )
    desk.tx.add_readings(row_of(one, permit) for one in rows)


# --- what a device asks ---------------------------------------------------------------------------------------------


def asked(desk: Desk, arrival: DeviceAsks) -> None:
    """Ask the permit what the bridge wants asked, now. A plain no is an answer: what is known already, or no longer
    heard."""
    try:
        desk.ask(PermitId(arrival.permit), replace(arrival.command, at=desk.now))
    except Refused:
        return
