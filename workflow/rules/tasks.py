"""What a guardian may be asked besides "are you there": small things only somebody at the place can do or tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TaskKind(StrEnum):
    """The kinds of tasks. Each is one tap, or one act of at most twenty seconds, with gloves on."""

    TAP = "tap"
    """A press and nothing else."""
    COUNT = "count"
    """How many people are inside, held against the log or the last count."""
    PHOTO = "photo"
    """A photo of here and now: by the platform's camera, or with the permit's code of the moment in it."""
    BOARD = "board"
    """The code on the board of the place, scanned or typed."""
    GAS = "detector"
    """What the detector shows now, with units."""
    PLACE = "place"
    """Which of three is the place of the work."""
    WORK = "work"
    """Which of three is the work."""


CHOICES = frozenset({TaskKind.PLACE, TaskKind.WORK})
"""Answered by one tap on the card, with nothing in the hand. They show that somebody reads, not where he stands: little
weight, and what is asked instead of a task that cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWeight:
    """How often a kind is drawn, compared with the others of the same list."""

    kind: TaskKind
    weight: int
