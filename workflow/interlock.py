"""What the plant's equipment system says of its equipment (已置换合格 and its opposites), and how long that counts.

The system's word is a fact with a time, never an edit of the register. Pure: how a report changes what is known, and
nothing about how it came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.errors import ImpossibleEvent
from workflow.ids import EquipmentId, SiteId
from workflow.values import Stamped, aware

MAX_AGE = timedelta(hours=24)
"""How long a word of the system counts where the plant's file says nothing."""


class EquipmentState(StrEnum):
    """What the equipment system may say. Only `PURGED` says that gas and liquid are out."""

    PURGED = "purged"
    NOT_PURGED = "not_purged"
    OPERATING = "operating"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The newest word of the equipment system about one piece of equipment."""

    equipment: EquipmentId
    name: str
    state: EquipmentState
    at: datetime
    """When it was so, as the system says; aware."""
    received_at: datetime
    """When we heard it; aware."""
    by: str = ""
    """Who or what established it there; empty = not said."""

    def __post_init__(self) -> None:
        aware(self.at)
        aware(self.received_at)

    @property
    def heard(self) -> datetime:
        """The later of the two moments: a human's word given after it knew more than this one."""
        return max(self.at, self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interlock:
    """The equipment system as it concerns one place: its newest words, and how long a word counts."""

    words: tuple[Word, ...]
    """About the permit's own equipment and everything else in its area; what it never spoke of is missing."""
    max_age: timedelta = MAX_AGE

    def counts(self, word: Word, at: datetime) -> bool:
        """Whether a word is young enough; exactly the limit counts."""
        return at - word.at <= self.max_age

    def about(self, equipment: EquipmentId) -> Word | None:
        """The newest word about one piece of equipment, however old."""
        return next((word for word in self.words if word.equipment == equipment), None)


# --- the journal of one piece of equipment --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events. ``at`` is when we heard it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentStateReported(Event):
    """The equipment system says that a piece of equipment is now in another state than it last said."""

    state: EquipmentState
    since: datetime
    """When it was so, as the system says."""
    said_by: str = ""

    def __post_init__(self) -> None:
        Event.__post_init__(self)
        aware(self.since)


ALL: tuple[type[Event], ...] = (EquipmentStateReported,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the system has said of one piece of equipment."""

    id: EquipmentId
    site: SiteId
    state: EquipmentState | None = None
    since: datetime | None = None


def evolve(before: Reported, event: Event) -> Reported:
    """The state after the event. Raise `ImpossibleEvent` for a kind that does not belong here."""
    if not isinstance(event, EquipmentStateReported):
        raise ImpossibleEvent(f"{before.id}: {type(event).__name__} says nothing of equipment")
    return replace(before, state=event.state, since=event.since)


def supersedes(new: EquipmentState, at: datetime, old: Word | None) -> bool:
    """Whether a word that came in takes the place of the one known: only a newer one does.

    Two words of the very same moment contradict each other: then the one that is not 已置换合格 stays.
    """
    if old is None or at > old.at:
        return True
    return at == old.at and new is not EquipmentState.PURGED and old.state is EquipmentState.PURGED
