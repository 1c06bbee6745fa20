"""Records of what the plant knows: people, certificates, areas, equipment. Plain facts, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from workflow.ids import AreaId, EquipmentId, GroupId, PersonId, SiteId
from workflow.values import Position


class CertificateStatus(StrEnum):
    """What the register says of a certificate, apart from its dates."""

    REGISTERED = "registered"
    REVOKED = "revoked"
    MISMATCH = "mismatch"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A special-operation or special-equipment certificate (domain 2). Dates are calendar days at the site."""

    kind: str
    """Catalogue item, e.g. ``2.1`` (熔化焊接与热切割), or ``guardian`` / ``cs_training`` for plant training records."""
    number: str
    valid_from: date
    valid_to: date
    review_due: date | None = None
    reviewed_on: date | None = None
    status: CertificateStatus = CertificateStatus.REGISTERED
    scope: tuple[str, ...] = ()
    """Work types a training record covers; empty = all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A contractor's leave to work at the plant (承包商资质)."""

    until: date | None = None
    """The last day of it, at the site; None = not recorded = unknown."""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human at the plant. ``posts`` are keys of the plant file's role map, each valid for some areas."""

    id: PersonId
    site: SiteId
    name: str
    department: str
    posts: tuple[Post, ...] = ()
    superior: PersonId | None = None
    employer: str | None = None
    """Contractor company; None for the plant's own staff."""
    phone: str | None = None
    active: bool = True
    experience_years: Decimal | None = None
    """Production experience confirmed for guardians (GB 30871 4.10); None = not recorded = unknown."""
    certificates: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post held by a person, e.g. ``workshop_head``; ``areas`` empty = whole site."""

    key: str
    areas: tuple[AreaId, ...] = ()

    def covers(self, area: AreaId) -> bool:
        """Whether the post reaches the given area."""
        return not self.areas or area in self.areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place work can be done at. Flags are None where nobody has said: unknown counts as unsafe."""

    id: AreaId
    site: SiteId
    name: str
    aliases: tuple[str, ...] = ()
    """Other names and old location codes: one place, whatever it is called."""
    department: str = ""
    fire_explosion: bool | None = None
    """火灾爆炸危险场所."""
    pipe_rack: bool = False
    major_hazard_dike: bool = False
    """Inside the dike of a 重大危险源 tank area holding flammable or explosive medium."""
    fixed_hot_work: bool = False
    neighbours: tuple[AreaId, ...] = ()
    fence: tuple[Position, ...] = ()
    board_code: str | None = None
    """Code printed on the site's board; scanning it shows that one stands there."""
    medium: str | None = None
    confined_space: bool = False


class Shape(StrEnum):
    """How a vessel or room stands, for where its air is sampled (GB 46768-2025 5)."""

    VERTICAL = "vertical"
    HORIZONTAL = "horizontal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """A piece of equipment with its exact code; digits never match fuzzily."""

    id: EquipmentId
    site: SiteId
    name: str
    area: AreaId
    aliases: tuple[str, ...] = ()
    operating: bool | None = None
    medium: str | None = None
    held_toxic_or_flammable: bool | None = None
    purged: bool | None = None
    """已置换合格 as last reported by the equipment system; None = unknown."""
    confined_space: bool = False
    position: Position | None = None
    """Its middle; the accuracy takes in how far it reaches from there. None = not surveyed."""
    shape: Shape | None = None
    height_m: Decimal | None = None
    """Inside height, for a vertical space."""
    depth_m: Decimal | None = None
    """How deep it reaches from its opening, for a horizontal space."""


class LinkKind(StrEnum):
    """How places belong together (domain 4.3). Places are codes of areas or equipment."""

    ABOVE = "above"
    """The first hangs over the others: what falls from it may fall on them."""
    INSIDE = "inside"
    """The first is a part of the second: a space in an area, a coil in a vessel."""
    DIKE = "dike"
    """All stand in one dike (防火堤)."""
    DRAIN = "drain"
    """All drain into one sewer (下水系统)."""
    LINE = "line"
    """All are on one pipe; ``name`` and ``aliases`` are its codes."""
    SYSTEM = "system"
    """All are one isolated system."""
    DISTANCE = "distance"
    """The shortest way between the two, measured: ``metres``."""
    FIRE_ROUTE = "fire_route"
    """A fire engine reaches the others over the first."""
    SAME = "same"
    """Two codes, one place; a person confirmed it."""
    APART = "apart"
    """A person looked: not one place, and neither hangs over the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLink:
    """One relation between places beyond `Area.neighbours`."""

    id: str
    site: SiteId
    kind: LinkKind
    places: tuple[str, ...]
    name: str = ""
    aliases: tuple[str, ...] = ()
    metres: Decimal | None = None
    """Only for `LinkKind.DISTANCE`."""
    decided_by: PersonId | None = None
    """Who confirmed or refused that two codes are one place; None = written by the plant as it is."""
    decided_on: date | None = None
    active: bool = True
    """False: no longer true. Nothing is deleted by an import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A chat group of the plant, e.g. the safety group of a workshop."""

    id: GroupId
    site: SiteId
    name: str
    purpose: str
    """``safety`` · ``management`` · ``area``."""
    areas: tuple[AreaId, ...] = ()
