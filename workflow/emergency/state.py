"""One zone as far as emergencies go, folded from its events; and what a permit's gates see of those in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import PersonId, SiteId
from workflow.values import aware

PLANT = "plant"
"""The zone that is the whole plant. Every other zone is the code of an area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Whether an emergency is in force in one zone, and who called or lifted the last one."""

    id: str
    site: SiteId
    version: int = 0
    in_force: bool = False
    called_by: PersonId | None = None
    called_at: datetime | None = None
    lifted_by: PersonId | None = None
    lifted_at: datetime | None = None
    reason: str = ""
    """Why it was lifted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One emergency that holds a permit's place, or may hold it."""

    zone: str
    where: str
    """The zone's name, for people."""
    by: PersonId
    at: datetime
    lifters: tuple[PersonId, ...] = ()
    """Who may lift it; empty = nobody holds such a post."""
    sure: bool = True
    """False: nobody can tell whether the place lies in the zone, so it counts as inside."""

    def __post_init__(self) -> None:
        aware(self.at)
