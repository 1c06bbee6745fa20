"""The rules of hazards as values, frozen into each hazard when it is reported. The figures are in ``policies/``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Legal(StrEnum):
    """The law's two grades (Order 16 of 2007). Only this one leaves the plant (domain 3.1)."""

    GENERAL = "general"
    MAJOR = "major"


class Plant(StrEnum):
    """The plant's three grades, from mild to grave; ordered by place in this list."""

    ORDINARY = "ordinary"
    SERIOUS = "serious"
    MAJOR = "major"

    @property
    def rank(self) -> int:
        """0 is the mildest."""
        return _RANKS[self]

    @property
    def below(self) -> Plant | None:
        """The next milder grade; None for the mildest."""
        return None if self.rank == 0 else tuple(Plant)[self.rank - 1]


_RANKS: Mapping[Plant, int] = {level: rank for rank, level in enumerate(Plant)}


class Inside(StrEnum):
    """What follows for live work in whose place a hazard is seen."""

    NOTHING = "nothing"
    ASK_GUARDIAN = "ask_guardian"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a hazard got its grade, ready for a card: the rule's key, its clause, and what it says."""

    rule: str
    clause: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """One reason to hold a hazard for grave: any of ``words`` is said, in a matching kind and place.

    A legal major hazard stands on a list of the law, never on a score: such a rule names its clause.
    """

    key: str
    words: tuple[str, ...]
    plant: Plant
    text: str
    clause: str = ""
    legal: Legal = Legal.GENERAL
    urgent: bool = False
    kinds: frozenset[str] = frozenset()
    """Values of `Kind`; empty = any."""
    at_live_work: bool = False
    """Only where special work goes on at the place."""

    def __post_init__(self) -> None:
        if not self.words or any(not word for word in self.words):
            raise ValueError(f"{self.key}: a rule names the words it is known by")
        if self.legal is Legal.MAJOR and (not self.clause or self.plant is not Plant.MAJOR):
            raise ValueError(f"{self.key}: a legal major hazard names its clause and is major at the plant, too")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long each thing may be owed at one grade."""

    respond: timedelta
    """Until the responsible person says he is on it; zero = at once."""
    interim: timedelta
    """From taking it on; only asked for major ones."""
    rectify: timedelta
    again: timedelta
    """The same after it was sent back or reopened."""
    accept: timedelta
    climb: timedelta
    """Overdue for so long, it climbs one more."""

    def __post_init__(self) -> None:
        if self.respond < timedelta(0):
            raise ValueError("respond cannot be negative")
        for name in ("interim", "rectify", "again", "accept", "climb"):
            if getattr(self, name) <= timedelta(0):
                raise ValueError(f"{name} must be longer than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardLaw:
    """All figures a hazard's life looks at; the rules of its grade are looked at once, when it is reported."""

    version: str
    terms: Mapping[Plant, Terms]
    inside: Mapping[Plant, Inside]
    points: Mapping[Plant, int]
    """For an accepted report, to whoever reported it first."""
    points_a_day: int
    assign: timedelta
    """Until the safety department has named somebody, where nobody is responsible by the register."""
    extensions: int
    """How often more time is granted at most."""
    longest_extension: timedelta
    reopen: timedelta
    """How long after it was put on file it is taken up again under its number."""

    def __post_init__(self) -> None:
        for table in (self.terms, self.inside, self.points):
            if set(table) != set(Plant):
                raise ValueError("every grade needs its terms, its consequence for live work and its points")
        for level in Plant:
            milder = level.below
            if milder is not None and not _as_quick(self.terms[level], self.terms[milder]):
                raise ValueError(f"{level} may be owed longer than {milder}")
            if milder is not None and _STRICT[self.inside[level]] < _STRICT[self.inside[milder]]:
                raise ValueError(f"{level} is milder for live work than {milder}")
        if min((self.points_a_day, self.extensions, *self.points.values())) < 0 or self.assign <= timedelta(0):
            raise ValueError("points and extensions cannot be negative, and naming somebody takes time")


_STRICT: Mapping[Inside, int] = {what: rank for rank, what in enumerate(Inside)}


def _as_quick(graver: Terms, milder: Terms) -> bool:
    names = ("respond", "interim", "rectify", "again", "accept", "climb")
    return all(getattr(graver, name) <= getattr(milder, name) for name in names)
