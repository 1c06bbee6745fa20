"""Tags for tests: a square fence, places in metres from its middle, what a tag says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hardware_bridge.sample import NO_FLAGS, DeviceKey, Flag, Position, SourceKind
from storage.directory import Device
from tests.support.detectors import device
from workflow import values
from workflow.values import Datum

HALF = 15
"""Metres from the middle of the fence to each side."""
TAG = DeviceKey("TAG-1")
_LAT, _LNG = Decimal("31.230000"), Decimal("121.470000")
_NORTH, _EAST = Decimal("0.00000899322"), Decimal("0.00001051777")
"""Degrees a metre, at this latitude."""


def spot(
    east: float,
    north: float = 0,
    *,
    accuracy: float | None = 3,
    middle: tuple[Decimal, Decimal] = (_LAT, _LNG),
) -> values.Position:
    """So many metres east and north of the middle, in WGS-84."""
    return values.Position(
        latitude=middle[0] + Decimal(str(round(north, 3))) * _NORTH,
        longitude=middle[1] + Decimal(str(round(east, 3))) * _EAST,
        datum=Datum.WGS84,
        accuracy_m=None if accuracy is None else Decimal(str(accuracy)),
    )


FENCE = (spot(-HALF, -HALF), spot(HALF, -HALF), spot(HALF, HALF), spot(-HALF, HALF))


def tag(name: str = TAG, person: str | None = "zhaomin") -> Device:
    """A registered tag somebody wears."""
    return device(name, area=None, person=person, channels=())


def told(
    place: values.Position | None,
    *,
    at: datetime | None = None,
    key: str = TAG,
    mock: bool | None = None,
    flags: frozenset[Flag] = NO_FLAGS,
) -> Position:
    """What a tag says."""
    return Position(
        source=SourceKind.REPLAY, device=DeviceKey(key), device_time=at, place=place, mock=mock, flags=flags
    )
