"""What the agenda holds for handlers, beside commands: a report that waits for its sender's word whether it is known,
a picture by chance, and a stay that ends."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class StillDue:
    """The clock: the moment ``at`` which the cameras of a permit's place are asked, drawn when the last one passed."""

    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class StayEnds:
    """The clock: the moment ``at`` which somebody is at work for too long."""

    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)
