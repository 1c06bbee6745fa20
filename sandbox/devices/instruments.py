"""What a field instrument measures and what is wrong with it. It measures what its slider says.

Ranges, alarm points and rates are those of usual fixed detectors (GB/T 50493: combustible 25 and 50 %LEL, toxic one and
two times the occupational limit, oxygen 19.5 and 23.5 %vol).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

_TENTH: Final = Decimal("0.1")
_DRIFT_EVERY: Final = timedelta(seconds=30)
"""A drifting sensor loses one step of its slider in this time, and one at once."""


class Fault(StrEnum):
    """What can be wrong with an instrument."""

    NONE = "none"
    SILENT = "silent"
    STUCK = "stuck"
    """It sends one and the same message again and again, whatever the air is."""
    DRIFT = "drift"
    """Its zero wanders downwards, slowly and without an end."""
    UNIT = "unit"
    """Somebody set it to another unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A kind of instrument. ``what`` and units as in docs/hardware-json.md."""

    name: str
    what: tuple[str, str]
    unit: str
    shown: str
    """The unit as people write it."""
    wrong_unit: str
    low: Decimal
    high: Decimal
    step: Decimal
    rests_at: Decimal
    """What it measures in fresh, calm air."""
    alarms: tuple[Decimal, Decimal]
    """Where its own two alarms lie."""
    low_alarm: Decimal | None = None
    """Below this is an alarm too (oxygen)."""


def _model(name: str, what: tuple[str, str], units: tuple[str, str, str], figures: str, low_alarm: str = "") -> Model:
    low, high, step, rests_at, first, second = (Decimal(one) for one in figures.split())
    return Model(
        name=name, what=what, unit=units[0], shown=units[1], wrong_unit=units[2], low=low, high=high, step=step,
        rests_at=rests_at, alarms=(first, second), low_alarm=Decimal(low_alarm) if low_alarm else None,
    )  # fmt: skip


FLAMMABLE: Final = _model("可燃气", ("gas", "flammable"), ("%LEL", "%LEL", "%vol"), "0 100 0.5 0 25 50")
OXYGEN: Final = _model("氧气", ("gas", "o2"), ("%vol", "%vol", "ppm"), "0 30 0.1 20.9 23.5 23.5", "19.5")
H2S: Final = _model("硫化氢", ("gas", "h2s"), ("ppm", "ppm", "mg/m3"), "0 100 0.5 0 7 14")
CO: Final = _model("一氧化碳", ("gas", "co"), ("ppm", "ppm", "mg/m3"), "0 500 1 0 17 34")
WIND: Final = _model("风速", ("kind", "wind_speed"), ("m/s", "m/s", "kn"), "0 30 0.1 2.4 99 99")
SIGHT: Final = _model("能见度", ("kind", "visibility"), ("m", "m", "km"), "50 5000 50 5000 9999 9999")


@dataclass(slots=True, kw_only=True)
class Instrument:
    """One instrument at its place. ``calibrated`` is its model's business, not the wire's."""

    id: str
    model: Model
    value: Decimal = field(init=False)
    fault: Fault = Fault.NONE
    _since: datetime | None = None
    _count: int = 0
    _held: Decimal | None = None

    def __post_init__(self) -> None:
        self.value = self.model.rests_at

    def slide(self, value: Decimal) -> None:
        """The air changes. Raise `ValueError` for what the slider has not."""
        if not value.is_finite() or not self.model.low <= value <= self.model.high:
            raise ValueError(f"{self.model.name}在{self.model.low}到{self.model.high}之间")
        self.value = value

    def breaks(self, fault: Fault, at: datetime) -> None:
        """Something goes wrong with it, or it is mended."""
        self.fault, self._since, self._held = fault, at, self.value

    def says(self, at: datetime) -> dict[str, object] | None:
        """One message at this time; None: it is silent."""
        if self.fault is Fault.SILENT:
            return None
        if self.fault is not Fault.STUCK:
            self._count += 1
        value, model = self._measured(at), self.model
        return {
            "device_id": self.id,
            model.what[0]: model.what[1],
            "value": str(value),
            "unit": model.wrong_unit if self.fault is Fault.UNIT else model.unit,
            "quality": self._alarm(value),
            "measured_at": at.isoformat(timespec="milliseconds"),
            "seq": self._count,
        }

    def _measured(self, at: datetime) -> Decimal:
        if self.fault is Fault.STUCK and self._held is not None:
            return self._held
        if self.fault is Fault.DRIFT and self._since is not None:
            steps = 1 + (at - self._since) // _DRIFT_EVERY
            return (self.value - steps * self.model.step).quantize(_TENTH)
        return self.value

    def _alarm(self, value: Decimal) -> str:
        first, second = self.model.alarms
        if value >= second:
            return "alarm_high"
        below = self.model.low_alarm is not None and value < self.model.low_alarm
        return "alarm_low" if value >= first or below else "normal"
