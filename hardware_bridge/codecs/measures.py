"""Which units a quantity may come in. A percentage of gas that does not say of what is the classic misreading."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hardware_bridge.sample import O2, Kind, Quantity, Unit

_UNITS: Final[Mapping[Kind, frozenset[Unit]]] = {
    Kind.GAS: frozenset(
        {Unit.VOL_PERCENT, Unit.LEL_PERCENT, Unit.PPM, Unit.MG_M3, Unit.PPB, Unit.UG_M3}
    ),
    Kind.WIND_SPEED: frozenset({Unit.M_S, Unit.KM_H}),
    Kind.WIND_DIRECTION: frozenset({Unit.DEGREES}),
    Kind.TEMPERATURE: frozenset({Unit.CELSIUS}),
    Kind.HUMIDITY: frozenset({Unit.PERCENT}),
    Kind.PRESSURE: frozenset({Unit.PASCAL, Unit.HECTOPASCAL, Unit.KILOPASCAL}),
    Kind.RAIN: frozenset({Unit.MILLIMETRE, Unit.STATE}),
    Kind.RAINSTORM: frozenset({Unit.STATE}),
    Kind.SNOW: frozenset({Unit.STATE}),
    Kind.HEAVY_SNOW: frozenset({Unit.STATE}),
    Kind.FOG: frozenset({Unit.STATE}),
    Kind.DENSE_FOG: frozenset({Unit.STATE}),
    Kind.VISIBILITY: frozenset({Unit.METRE}),
    Kind.VENTILATION: frozenset({Unit.M3_H, Unit.M_S, Unit.STATE}),
    Kind.CONTACT: frozenset({Unit.STATE}),
    Kind.BATTERY: frozenset({Unit.PERCENT, Unit.VOLT, Unit.MILLIVOLT}),
    Kind.SIGNAL: frozenset({Unit.DBM, Unit.PERCENT}),
}  # fmt: skip
_OXYGEN: Final = frozenset({Unit.VOL_PERCENT, Unit.PPM})
_STATES: Final = (Decimal(0), Decimal(1))


def suits(quantity: Quantity, unit: Unit) -> bool:
    """Whether this is a unit of that quantity. Oxygen has no explosive limit to be a share of."""
    return unit in (_OXYGEN if quantity == O2 else _UNITS[quantity.kind])


def possible(value: Decimal, unit: Unit) -> bool:
    """A state is 0 or 1; anything else may be any figure here, its range is the register's."""
    return unit is not Unit.STATE or value in _STATES
