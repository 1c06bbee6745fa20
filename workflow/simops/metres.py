"""Bounds of a distance: at least and at most so many metres, as exact as fences and positions are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import cos, degrees, hypot, radians

from workflow.geo import distance_m, to_wgs84
from workflow.values import Position

Span = tuple[Decimal | None, Decimal | None]
"""At least, at most; None = no bound."""

UNSAID_ACCURACY_M = Decimal(10)
"""Of a position that does not say how exact it is, or how far its thing reaches."""
_EARTH_RADIUS_M = 6371008.8
_CENT = Decimal("0.01")
_Flat = tuple[float, float]


def between_points(one: Position, other: Position) -> Span:
    """Two surveyed things."""
    apart = distance_m(one, other)
    slack = _slack(one) + _slack(other)
    return max(Decimal(0), apart - slack), apart + slack


def between_fences(one: Sequence[Position], other: Sequence[Position]) -> Span:
    """Two outlines: the narrowest gap and the farthest corners, less and more what the corners may be off."""
    slack = max(map(_stated, one)) + max(map(_stated, other))
    origin = to_wgs84(one[0])
    here, there = _flat(one, origin), _flat(other, origin)
    farthest = max(hypot(a[0] - b[0], a[1] - b[1]) for a in here for b in there)
    low = max(Decimal(0), Decimal(_gap(here, there)).quantize(_CENT, ROUND_FLOOR) - slack)
    return low, Decimal(farthest).quantize(_CENT, ROUND_CEILING) + slack


def from_point(here: Position, fence: Sequence[Position]) -> Decimal:
    """From a surveyed thing to the nearest edge of an outline, at least; nought inside of it."""
    origin = to_wgs84(here)
    gap = Decimal(_gap(_flat((here,), origin), _flat(fence, origin))).quantize(_CENT, ROUND_FLOOR)
    return max(Decimal(0), gap - _slack(here) - max(map(_stated, fence)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A circle around every corner of some fences, wide enough for what the corners may be off. Degrees, WGS-84."""

    latitude: float
    longitude: float
    radius_m: float


def around(fences: Sequence[Sequence[Position]]) -> Circle:
    """The circle of one area's fences; there is at least one."""
    corners = [corner for fence in fences for corner in fence]
    origin = to_wgs84(corners[0])
    reach = max(hypot(east, north) for east, north in _flat(corners, origin))
    slack = float(max(map(_stated, corners)))
    return Circle(latitude=float(origin.latitude), longitude=float(origin.longitude), radius_m=reach + slack)


def surely_apart(one: Circle, other: Circle, reach_m: Decimal) -> bool:
    """Whether fences inside these circles are farther apart than ``reach_m``. A no says nothing: measure the fences.

    A tenth of the way is given away, far more than flat metres can be off within a plant.
    """
    north = radians(other.latitude - one.latitude) * _EARTH_RADIUS_M
    east = radians(other.longitude - one.longitude) * cos(radians(one.latitude)) * _EARTH_RADIUS_M
    return 0.9 * hypot(east, north) - one.radius_m - other.radius_m > float(reach_m)


def degrees_of(metres: float) -> float:
    """How many degrees of latitude `surely_apart` may still hold to be this near."""
    return degrees(metres / (0.9 * _EARTH_RADIUS_M))


def overlap(one: Sequence[Position], other: Sequence[Position]) -> bool:
    """Whether the middle of one outline lies inside the other: likely one place drawn twice."""
    origin = to_wgs84(one[0])
    here, there = _flat(one, origin), _flat(other, origin)
    return _holds(there, _middle(here)) or _holds(here, _middle(there))


def _slack(at: Position) -> Decimal:
    return UNSAID_ACCURACY_M if at.accuracy_m is None else at.accuracy_m


def _stated(at: Position) -> Decimal:
    return Decimal(0) if at.accuracy_m is None else at.accuracy_m


def _flat(fence: Sequence[Position], origin: Position) -> list[_Flat]:
    """Metres east and north of ``origin``; flat is exact enough within a plant."""
    shrink = cos(radians(float(origin.latitude)))
    found = []
    for corner in map(to_wgs84, fence):
        east = radians(float(corner.longitude - origin.longitude)) * shrink * _EARTH_RADIUS_M
        found.append((east, radians(float(corner.latitude - origin.latitude)) * _EARTH_RADIUS_M))
    return found


def _middle(corners: Sequence[_Flat]) -> _Flat:
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def _edges(corners: Sequence[_Flat]) -> list[tuple[_Flat, _Flat]]:
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


def _gap(here: Sequence[_Flat], there: Sequence[_Flat]) -> float:
    """The narrowest way between two outlines; nought when they meet or one holds the other."""
    if _holds(here, there[0]) or _holds(there, here[0]):
        return 0.0
    if any(_cross(a, b) for a in _edges(here) for b in _edges(there)):
        return 0.0
    ways = [_to_edge(corner, edge) for corner in here for edge in _edges(there)]
    return min(ways + [_to_edge(corner, edge) for corner in there for edge in _edges(here)])


def _to_edge(at: _Flat, edge: tuple[_Flat, _Flat]) -> float:
    (x, y), (end_x, end_y) = edge
    dx, dy = end_x - x, end_y - y
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, ((at[0] - x) * dx + (at[1] - y) * dy) / length))
    return hypot(x + share * dx - at[0], y + share * dy - at[1])


def _holds(corners: Sequence[_Flat], at: _Flat) -> bool:
    """Even-odd rule."""
    odd = False
    for (x1, y1), (x2, y2) in _edges(corners):
        if (y1 > at[1]) != (y2 > at[1]) and x1 + (x2 - x1) * (at[1] - y1) / (y2 - y1) > at[0]:
            odd = not odd
    return odd


def _cross(one: tuple[_Flat, _Flat], other: tuple[_Flat, _Flat]) -> bool:
    a, b = _side(one, other[0]), _side(one, other[1])
    c, d = _side(other, one[0]), _side(other, one[1])
    return a * b < 0 and c * d < 0


def _side(edge: tuple[_Flat, _Flat], at: _Flat) -> float:
    (x1, y1), (x2, y2) = edge
    return (x2 - x1) * (at[1] - y1) - (y2 - y1) * (at[0] - x1)
