"""What may be asked of a hazard. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.hazard.law import Legal, Plant
from workflow.hazard.state import Owed, Plan, Sighting
from workflow.ids import HazardId, MediaHash, PersonId
from workflow.values import Stamped, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Command):
    """Somebody, or a camera, saw something."""

    what: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeAgain(Command):
    """The same thing, seen by somebody else or photographed again before it is put right."""

    what: Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Command):
    """It is the same as another one, which goes on."""

    into: HazardId


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismiss(Command):
    """It is no hazard."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrade(Command):
    """The safety department, or the leadership, holds it for graver or milder."""

    plant: Plant
    legal: Legal
    urgent: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Command):
    """This person is responsible for putting it right."""

    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(Command):
    """The responsible person is on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInterim(Command):
    """What holds the danger off until it is put right."""

    text: str
    photos: tuple[MediaHash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPlan(Command):
    """The head of the enterprise adopts the plan of a major hazard."""

    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension(Command):
    """It cannot be done by then."""

    until: datetime
    why: str

    def __post_init__(self) -> None:
        Command.__post_init__(self)
        aware(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerExtension(Command):
    """More time, or none."""

    granted: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectify(Command):
    """It is put right: here is how it looks now."""

    text: str
    photos: tuple[MediaHash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command):
    """Somebody else looked: it is put right."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(Command):
    """Somebody else looked: it is not."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(Command):
    """It was put on file, or dismissed, and is there (again)."""

    why: str
    photos: tuple[MediaHash, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """Something worth keeping: a word, a number of the equipment system's order."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCharge(Command):
    """A superior who was told sees to it; it climbs no further for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtOverdue(Command):
    """The clock: this was owed until now. It carries what it was set for, so that a late or second one does nothing."""

    owed: Owed
    round: int
    rung: int


ALL: tuple[type[Command], ...] = (
    Report, SeeAgain, Merge, Dismiss, Regrade, Assign, Take, PutInterim, AdoptPlan, AskExtension, AnswerExtension,
    Rectify, Accept, SendBack, Reopen, AddNote, TakeCharge, DebtOverdue,
)  # fmt: skip
