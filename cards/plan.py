"""The plan of the plant, drawn from the fences of its areas: north is up, a unit is a metre. Pure.

Every corner is brought to one datum first (`workflow.geo`). What cannot be drawn is named, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from statistics import median
from typing import Final

from workflow.geo import to_wgs84
from workflow.ids import AreaId
from workflow.plant import Area

METRES: Final = 6371008.8 * radians(1)
"""Of one degree of latitude."""
FAR: Final = 20_000
"""Metres from the middle of the plant at which a fence is held for a slip of the pen: it would shrink all others."""
MARGIN: Final = 12
WORDS: Final = 33
"""How many letters fit beside each other across the whole plan, at the least."""
_CORNERS: Final = 3
Point = tuple[float, float]
"""Metres east and south of the corner of the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One area on the plan."""

    area: AreaId
    name: str
    corners: tuple[Point, ...]
    middle: Point
    words: float
    """Height of letters with which the name fits into it."""

    @property
    def points(self) -> str:
        """The corners as a drawing spells them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.corners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The drawing, in metres. ``missing``: areas without a fence that could be drawn."""

    width: float
    height: float
    plots: tuple[Plot, ...]
    missing: tuple[AreaId, ...]


def plan(areas: Iterable[Area]) -> Plan:
    """Draw the areas that have a fence."""
    areas = tuple(areas)
    spots = {area.id: _degrees(area) for area in areas if len(area.fence) >= _CORNERS}
    if not spots:
        return Plan(width=0, height=0, plots=(), missing=tuple(area.id for area in areas))
    middle = (
        median(lat for fence in spots.values() for lat, _ in fence),
        median(lng for fence in spots.values() for _, lng in fence),
    )
    shapes = {area: [_metres(spot, middle) for spot in fence] for area, fence in spots.items()}
    near = {area: shape for area, shape in shapes.items() if all(max(abs(x), abs(y)) < FAR for x, y in shape)}
    if not near:
        return Plan(width=0, height=0, plots=(), missing=tuple(area.id for area in areas))
    west = min(x for shape in near.values() for x, _ in shape) - MARGIN
    north = min(y for shape in near.values() for _, y in shape) - MARGIN
    moved = {area: tuple((round(x - west, 1), round(y - north, 1)) for x, y in shape) for area, shape in near.items()}
    width = round(max(x for shape in moved.values() for x, _ in shape) + MARGIN, 1)
    return Plan(
        width=width,
        height=round(max(y for shape in moved.values() for _, y in shape) + MARGIN, 1),
        plots=tuple(_plot(area, moved[area.id], width / WORDS) for area in areas if area.id in moved),
        missing=tuple(area.id for area in areas if area.id not in moved),
    )


def _degrees(area: Area) -> list[tuple[float, float]]:
    return [(float(at.latitude), float(at.longitude)) for at in map(to_wgs84, area.fence)]


def _metres(spot: tuple[float, float], middle: tuple[float, float]) -> Point:
    """East and south of the middle; flat is exact enough within a plant."""
    east = (spot[1] - middle[1]) * METRES * cos(radians(middle[0]))
    return east, (middle[0] - spot[0]) * METRES


def _plot(area: Area, corners: tuple[Point, ...], largest: float) -> Plot:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    words = min(width / (len(area.name) + 1), height / 4, largest)
    return Plot(
        area=area.id,
        name=area.name,
        corners=corners,
        middle=(round(min(xs) + width / 2, 1), round(min(ys) + height / 2, 1)),
        words=round(max(words, 1), 1),
    )
