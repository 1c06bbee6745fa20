"""One lock box as folded from its events (domain 4.4; group lockout). Never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.ids import AreaId, IsolationId, LockBoxId, PermitId, PersonId, SiteId


class Stage(StrEnum):
    """Where a box stands."""

    BLANK = "blank"
    IN_USE = "in_use"
    GIVEN_UP = "given_up"
    """Taken away: the keys went back to whoever put them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLock:
    """One crew's own lock on the box."""

    number: str
    owner: PersonId
    """Whose lock it is: who hung it on, or took it over. Only he takes it off."""
    permit: PermitId
    hung_at: datetime
    offered_to: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBox:
    """The whole state of one box."""

    id: LockBoxId
    site: SiteId
    stage: Stage = Stage.BLANK
    version: int = 0
    label: str = ""
    """What is written on it, e.g. ``X1``; of one box in use at a time."""
    area: AreaId | None = None
    keeper: PersonId | None = None
    """Who set it up and answers for it."""
    points: tuple[IsolationId, ...] = ()
    """The isolations whose keys lie in it."""
    locks: tuple[CrewLock, ...] = ()
    """The locks that hang on it now; while there is one, no key comes out."""

    def lock(self, number: str) -> CrewLock | None:
        """The lock with this number, when it hangs here."""
        return next((one for one in self.locks if one.number == number), None)
