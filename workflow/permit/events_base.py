"""What every event has. `workflow.permit.events` names them all."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events: who caused it, and the server's time."""
