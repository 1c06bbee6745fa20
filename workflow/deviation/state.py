"""One deviation as folded from its events. It is no permit, has a number series of its own, and becomes none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.ids import AreaId, DeviationId, PersonId, SiteId
from workflow.values import WorkType

RECORD_WITHIN = timedelta(hours=48)
"""From the opening to the account of what was done (S0; the law asks for approval before work and knows no exception,
so the account is a deviation's, not a late approval)."""
REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=8))
"""Before the 48 hours are over."""
REMIND_AFTER = timedelta(hours=24)
"""How often it climbs afterwards, until it is there."""


class Stage(StrEnum):
    """Where a deviation stands."""

    BLANK = "blank"
    OPEN = "open"
    """Emergency work goes on, or its account is still owed."""
    RECORDED = "recorded"
    """The account is there; somebody else has to judge it."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What cannot wait, as it was said when it began."""

    work: WorkType | None
    """The special work it would have needed a permit for; None = not said."""
    area: AreaId
    place: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """The whole state of one deviation."""

    id: DeviationId
    site: SiteId
    stage: Stage = Stage.BLANK
    version: int = 0
    what: Emergency | None = None
    opened_by: PersonId | None = None
    opened_at: datetime | None = None
    over_quota: bool = False
    """More than the plant allows itself in this month."""
    notes: tuple[str, ...] = ()
    ended_at: datetime | None = None
    """When everybody and everything was out."""
    account: str = ""
    recorded_by: PersonId | None = None
    recorded_at: datetime | None = None
    late: bool = False
    """The account came after its 48 hours."""
    judged_by: PersonId | None = None
    judgement: str = ""

    @property
    def due_at(self) -> datetime | None:
        """Until when the account is owed; None before it is opened."""
        return None if self.opened_at is None else self.opened_at + RECORD_WITHIN
