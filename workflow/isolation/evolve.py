"""Events fold into the isolation. What does not fit is a bug or a forged journal, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from workflow.errors import ImpossibleEvent
from workflow.ids import IsolationId, PersonId, SiteId
from workflow.isolation import events as e
from workflow.isolation.state import Isolation, Stage


def evolve(isolation: Isolation, event: e.Event) -> Isolation:
    """The isolation after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    return replace(_applied(isolation, event), version=isolation.version + 1)


def fold(isolation: IsolationId, site: SiteId, events: Iterable[e.Event]) -> Isolation:
    """The isolation after all of its events."""
    state = Isolation(id=isolation, site=site)
    for event in events:
        state = evolve(state, event)
    return state


def _applied(now: Isolation, event: e.Event) -> Isolation:
    if isinstance(event, e.LockedOn):
        if now.stage is not Stage.BLANK:
            _impossible(now, event)
        return replace(now, stage=Stage.LOCKED, point=event.point, owner=_who(now, event), locked_at=event.at)
    if not now.on:
        _impossible(now, event)
    return _APPLY[type(event)](now, event)


def _proven(now: Isolation, event: e.ZeroEnergyProven) -> Isolation:
    return replace(now, stage=Stage.PROVEN, proven_by=_other(now, event), proven_at=event.at)


def _cited(now: Isolation, event: e.CitedByPermit) -> Isolation:
    return replace(now, cited_by=(*now.cited_by, event.permit))


def _offered(now: Isolation, event: e.LockOffered) -> Isolation:
    return replace(now, offered_to=event.to)


def _taken_over(now: Isolation, event: e.LockTakenOver) -> Isolation:
    if _who(now, event) != now.offered_to:
        _impossible(now, event)
    return replace(now, owner=now.offered_to, offered_to=None)


def _off(now: Isolation, event: e.LockedOff) -> Isolation:
    if _who(now, event) != now.owner:
        _impossible(now, event)
    return replace(now, stage=Stage.OFF, ended_by=now.owner, ended_at=event.at)


def _broken(now: Isolation, event: e.LockBroken) -> Isolation:
    person = _other(now, event)
    return replace(now, stage=Stage.OFF, ended_by=person, ended_at=event.at, broken=event.reason)


_APPLY: Mapping[type[e.Event], Callable[[Isolation, Any], Isolation]] = {
    e.ZeroEnergyProven: _proven,
    e.CitedByPermit: _cited,
    e.LockOffered: _offered,
    e.LockTakenOver: _taken_over,
    e.LockedOff: _off,
    e.LockBroken: _broken,
    e.RemovalRefused: lambda now, _: now,
}


def _who(now: Isolation, event: e.Event) -> PersonId:
    person = event.by.as_person
    if person is None:
        _impossible(now, event)
    return person


def _other(now: Isolation, event: e.Event) -> PersonId:
    person = _who(now, event)
    if person == now.owner:
        _impossible(now, event)
    return person


def _impossible(now: Isolation, event: e.Event) -> NoReturn:
    raise ImpossibleEvent(f"{now.id} is {now.stage} at version {now.version}: {type(event).__name__} cannot follow")
