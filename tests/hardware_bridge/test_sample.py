"""What codecs hand on cannot be built wrong: no value without a unit, no number that is none, no naive time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from hardware_bridge.sample import (
    CO,
    FLAMMABLE,
    LONGEST_DETAIL,
    LONGEST_KEY,
    O2,
    DeviceKey,
    Kind,
    Position,
    Quantity,
    Sample,
    SourceKind,
    Trouble,
    Unit,
    Why,
    gas,
    quantity_named,
)
from workflow import values
from workflow.errors import NaiveTime
from workflow.rules.gas_types import Unit as GasUnit
from workflow.values import Datum

AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
KEY = DeviceKey("GD-1")


def sample(value: Decimal = Decimal("20.9"), device: DeviceKey = KEY, at: datetime | None = AT) -> Sample:
    return Sample(
        source=SourceKind.REPLAY, device=device, quantity=O2, value=value, unit=Unit.VOL_PERCENT, device_time=at
    )


def test_a_value_is_exact_and_says_what_it_is_of() -> None:
    said = sample()
    assert (said.quantity.name, said.value, said.unit) == ("o2", Decimal("20.9"), Unit.VOL_PERCENT)
    with pytest.raises(TypeError):
        Sample(source=SourceKind.REPLAY, device=KEY, quantity=O2, value=Decimal(1))  # type: ignore[call-arg]  # the point
    with pytest.raises(TypeError):
        Sample(source=SourceKind.REPLAY, device=KEY, value=Decimal(1), unit=Unit.PPM)  # type: ignore[call-arg]  # the point


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_a_number_that_is_none_is_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="finite Decimal"):
        sample(value)


def test_times_have_a_zone_and_keys_a_length() -> None:
    with pytest.raises(NaiveTime):
        sample(at=datetime(2026, 1, 5, 9, 30))  # noqa: DTZ001  # the point
    assert sample(at=None).device_time is None
    for key in ("", "x" * (LONGEST_KEY + 1)):
        with pytest.raises(ValueError, match="device key"):
            sample(device=DeviceKey(key))


def test_a_gas_and_only_a_gas_is_named() -> None:
    assert [quantity_named(name) for name in ("o2", "flammable", "co", "wind_speed")] == [
        O2, FLAMMABLE, CO, Quantity(Kind.WIND_SPEED),
    ]  # fmt: skip
    for name in ("gas", "", "H2S", "氧气", "a" * 33):
        with pytest.raises(ValueError, match="gas"):
            quantity_named(name)
    with pytest.raises(ValueError, match="only a gas"):
        Quantity(Kind.WIND_SPEED, "o2")
    with pytest.raises(ValueError, match="only a gas"):
        Quantity(Kind.GAS)
    assert gas("vinyl_chloride").name == "vinyl_chloride"


def test_units_of_gases_are_spelt_as_the_core_spells_them() -> None:
    assert {unit.value for unit in GasUnit} <= {unit.value for unit in Unit}


def test_without_a_fix_there_is_no_place() -> None:
    here = values.Position(latitude=Decimal("31.2304"), longitude=Decimal("121.4737"), datum=Datum.WGS84)
    assert Position(source=SourceKind.JT808, device=KEY, place=here).valid
    assert not Position(source=SourceKind.JT808, device=KEY, place=None).valid


def test_trouble_keeps_little() -> None:
    assert len(Trouble(source=SourceKind.MQTT, why=Why.SHAPE, detail="x" * 1000).detail) == LONGEST_DETAIL
