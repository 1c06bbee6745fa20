"""What must now be done outside because of what happened to a hazard, said in site language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from workflow.effects import Lane
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.law import Inside, Legal
from workflow.hazard.owed import next_look, owed
from workflow.hazard.state import Hazard, Owed
from workflow.ids import HazardId, PermitId, PersonId
from workflow.permit.commands import StopWork
from workflow.permit.commands_base import SuspendReason
from workflow.rules.types import Role
from workflow.values import Actor, aware


class About(StrEnum):
    """Why a person hears of a hazard. Decides which card is rendered; the words are in ``cards/``."""

    REGISTERED = "registered"
    """To the reporter: the number to follow it by."""
    ASK_ASSIGN = "ask_assign"
    ASK_GRADE = "ask_grade"
    """No rule knew how grave it is."""
    WORK_ORDER = "work_order"
    ASK_EXTENSION = "ask_extension"
    EXTENSION_ANSWERED = "extension_answered"
    ASK_ACCEPT = "ask_accept"
    SENT_BACK = "sent_back"
    SUPERVISED = "supervised"
    REMINDED = "reminded"
    """To whoever owes it, beside those it climbed to."""
    ASK_GUARDIAN = "ask_guardian"
    ARCHIVED = "archived"
    DISMISSED = "dismissed"
    MERGED = "merged"
    REOPENED = "reopened"
    REPRESENTATIVES = "representatives"
    """A major one is told to the staff's representatives, too (Work Safety Law Art 41)."""
    ORDER_DONE = "order_done"
    """The equipment system says that its order is done; whoever answers for it looks and says so himself."""
    ORDER_REFUSED = "order_refused"
    UNWATCHED = "unwatched"
    """Its timer was lost: what is owed might have been forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell people: a pushed message or card. The office resolves roles at the hazard's place to people."""

    hazard: HazardId
    about: About
    lane: Lane
    people: tuple[PersonId, ...] = ()
    roles: tuple[Role, ...] = ()
    guardians_of: tuple[PermitId, ...] = ()
    key: str = ""
    """Tells two of one kind for one hazard apart: part of the idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Everybody who holds a card of this hazard sees its new state, in place and without a push."""

    hazard: HazardId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetClock:
    """At ``due`` the clock asks ``command`` (its ``at`` is replaced). A hazard has one clock: it is replaced."""

    hazard: HazardId
    due: datetime
    command: c.DebtOverdue

    def __post_init__(self) -> None:
        aware(self.due)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearClock:
    """Nothing is owed any more."""

    hazard: HazardId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPermit:
    """Live work at the place is stopped; only its own people resume it, by its own law."""

    hazard: HazardId
    permit: PermitId
    command: StopWork


Effect = Tell | Refresh | SetClock | ClearClock | StopPermit


def effects(event: e.Event, before: Hazard, after: Hazard) -> tuple[Effect, ...]:
    """What follows outside from one event. The clock is set anew whenever it looks at another moment or debt."""
    return (*_TABLE[type(event)](event, after), Refresh(hazard=after.id), *_clock(before, after))


def _clock(before: Hazard, after: Hazard) -> tuple[Effect, ...]:
    due, what = next_look(after), owed(after)
    if due is None or what is None:
        return (ClearClock(hazard=after.id),) if next_look(before) is not None else ()
    if (due, what, after.round, after.rung) == (next_look(before), owed(before), before.round, before.rung):
        return ()
    return (_asks(after, due, what),)


def clock_of(hazard: Hazard) -> SetClock | None:
    """The clock an open hazard must have, for whoever sets a lost one anew; None once nothing is owed."""
    due, what = next_look(hazard), owed(hazard)
    return None if due is None or what is None else _asks(hazard, due, what)


def _asks(now: Hazard, due: datetime, what: Owed) -> SetClock:
    asked = c.DebtOverdue(by=Actor.clock(), at=due, owed=what, round=now.round, rung=now.rung)
    return SetClock(hazard=now.id, due=due, command=asked)


def lane(hazard: Hazard) -> Lane:
    """Major and urgent ones never wait behind other messages."""
    _, held = hazard.ruling
    return Lane.SAFETY if held.major or held.urgent else Lane.ACTION


def _tell(now: Hazard, about: About, *people: PersonId | None, **more: Any) -> Tell:
    found = tuple(dict.fromkeys(one for one in people if one is not None))
    told = Tell(hazard=now.id, about=about, lane=lane(now), people=found, key=f"{now.round}.{now.version}")
    return replace(told, **more)


def _reporter(now: Hazard) -> PersonId | None:
    return None if now.reporter is None else now.reporter.as_person


def _reported(event: e.HazardReported, now: Hazard) -> tuple[Effect, ...]:
    told = [_tell(now, About.REGISTERED, _reporter(now))] if _reporter(now) is not None else []
    if event.to_assign:
        told.append(_tell(now, About.ASK_ASSIGN, roles=(Role.SAFETY_DEPT,)))
    if not event.grade.sure:
        told.append(_tell(now, About.ASK_GRADE, roles=(Role.SAFETY_DEPT,), lane=Lane.INFORMATION))
    return (*told, *_graver(event, now))


def _graver(event: e.HazardReported | e.HazardRegraded, now: Hazard) -> tuple[Effect, ...]:
    major = event.grade.legal is Legal.MAJOR
    told = (_tell(now, About.REPRESENTATIVES, lane=Lane.INFORMATION),) if major else ()
    return (*told, *_live_work(event, now))


def _live_work(event: e.HazardReported | e.HazardRegraded | e.HazardReopened, now: Hazard) -> tuple[Effect, ...]:
    match event.inside:
        case Inside.NOTHING:
            return ()
        case Inside.ASK_GUARDIAN:
            return (_tell(now, About.ASK_GUARDIAN, guardians_of=event.permits, lane=Lane.SAFETY),)
        case Inside.STOP:
            return tuple(_stop(event, now, permit) for permit in event.permits)
        case never:
            assert_never(never)


def _stop(event: e.Event, now: Hazard, permit: PermitId) -> StopPermit:
    text = f"作业地点发现隐患 {now.id}"
    command = StopWork(by=Actor.clock(), at=event.at, reason=SuspendReason.HAZARD, text=text)
    return StopPermit(hazard=now.id, permit=permit, command=command)


def _nothing(_event: e.Event, _now: Hazard) -> tuple[Effect, ...]:
    return ()


def _assigned(_event: e.HazardAssigned, now: Hazard) -> tuple[Effect, ...]:
    return (_tell(now, About.WORK_ORDER, now.responsible),)


def _asked(_event: e.ExtensionAsked, now: Hazard) -> tuple[Effect, ...]:
    heads = (Role.CHIEF,) if now.ruling[1].major else (Role.SAFETY_DEPT,)
    return (_tell(now, About.ASK_EXTENSION, roles=heads),)


def _answered(_event: e.Event, now: Hazard) -> tuple[Effect, ...]:
    return (_tell(now, About.EXTENSION_ANSWERED, now.responsible),)


def _rectified(_event: e.HazardRectified, now: Hazard) -> tuple[Effect, ...]:
    return (_tell(now, About.ASK_ACCEPT, roles=(Role.SAFETY_DEPT, Role.SITE_UNIT)),)


def _sent_back(_event: e.HazardSentBack, now: Hazard) -> tuple[Effect, ...]:
    return (_tell(now, About.SENT_BACK, now.responsible),)


def _supervised(event: e.SupervisionRaised, now: Hazard) -> tuple[Effect, ...]:
    debtor = () if event.owed is None or now.responsible in event.told else (now.responsible,)
    return (_tell(now, About.SUPERVISED, *event.told), *(_tell(now, About.REMINDED, one) for one in debtor if one))


def _ended(about: About) -> Callable[[Any, Hazard], tuple[Effect, ...]]:
    def told(_event: e.Event, now: Hazard) -> tuple[Effect, ...]:
        # Whoever was told that it climbed hears that it is over: a card cannot always be changed in his hands.
        people = (_reporter(now), *now.witnesses, now.responsible, *now.told)
        return (_tell(now, about, *people, lane=Lane.INFORMATION),)

    return told


def _reopened(event: e.HazardReopened, now: Hazard) -> tuple[Effect, ...]:
    return (_tell(now, About.REOPENED, roles=(Role.SAFETY_DEPT,)), *_live_work(event, now))


_TABLE: Mapping[type[e.Event], Callable[[Any, Hazard], tuple[Effect, ...]]] = {
    e.HazardReported: _reported,
    e.SeenAgain: _nothing,
    e.HazardMerged: _ended(About.MERGED),
    e.HazardDismissed: _ended(About.DISMISSED),
    e.HazardRegraded: _graver,
    e.HazardAssigned: _assigned,
    e.HazardTaken: _nothing,
    e.InterimPut: _nothing,
    e.PlanAdopted: _nothing,
    e.ExtensionAsked: _asked,
    e.ExtensionGranted: _answered,
    e.ExtensionRefused: _answered,
    e.HazardRectified: _rectified,
    e.HazardAccepted: _ended(About.ARCHIVED),
    e.HazardSentBack: _sent_back,
    e.HazardReopened: _reopened,
    e.NoteAdded: _nothing,
    e.ChargeTaken: _nothing,
    e.SupervisionRaised: _supervised,
    e.PointsEarned: _nothing,
}
