"""What happened to a hazard. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.hazard.law import HazardLaw, Inside
from workflow.hazard.state import Extension, Grade, Owed, Plan, Sighting, Supervision
from workflow.ids import HazardId, MediaHash, PermitId, PersonId
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardReported(Event):
    """Seen, registered and graded; ``permits`` are the live ones of its place and ``inside`` what follows for them."""

    what: Sighting
    grade: Grade
    law: HazardLaw
    permits: tuple[PermitId, ...] = ()
    inside: Inside = Inside.NOTHING
    to_assign: bool = True
    """Nobody answers for such things at that place by the register: the safety department names somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain(Event):
    """The same, once more."""

    what: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardMerged(Event):
    """It goes on under another number."""

    into: HazardId


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardDismissed(Event):
    """It is none."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRegraded(Event):
    """Held for graver or milder; ``permits`` and ``inside`` as when it was reported."""

    grade: Grade
    why: str
    permits: tuple[PermitId, ...] = ()
    inside: Inside = Inside.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardAssigned(Event):
    """Somebody is responsible now; by the clock's hand where the register named him."""

    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardTaken(Event):
    """The responsible person is on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimPut(Event):
    """The danger is held off until it is put right."""

    text: str
    photos: tuple[MediaHash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAdopted(Event):
    """五落实 stand, by the head of the enterprise."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionAsked(Event):
    """More time was asked for."""

    ask: Extension


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted(Event):
    """There is more time."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRefused(Event):
    """There is no more time."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRectified(Event):
    """Said to be put right."""

    text: str
    photos: tuple[MediaHash, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardAccepted(Event):
    """Put right, and on file."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardSentBack(Event):
    """Not put right."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardReopened(Event):
    """Taken up again under its number; ``permits`` and ``inside`` as when it was reported."""

    why: str
    photos: tuple[MediaHash, ...] = ()
    permits: tuple[PermitId, ...] = ()
    inside: Inside = Inside.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """Something worth keeping."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeTaken(Event):
    """A superior sees to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRaised(Event):
    """督办: what is owed did not come, or it is major from the first moment. ``told`` hear of it."""

    level: Supervision
    owed: Owed | None
    """None: because it is major."""
    told: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsEarned(Event):
    """The report was worth something; ``points`` is what the day's cap left."""

    to: PersonId
    points: int


ALL: tuple[type[Event], ...] = (
    HazardReported, SeenAgain, HazardMerged, HazardDismissed, HazardRegraded, HazardAssigned, HazardTaken, InterimPut,
    PlanAdopted, ExtensionAsked, ExtensionGranted, ExtensionRefused, HazardRectified, HazardAccepted, HazardSentBack,
    HazardReopened, NoteAdded, ChargeTaken, SupervisionRaised, PointsEarned,
)  # fmt: skip
