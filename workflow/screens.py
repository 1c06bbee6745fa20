"""Wall screens: which of them may show the board, or a place's changing number; who allowed each, and until when. Pure.

A screen holds a secret; only its SHA-256 is known here. It shows what anybody who passes may see, and can do nothing.
The number of a place is worth something to whoever reads it elsewhere: the link of such a screen opens one browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import no
from workflow.ids import AreaId, PersonId, SiteId
from workflow.values import Actor, Stamped

STREAM: Final = "wall"
"""The id of the one stream."""
LASTS: Final = timedelta(days=180)
MOST: Final = 20
"""Screens of a site at a time."""
LONGEST: Final = 40
"""Characters of a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen that may show the board."""

    secret_hash: str
    name: str
    by: PersonId
    at: datetime
    area: AreaId | None = None
    """The place whose changing number it shows, and nothing else; None: it shows the board."""
    kept_hash: str | None = None
    """Of what its browser keeps since the link was opened; only a screen for a number changes its secret so."""

    @property
    def until(self) -> datetime:
        """The first moment at which it may no longer."""
        return self.at + LASTS


def _none() -> Mapping[str, Screen]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """All screens of a site that were allowed and not ended, by the hash of their secret."""

    id: str
    site: SiteId
    allowed: Mapping[str, Screen] = field(default_factory=_none)

    def live(self, secret_hash: str, now: datetime) -> Screen | None:
        """The screen with this secret, as long as it may show anything."""
        found = self.allowed.get(secret_hash)
        return found if found is not None and now < found.until else None

    def number_screen(self, kept_hash: str, now: datetime) -> Screen | None:
        """The screen for a place's number whose browser keeps this, as long as it may show anything."""
        kept = (one for one in self.allowed.values() if one.area is not None and one.kept_hash == kept_hash)
        return next((one for one in kept if now < one.until), None)

    def shows_number(self, area: AreaId, now: datetime) -> bool:
        """Whether some screen shows the changing number of this place."""
        return any(one.area == area and now < one.until for one in self.allowed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenAllowed(Event):
    """A screen may show the board, or the number of a place."""

    secret_hash: str
    name: str
    area: AreaId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTaken(Event):
    """A browser opened the link of a screen for a number: what it keeps counts from now on, and the link no more."""

    secret_hash: str
    kept_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenEnded(Event):
    """It may no longer."""

    secret_hash: str


ALL: tuple[type[Event], ...] = (ScreenAllowed, ScreenTaken, ScreenEnded)


def allow(
    screens: Screens, by: PersonId, at: datetime, name: str, secret_hash: str, area: AreaId | None = None
) -> ScreenAllowed:
    """Let a new screen show the board, or the number of a place. Raise `Refused` for one without a name, or one too
    many."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST:
        raise Refused((no("screen.name", f"大屏的名字要有，不超过{LONGEST}个字", cure="写上这块屏放在哪里"),))
    if sum(at < one.until for one in screens.allowed.values()) >= MOST:
        raise Refused((no("screen.many", f"已经有{MOST}块大屏了", cure="先停用不用的"),))
    return ScreenAllowed(by=Actor.person(by), at=at, secret_hash=secret_hash, name=name, area=area)


def take(screens: Screens, at: datetime, secret_hash: str, kept_hash: str) -> ScreenTaken | None:
    """Open the link of a screen for a place's number in one browser; None: there is none to open, or it was opened."""
    found = screens.live(secret_hash, at)
    if found is None or found.area is None or found.kept_hash is not None:
        return None
    return ScreenTaken(by=Actor.clock(), at=at, secret_hash=secret_hash, kept_hash=kept_hash)


def end(screens: Screens, by: PersonId, at: datetime, secret_hash: str) -> ScreenEnded | None:
    """End one; None where there is none to end."""
    if secret_hash not in screens.allowed:
        return None
    return ScreenEnded(by=Actor.person(by), at=at, secret_hash=secret_hash)


def evolve(screens: Screens, event: Event) -> Screens:
    """The state after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    person = event.by.as_person
    match event:
        case ScreenAllowed(secret_hash=secret) if person is not None and secret not in screens.allowed:
            made = Screen(secret_hash=secret, name=event.name, by=person, at=event.at, area=event.area)
            return replace(screens, allowed={**screens.allowed, secret: made})
        case ScreenTaken(secret_hash=secret) if secret in screens.allowed:
            taken = replace(screens.allowed[secret], kept_hash=event.kept_hash)
            return replace(screens, allowed={**screens.allowed, secret: taken})
        case ScreenEnded(secret_hash=secret) if secret in screens.allowed:
            return replace(screens, allowed={key: one for key, one in screens.allowed.items() if key != secret})
        case _:
            raise ImpossibleEvent(f"{screens.id}: {type(event).__name__} cannot follow")
