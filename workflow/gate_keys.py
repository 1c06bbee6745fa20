"""Which keys sign for the gate of a site, and from when to when: so that an outsider can tell ours from any other.

A file with public keys proves nothing of itself; whoever can forge a pass can write such a file. What stands here is
sealed by the checkpoints with everything else. Kept by the house when it starts: nobody else knows which key it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from workflow.errors import ImpossibleEvent
from workflow.ids import SiteId
from workflow.values import Actor, aware

STREAM = "keys"
"""The one stream of a site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateKeys:
    """The keys that count now: public key (base64url) by name (hex)."""

    id: str
    site: SiteId
    known: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    by: Actor
    at: datetime
    key: str

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateKeyNamed(Event):
    """From now on what this key signs is the site's."""

    public: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateKeyEnded(Event):
    """Nothing this key signs from now on is the site's."""


ALL: tuple[type[Event], ...] = (GateKeyNamed, GateKeyEnded)


def evolve(keys: GateKeys, event: Event) -> GateKeys:
    """The state after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case GateKeyNamed(key=key, public=public) if key not in keys.known:
            return replace(keys, known=MappingProxyType({**keys.known, key: public}))
        case GateKeyEnded(key=key) if key in keys.known:
            left = {name: public for name, public in keys.known.items() if name != key}
            return replace(keys, known=MappingProxyType(left))
        case _:
            raise ImpossibleEvent(f"gate keys: {type(event).__name__} of {event.key} cannot follow")


def settled(keys: GateKeys, counts: Mapping[str, str], at: datetime) -> tuple[Event, ...]:
    """What follows when these keys count: new ones are named, those that are gone have ended."""
    clock = Actor.clock()
    ended = [GateKeyEnded(by=clock, at=at, key=name) for name in keys.known if name not in counts]
    named = [
        GateKeyNamed(by=clock, at=at, key=name, public=public)
        for name, public in counts.items()
        if name not in keys.known
    ]
    return (*ended, *named)
