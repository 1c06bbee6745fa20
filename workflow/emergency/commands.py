"""What may be asked of a zone. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.values import Actor, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Base of all commands."""

    by: Actor
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Command):
    """An emergency: nothing in the zone starts or goes on from now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift(Command):
    """The emergency is over; work may be taken up again permit by permit."""

    reason: str


ALL: tuple[type[Command], ...] = (Call, Lift)
