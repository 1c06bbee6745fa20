"""A positioning tag somebody wears: it says where he stands, walks off with him, falls silent, or hardly knows.

On the wire as docs/hardware-json.md says, over the same gateway as the instruments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

_NEAR, _VAGUE = Decimal(3), Decimal(80)
"""Metres: what a good fix may be off, and one between steel."""
_STRIDE: Final = Decimal("0.003")
"""Degrees to the north that are surely outside: some 330 m."""


class Stand(StrEnum):
    """Where its wearer is, or what is wrong with it."""

    HERE = "here"
    AWAY = "away"
    SILENT = "silent"
    VAGUE = "vague"
    """At the place, with a fix that may be off by more than the place is wide."""


@dataclass(slots=True, kw_only=True)
class Tag:
    """One tag. ``latitude`` and ``longitude``: the middle of the place, WGS-84."""

    id: str
    latitude: Decimal
    longitude: Decimal
    stand: Stand = Stand.HERE

    def says(self, at: datetime) -> dict[str, object] | None:
        """One message at this time; None: it is silent."""
        if self.stand is Stand.SILENT:
            return None
        away = _STRIDE if self.stand is Stand.AWAY else Decimal(0)
        return {
            "device_id": self.id,
            "latitude": float(self.latitude + away),
            "longitude": float(self.longitude),
            "datum": "wgs84",
            "accuracy_m": float(_VAGUE if self.stand is Stand.VAGUE else _NEAR),
            "measured_at": at.isoformat(timespec="milliseconds"),
        }
