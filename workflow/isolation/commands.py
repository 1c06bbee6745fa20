"""What a person may ask of an isolation. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.ids import PermitId, PersonId
from workflow.isolation.state import Point
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOn(Command):
    """The isolation is in place, locked and tagged (4.5 c)."""

    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Prove(Command):
    """A second person tried it: no energy is left."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite(Command):
    """A permit stands on it from now on."""

    permit: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Command):
    """The owner wants to hand his lock over."""

    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Command):
    """The one it was offered to takes it: it is his lock now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOff(Command):
    """The owner takes his own lock off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakLock(Command):
    """The owner cannot be had: the safety department takes the lock off and says why."""

    reason: str


ALL: tuple[type[Command], ...] = (LockOn, Prove, Cite, Offer, TakeOver, LockOff, BreakLock)
