"""What happened to a lock box. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.ids import AreaId, IsolationId, PermitId, PersonId
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSetUp(Event):
    """Keys went into a box."""

    label: str
    area: AreaId
    points: tuple[IsolationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPutIn(Event):
    """One more key went in."""

    point: IsolationId


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLockHung(Event):
    """A crew's lock hangs on the box."""

    number: str
    permit: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLockOffered(Event):
    """To be handed over."""

    number: str
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLockTakenOver(Event):
    """Handed over."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLockTakenOff(Event):
    """Taken off by its owner."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLockBroken(Event):
    """Taken off without its owner."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGivenUp(Event):
    """Taken away, empty of locks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRefused(Event):
    """Somebody tried to take a lock off, or the box away, and must not. ``why`` is plain Chinese."""

    why: str


ALL: tuple[type[Event], ...] = (
    BoxSetUp, KeyPutIn, CrewLockHung, CrewLockOffered, CrewLockTakenOver, CrewLockTakenOff, CrewLockBroken, BoxGivenUp,
    BoxRefused,
)  # fmt: skip
