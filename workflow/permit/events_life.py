"""Events of the longer life on site. `workflow.permit.events` names them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import DeviceId, MediaHash, PermitId, PersonId
from workflow.permit.events_base import Event
from workflow.permit.life import HandoverRecord, LinkChange
from workflow.stills import Occasion, Silence
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntered(Event):
    """Somebody went in, logged by the guardian."""

    person: PersonId
    tools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCameOut(Event):
    """Somebody who was inside came out."""

    person: PersonId
    tools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOpened(Event):
    """A record for the next crew was written; nobody is relieved by that."""

    number: int
    record: HandoverRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSigned(Event):
    """One of those concerned signed the record, standing at the place."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftHandedOver(Event):
    """Everybody concerned has signed: these guard and lead from now on. The signed content stays as it is."""

    number: int
    guardian: PersonId
    leader: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingConfirmed(Event):
    """One thing the rules want put right at the end is done."""

    need: str
    text: str
    media: MediaHash | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeConfirmedByHand(Event):
    """The equipment system was silent, and a named human confirmed that the equipment is purged.

    ``how``: in his words; ``why``: what the system had left open at that moment, in plain Chinese.
    """

    how: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNoted(Event):
    """A permit of the same job made itself known."""

    number: PermitId
    work: WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPermitChanged(Event):
    """A permit of the same job was stopped, ended or died, and those who work under this one were told."""

    number: PermitId
    work: WorkType
    change: LinkChange
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillTaken(Event):
    """A camera showed the place: ``media`` is the picture as it was received, under its SHA-256.

    ``taken_at``: when it was in our hands. What a camera writes into its picture is its own affair.
    """

    key: str
    occasion: Occasion
    camera: DeviceId
    name: str
    asked_at: datetime
    taken_at: datetime
    media: MediaHash


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSilent(Event):
    """A picture was wanted and there is none. ``camera`` is empty where none stands at the place."""

    key: str
    occasion: Occasion
    camera: DeviceId
    name: str
    asked_at: datetime
    why: Silence
