"""From registers to samples by the maker's table (a `Profile`, written in ``policies/devices``).

No two makers share a register map, so the map is data. What it does not foresee is never read as good: a state code
that is not in the table is a fault, a register the profile expects to hold something else (another gas, another range)
silences the whole device, and a value of ``invalid`` (the maker's "no sensor") is a fault without a value.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, assert_never

from hardware_bridge.codecs.figures import EXACT
from hardware_bridge.codecs.measures import possible
from hardware_bridge.sample import (
    Beat,
    DeviceKey,
    Flag,
    Quantity,
    Said,
    Sample,
    SourceKind,
    Trouble,
    Unit,
    Why,
)  # fmt: skip

_MOST_DECIMALS: Final = 6
_MOST_DIGITS: Final = 9
"""Decimal digits that tell any two 32-bit floats apart."""


class NumberType(StrEnum):
    """How a number lies in its registers."""

    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    FLOAT32 = "float32"

    @property
    def words(self) -> int:
        """Registers it takes."""
        return 1 if self in (NumberType.INT16, NumberType.UINT16) else 2


class WordOrder(StrEnum):
    """In which order the bytes A (highest) to D of a 32-bit number arrive; 16-bit numbers arrive as ``abcd``."""

    ABCD = "abcd"
    CDAB = "cdab"
    BADC = "badc"
    DCBA = "dcba"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value. ``value = number x scale / 10^(what stands in decimals_at)``. Addresses count from 0."""

    channel: str
    quantity: Quantity
    unit: Unit
    address: int
    type: NumberType
    order: WordOrder = WordOrder.ABCD
    scale: Decimal = Decimal(1)
    decimals_at: int | None = None
    invalid: frozenset[int] = frozenset()
    """Raw bit patterns (unsigned) by which the device says that it has no value."""

    @property
    def addresses(self) -> tuple[int, ...]:
        """Every register it needs."""
        own = tuple(range(self.address, self.address + self.type.words))
        return own if self.decimals_at is None else (*own, self.decimals_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A register that speaks of the device, by whole codes or bit by bit (exactly one of both tables is filled)."""

    address: int
    codes: Mapping[int, frozenset[Flag]]
    bits: Mapping[int, Flag]
    """By number of the bit, 0 the lowest. A bit that is set and not listed is a fault."""
    channels: frozenset[str]
    """The channels it speaks of; empty: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A maker's register table."""

    name: str
    label: str
    function: int
    reads: tuple[tuple[int, int], ...]
    """What to ask for: first register from 0, count."""
    fields: tuple[Field, ...]
    states: tuple[State, ...]
    expects: Mapping[int, frozenset[int]]
    """Registers that must hold one of these, or the table is not this device's."""


def apply(profile: Profile, device: DeviceKey, words: Mapping[int, int], sequence: int | None = None) -> list[Said]:
    """What the device said with these registers (by address from 0).

    A register that is missing costs the values that need it, never the others; a missing state costs every value it
    speaks of.
    """
    reading = _Reading(profile=profile, device=device, words=words, sequence=sequence)
    strange = list(reading.strange())
    if strange:
        return [
            *strange,
            Beat(source=SourceKind.MODBUS, device=device, sequence=sequence, flags=frozenset({Flag.FAULT})),
        ]
    return [*reading.state_troubles(), *(reading.field(each) for each in profile.fields)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    profile: Profile
    device: DeviceKey
    words: Mapping[int, int]
    sequence: int | None

    def strange(self) -> Iterator[Trouble]:
        """Registers that say that this is another device, or that have not come."""
        for address, allowed in self.profile.expects.items():
            word = self.words.get(address)
            if word not in allowed:
                held = "is missing" if word is None else f"holds {word}"
                yield self._trouble(Why.SHAPE, f"register {address} {held}, the profile expects {sorted(allowed)}")

    def state_troubles(self) -> Iterator[Trouble]:
        for state in self.profile.states:
            word = self.words.get(state.address)
            if word is None:
                yield self._trouble(Why.LENGTH, f"state register {state.address} is missing")
            elif _flags(state, word) is None:
                yield self._trouble(Why.SHAPE, f"state register {state.address} holds {word}, not in the table")

    def field(self, field: Field) -> Said:
        words = [self.words.get(each) for each in field.addresses]
        held = [word for word in words if word is not None]
        if len(held) != len(words):
            return self._trouble(Why.LENGTH, f"channel {field.channel}: a register is missing")
        flags = self._flags_of(field.channel)
        raw = _raw(held[: field.type.words], field.order)
        if int.from_bytes(raw, "big") in field.invalid:
            return self._fault(field, flags)
        number = _number(raw, field.type)
        decimals = held[-1] if field.decimals_at is not None else 0
        if number is None or decimals > _MOST_DECIMALS:
            detail = "no finite number" if number is None else f"{decimals} decimals"
            return self._trouble(Why.NOT_A_NUMBER, f"channel {field.channel}: {detail}")
        value = EXACT.multiply(number, field.scale).scaleb(-decimals, EXACT)
        if not possible(value, field.unit):
            return self._trouble(Why.NOT_A_NUMBER, f"channel {field.channel} is neither 0 nor 1")
        return Sample(
            source=SourceKind.MODBUS, device=self.device, sequence=self.sequence, flags=flags,
            quantity=field.quantity, unit=field.unit, channel=field.channel,
            value=value,
        )  # fmt: skip

    def _flags_of(self, channel: str) -> frozenset[Flag]:
        """What the states say of a channel. Silence and unknown codes are a fault; normal is said only by all."""
        said: set[Flag] = set()
        for state in self.profile.states:
            if state.channels and channel not in state.channels:
                continue
            word = self.words.get(state.address)
            flags = None if word is None else _flags(state, word)
            said |= {Flag.FAULT} if flags is None else flags
        return frozenset(said - {Flag.NORMAL} or said)

    def _fault(self, field: Field, flags: frozenset[Flag]) -> Beat:
        return Beat(
            source=SourceKind.MODBUS, device=self.device, sequence=self.sequence, channel=field.channel,
            quantity=field.quantity, flags=(flags - {Flag.NORMAL}) | {Flag.FAULT},
        )  # fmt: skip

    def _trouble(self, why: Why, detail: str) -> Trouble:
        return Trouble(source=SourceKind.MODBUS, why=why, device=self.device, detail=detail)


def _flags(state: State, word: int) -> frozenset[Flag] | None:
    """None: the table does not know this word."""
    if not state.bits:
        return state.codes.get(word)
    known = {flag for bit, flag in state.bits.items() if word >> bit & 1}
    if word & ~sum(1 << bit for bit in state.bits):
        return None
    return frozenset(known or {Flag.NORMAL})


def _raw(words: list[int], order: WordOrder) -> bytes:
    """The number's bytes, highest first."""
    wire = b"".join(word.to_bytes(2, "big") for word in words)
    if len(words) == 1:
        return wire
    match order:
        case WordOrder.ABCD:
            return wire
        case WordOrder.CDAB:
            return wire[2:] + wire[:2]
        case WordOrder.BADC:
            return bytes((wire[1], wire[0], wire[3], wire[2]))
        case WordOrder.DCBA:
            return wire[::-1]
        case _:
            assert_never(order)


def _number(raw: bytes, kind: NumberType) -> Decimal | None:
    if kind is NumberType.FLOAT32:
        return shortest_float32(raw)
    return Decimal(int.from_bytes(raw, "big", signed=kind in (NumberType.INT16, NumberType.INT32)))


def shortest_float32(raw: bytes) -> Decimal | None:
    """The shortest decimal that a 32-bit float of these bytes (highest first) stands for: ``3E4CCCCD`` is 0.2, as
    the device shows it, not 0.200000002980232. None for an infinity or NaN."""
    (value,) = struct.unpack(">f", raw)
    if not math.isfinite(value):
        return None
    texts = (f"{value:.{digits}g}" for digits in range(1, _MOST_DIGITS + 1))
    return Decimal(next(text for text in texts if _float32(text) == raw))


def _float32(text: str) -> bytes:
    try:
        return struct.pack(">f", float(text))
    except OverflowError:  # rounded up past the largest
        return b""
