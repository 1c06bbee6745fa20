"""What shall be said to whom: intents, not texts.

Handlers post these inside the transaction; after the commit the relay renders each from the state of *that* moment and sends
it. So a message that waited never shows yesterday's state, and nothing is rendered inside a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.effects import Purpose
from workflow.findings import Finding
from workflow.ids import GroupId, PermitId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCard:
    """The person's card of a permit, pushed as a new message (or edited in place when they already hold a fresh one)."""

    person: PersonId
    permit: PermitId
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRefresh:
    """Edit the copies the person already holds; push nothing. ``handle``: one-use right just won by a tap, if any."""

    person: PersonId
    permit: PermitId
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """The person's draft as it stands, with the open question (at most one at a time)."""

    person: PersonId
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A short plain answer: a key of ``cards.words`` and its arguments."""

    person: PersonId
    key: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A plain no: what was asked, why not, who can cure it."""

    person: PersonId
    permit: PermitId | None
    asked: str
    """Key of ``cards.words`` for the thing asked, e.g. ``start``."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """我的任务: what waits for this person now."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNote:
    """One line to a group about a permit."""

    group: GroupId
    permit: PermitId
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An account that belongs to nobody we know: told whom to ask. ``platform``, ``corp`` and ``user`` address it directly."""

    platform: str
    corp: str
    user: str


Outgoing = PermitCard | PermitRefresh | DraftCard | Answer | Refusal | TaskList | GroupNote | Stranger
