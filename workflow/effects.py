"""What must now be done outside, said in site language. No platform words, no text: purposes and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.commands import Command
from workflow.rules.types import Role
from workflow.stills import Occasion
from workflow.values import aware


class Lane(StrEnum):
    """Outgoing messages are claimed lane by lane; safety never waits behind digests."""

    SAFETY = "safety"
    ACTION = "action"
    INFORMATION = "information"


class Purpose(StrEnum):
    """Why a person hears of a permit. Decides which card is rendered; the words are in ``cards/words.py``."""

    ASK_ACCEPT = "ask_accept"
    ASK_PREPARE = "ask_prepare"
    ASK_APPROVE = "ask_approve"
    REMIND = "remind"
    """The same step still waits for those who were asked."""
    DEPUTISE = "deputise"
    """Whoever stands by for a post is asked, because nobody else did in time."""
    ESCALATED = "escalated"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    ISSUED = "issued"
    ASK_START = "ask_start"
    ASK_BRIEF = "ask_brief"
    """The owning unit's briefer: those who work wait for what he tells them (4.4)."""
    STARTED = "started"
    PROMPT = "prompt"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    ENDING = "ending"
    EXPIRED = "expired"
    COUNT_REMINDER = "count_reminder"
    FIRE_WATCH = "fire_watch"
    ASK_ACCEPTANCE = "ask_acceptance"
    CLOSED = "closed"
    UNGUARDED = "unguarded"
    """Nothing watches the permit any more: people must."""
    ASK_HANDOVER = "ask_handover"
    ASK_CLOSING = "ask_closing"
    LINKED = "linked"
    LOOK_AFTER = "look_after"
    """The guardian answered wrong, or cannot do what he was asked: somebody should see how he is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Tell people: a pushed message or card. The office resolves roles to people, groups by purpose (``safety``)."""

    permit: PermitId
    purpose: Purpose
    lane: Lane
    people: tuple[PersonId, ...] = ()
    roles: tuple[Role, ...] = ()
    groups: tuple[str, ...] = ()
    step: str = ""
    """The step this is about (`workflow.escalation.step_now`): when another one is waited for, nothing is left to be
    said. Empty: it is about no step, or about any."""
    first: bool = False
    """Of those behind the roles only who is asked first, not who merely stands by (`workflow.escalation`)."""
    again: bool = False
    """Whoever is told knows the heart of it: this reminds, or adds to it. It may be held back a while and told with
    others (`workflow.manners`)."""
    key: str = ""
    """Tells two sends of one purpose for one permit apart (node, prompt, level): part of the idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Everybody who holds a card of this permit sees its new state, in place and without a push."""

    permit: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """At ``due`` the clock asks ``command`` (its ``at`` is replaced by the moment it fires). Same name: replaced."""

    permit: PermitId
    name: str
    due: datetime
    command: Command
    earliest: datetime | None = None
    """When set, the office draws a moment nobody can foresee, from this one on and never later than ``due``."""

    def __post_init__(self) -> None:
        aware(self.due)
        if self.earliest is not None and aware(self.earliest) > self.due:
            raise ValueError(f"a timer that may fire from {self.earliest} on cannot be due at {self.due}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearTimer:
    """The named timer is no longer wanted. An empty name clears all of the permit."""

    permit: PermitId
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchMedia:
    """A photo or voice of the platform must be copied into our own store (platform ids die after days)."""

    permit: PermitId
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPermit:
    """Another permit of the site is asked by the clock's hand: to stop or end, or to note that somebody cites it.

    The office makes it a row that is due at once, so that it survives whatever happens next. ``key`` tells two such
    rows apart: who asks, and at which version.
    """

    permit: PermitId
    """The permit that is asked."""
    command: Command
    key: str


class Order(StrEnum):
    """What the things a plant can switch are told. Both lead to their safe side, so either may be said twice."""

    LOCK = "lock"
    """Every door, turnstile and ignition that was released for the permit is locked for entry and off at once. A way
    out is never locked by anybody."""
    SOUND = "sound"
    """The sirens at the permit's place: everybody out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """Outputs of the plant are driven to their safe side for a permit. Nothing is ever *released* by an effect: that is
    shown again and again while it lasts (`workflow.permit.release`)."""

    permit: PermitId
    area: AreaId
    order: Order
    key: str
    """The permit's version: tells two orders of one kind apart, part of the idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStill:
    """A picture of the place is worth having now, where the plant has cameras and asks them."""

    permit: PermitId
    area: AreaId
    occasion: Occasion
    key: str
    """The permit's version: tells two wishes for one occasion apart."""


Effect = Notify | Refresh | SetTimer | ClearTimer | FetchMedia | AskPermit | Drive | TakeStill
