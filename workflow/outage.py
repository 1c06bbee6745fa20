"""Since when a chat platform is down, as the house itself saw it: one stream for each platform.

Nobody says so but the clock: what a person says of the platform opens nothing. A house that begins anew does not know
what happened meanwhile, so an outage it finds open ends there and, where the platform is down still, begins again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from workflow.errors import ImpossibleEvent
from workflow.ids import SiteId
from workflow.values import Actor, Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What is known of one platform. ``since``: down since then; None: not known to be down."""

    id: str
    site: SiteId
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformLost(Event):
    """The platform does not answer, or nothing people say there arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformBack(Event):
    """The platform answers again. ``unwatched``: nobody looked for a while, so what was known before counts no more."""

    unwatched: bool = False


ALL: tuple[type[Event], ...] = (PlatformLost, PlatformBack)


def evolve(outage: Outage, event: Event) -> Outage:
    """The state after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case PlatformLost() if outage.since is None:
            return replace(outage, since=event.at)
        case PlatformBack() if outage.since is not None:
            return replace(outage, since=None)
        case _:
            raise ImpossibleEvent(f"outage of {outage.id}: {type(event).__name__} cannot follow")


def seen(outage: Outage, *, down: bool, unwatched: bool, at: datetime) -> tuple[Event, ...]:
    """What follows from a look. ``unwatched``: it is the first since the house began."""
    clock, found = Actor.clock(), []
    since = outage.since
    if since is not None and (unwatched or not down):
        found.append(PlatformBack(by=clock, at=at, unwatched=unwatched))
        since = None
    lost = (PlatformLost(by=clock, at=at),) if down and since is None else ()
    return (*found, *lost)
