"""A weather station for the whole plant: an anemometer, a sight sensor and one that knows what falls, on one mast.

On the wire as docs/hardware-json.md says: one value a message, rain and snow as a ``state`` of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sandbox.devices.instruments import SIGHT, WIND, Fault, Instrument


class Falls(StrEnum):
    """What falls from the sky."""

    NONE = "none"
    RAIN = "rain"
    RAINSTORM = "rainstorm"
    SNOW = "snow"
    HEAVY_SNOW = "heavy_snow"


_TOLD: Final = {
    Falls.NONE: frozenset[Falls](),
    Falls.RAIN: frozenset({Falls.RAIN}),
    Falls.RAINSTORM: frozenset({Falls.RAIN, Falls.RAINSTORM}),
    Falls.SNOW: frozenset({Falls.SNOW}),
    Falls.HEAVY_SNOW: frozenset({Falls.SNOW, Falls.HEAVY_SNOW}),
}
"""What it says of itself: a rainstorm is rain as well."""


@dataclass(slots=True, kw_only=True)
class Station:
    """One station. What is wrong with it is wrong with the whole mast; another unit has the wind alone."""

    id: str
    falls: Falls = Falls.NONE
    wind: Instrument = field(init=False)
    sight: Instrument = field(init=False)
    _held: Falls = Falls.NONE

    def __post_init__(self) -> None:
        self.wind = Instrument(id=self.id, model=WIND)
        self.sight = Instrument(id=self.id, model=SIGHT)

    @property
    def fault(self) -> Fault:
        """What is wrong with it."""
        return self.wind.fault

    def breaks(self, fault: Fault, at: datetime) -> None:
        """Something goes wrong with it, or it is mended."""
        self._held = self.falls
        self.wind.breaks(fault, at)
        self.sight.breaks(Fault.NONE if fault is Fault.UNIT else fault, at)

    def says(self, at: datetime) -> Iterator[dict[str, object]]:
        """Its messages at this time, what falls first; none while it is silent."""
        if self.fault is Fault.SILENT:
            return
        told = _TOLD[self._held if self.fault is Fault.STUCK else self.falls]
        for kind in (Falls.RAIN, Falls.RAINSTORM, Falls.SNOW, Falls.HEAVY_SNOW):
            yield {
                "device_id": self.id,
                "kind": kind.value,
                "value": int(kind in told),
                "unit": "state",
                "measured_at": at.isoformat(timespec="milliseconds"),
            }
        for one in (self.sight, self.wind):
            said = one.says(at)
            if said is not None:
                yield said
