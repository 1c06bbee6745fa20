"""What happened to a deviation. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.deviation.state import Emergency
from workflow.values import Actor, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events."""

    by: Actor
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationOpened(Event):
    """Emergency work began without a permit."""

    what: Emergency
    over_quota: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationNoted(Event):
    """Something seen or done."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyEnded(Event):
    """The work is over, everybody and everything is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecorded(Event):
    """The account is there."""

    account: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationJudged(Event):
    """Looked at by the safety department."""

    judgement: str


ALL: tuple[type[Event], ...] = (
    DeviationOpened, DeviationNoted, EmergencyEnded, AccountRecorded, DeviationJudged,
)  # fmt: skip
