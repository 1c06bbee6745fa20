"""JT/T 808 bodies: register, authenticate, position, and our two answers (editions 2013 and 2019, chapter 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Final

from hardware_bridge.codecs.figures import BEIJING
from hardware_bridge.codecs.jt808_frame import Edition, Message, trouble
from hardware_bridge.sample import Trouble, Why

HEARTBEAT: Final = 0x0002
REGISTER: Final = 0x0100
AUTHENTICATE: Final = 0x0102
POSITION: Final = 0x0200
GENERAL_ANSWER: Final = 0x8001
REGISTER_ANSWER: Final = 0x8100

_FIXED: Final = 28
"""Bytes of a position before its additional items."""
_MICRO: Final = Decimal(1).scaleb(-6)
_MAX_LATITUDE: Final = Decimal(90)
_MAX_LONGITUDE: Final = Decimal(180)
_KM_H: Final = Decimal("0.1")
_FIX: Final = 1 << 1
_SOUTH: Final = 1 << 2
_WEST: Final = 1 << 3
_MILEAGE, _SIGNAL, _SATELLITES = 0x01, 0x30, 0x31
_MILEAGE_BYTES: Final = 4
_MAKER: Final = {Edition.Y2013: (5, 20, 7), Edition.Y2019: (11, 30, 30)}
"""Bytes of maker, model and terminal id."""
_EMERGENCY: Final = 1


class Result(IntEnum):
    """Of the general answer 0x8001."""

    DONE = 0
    FAILED = 1
    WRONG = 2
    UNSUPPORTED = 3


class Registered(IntEnum):
    """Of the answer to a registration, 0x8100."""

    DONE = 0
    VEHICLE_TAKEN = 1
    NO_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_TERMINAL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """0x0100. ``terminal`` is the maker's id of the device."""

    maker: str
    model: str
    terminal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """0x0200. Degrees are signed and exact; ``valid`` is the device's own word (status bit 1)."""

    valid: bool
    latitude: Decimal
    longitude: Decimal
    altitude_m: int
    speed_kmh: Decimal
    direction_deg: int
    at: datetime
    alarm: int
    status: int
    mileage_km: Decimal | None
    signal: int | None
    satellites: int | None

    @property
    def panic(self) -> bool:
        """Alarm bit 0: the emergency button."""
        return bool(self.alarm & _EMERGENCY)


def registration(message: Message) -> Registration | Trouble:
    """Read 0x0100. The plate behind it is not ours to know and not read."""
    maker, model, terminal = _MAKER[message.edition]
    if len(message.body) < 4 + maker + model + terminal + 1:
        return trouble(Why.LENGTH, f"a registration of {len(message.body)} bytes")
    rest = message.body[4:]
    texts = (_text(rest[:maker]), _text(rest[maker:][:model]), _text(rest[maker + model :][:terminal]))
    return Registration(maker=texts[0], model=texts[1], terminal=texts[2])


def auth_code(message: Message) -> bytes | Trouble:
    """Read the code out of 0x0102: the whole body in 2013, told by a length byte in 2019 (IMEI and software follow)."""
    if message.edition is Edition.Y2013:
        return message.body
    length = message.body[0] if message.body else 0
    code = message.body[1 : 1 + length]
    if not length or len(code) != length:
        return trouble(Why.LENGTH, "an authentication shorter than its code")
    return code


def fix(body: bytes) -> Fix | Trouble:
    """Read 0x0200. What lies outside the globe, or a time there is not, is no position at all."""
    if len(body) < _FIXED:
        return trouble(Why.LENGTH, f"a position of {len(body)} bytes")
    alarm, status, lat, lng = (int.from_bytes(body[at : at + 4], "big") for at in (0, 4, 8, 12))
    altitude, speed, direction = (int.from_bytes(body[at : at + 2], "big") for at in (16, 18, 20))
    latitude, longitude = lat * _MICRO, lng * _MICRO
    if latitude > _MAX_LATITUDE or longitude > _MAX_LONGITUDE:
        return trouble(Why.SHAPE, "a position off the globe")
    at = _bcd_time(body[22:28])
    if at is None:
        return trouble(Why.TIME, "a position without a time")
    items = _items(body[_FIXED:])
    if items is None:
        return trouble(Why.LENGTH, "additional items that do not fit")
    mileage = items.get(_MILEAGE, b"")
    return Fix(
        valid=bool(status & _FIX),
        latitude=-latitude if status & _SOUTH else latitude,
        longitude=-longitude if status & _WEST else longitude,
        altitude_m=altitude,
        speed_kmh=speed * _KM_H,
        direction_deg=direction,
        at=at,
        alarm=alarm,
        status=status,
        mileage_km=int.from_bytes(mileage, "big") * _KM_H if len(mileage) == _MILEAGE_BYTES else None,
        signal=_one(items.get(_SIGNAL)),
        satellites=_one(items.get(_SATELLITES)),
    )


def general_answer(serial: int, to: int, result: Result) -> bytes:
    """The body of 0x8001: serial and id of the message answered, result."""
    return serial.to_bytes(2, "big") + to.to_bytes(2, "big") + bytes((result,))


def register_answer(serial: int, result: Registered, code: bytes) -> bytes:
    """The body of 0x8100: the code only goes with success."""
    return serial.to_bytes(2, "big") + bytes((result,)) + (code if result is Registered.DONE else b"")


def _items(rest: bytes) -> Mapping[int, bytes] | None:
    """Items ``id (1) · length (1) · value``; None where one runs over the end. Of one id the first counts."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(rest):
        if at + 2 > len(rest) or at + 2 + rest[at + 1] > len(rest):
            return None
        end = at + 2 + rest[at + 1]
        found.setdefault(rest[at], rest[at + 2 : end])
        at = end
    return found


def _one(value: bytes | None) -> int | None:
    return value[0] if value is not None and len(value) == 1 else None


def _bcd_time(raw: bytes) -> datetime | None:
    """``yyMMddHHmmss`` in BCD, Beijing time."""
    digits = raw.hex()
    if not digits.isdecimal():
        return None
    year, month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(0, 12, 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None


def _text(raw: bytes) -> str:
    return raw.decode("gbk", "replace").strip("\0 ")
