"""Registers to samples: the published frames through the files that ship, and what no table foresees."""

from __future__ import annotations

import struct
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_bridge.codecs.modbus_map import Field, NumberType, Profile, State, WordOrder, apply, shortest_float32
from hardware_bridge.codecs.modbus_rtu import Answers, Ask, Words
from hardware_bridge.codecs.profiles import load
from hardware_bridge.sample import (
    FLAMMABLE,
    H2S,
    O2,
    Beat,
    DeviceKey,
    Flag,
    Kind,
    Quantity,
    Said,
    Sample,
    Trouble,
    Unit,
    Why,
)
from tests.support.wire import MODBUS_FLAMMABLE, MODBUS_O2, MODBUS_WIND
from workflow.rules.wind import force

PROFILES = load(Path(__file__).resolve().parents[3] / "policies").modbus
DEVICE = DeviceKey("box-1/1")


def heard(name: str, vector: tuple[bytes, bytes]) -> list[Said]:
    """A published question and answer, through the profile that ships."""
    profile = PROFILES[name]
    ((address, count),) = profile.reads
    answers = Answers(DEVICE)
    question = answers.ask(Ask(unit=1, function=profile.function, address=address, count=count))
    assert question == vector[0]
    (words,) = answers.feed(vector[1])
    assert isinstance(words, Words)
    return apply(profile, DEVICE, words.by_address())


def facts(said: list[Said]) -> list[tuple[Quantity, Decimal, Unit, frozenset[Flag]]]:
    return [(one.quantity, one.value, one.unit, one.flags) for one in said if isinstance(one, Sample)]


def whys(said: list[Said]) -> list[Why]:
    return [one.why for one in said if isinstance(one, Trouble)]


def test_oxygen_with_its_decimals() -> None:
    assert facts(heard("o2-generic", MODBUS_O2)) == [(O2, Decimal("20.9"), Unit.VOL_PERCENT, frozenset())]


def test_flammable_gas_with_its_states() -> None:
    normal = frozenset({Flag.NORMAL})
    assert facts(heard("ya-k300-s", MODBUS_FLAMMABLE)) == [
        (FLAMMABLE, Decimal("12.5"), Unit.LEL_PERCENT, normal),
        (Quantity(Kind.TEMPERATURE), Decimal("25.0"), Unit.CELSIUS, normal),
    ]


def test_wind_that_stops_a_lift() -> None:
    ((quantity, value, unit, _),) = facts(heard("wind-rs-fsjt", MODBUS_WIND))
    assert (quantity.kind, value, unit) == (Kind.WIND_SPEED, Decimal("10.8"), Unit.M_S)
    assert force(value) == 6


def test_the_toxic_sensor_reads_two_places() -> None:
    assert facts(apply(PROFILES["h2s-generic"], DEVICE, {0: 85, 0x11: 1})) == [
        (H2S, Decimal("8.5"), Unit.PPM, frozenset())
    ]
    assert whys(apply(PROFILES["h2s-generic"], DEVICE, {0: 85, 0x11: 7})) == [Why.NOT_A_NUMBER]
    assert whys(apply(PROFILES["h2s-generic"], DEVICE, {0: 85})) == [Why.LENGTH]


GOOD = {0: 125, 1: 0, 2: 0, 3: 250, 4: 1, 5: 100}


@pytest.mark.parametrize(
    ("changed", "flags"),
    [
        ({1: 1}, {Flag.ALARM}),
        ({1: 2}, {Flag.FAULT}),
        ({2: 2}, {Flag.ALARM_HIGH}),
        ({1: 1, 2: 1}, {Flag.ALARM, Flag.ALARM_LOW}),
        ({1: 7}, {Flag.FAULT}),
    ],
)
def test_states(changed: dict[int, int], flags: set[Flag]) -> None:
    said = apply(PROFILES["ya-k300-s"], DEVICE, GOOD | changed)
    assert facts(said)[0][3] == frozenset(flags)
    assert whys(said) == ([Why.SHAPE] if changed == {1: 7} else [])


def test_a_state_of_one_channel_is_not_told_of_another() -> None:
    gas, temperature = facts(apply(PROFILES["ya-k300-s"], DEVICE, GOOD | {2: 2}))
    assert gas[3] == {Flag.ALARM_HIGH}
    assert temperature[3] == {Flag.NORMAL}


def test_a_state_that_did_not_come_is_a_fault() -> None:
    words = {address: word for address, word in GOOD.items() if address != 1}
    said = apply(PROFILES["ya-k300-s"], DEVICE, words)
    assert whys(said) == [Why.LENGTH]
    assert {flags for *_, flags in facts(said)} == {frozenset({Flag.FAULT})}


@pytest.mark.parametrize("changed", [{4: 2}, {5: 20}])
def test_another_gas_or_range_says_no_value(changed: dict[int, int]) -> None:
    said = apply(PROFILES["ya-k300-s"], DEVICE, GOOD | changed)
    assert [type(one) for one in said] == [Trouble, Beat]
    assert isinstance(said[1], Beat)
    assert said[1].flags == {Flag.FAULT}


# --- numbers ----------------------------------------------------------------------------------------------------------


def profile(**changed: object) -> Profile:
    field = Field(
        channel="1", quantity=FLAMMABLE, unit=Unit.LEL_PERCENT, address=0, type=NumberType.FLOAT32
    )  # fmt: skip
    one = replace(field, **changed)  # type: ignore[arg-type]  # keywords by name
    return Profile(name="x", label="x", function=3, reads=((0, 2),), fields=(one,), states=(), expects={})


def value(one: Profile, raw: bytes) -> Decimal | None:
    words = dict(enumerate(struct.unpack(f">{len(raw) // 2}H", raw)))
    return next((value for _, value, _, _ in facts(apply(one, DEVICE, words))), None)


@pytest.mark.parametrize(
    ("order", "raw"),
    [
        (WordOrder.ABCD, "41A73333"),
        (WordOrder.CDAB, "333341A7"),
        (WordOrder.BADC, "A7413333"),
        (WordOrder.DCBA, "3333A741"),
    ],
)
def test_word_orders(order: WordOrder, raw: str) -> None:
    """41A73333 is the float nearest to 20.9."""
    assert value(profile(order=order), bytes.fromhex(raw)) == Decimal("20.9")


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (NumberType.INT16, "FFFF", "-1"),
        (NumberType.UINT16, "FFFF", "65535"),
        (NumberType.INT32, "FFFFFFFE", "-2"),
        (NumberType.UINT32, "FFFFFFFE", "4294967294"),
        (NumberType.FLOAT32, "3E4CCCCD", "0.2"),
        (NumberType.FLOAT32, "7F800000", None),
        (NumberType.FLOAT32, "FFC00000", None),
    ],
)
def test_types(kind: NumberType, raw: str, expected: str | None) -> None:
    assert value(profile(type=kind), bytes.fromhex(raw)) == (None if expected is None else Decimal(expected))


@given(st.integers(0, 0xFFFFFFFF))
def test_the_shortest_decimal_is_that_float_and_no_other(bits: int) -> None:
    raw = bits.to_bytes(4, "big")
    found = shortest_float32(raw)
    if found is not None:
        assert struct.pack(">f", float(found)) == raw


def test_what_the_maker_calls_no_sensor_is_a_fault_without_a_value() -> None:
    (said,) = apply(profile(type=NumberType.UINT16, invalid=frozenset({0xFFFF})), DEVICE, {0: 0xFFFF})
    assert isinstance(said, Beat)
    assert (said.flags, said.channel, said.quantity) == (frozenset({Flag.FAULT}), "1", FLAMMABLE)


def test_a_contact_is_made_or_not() -> None:
    one = profile(type=NumberType.UINT16, quantity=Quantity(Kind.CONTACT), unit=Unit.STATE)
    assert facts(apply(one, DEVICE, {0: 1}))[0][1] == 1
    assert whys(apply(one, DEVICE, {0: 2})) == [Why.NOT_A_NUMBER]


def test_bits() -> None:
    state = State(address=1, codes={}, bits={0: Flag.ALARM_LOW, 3: Flag.SENSOR_SPENT}, channels=frozenset())
    one = replace(profile(type=NumberType.UINT16), states=(state,))
    for word, flags, troubles in (
        (0b0000, {Flag.NORMAL}, []),
        (0b1001, {Flag.ALARM_LOW, Flag.SENSOR_SPENT}, []),
        (0b0100, {Flag.FAULT}, [Why.SHAPE]),
    ):
        said = apply(one, DEVICE, {0: 5, 1: word})
        assert facts(said)[0][3] == frozenset(flags)
        assert whys(said) == troubles
