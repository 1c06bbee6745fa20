"""A report that waits for its sender's word whether it is known: not for long, and never for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import PersonId
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReport:
    """The clock: whoever was asked at ``at`` whether his report is a known hazard has had his time."""

    person: PersonId
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)
