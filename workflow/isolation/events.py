"""What happened to an isolation. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.ids import PermitId, PersonId
from workflow.isolation.state import Point
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOn(Event):
    """Put in place."""

    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroEnergyProven(Event):
    """Shown to be without energy."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedByPermit(Event):
    """A permit stands on it."""

    permit: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOffered(Event):
    """To be handed over."""

    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTakenOver(Event):
    """Handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedOff(Event):
    """Taken off by its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBroken(Event):
    """Taken off without its owner."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalRefused(Event):
    """Somebody tried to take it off and must not. ``why`` is plain Chinese."""

    why: str


ALL: tuple[type[Event], ...] = (
    LockedOn, ZeroEnergyProven, CitedByPermit, LockOffered, LockTakenOver, LockedOff, LockBroken, RemovalRefused,
)  # fmt: skip
