"""Where is it, and is it inside? One datum at a time, converted once.

WGS-84 is what satellites say, GCJ-02 what Chinese phone platforms say, BD-09 what Baidu maps say; in China they differ
by some 500 m. Every `Position` carries its datum. `to_wgs84` looks at the datum, so nothing is ever converted twice.

The forward formulas are the widely published approximation; the way back iterates them to a fixed point. Degrees enter
and leave as decimals; between, this is trigonometry on floats, good to millimetres.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from math import atan2, cos, hypot, pi, radians, sin, sqrt
from typing import assert_never

from workflow.values import Datum, Position

_A = 6378245.0
_EE = 0.00669342162296594323
_EARTH_RADIUS_M = 6371008.8
_BD = pi * 3000.0 / 180.0
_CHINA = (0.8293, 55.8271, 72.004, 137.8347)
_ROUNDS = 5
_STEP = Decimal("0.000000001")
"""One nano-degree, a tenth of a millimetre."""
_CORNERS = 3

Degrees = tuple[float, float]
"""Latitude, longitude."""


def to_wgs84(position: Position) -> Position:
    """The same place in WGS-84. A WGS-84 position comes back unchanged."""
    spot = (float(position.latitude), float(position.longitude))
    match position.datum:
        case Datum.WGS84:
            return position
        case Datum.GCJ02:
            return _at(position, _back(spot, _wgs_to_gcj), Datum.WGS84)
        case Datum.BD09:
            return _at(position, _back(_back(spot, _gcj_to_bd), _wgs_to_gcj), Datum.WGS84)
        case _:
            assert_never(position.datum)


def to_gcj02(position: Position) -> Position:
    """The same place in GCJ-02, as WeCom and 高德 say it."""
    if position.datum is Datum.GCJ02:
        return position
    plain = to_wgs84(position)
    return _at(plain, _wgs_to_gcj((float(plain.latitude), float(plain.longitude))), Datum.GCJ02)


def to_bd09(position: Position) -> Position:
    """The same place in BD-09, as Baidu says it."""
    if position.datum is Datum.BD09:
        return position
    gcj = to_gcj02(position)
    return _at(gcj, _gcj_to_bd((float(gcj.latitude), float(gcj.longitude))), Datum.BD09)


def distance_m(one: Position, other: Position) -> Decimal:
    """Great-circle distance in metres, whatever the data, to the centimetre."""
    a, b = _degrees(to_wgs84(one)), _degrees(to_wgs84(other))
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half_lat, half_lng = (lat_b - lat_a) / 2, radians(b[1] - a[1]) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lng) ** 2
    metres = 2 * _EARTH_RADIUS_M * atan2(sqrt(chord), sqrt(max(0.0, 1 - chord)))
    return Decimal(metres).quantize(Decimal("0.01"))


def inside(fence: Sequence[Position], position: Position, *, default_accuracy_m: Decimal | None = None) -> bool | None:
    """Whether the position is inside the fence by more than its accuracy (GB 30871-2022 4.11 a: at the site).

    True and False are sure; None when it cannot be told: no fence, no accuracy, or an edge nearer than the accuracy.
    ``default_accuracy_m`` stands in for a position that does not say how exact it is.
    """
    accuracy = position.accuracy_m if position.accuracy_m is not None else default_accuracy_m
    if len(fence) < _CORNERS or accuracy is None:
        return None
    here = _degrees(to_wgs84(position))
    corners = [_flat(_degrees(to_wgs84(corner)), here) for corner in fence]
    edges = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    nearest = min(_to_edge(start, end) for start, end in edges)
    if nearest <= float(accuracy):
        return None
    return _surrounded(edges)


# --- formulas -------------------------------------------------------------------------------------------------------


def _wgs_to_gcj(spot: Degrees) -> Degrees:
    lat, lng = spot
    south, north, west, east = _CHINA
    if not (south <= lat <= north and west <= lng <= east):
        return spot
    x, y = lng - 105.0, lat - 35.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _wave(x, 20.0, 6.0, 20.0, 2.0)
    d_lat += _wave(y, 20.0, 1.0, 40.0, 1 / 3) + _wave(y, 160.0, 1 / 12, 320.0, 1 / 30)
    d_lng = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _wave(x, 20.0, 6.0, 20.0, 2.0)
    d_lng += _wave(x, 20.0, 1.0, 40.0, 1 / 3) + _wave(x, 150.0, 1 / 12, 300.0, 1 / 30)
    m = 1 - _EE * sin(radians(lat)) ** 2
    d_lat = d_lat * 180.0 / (_A * (1 - _EE) / (m * sqrt(m)) * pi)
    d_lng = d_lng * 180.0 / (_A / sqrt(m) * cos(radians(lat)) * pi)
    return lat + d_lat, lng + d_lng


def _wave(along: float, first: float, first_rate: float, second: float, second_rate: float) -> float:
    return (first * sin(first_rate * along * pi) + second * sin(second_rate * along * pi)) * 2.0 / 3.0


def _gcj_to_bd(spot: Degrees) -> Degrees:
    lat, lng = spot
    z = hypot(lng, lat) + 0.00002 * sin(lat * _BD)
    theta = atan2(lat, lng) + 0.000003 * cos(lng * _BD)
    return z * sin(theta) + 0.006, z * cos(theta) + 0.0065


def _back(target: Degrees, forward: Callable[[Degrees], Degrees]) -> Degrees:
    """The place that ``forward`` carries to ``target``: five fixed-point steps leave less than a millimetre."""
    lat, lng = target
    for _ in range(_ROUNDS):
        there = forward((lat, lng))
        lat, lng = lat + target[0] - there[0], lng + target[1] - there[1]
    return lat, lng


def _at(position: Position, spot: Degrees, datum: Datum) -> Position:
    latitude, longitude = (Decimal(value).quantize(_STEP) for value in spot)
    return replace(position, latitude=latitude, longitude=longitude, datum=datum)


# --- fence ----------------------------------------------------------------------------------------------------------


def _degrees(position: Position) -> Degrees:
    return float(position.latitude), float(position.longitude)


def _flat(corner: Degrees, here: Degrees) -> tuple[float, float]:
    """Metres east and north of ``here``; flat is exact enough within a plant."""
    east = radians(corner[1] - here[1]) * cos(radians(here[0])) * _EARTH_RADIUS_M
    north = radians(corner[0] - here[0]) * _EARTH_RADIUS_M
    return east, north


def _to_edge(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Metres from the origin to the edge between two corners."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else max(0.0, min(1.0, -(start[0] * dx + start[1] * dy) / length))
    return hypot(start[0] + share * dx, start[1] + share * dy)


def _surrounded(edges: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> bool:
    """Even-odd rule for the origin."""
    odd = False
    for (x1, y1), (x2, y2) in edges:
        if (y1 > 0) != (y2 > 0) and x1 + (x2 - x1) * (-y1) / (y2 - y1) > 0:
            odd = not odd
    return odd
