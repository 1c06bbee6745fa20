"""What a person may ask of a lock box. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.ids import AreaId, IsolationId, PermitId, PersonId
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp(Command):
    """The keys of one's own locks go into a box."""

    label: str
    area: AreaId
    points: tuple[IsolationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutKeyIn(Command):
    """The key of one more isolation goes in; whoever hangs on the box stands on it from now on."""

    point: IsolationId


@dataclass(frozen=True, slots=True, kw_only=True)
class HangOn(Command):
    """A crew hangs its own lock on, for its own permit."""

    number: str
    permit: PermitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Command):
    """The owner of a crew's lock wants to hand it over at the change of shift."""

    number: str
    to: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Command):
    """The one it was offered to takes it."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOff(Command):
    """The owner takes his crew's lock off."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOff(Command):
    """The owner cannot be had: the safety department takes the lock off and says why."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp(Command):
    """No lock hangs any more: the box is taken away and the keys go back."""


ALL: tuple[type[Command], ...] = (SetUp, PutKeyIn, HangOn, Offer, TakeOver, TakeOff, BreakOff, GiveUp)
