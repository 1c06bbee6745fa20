"""What happened in a zone. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.values import Actor, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    by: Actor
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyCalled(Event):
    """The zone is in an emergency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLifted(Event):
    """A named person of the right post said that it is over."""

    reason: str


ALL: tuple[type[Event], ...] = (EmergencyCalled, EmergencyLifted)
