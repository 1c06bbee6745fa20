"""The iBeacon advertisement: which beacon is near. ``02 15`` · UUID (16) · major (2) · minor (2) · power at 1 m (1).

Taken from the manufacturer data of a BLE advertisement (company 004C, Apple). From memory of a widely known format, not
from its document: not confirmed. A beacon proves nothing by itself: anybody can send the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hardware_bridge.sample import SourceKind, Trouble, Why

COMPANY: Final = 0x004C
_HEAD: Final = b"\x02\x15"
_SIZE: Final = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """One sighting's frame. ``power_dbm`` is what a receiver at one metre would measure."""

    uuid: UUID
    major: int
    minor: int
    power_dbm: int


def decode(company: int, data: bytes, source: SourceKind) -> Beacon | Trouble | None:
    """Read manufacturer data as a gateway passes it on. None: of another company or kind, which is no trouble."""
    if company != COMPANY or not data.startswith(_HEAD):
        return None
    if len(data) != _SIZE:
        return Trouble(source=source, why=Why.LENGTH, detail=f"an iBeacon frame of {len(data)} bytes")
    return Beacon(
        uuid=UUID(bytes=data[2:18]),
        major=int.from_bytes(data[18:20], "big"),
        minor=int.from_bytes(data[20:22], "big"),
        power_dbm=int.from_bytes(data[22:23], "big", signed=True),
    )
