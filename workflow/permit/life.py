"""Small values of the life on site: who is inside, a relief, what was put right, what a linked permit did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflow.ids import MediaHash, PermitId, PersonId
from workflow.permit.content import GasSample
from workflow.values import WorkType


class LinkChange(StrEnum):
    """What became of a linked permit, as far as it concerns the others of the job."""

    SUSPENDED = "suspended"
    FINISHED = "finished"
    """The work was ended by name, everybody and everything out."""
    DEAD = "dead"
    """Rejected, cancelled, expired or voided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Somebody who went in and has not come out, by the guardian's log (6.8)."""

    person: PersonId
    since: datetime
    tools: int
    """How many tools were carried in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """What became of a picture that was wanted. ``key`` names the wish; no ``media``: the camera was silent."""

    key: str
    name: str
    at: datetime
    """When it was taken, or when it was clear that there is none."""
    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRecord:
    """What one crew tells the next (domain 4.6): who takes over, and how the place stands."""

    guardian: PersonId
    """Who guards from now on; may be the same as before."""
    leader: PersonId
    gas: tuple[GasSample, ...]
    """The analyses that counted when the record was opened."""
    isolation: str
    people: int
    """People inside, counted."""
    tools: int
    issues: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSignature:
    """One of those who hand over or take over."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A hand-over that is open: it relieves nobody before everybody has signed it."""

    number: int
    record: HandoverRecord
    opened_by: PersonId
    opened_at: datetime
    signed: tuple[HandoverSignature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A named human's confirmation that equipment is purged, given while the equipment system was silent."""

    person: PersonId
    at: datetime
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """One thing put right at the end, by whom and when."""

    need: str
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedWork:
    """A permit of the same job, as it made itself known."""

    number: PermitId
    work: WorkType
