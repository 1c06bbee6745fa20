"""Events fold into the hazard. What does not fit is a bug or a forged journal, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

from workflow.errors import ImpossibleEvent
from workflow.hazard import events as e
from workflow.hazard.owed import owed, terms
from workflow.hazard.state import Hazard, Owed
from workflow.hazard.transitions import MOVES
from workflow.ids import HazardId, PersonId, SiteId


def evolve(hazard: Hazard, event: e.Event) -> Hazard:
    """The hazard after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    goal = MOVES.get((hazard.stage, type(event)))
    if goal is None:
        _impossible(hazard, event)
    changed = replace(_APPLY[type(event)](hazard, event), stage=goal, version=hazard.version + 1)
    return _fresh(changed) if _owes_anew(hazard, changed) else changed


def fold(hazard: HazardId, site: SiteId, events: Iterable[e.Event]) -> Hazard:
    """The hazard after all of its events."""
    state = Hazard(id=hazard, site=site)
    for event in events:
        state = evolve(state, event)
    return state


def _owes_anew(before: Hazard, after: Hazard) -> bool:
    """Whether what is owed, by whom or until when is another thing now: the clock begins at its foot again."""
    moved = owed(after) is Owed.RECTIFICATION and before.rectify_by != after.rectify_by
    handed = before.responsible != after.responsible
    return owed(before) != owed(after) or before.round != after.round or moved or handed


def _fresh(hazard: Hazard) -> Hazard:
    return replace(hazard, rung=0, charge=None, charged_at=None)


def _reported(now: Hazard, event: e.HazardReported) -> Hazard:
    return replace(
        now, law=event.law, sighting=event.what, reporter=event.by, reported_at=event.at, seen_at=event.at,
        grade=event.grade, before=event.what.photos, videos=event.what.videos, permits=event.permits,
    )  # fmt: skip


def _seen_again(now: Hazard, event: e.SeenAgain) -> Hazard:
    who = event.by.as_person
    first = now.reporter.as_person if now.reporter is not None else None
    known = who is None or who == first or who in now.witnesses
    seen = replace(now, seen_at=event.at, witnesses=now.witnesses if known or who is None else (*now.witnesses, who))
    if now.rectified_at is not None:
        return seen  # after somebody said it was put right, it tells nothing of how it was before
    return replace(seen, before=(*now.before, *event.what.photos), videos=(*now.videos, *event.what.videos))


def _merged(now: Hazard, event: e.HazardMerged) -> Hazard:
    if event.into == now.id:
        _impossible(now, event)
    return replace(now, merged_into=event.into, ended_at=event.at)


def _dismissed(now: Hazard, event: e.HazardDismissed) -> Hazard:
    return replace(now, ended_at=event.at)


def _regraded(now: Hazard, event: e.HazardRegraded) -> Hazard:
    graver = replace(now, grade=event.grade, permits=tuple(dict.fromkeys((*now.permits, *event.permits))))
    if now.rectify_by is None:
        return graver
    return replace(graver, rectify_by=min(now.rectify_by, event.at + terms(graver).rectify))


def _assigned(now: Hazard, event: e.HazardAssigned) -> Hazard:
    term = terms(now).rectify if now.round == 0 else terms(now).again
    return replace(
        now, responsible=event.to, assigned_at=event.at, taken_at=None, extension=None,
        rectify_by=now.rectify_by if now.rectify_by is not None else event.at + term,
    )  # fmt: skip


def _taken(now: Hazard, event: e.HazardTaken) -> Hazard:
    if now.taken_at is not None or event.by.as_person != now.responsible:
        _impossible(now, event)
    return replace(now, taken_at=event.at)


def _interim(now: Hazard, event: e.InterimPut) -> Hazard:
    return replace(now, interim=event.text, before=(*now.before, *event.photos))


def _plan(now: Hazard, event: e.PlanAdopted) -> Hazard:
    return replace(now, plan=event.plan)


def _extension_asked(now: Hazard, event: e.ExtensionAsked) -> Hazard:
    return replace(now, extension=event.ask)


def _extension_granted(now: Hazard, event: e.ExtensionGranted) -> Hazard:
    if now.extension is None or event.by.as_person == now.extension.by:
        _impossible(now, event)
    return replace(now, extension=None, extensions=now.extensions + 1, rectify_by=event.until)


def _extension_refused(now: Hazard, event: e.ExtensionRefused) -> Hazard:
    if now.extension is None:
        _impossible(now, event)
    return replace(now, extension=None)


def _rectified(now: Hazard, event: e.HazardRectified) -> Hazard:
    who = _who(now, event)
    if not event.photos or not now.before:
        _impossible(now, event)
    return replace(
        now, after=event.photos, rectified_by=who, rectified_at=event.at, hands=now.hands | {who}, extension=None,
        taken_at=now.taken_at if now.taken_at is not None else event.at,
    )  # fmt: skip


def _accepted(now: Hazard, event: e.HazardAccepted) -> Hazard:
    who = _who(now, event)
    if who in now.hands or who == now.responsible:
        _impossible(now, event)
    return replace(now, accepted_by=who, ended_at=event.at)


def _sent_back(now: Hazard, event: e.HazardSentBack) -> Hazard:
    return replace(
        now, round=now.round + 1, after=(), rectified_by=None, rectified_at=None, taken_at=None, assigned_at=event.at,
        rectify_by=event.at + terms(now).again,
    )  # fmt: skip


def _reopened(now: Hazard, event: e.HazardReopened) -> Hazard:
    return replace(
        now, round=now.round + 1, after=(), before=(*now.before, *event.photos), rectified_by=None, rectified_at=None,
        accepted_by=None, ended_at=None, responsible=None, assigned_at=event.at, taken_at=None, rectify_by=None,
        # What held the danger off then was taken away when it was put on file.
        interim="", permits=tuple(dict.fromkeys((*now.permits, *event.permits))),
    )  # fmt: skip


def _noted(now: Hazard, _: e.NoteAdded) -> Hazard:
    return now


def _charged(now: Hazard, event: e.ChargeTaken) -> Hazard:
    return replace(now, charge=_who(now, event), charged_at=event.at)


def _supervised(now: Hazard, event: e.SupervisionRaised) -> Hazard:
    climbed = event.owed is not None
    if event.owed is not None and event.owed != owed(now):
        _impossible(now, event)
    return replace(
        now,
        supervision=max(now.supervision, event.level),
        told=event.told,
        rung=now.rung + climbed,
        charge=None if climbed else now.charge,
        charged_at=None if climbed else now.charged_at,
    )


def _earned(now: Hazard, event: e.PointsEarned) -> Hazard:
    return replace(now, earned=now.earned + event.points)


_APPLY: Mapping[type[e.Event], Callable[[Hazard, Any], Hazard]] = {
    e.HazardReported: _reported,
    e.SeenAgain: _seen_again,
    e.HazardMerged: _merged,
    e.HazardDismissed: _dismissed,
    e.HazardRegraded: _regraded,
    e.HazardAssigned: _assigned,
    e.HazardTaken: _taken,
    e.InterimPut: _interim,
    e.PlanAdopted: _plan,
    e.ExtensionAsked: _extension_asked,
    e.ExtensionGranted: _extension_granted,
    e.ExtensionRefused: _extension_refused,
    e.HazardRectified: _rectified,
    e.HazardAccepted: _accepted,
    e.HazardSentBack: _sent_back,
    e.HazardReopened: _reopened,
    e.NoteAdded: _noted,
    e.ChargeTaken: _charged,
    e.SupervisionRaised: _supervised,
    e.PointsEarned: _earned,
}


def _who(now: Hazard, event: e.Event) -> PersonId:
    person = event.by.as_person
    if person is None:
        _impossible(now, event)
    return person


def _impossible(now: Hazard, event: e.Event) -> NoReturn:
    raise ImpossibleEvent(f"{now.id} is {now.stage} at version {now.version}: {type(event).__name__} cannot follow")
