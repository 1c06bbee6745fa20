"""One hazard as folded from its events, and the values it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from workflow.hazard.law import HazardLaw, Legal, Plant, Reason
from workflow.ids import AreaId, HazardId, MediaHash, PermitId, PersonId, SiteId
from workflow.values import Actor, Position, aware


class Stage(StrEnum):
    """Where a hazard stands (domain 3.1: 发现 登记 派发 整改 验收 归档)."""

    BLANK = "blank"
    REPORTED = "reported"
    """Registered; nobody is responsible yet."""
    RECTIFYING = "rectifying"
    TO_ACCEPT = "to_accept"
    ARCHIVED = "archived"
    DISMISSED = "dismissed"
    """Looked at, and no hazard."""
    MERGED = "merged"
    """The same as another one, which goes on under that number."""


OPEN = frozenset({Stage.REPORTED, Stage.RECTIFYING, Stage.TO_ACCEPT})
"""While it is in one of these, somebody owes something (`owed.debt`)."""


class Kind(StrEnum):
    """What sort of thing is wrong; the order of hazardDangerType in the exchange (domain 3.3), which counts from 1."""

    SAFETY = "safety"
    PROCESS = "process"
    ELECTRICAL = "electrical"
    INSTRUMENT = "instrument"
    FIRE = "fire"
    LAYOUT = "layout"
    EQUIPMENT = "equipment"
    OTHER = "other"


class Supervision(IntEnum):
    """督办 as an overlay: how high it has climbed (domain 3.1)."""

    NONE = 0
    SUPERIORS = 1
    """The superiors of whoever owes it; of a named reporter, too, where it crosses departments."""
    SAFETY_HEAD = 2
    LEADERSHIP = 3


class Owed(StrEnum):
    """What an open hazard waits for. It owes exactly one thing at a time."""

    ASSIGNMENT = "assignment"
    RESPONSE = "response"
    """The responsible person has not said yet that he is on it."""
    INTERIM = "interim"
    """A major hazard without measures for the time until it is put right."""
    RECTIFICATION = "rectification"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What somebody saw, as it was said. ``named`` False: the line is not told who it was."""

    text: str
    place: str
    area: AreaId | None
    kind: Kind = Kind.OTHER
    photos: tuple[MediaHash, ...] = ()
    videos: tuple[MediaHash, ...] = ()
    position: Position | None = None
    permit: PermitId | None = None
    """The permit it was seen at, when the reporter named one."""
    named: bool = True
    between: tuple[AreaId, ...] = ()
    """The places it was said to lie between, where more than one was named; then ``area`` is None."""

    @property
    def areas(self) -> tuple[AreaId, ...]:
        """Every place it may reach into."""
        return self.between if self.area is None else (self.area,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """五落实 of a major hazard, led by the head of the enterprise (Order 16 of 2007, domain 3.1)."""

    goal: str
    measures: str
    money: str
    people: str
    until: str
    contingency: str

    @property
    def gaps(self) -> tuple[str, ...]:
        """Names of the parts that say nothing, in the order of the form."""
        return tuple(name for name in _PARTS if len(getattr(self, name).strip()) < 2)


_PARTS = ("goal", "measures", "money", "people", "until", "contingency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How serious it is held to be, and why."""

    plant: Plant
    legal: Legal
    urgent: bool
    reasons: tuple[Reason, ...]
    sure: bool = True
    """False: no rule knew it. It counts as ordinary, and the safety department is asked to look."""

    @property
    def major(self) -> bool:
        """Whether measures until it is put right, and the head's plan, are asked."""
        return self.plant is Plant.MAJOR or self.legal is Legal.MAJOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time that was asked for and not answered yet."""

    until: datetime
    why: str
    by: PersonId

    def __post_init__(self) -> None:
        aware(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """The whole state of one hazard."""

    id: HazardId
    site: SiteId
    stage: Stage = Stage.BLANK
    version: int = 0
    law: HazardLaw | None = None
    """Frozen when it was reported; a changed policy rules the next hazard."""
    sighting: Sighting | None = None
    reporter: Actor | None = None
    reported_at: datetime | None = None
    seen_at: datetime | None = None
    """When somebody or something last said that it is there."""
    witnesses: tuple[PersonId, ...] = ()
    """Others who saw the same."""
    before: tuple[MediaHash, ...] = ()
    """Pictures of how it was, oldest first."""
    videos: tuple[MediaHash, ...] = ()
    """Films of how it was, oldest first."""
    after: tuple[MediaHash, ...] = ()
    """Pictures of the last rectification; empty again after it was sent back."""
    grade: Grade | None = None
    responsible: PersonId | None = None
    assigned_at: datetime | None = None
    taken_at: datetime | None = None
    """When the responsible person said he is on it; None again when it goes to somebody else."""
    interim: str = ""
    plan: Plan | None = None
    rectify_by: datetime | None = None
    """The day of the work order: only an answered extension, a stricter grade or a new round moves it."""
    round: int = 0
    """0 the first time, one more with every return and reopening."""
    extension: Extension | None = None
    extensions: int = 0
    """How many were granted."""
    supervision: Supervision = Supervision.NONE
    """The highest it ever climbed; it is under 督办 until it is put on file."""
    told: tuple[PersonId, ...] = ()
    """Who heard of the last climb."""
    rung: int = 0
    """How often the clock has climbed for what is owed now."""
    charge: PersonId | None = None
    """The superior who took charge of what is owed now."""
    charged_at: datetime | None = None
    rectified_at: datetime | None = None
    rectified_by: PersonId | None = None
    hands: frozenset[PersonId] = field(default_factory=frozenset)
    """Everybody who ever said it was put right: none of them accepts it."""
    accepted_by: PersonId | None = None
    ended_at: datetime | None = None
    merged_into: HazardId | None = None
    permits: tuple[PermitId, ...] = ()
    """Live permits whose place it was in when it was reported or held for graver."""
    earned: int = 0
    """Points its reporter got for it."""

    @property
    def open(self) -> bool:
        """Whether somebody still owes something."""
        return self.stage in OPEN

    @property
    def ruling(self) -> tuple[HazardLaw, Grade]:
        """The law and the grade it lives under. Raise ValueError before it was reported."""
        if self.law is None or self.grade is None:
            raise ValueError(f"{self.id} was never reported")
        return self.law, self.grade

    def shown_reporter(self, viewer: PersonId, safety: tuple[PersonId, ...]) -> PersonId | None:
        """Who may be named as the reporter to ``viewer``: himself, and the safety department, always know."""
        person = None if self.reporter is None else self.reporter.as_person
        if person is None or self.sighting is None:
            return None
        return person if self.sighting.named or viewer == person or viewer in safety else None
