"""What may be asked of a zone. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Command):
    """An emergency: nothing in the zone starts or goes on from now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift(Command):
    """The emergency is over; work may be taken up again permit by permit."""

    reason: str


ALL: tuple[type[Command], ...] = (Call, Lift)
