"""What one prompt asks, and what is held against the guardian: small values of the permit and its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.rules.tasks import TaskKind
from workflow.values import aware

PHOTO_PURPOSE = "prompt"
"""The purpose of a photo that answers a prompt."""
TRIES = 2
"""How many answers a prompt takes; when the last one is wrong, too, the prompt is missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The task of one prompt. ``choices`` and ``right`` only where one of several is pressed."""

    kind: TaskKind
    choices: tuple[str, ...] = ()
    """Names of places, or values of `WorkType`."""
    right: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The open prompt: since when, what it asks, and what was answered so far."""

    at: datetime
    task: Task | None = None
    """None: a tap, or the gas record that is due by law."""
    draw: str = ""
    tries: int = 0
    excused: bool = False
    """The guardian said that he cannot do what was asked first; ``task`` is what is asked instead."""

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why somebody should look after the guardian. A wrong answer counts until he answers right, an excuse until he is
    asked again."""

    kind: TaskKind
    said: str | None
    """The last wrong answer; None: he said that he cannot do it."""
