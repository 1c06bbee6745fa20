"""What a renderer needs to know, gathered by the room that may read memory. Plain data, no lookups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from cards.buttons import Press
from cards.words_ways import WECOM, Ways
from workflow.effects import Purpose
from workflow.findings import Finding
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit, Status
from workflow.rules.types import Role
from workflow.values import aware

Seal = Callable[[Press], str]
"""Turns a press into the viewer's own signed token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitView:
    """One permit as one person may see it now."""

    permit: Permit
    viewer: PersonId
    roles: frozenset[Role]
    """The roles the viewer holds on this permit, by name in it or by post at its place."""
    names: Mapping[PersonId, str]
    area_name: str
    asked: tuple[PersonId, ...]
    """Who is asked to act on the present step."""
    findings: tuple[Finding, ...]
    """The gates of the present moment, for the one line that is unusual."""
    now: datetime
    zone: tzinfo
    seal: Seal
    purpose: Purpose | None = None
    page_url: str | None = None
    note: str = ""
    """What was just taken from the viewer, in words; stands before the hint."""
    expecting: tuple[str, str] | None = None
    """The measure the viewer has tapped and what it still wants: its number, and ``photo`` or ``text``."""
    ways: Ways = WECOM
    """How things are done on the platform the viewer reads this on."""
    briefers: tuple[PersonId, ...] = ()
    """Who may give the safety briefing (not of the team)."""
    late_at: datetime | None = None
    """When the step the plant is waited for is late; None when it is, or nothing is waited for."""
    unlike: str = ""
    """How the permit stands against the last of its kind, in one line, for whoever has to decide on it."""

    def __post_init__(self) -> None:
        aware(self.now)

    def name(self, person: PersonId) -> str:
        """The person's name, or the bare id when unknown."""
        return self.names.get(person, str(person))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The one thing asked next, with choices to tap. ``key`` names the field."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    """(id, text) pairs; empty = type the answer."""
    many: bool = False
    """Several may be chosen at once, and none is an answer, too."""
    ticked: tuple[str, ...] = ()
    """Ids chosen beforehand, when several may be chosen."""
    hint: str = ""
    """How to answer in words, where an example helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A request in the making, as its author sees it."""

    draft: str
    version: int
    person: PersonId
    heading: str
    """E.g. 「一级动火」 or 「动火作业」 while the grade is open."""
    lines: tuple[tuple[str, str], ...]
    """(label, value) of what is understood so far."""
    question: Question | None
    warnings: tuple[str, ...]
    complete: bool
    seal: Seal
    leftovers: tuple[str, ...] = ()
    """Words that were not understood: shown, never dropped silently."""
    details: str = ""
    """The cells of the work's own form, in one paragraph."""
    why: str = ""
    """Why the work has this grade, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One thing that waits for the person, or one permit they belong to."""

    permit: PermitId
    status: Status
    headline: str
    place: str
    waiting_for_you: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskListView:
    """我的任务."""

    person: PersonId
    tasks: tuple[TaskLine, ...]
    seal: Seal
    more: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)
