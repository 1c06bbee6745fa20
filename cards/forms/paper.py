"""What a form is printed from, and how a value is spelled on it. An unknown value is an empty cell, never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from workflow.ids import MediaHash, PermitId, PersonId
from workflow.permit import events as e
from workflow.permit.content import Content
from workflow.permit.state import Permit
from workflow.plant import Certificate
from workflow.rules.types import PermitRules
from workflow.values import Actor, aware

_LONG_RUN = re.compile(r"[!-~]{25,}")
_PIECE = re.compile(r"[!-~]{12}")
BREAK = "\u200b"
"""Where a long run of Latin letters may be broken; shows nothing."""
UNPRINTABLE = "□"
_SHOWN, _HIDDEN = 5, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A drawing for the form. ``svg`` None: the original cannot be shown, and the form says so."""

    media: MediaHash
    by: PersonId | None
    at: datetime
    svg: str | None

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One permit with its history and everything a form names besides."""

    permit: Permit
    """With content: something was submitted."""
    events: tuple[e.Event, ...]
    head: bytes
    """The hash of the last record of its stream."""
    names: Mapping[PersonId, str]
    area_name: str
    zone: tzinfo
    certificates: Mapping[PersonId, tuple[Certificate, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the plant calls methods, equipment and gases, by key."""

    sketches: tuple[Sketch, ...] = ()
    """Drawings that were attached, oldest first."""
    gate_code: str = ""
    """What the gate scans, signed; empty where the site has no gate page or there is nothing to be let in for."""

    @property
    def content(self) -> Content:
        """What was asked for. Raise `BlankPermit` when nothing was."""
        return self.permit.what

    @property
    def law(self) -> PermitRules:
        """The rules it was asked for under."""
        return self.permit.law

    @property
    def number(self) -> PermitId:
        """The printed number."""
        return self.permit.id

    @property
    def as_of(self) -> datetime:
        """The moment of the last record: the date of the document."""
        return aware(self.events[-1].at)

    def name(self, person: PersonId | None) -> str:
        """A person's name; empty for nobody."""
        return "" if person is None else self.names.get(person, str(person))

    def people(self, people: Iterable[PersonId | None]) -> str:
        """Several names, each once."""
        return "、".join(dict.fromkeys(filter(None, map(self.name, people))))

    def who(self, actor: Actor | None) -> str:
        """The person behind an answer; empty where the system proposed it."""
        return "" if actor is None else self.name(actor.as_person)

    def time(self, moment: datetime | None) -> str:
        """``2026年5月6日 09时30分``, as the forms ask; empty for None."""
        if moment is None:
            return ""
        at = moment.astimezone(self.zone)
        return f"{at.year}年{at.month}月{at.day}日 {at:%H}时{at:%M}分"

    def label(self, key: str) -> str:
        """What the plant calls a key."""
        return self.labels.get(key, key)


def number(value: Decimal | int | None, unit: str = "") -> str:
    """An exact number with its unit; empty when nobody said it."""
    return "" if value is None else f"{value:f}{unit}" if isinstance(value, Decimal) else f"{value}{unit}"


def masked(certificate: str) -> str:
    """A certificate number without its middle: a national one holds the identity number of its holder."""
    if len(certificate) <= _SHOWN + _HIDDEN:
        return certificate
    return certificate[:_SHOWN] + "*" * _HIDDEN + certificate[_SHOWN + _HIDDEN :]


def printable(text: str) -> str:
    """Text fit for paper: nothing invisible, nothing that turns the writing round, long runs breakable."""
    clean = "".join(one if one == "\n" or _visible(one) else UNPRINTABLE for one in text)
    return _LONG_RUN.sub(lambda run: _PIECE.sub(lambda piece: piece.group() + BREAK, run.group()), clean)


def _visible(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"
