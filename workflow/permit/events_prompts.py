"""What happened between the system that asks and the guardian who answers. `workflow.permit.events` names them all."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.permit.events_base import Event
from workflow.permit.tasks import Task
from workflow.rules.tasks import TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRaised(Event):
    """The guardian was asked. ``wants_gas``: gas values are asked for, because they are due or as the task."""

    number: int
    wants_gas: bool
    task: Task | None = None
    """What he has to do; None: a tap, or the gas record that is due."""
    draw: str = ""
    """What the task was drawn from: with it, anybody can draw it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAnswered(Event):
    """The guardian answered in time, and did what was asked. ``answer``: in words, where it was told in words."""

    number: int
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMisanswered(Event):
    """What the guardian told was wrong. ``attempt`` counts from 1."""

    number: int
    said: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskExcused(Event):
    """The guardian said that he cannot do the task. ``instead``: what is asked now; None = a tap."""

    number: int
    task: TaskKind
    instead: Task | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMissed(Event):
    """The guardian did not answer before the next prompt was due, or answered wrong to the end (``wrong``)."""

    number: int
    wrong: bool = False
