"""Commands of the longer life on site: entries, reliefs, the end of each kind of work, permits of one job.

`workflow.permit.commands` names them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import DeviceId, MediaHash, PermitId, PersonId
from workflow.permit.commands_base import Command
from workflow.permit.life import LinkChange
from workflow.stills import Occasion, Silence
from workflow.values import WorkType, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(Command):
    """The guardian logs somebody who is about to go in, with the tools carried (6.8)."""

    person: PersonId
    tools: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExit(Command):
    """Somebody came out, with the tools carried."""

    person: PersonId
    tools: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHandover(Command):
    """Whoever guards or leads writes the record for the next crew, and signs it (domain 4.6)."""

    guardian: PersonId
    leader: PersonId
    isolation: str
    people: int
    tools: int
    issues: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHandover(Command):
    """One of those who hand over or take over signs the open record."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChangeDue(Command):
    """The clock: the plant's shift changes at ``shift_at``."""

    shift_at: datetime

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        aware(self.shift_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmClosing(Command):
    """One thing the rules want put right before the permit is closed is done, e.g. the road is open again."""

    need: str
    text: str = ""
    media: MediaHash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPurged(Command):
    """A named human made sure that the equipment is purged while its system says nothing. ``how``: in his words."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLink(Command):
    """A permit of the same job makes itself known: it cites this one, or answers. From now on it hears of this one."""

    number: PermitId
    work: WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedChanged(Command):
    """A permit of the same job was stopped, ended or died."""

    number: PermitId
    work: WorkType
    change: LinkChange
    text: str
    evacuate: bool = False
    """Everybody was ordered out there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordStill(Command):
    """What became of a picture that was wanted: its hash, or why there is none. Exactly one of the two.

    ``key`` names what was wanted; of two answers to one wish the first counts.
    """

    key: str
    occasion: Occasion
    camera: DeviceId
    """Empty where no camera stands at the place."""
    name: str
    """What people call the camera."""
    asked_at: datetime
    taken_at: datetime | None = None
    """When the picture was in our hands: nobody believes the camera's own clock."""
    media: MediaHash | None = None
    silence: Silence | None = None

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        aware(self.asked_at)
        if (self.media is None) is (self.silence is None) or (self.media is None) is not (self.taken_at is None):
            raise ValueError("a picture with its time, or a silence")
        if self.taken_at is not None:
            aware(self.taken_at)
