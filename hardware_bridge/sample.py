"""What a device said, free of its protocol and not yet believed: `Sample`, `Position`, `Beat`, `Trouble`.

A codec turns bytes into these and does nothing else: it opens no socket, knows no register of devices and reads no
clock. What the bytes do not say stays None; nothing is guessed. When something was received is told beside it by
whoever read it off the wire (`hardware_bridge.sources`).

- A value without a quantity or a unit cannot be built. A codec that does not know the unit says `Trouble`.
- A fault without a value is a `Beat` with flags; nought is never said in its place.
- A fix that is not valid has no place at all: 0, 0 lies in the sea.
- A value that is not a finite number is `Trouble` (or a `Beat` with `Flag.FAULT`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final, NewType

from workflow import values
from workflow.values import aware

DeviceKey = NewType("DeviceKey", str)
"""A device as the wire names it: serial number, topic part, phone number, ``host/unit``. Only the register knows which
device of the plant that is."""
LONGEST_KEY: Final = 128
"""Characters of a device key; a longer one is `Trouble`."""
LONGEST_DETAIL: Final = 120
"""Characters of `Trouble.detail` that are kept."""
_GAS = re.compile(r"[a-z][a-z0-9_]{0,31}")


class SourceKind(StrEnum):
    """How it came in."""

    MQTT = "mqtt"
    MODBUS = "modbus"
    PUSH = "push"
    """Signed HTTP from a maker's cloud or a gateway."""
    JT808 = "jt808"
    HJ212 = "hj212"
    NMEA = "nmea"
    FEED = "feed"
    """A service asked over HTTP."""
    REPLAY = "replay"
    """A recording, or a test."""
    MANUAL = "manual"
    """A person typed it."""


class Kind(StrEnum):
    """What sort of thing is measured."""

    GAS = "gas"
    WIND_SPEED = "wind_speed"
    WIND_DIRECTION = "wind_direction"
    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"
    PRESSURE = "pressure"
    RAIN = "rain"
    """With `Unit.STATE` whether it rains, as the next five say whether there is such weather; in millimetres an amount,
    which nobody judges: over what time is not said."""
    RAINSTORM = "rainstorm"
    SNOW = "snow"
    HEAVY_SNOW = "heavy_snow"
    FOG = "fog"
    DENSE_FOG = "dense_fog"
    VISIBILITY = "visibility"
    VENTILATION = "ventilation"
    """Flow or speed of a fan; with `Unit.STATE` whether it runs (1) or not (0)."""
    CONTACT = "contact"
    """A two-state input: door, valve, plug. 1 = made."""
    BATTERY = "battery"
    SIGNAL = "signal"


_RESERVED: Final = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a value is a value of. ``gas`` is the gas's key in the gas table (``o2``, ``flammable``, ``h2s``, …);
    exactly gases have one. Raise `ValueError` for anything else."""

    kind: Kind
    gas: str = ""

    def __post_init__(self) -> None:
        if (self.kind is Kind.GAS) is not bool(self.gas) or self.gas in _RESERVED:
            raise ValueError("a gas, and only a gas, is named")
        if self.gas and _GAS.fullmatch(self.gas) is None:
            raise ValueError("the key of a gas is lower case letters, digits and underscores")

    def __hash__(self) -> int:
        """Looked up several times for every reading: the gas tells most of them apart."""
        return hash(self.gas)

    @property
    def name(self) -> str:
        """How it is stored and written in the register: the gas's key, or the kind."""
        return self.gas or self.kind.value


_KINDS: Final = {kind.value: kind for kind in Kind if kind is not Kind.GAS}


@lru_cache(maxsize=1024)
def gas(key: str) -> Quantity:
    """The quantity of one gas, the same object for the same key. Raise `ValueError` where the key is none."""
    return Quantity(Kind.GAS, key)


def quantity_named(name: str) -> Quantity:
    """The inverse of `Quantity.name`. Raise `ValueError` for a name that is neither a kind nor the key of a gas."""
    return Quantity(_KINDS[name]) if name in _KINDS else gas(name)


O2: Final = gas("o2")
FLAMMABLE: Final = gas("flammable")
H2S: Final = gas("h2s")
CO: Final = gas("co")


class Unit(StrEnum):
    """Units as devices say them. The first four are those of `workflow.rules.gas_types.Unit`, spelt alike."""

    VOL_PERCENT = "%vol"
    LEL_PERCENT = "%LEL"
    PPM = "ppm"
    MG_M3 = "mg/m3"
    PPB = "ppb"
    UG_M3 = "ug/m3"
    M_S = "m/s"
    KM_H = "km/h"
    DEGREES = "deg"
    CELSIUS = "degC"
    PERCENT = "%"
    """Of humidity or of a battery. A gas in plain per cent is not a unit: ``%vol`` or ``%LEL`` must be said."""
    PASCAL = "Pa"
    HECTOPASCAL = "hPa"
    KILOPASCAL = "kPa"
    METRE = "m"
    MILLIMETRE = "mm"
    VOLT = "V"
    MILLIVOLT = "mV"
    M3_H = "m3/h"
    DBM = "dBm"
    STATE = "state"
    """No figure but a state, 0 or 1."""


class Flag(StrEnum):
    """What the device itself says of a value or of itself. None at all is not the same as ``NORMAL``: it did not say.

    Whether a flag matters is judged by `hardware_bridge.judging` and the core, never by a codec.
    """

    NORMAL = "normal"
    ALARM = "alarm"
    ALARM_LOW = "alarm_low"
    ALARM_HIGH = "alarm_high"
    FAULT = "fault"
    OVER_RANGE = "over_range"
    UNDER_RANGE = "under_range"
    WARMING_UP = "warming_up"
    CALIBRATING = "calibrating"
    MAINTENANCE = "maintenance"
    SENSOR_SPENT = "sensor_spent"
    LOW_BATTERY = "low_battery"
    POWER_LOST = "power_lost"
    PUMP_BLOCKED = "pump_blocked"
    PANIC = "panic"
    """The button for help was pressed."""
    MAN_DOWN = "man_down"
    NO_HELMET = "no_helmet"
    """A camera's box says that it sees somebody without a helmet; likewise the next two."""
    NO_HARNESS = "no_harness"
    CROSSING = "crossing"
    STORED = "stored"
    """Sent later than it was measured, out of the device's own memory."""


NO_FLAGS: Final[frozenset[Flag]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What everything that came in has. ``device_time`` is the device's own clock, None when it has none or said
    none; ``sequence`` its own counter, None when it has none."""

    source: SourceKind
    device: DeviceKey
    device_time: datetime | None = None
    sequence: int | None = None
    flags: frozenset[Flag] = NO_FLAGS

    def __post_init__(self) -> None:
        if self.device_time is not None:
            aware(self.device_time)
        if not 0 < len(self.device) <= LONGEST_KEY:
            raise ValueError(f"a device key has 1 to {LONGEST_KEY} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample(_Said):
    """One value, exact and in the device's own unit. ``channel`` tells the sensors of one device apart (a Modbus
    register, a JSON path, ``1``); empty where it has but one of this quantity.

    Raise `ValueError` for a value that is not a finite number, `workflow.errors.NaiveTime` for a time without a zone.
    """

    quantity: Quantity
    value: Decimal
    unit: Unit
    channel: str = ""

    def __post_init__(self) -> None:
        # Spelt out: a slotted dataclass has no zero-argument super().
        _Said.__post_init__(self)
        if not self.value.is_finite():
            raise ValueError("a value is a finite Decimal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(_Said):
    """Where the device says it is. ``place`` is None exactly when the device has no valid fix."""

    place: values.Position | None
    """Latitude, longitude and accuracy in metres (None: not said), tagged with the datum the wire uses; unconverted."""
    mock: bool | None = None
    """Whether the position was made up by software; None where the device cannot tell."""
    speed_ms: Decimal | None = None

    @property
    def valid(self) -> bool:
        """Whether there is a fix."""
        return self.place is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat(_Said):
    """A sign of life without a value: heartbeat, login, or a state of the device told by ``flags``.

    ``channel`` and ``quantity`` say which sensor the flags are about; left out, they are about the whole device.
    """

    channel: str = ""
    quantity: Quantity | None = None
    gone: bool = False
    """The device (or the line in its name, as by an MQTT last will) says that it goes: silence begins now."""


class Why(StrEnum):
    """Why something could not be understood."""

    CHECKSUM = "checksum"
    LENGTH = "length"
    SHAPE = "shape"
    """Not the form the protocol asks for."""
    UNKNOWN_MESSAGE = "unknown_message"
    NO_UNIT = "no_unit"
    NO_QUANTITY = "no_quantity"
    NOT_A_NUMBER = "not_a_number"
    TIME = "time"
    """A device time that makes no sense."""
    SIGNATURE = "signature"
    REFUSED = "refused"
    """The device answered with an error of its protocol."""
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that could not be understood. ``device`` where that much was clear.

    ``detail`` helps a person mend it (a field's name, lengths, an exception code); never the body itself, never a
    secret, and cut to `LONGEST_DETAIL` characters.
    """

    source: SourceKind
    why: Why
    device: DeviceKey | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", self.detail[:LONGEST_DETAIL])


Said = Sample | Position | Beat | Trouble
"""Everything a codec may say."""
