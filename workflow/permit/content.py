"""What a permit says: the content that every signature covers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any

from workflow.ids import AreaId, EquipmentId, PermitId, PersonId, SiteId
from workflow.journal import instant
from workflow.permit.details import NOTHING_SAID, Details
from workflow.rules.types import Unit
from workflow.values import Interval, WorkType, aware

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Answers the grade and the checklist depend on. None = nobody has said yet: unknown, which counts as unsafe."""

    fire_explosion: bool | None = None
    """火灾爆炸危险场所."""
    operating: bool | None = None
    """On equipment, pipe or vessel in operating state (incl. 带压不置换)."""
    major_hazard_dike: bool | None = None
    pipe_rack: bool | None = None
    fixed_hot_work: bool = False
    stopped_cleaned_isolated: bool = False
    """Whole unit stopped, cleaned, purged, analysed and isolated, with the named approval of 1.2 order 6."""
    outdoor: bool | None = None
    special_situation: bool = False
    oxygen_rich: bool = False
    """Confined space that is an oxygen-rich environment."""
    held_toxic_or_flammable: bool | None = None
    flammable_gas: str | None = None
    """Representative flammable gas, key of the gas table, e.g. ``methane``; None = mixture or unknown."""
    toxic_gases: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    """Further checklist triggers said to apply, e.g. ``at_height``, ``gas_welding``."""
    cleared: tuple[str, ...] = ()
    """Triggers said not to apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of one permit (Annex A fields a chat permit needs). Changing any of it is a new revision."""

    site: SiteId
    work: WorkType
    task: str
    """作业内容."""
    area: AreaId
    place: str
    """The place in the applicant's words, shown beside the area's name."""
    equipment: EquipmentId | None
    method: tuple[str, ...]
    """动火方式 and the like, as keys: ``electric_welding``, ``gas_cutting``, ``grinding`` …"""
    planned: Interval
    applicant: PersonId
    applicant_unit: str
    work_unit: str
    leader: PersonId
    workers: tuple[PersonId, ...]
    guardian: PersonId
    facts: SiteFacts
    linked: tuple[PermitId, ...] = ()
    stated_grade: str | None = None
    """What the applicant called it; compared with the computed grade, never lowers it."""
    details: Details = NOTHING_SAID
    """What only this kind of work asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasReading:
    """One value with its gas and unit: never a bare number."""

    gas: str
    value: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class GasSample:
    """One analysis at one point. ``sampled_at`` is when the gas was drawn, not when it was typed."""

    sampled_at: datetime
    point: str
    readings: tuple[GasReading, ...]
    analyst: PersonId
    device: str | None = None

    def __post_init__(self) -> None:
        aware(self.sampled_at)


_SPELT_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


@cache
def _parts(kind: type) -> tuple[str, ...] | None:
    """Names of the fields of a dataclass; None for any other type."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind in _SPELT_AS_THEY_ARE:
        return value
    if (names := _parts(kind)) is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, str | int):
        return value
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical(value: DataclassInstance) -> bytes:
    """Canonical JSON of a value object: sorted keys, no blanks, times in UTC, decimals as plain text."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(permit: PermitId, revision: int, content: Content) -> str:
    """SHA-256 (hex) that binds a signature to exactly this revision of this permit."""
    head = f"permitbot.content.v1\n{permit}\n{revision}\n".encode()
    return hashlib.sha256(head + canonical(content)).hexdigest()
