"""Events fold into the box. What does not fit is a bug or a forged journal, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from workflow.errors import ImpossibleEvent
from workflow.ids import LockBoxId, PersonId, SiteId
from workflow.lockbox import events as e
from workflow.lockbox.state import CrewLock, LockBox, Stage


def evolve(box: LockBox, event: e.Event) -> LockBox:
    """The box after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    return replace(_applied(box, event), version=box.version + 1)


def fold(box: LockBoxId, site: SiteId, events: Iterable[e.Event]) -> LockBox:
    """The box after all of its events."""
    state = LockBox(id=box, site=site)
    for event in events:
        state = evolve(state, event)
    return state


def _applied(now: LockBox, event: e.Event) -> LockBox:
    if isinstance(event, e.BoxSetUp):
        if now.stage is not Stage.BLANK or not event.points:
            _impossible(now, event)
        return replace(
            now,
            stage=Stage.IN_USE,
            label=event.label,
            area=event.area,
            keeper=_who(now, event),
            points=event.points,
        )
    if now.stage is not Stage.IN_USE:
        _impossible(now, event)
    return _APPLY[type(event)](now, event)


def _key_in(now: LockBox, event: e.KeyPutIn) -> LockBox:
    if event.point in now.points:
        _impossible(now, event)
    return replace(now, points=(*now.points, event.point))


def _hung(now: LockBox, event: e.CrewLockHung) -> LockBox:
    if now.lock(event.number) is not None:
        _impossible(now, event)
    lock = CrewLock(number=event.number, owner=_who(now, event), permit=event.permit, hung_at=event.at)
    return replace(now, locks=(*now.locks, lock))


def _offered(now: LockBox, event: e.CrewLockOffered) -> LockBox:
    lock = _own(now, event, event.number)
    return _with(now, replace(lock, offered_to=event.to))


def _taken_over(now: LockBox, event: e.CrewLockTakenOver) -> LockBox:
    lock = _hanging(now, event, event.number)
    if lock.offered_to is None or lock.offered_to != _who(now, event):
        _impossible(now, event)
    return _with(now, replace(lock, owner=lock.offered_to, offered_to=None))


def _off(now: LockBox, event: e.CrewLockTakenOff) -> LockBox:
    return _without(now, _own(now, event, event.number))


def _broken(now: LockBox, event: e.CrewLockBroken) -> LockBox:
    lock = _hanging(now, event, event.number)
    if lock.owner == _who(now, event):
        _impossible(now, event)
    return _without(now, lock)


def _given_up(now: LockBox, event: e.BoxGivenUp) -> LockBox:
    if now.locks:
        _impossible(now, event)
    return replace(now, stage=Stage.GIVEN_UP)


_APPLY: Mapping[type[e.Event], Callable[[LockBox, Any], LockBox]] = {
    e.KeyPutIn: _key_in,
    e.CrewLockHung: _hung,
    e.CrewLockOffered: _offered,
    e.CrewLockTakenOver: _taken_over,
    e.CrewLockTakenOff: _off,
    e.CrewLockBroken: _broken,
    e.BoxGivenUp: _given_up,
    e.BoxRefused: lambda now, _: now,
}


def _with(now: LockBox, lock: CrewLock) -> LockBox:
    return replace(now, locks=tuple(lock if one.number == lock.number else one for one in now.locks))


def _without(now: LockBox, lock: CrewLock) -> LockBox:
    return replace(now, locks=tuple(one for one in now.locks if one.number != lock.number))


def _hanging(now: LockBox, event: e.Event, number: str) -> CrewLock:
    lock = now.lock(number)
    if lock is None:
        _impossible(now, event)
    return lock


def _own(now: LockBox, event: e.Event, number: str) -> CrewLock:
    lock = _hanging(now, event, number)
    if lock.owner != _who(now, event):
        _impossible(now, event)
    return lock


def _who(now: LockBox, event: e.Event) -> PersonId:
    person = event.by.as_person
    if person is None:
        _impossible(now, event)
    return person


def _impossible(now: LockBox, event: e.Event) -> NoReturn:
    raise ImpossibleEvent(f"{now.id} is {now.stage} at version {now.version}: {type(event).__name__} cannot follow")
