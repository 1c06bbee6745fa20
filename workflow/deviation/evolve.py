"""Events fold into the deviation. What does not fit is a bug or a forged journal, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from workflow.deviation import events as e
from workflow.deviation.state import Deviation, Stage
from workflow.errors import ImpossibleEvent
from workflow.ids import DeviationId, PersonId, SiteId

MOVES: Mapping[tuple[Stage, type[e.Event]], Stage] = {
    (Stage.BLANK, e.DeviationOpened): Stage.OPEN,
    (Stage.OPEN, e.DeviationNoted): Stage.OPEN,
    (Stage.OPEN, e.EmergencyEnded): Stage.OPEN,
    (Stage.OPEN, e.AccountRecorded): Stage.RECORDED,
    (Stage.RECORDED, e.AccountRecorded): Stage.RECORDED,
    (Stage.RECORDED, e.DeviationJudged): Stage.CLOSED,
}
"""Which event is possible where, and where it leads. A missing key is impossible."""


def evolve(deviation: Deviation, event: e.Event) -> Deviation:
    """The deviation after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    goal = MOVES.get((deviation.stage, type(event)))
    if goal is None:
        _impossible(deviation, event)
    changed = _APPLY[type(event)](deviation, event)
    return replace(changed, stage=goal, version=deviation.version + 1)


def fold(deviation: DeviationId, site: SiteId, events: Iterable[e.Event]) -> Deviation:
    """The deviation after all of its events."""
    state = Deviation(id=deviation, site=site)
    for event in events:
        state = evolve(state, event)
    return state


def _opened(now: Deviation, event: e.DeviationOpened) -> Deviation:
    return replace(now, what=event.what, opened_by=_who(now, event), opened_at=event.at, over_quota=event.over_quota)


def _noted(now: Deviation, event: e.DeviationNoted) -> Deviation:
    return replace(now, notes=(*now.notes, event.text))


def _ended(now: Deviation, event: e.EmergencyEnded) -> Deviation:
    if now.ended_at is not None:
        _impossible(now, event)
    return replace(now, ended_at=event.at)


def _recorded(now: Deviation, event: e.AccountRecorded) -> Deviation:
    if now.ended_at is None:
        _impossible(now, event)
    late = now.late or event.late
    return replace(now, account=event.account, recorded_by=_who(now, event), recorded_at=event.at, late=late)


def _judged(now: Deviation, event: e.DeviationJudged) -> Deviation:
    person = _who(now, event)
    if person in {now.opened_by, now.recorded_by}:
        _impossible(now, event)
    return replace(now, judged_by=person, judgement=event.judgement)


_APPLY: Mapping[type[e.Event], Callable[[Deviation, Any], Deviation]] = {
    e.DeviationOpened: _opened,
    e.DeviationNoted: _noted,
    e.EmergencyEnded: _ended,
    e.AccountRecorded: _recorded,
    e.DeviationJudged: _judged,
}


def _who(now: Deviation, event: e.Event) -> PersonId:
    person = event.by.as_person
    if person is None:
        _impossible(now, event)
    return person


def _impossible(now: Deviation, event: e.Event) -> NoReturn:
    raise ImpossibleEvent(f"{now.id} is {now.stage} at version {now.version}: {type(event).__name__} cannot follow")
