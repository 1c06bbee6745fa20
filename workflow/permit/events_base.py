"""What every event has. `workflow.permit.events` names them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.values import Actor, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: who caused it, and the server's time."""

    by: Actor
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)
