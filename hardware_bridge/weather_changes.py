"""When the wind or the weather of a place changed so that running work is to be asked again. No clock, no I/O.

What it means is judged by the core from what is stored (`handlers.weather`); here only that it is another force,
another sort of fog, or that rain or snow began or ended.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from hardware_bridge.devices import Known
from hardware_bridge.sample import Kind, Unit
from workflow.ids import AreaId, DeviceId
from workflow.monitoring import MEANINGFUL, Reading
from workflow.rules.weather import QUANTITIES, by_sight
from workflow.rules.wind import force


class WeatherChanges:
    """What each instrument of one site last said of the sky."""

    __slots__ = ("_known", "_said")

    def __init__(self) -> None:
        self._known: Mapping[DeviceId, Known] = {}
        self._said: dict[tuple[DeviceId, str], int] = {}

    def bind(self, known: Mapping[DeviceId, Known], moved: Collection[DeviceId]) -> None:
        """The register moved. Nor was the work of its new place ever asked about what an instrument has told of."""
        self._known = known
        self._said = {key: found for key, found in self._said.items() if key[0] not in moved}

    def changed(self, reading: Reading) -> bool:
        """Whether this reading tells of another sky than the last of its instrument."""
        if reading.quantity not in QUANTITIES or reading.quality not in MEANINGFUL:
            return False
        found, key = _step(reading), (reading.device, reading.quantity)
        if found is None or self._said.get(key) == found:
            return False
        self._said[key] = found
        return True

    def speaks_for(self, device: DeviceId, area: AreaId) -> bool:
        """Whether an instrument speaks for a place; one without an area does for all."""
        known = self._known.get(device)
        return known is not None and known.area in {None, area}

    def told_of(self, area: AreaId) -> bool:
        """Whether anything was said of the sky of a place."""
        return any(self.speaks_for(device, area) for device, _ in self._said)


def _step(reading: Reading) -> int | None:
    """What a value counts as; None: an amount nobody judges."""
    if reading.quantity == Kind.WIND_SPEED:
        return force(max(reading.value, Decimal(0)))
    if reading.quantity == Kind.VISIBILITY:
        return sum(by_sight(reading.value).values())
    return int(reading.value) if reading.unit == Unit.STATE else None
