"""One-time links by which a foreman lets somebody without an account act: the law of one foreman's links.

A link is opened for one person, one permit and one purpose. The code told face to face makes it the phone's that typed
it in, once; after that only this phone counts, for a short time. Five wrong codes, a newer link for the same person and
permit, or the foreman's word end it. What is signed stands on the permit; here stands who had which link when.

One stream for each foreman. Pure: codes and phones come as a yes or a digest, never as themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import no
from workflow.ids import PermitId, PersonId, SiteId
from workflow.rules.plant_rules import Vouching
from workflow.values import Actor, aware

KEPT = timedelta(days=1)
"""How long an old link is remembered, to say plainly what became of it."""
MINUTE = timedelta(minutes=1)


class LinkPurpose(StrEnum):
    """What a link is for. Stopping work is part of both."""

    BRIEFING = "briefing"
    STOP = "stop"


class LinkState(StrEnum):
    """How far a link has come."""

    OPEN = "open"
    """Waits for its code."""
    HELD = "held"
    """One phone holds it."""
    LOCKED = "locked"
    """Too many wrong codes."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link. ``ends`` is the last moment of its present state."""

    id: str
    permit: PermitId
    person: PersonId
    purpose: LinkPurpose
    opened: datetime
    ends: datetime
    state: LinkState = LinkState.OPEN
    tries: int = 0
    phone: str = ""
    """SHA-256 (hex) of the secret of the phone that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The links of one foreman, newest last."""

    id: PersonId
    site: SiteId
    links: tuple[Link, ...] = ()

    def link(self, link: str) -> Link | None:
        """A link by its id; None for one that never was or is long forgotten."""
        return next((one for one in self.links if one.id == link), None)


# --- events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. ``by`` is the clock where nobody is known yet."""

    by: Actor
    at: datetime
    link: str

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOpened(Event):
    """The foreman vouches: this person stands before me."""

    permit: PermitId
    person: PersonId
    purpose: LinkPurpose
    ends: datetime

    def __post_init__(self) -> None:
        Event.__post_init__(self)
        aware(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMissed(Event):
    """Somebody typed a wrong code. ``locked``: it was the last try."""

    locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAccepted(Event):
    """The right code: from now on only the phone with this secret counts."""

    phone: str
    ends: datetime

    def __post_init__(self) -> None:
        Event.__post_init__(self)
        aware(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Event):
    """The foreman took it back, or opened a newer one for the same person and permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyVouched(Event):
    """The foreman wanted to vouch for more people within a minute than one can stand before; refused, and told."""

    permit: PermitId
    person: PersonId


ALL: tuple[type[Event], ...] = (LinkOpened, CodeMissed, CodeAccepted, LinkRevoked, TooManyVouched)


# --- decisions ------------------------------------------------------------------------------------------------------


def open_link(
    links: Links, *, link: str, permit: PermitId, person: PersonId, purpose: LinkPurpose, at: datetime, rules: Vouching
) -> tuple[Event, ...]:
    """A new link, older ones for the same person and permit revoked; or `TooManyVouched` alone."""
    by = Actor.person(links.id)
    recent = {one.person for one in links.links if at - one.opened < MINUTE}
    if len(recent | {person}) > rules.people_a_minute:
        return (TooManyVouched(by=by, at=at, link=link, permit=permit, person=person),)
    older = (one for one in links.links if (one.permit, one.person) == (permit, person) and usable(one, at))
    opened = LinkOpened(
        by=by, at=at, link=link, permit=permit, person=person, purpose=purpose, ends=at + rules.link_lives
    )
    return (*(LinkRevoked(by=by, at=at, link=one.id) for one in older), opened)


def try_code(links: Links, link: str, *, right: bool, phone: str, at: datetime, rules: Vouching) -> tuple[Event, ...]:
    """A code was typed in. Raise `Refused` when the link is over.

    ``phone``: the digest of a secret made for this answer alone; nothing the browser brought along.
    """
    one = links.link(link)
    if one is None or one.state is not LinkState.OPEN or not usable(one, at):
        raise Refused(findings=(no("link.over", "链接已失效", cure="请找带班人再开一个链接"),))
    if right:
        by = Actor.person(one.person)
        return (CodeAccepted(by=by, at=at, link=link, phone=phone, ends=at + rules.link_lives),)
    return (CodeMissed(by=Actor.clock(), at=at, link=link, locked=one.tries + 1 >= rules.code_tries),)


def revoke_all(links: Links, at: datetime) -> tuple[Event, ...]:
    """The foreman takes back whatever may still be used."""
    by = Actor.person(links.id)
    return tuple(LinkRevoked(by=by, at=at, link=one.id) for one in links.links if usable(one, at))


def usable(link: Link, at: datetime) -> bool:
    """Whether it may still wait for its code, or its phone may still act."""
    return link.state in (LinkState.OPEN, LinkState.HELD) and at < link.ends


def held_by(link: Link, phone: str, at: datetime) -> bool:
    """Whether this phone holds the link now."""
    return link.state is LinkState.HELD and bool(phone) and link.phone == phone and usable(link, at)


# --- evolution ------------------------------------------------------------------------------------------------------


def evolve(before: Links, event: Event) -> Links:
    """The state after the event. Raise `ImpossibleEvent` for one about a link that never was."""
    if isinstance(event, LinkOpened):
        kept = tuple(one for one in before.links if event.at - one.opened < KEPT)
        link = Link(
            id=event.link, permit=event.permit, person=event.person, purpose=event.purpose, opened=event.at,
            ends=event.ends,
        )  # fmt: skip
        return replace(before, links=(*kept, link))
    if isinstance(event, TooManyVouched):
        return before
    if before.link(event.link) is None:
        raise ImpossibleEvent(f"{before.id}: {type(event).__name__} of a link that never was")
    change = _CHANGES[type(event)]
    return replace(before, links=tuple(change(one, event) if one.id == event.link else one for one in before.links))


_CHANGES: Mapping[type[Event], Callable[[Link, Any], Link]] = {
    CodeMissed: lambda link, event: replace(
        link, tries=link.tries + 1, state=LinkState.LOCKED if event.locked else link.state
    ),
    CodeAccepted: lambda link, event: replace(link, state=LinkState.HELD, phone=event.phone, ends=event.ends),
    LinkRevoked: lambda link, _: replace(link, state=LinkState.REVOKED),
}
