"""Commands of the longer life on site: entries, reliefs, the end of each kind of work, permits of one job.

`workflow.permit.commands` names them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import MediaHash, PermitId, PersonId
from workflow.permit.commands_base import Command
from workflow.permit.life import LinkChange
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
