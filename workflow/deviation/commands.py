"""What a person may ask of a deviation. ``at`` is the server's time of arrival, aware."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.deviation.state import Emergency
from workflow.values import Stamped


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Stamped):
    """Base of all commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Emergency work begins without a permit."""

    what: Emergency


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Command):
    """Something seen or done meanwhile: a gas value, who is there."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Command):
    """The emergency work is over, everybody and everything is out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Command):
    """The account: what was done, by whom, with which measures, and why it could not wait."""

    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(Command):
    """The safety department looks at it: was it right, and what follows."""

    judgement: str


ALL: tuple[type[Command], ...] = (Open, Note, End, Record, Judge)
