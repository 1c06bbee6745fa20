"""What happened in a zone. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCalled(Event):
    """The zone is in an emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLifted(Event):
    """A named person of the right post said that it is over."""

    reason: str


ALL: tuple[type[Event], ...] = (EmergencyCalled, EmergencyLifted)
