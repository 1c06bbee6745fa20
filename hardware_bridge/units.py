"""One spelling of each unit, by pure conversion: parts per billion become parts per million, and so on.

Nothing here knows a gas: %LEL to % vol and ppm to mg/m³ need its properties and are the core's (`workflow.rules.gas`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hardware_bridge.sample import Unit

_FACTORS: Final[Mapping[Unit, tuple[Unit, Decimal, Decimal]]] = {
    Unit.PPB: (Unit.PPM, Decimal(1), Decimal(1000)),
    Unit.UG_M3: (Unit.MG_M3, Decimal(1), Decimal(1000)),
    Unit.KM_H: (Unit.M_S, Decimal(5), Decimal(18)),
    Unit.HECTOPASCAL: (Unit.PASCAL, Decimal(100), Decimal(1)),
    Unit.KILOPASCAL: (Unit.PASCAL, Decimal(1000), Decimal(1)),
    Unit.MILLIVOLT: (Unit.VOLT, Decimal(1), Decimal(1000)),
    Unit.MILLIMETRE: (Unit.METRE, Decimal(1), Decimal(1000)),
}
"""Unit: the one it becomes, times, divided by. What is not here is its own spelling."""


def normal(value: Decimal, unit: Unit) -> tuple[Decimal, Unit]:
    """The value in the one unit of its kind. Exact, but for km/h that m/s cannot spell (28 digits)."""
    found = _FACTORS.get(unit)
    if found is None:
        return value, unit
    becomes, times, by = found
    return value * times / by, becomes
