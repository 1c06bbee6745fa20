"""What the picture of a morning tells; `cards.pictures.overview` draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cards.plan import Plan
from workflow.area_risk import Standing
from workflow.ids import AreaId


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the trend."""

    label: str
    issued: int
    stopped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What is drawn. Areas not among ``standings`` are quiet."""

    title: str
    foot: str
    plan: Plan
    names: Mapping[AreaId, str]
    standings: Mapping[AreaId, Standing]
    days: tuple[Day, ...]
