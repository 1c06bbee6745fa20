"""What happened to a deviation. The class name is the stored kind."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.deviation.state import Emergency
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


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
