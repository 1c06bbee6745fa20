r"""NMEA 0183: sentences to fixes. A fix is what GGA and RMC of one second say together.

``$`` · talker and kind · fields · ``*`` · XOR as two hex digits · ``\r\n``. The sentence's own parser is pynmeagps; the
framing and the checksum before it are ours, so that it only ever meets whole sentences, and the degrees after it, so
that they stay exact.

- RMC status V, GGA quality 0, or a field left empty is no fix: an empty field is not nought.
- GGA has no date and RMC no quality: alone, neither is a position. Both must speak of the same second and place.
- The checksum is one byte: every single wrong byte is found, and of heavier damage all but one in 256.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Final

from pynmeagps import NMEAMessage, NMEAReader
from pynmeagps.exceptions import NMEAMessageError, NMEAParseError, NMEAStreamError, NMEATypeError

from hardware_bridge.codecs.figures import plain
from hardware_bridge.sample import DeviceKey, Position, SourceKind, Trouble, Why
from workflow import values
from workflow.values import Datum

LONGEST: Final = 256
"""Bytes of a sentence we take; the standard says 82, receivers exceed it."""
_SENTENCE: Final = re.compile(rb"\$([A-Z0-9]{5}(?:,[\x20-\x23\x25-\x29\x2B-\x7E]*))\*([0-9A-Fa-f]{2})")
_ANGLE: Final = re.compile(r"([0-9]{2,3})([0-9]{2}(?:\.[0-9]{1,10})?)")
_TIME: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{1,6}))?")
_DATE: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})")
_MINUTES: Final = Decimal(60)
_DEGREES: Final = {"N": (2, 90, 1), "S": (2, 90, -1), "E": (3, 180, 1), "W": (3, 180, -1)}
"""By hemisphere: digits of the degrees, the largest angle, sign."""
_NANO: Final = Decimal("1E-9")
_KNOT_M_S: Final = Decimal(1852) / Decimal(3600)
_MILLI: Final = Decimal("0.001")
_SAME: Final = Decimal("0.00002")
"""Degrees, some two metres: receivers write the two sentences with different numbers of digits."""
_GGA_FIELDS, _RMC_FIELDS = 14, 9
"""The fewest fields each must have (RMC grew over the editions)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One GGA or RMC. ``latitude`` and ``longitude`` are None where it says that there is no fix."""

    kind: str
    talker: str
    time: str
    latitude: Decimal | None
    longitude: Decimal | None
    date: str = ""
    speed_ms: Decimal | None = None


class Fixes:
    """Feed it the bytes of one line; it gives the positions of one device.

    ``datum``: GNSS receivers say WGS-84. A new second drops the half that found no other.
    """

    def __init__(self, device: DeviceKey, *, datum: Datum = Datum.WGS84) -> None:
        self._device = device
        self._datum = datum
        self._held = bytearray()
        self._lost = 0
        self._half: Half | None = None

    def feed(self, data: bytes) -> list[Position | Trouble]:
        """Take bytes off the line; what they completed, in order."""
        found: list[Position | Trouble] = []
        *ended, rest = data.split(b"\n")
        for part in ended:
            self._keep(part)
            found += self._line()
        self._keep(rest)
        return found

    def _keep(self, part: bytes) -> None:
        if len(self._held) + len(part) > LONGEST or self._lost:
            self._lost += len(self._held) + len(part)
            self._held.clear()
        else:
            self._held += part

    def _line(self) -> list[Position | Trouble]:
        lost, line = self._lost, bytes(self._held)
        self._lost = 0
        self._held.clear()
        if lost:
            return [self._trouble(Why.TOO_LONG, f"{lost} bytes without a line end")]
        if not line.strip():
            return []
        half = sentence(line.removesuffix(b"\r"))
        if isinstance(half, Trouble):
            return [replace(half, device=self._device)]
        return [] if half is None else self._merge(half)

    def _merge(self, half: Half) -> list[Position | Trouble]:
        other = self._half
        if other is None or other.kind == half.kind or (other.talker, other.time) != (half.talker, half.time):
            self._half = half
            return []
        self._half = None
        gga, rmc = (other, half) if other.kind == "GGA" else (half, other)
        at = _moment(rmc.date, rmc.time)
        if at is None:
            return [self._trouble(Why.TIME, "a date or time that is none")]
        if _apart(gga, rmc):
            return [self._trouble(Why.SHAPE, "GGA and RMC of one second name two places")]
        place = None
        if gga.latitude is not None and gga.longitude is not None and rmc.latitude is not None:
            place = values.Position(latitude=gga.latitude, longitude=gga.longitude, datum=self._datum)
        speed = None if place is None else rmc.speed_ms
        return [Position(source=SourceKind.NMEA, device=self._device, device_time=at, place=place, speed_ms=speed)]

    def _trouble(self, why: Why, detail: str) -> Trouble:
        return replace(_trouble(why, detail), device=self._device)


def sentence(line: bytes) -> Half | Trouble | None:
    """Read one sentence without its line end. None: a good sentence of another kind.

    The last ``$`` begins it: what stands before is the torn rest of an earlier one.
    """
    begin = line.rfind(b"$")
    found = _SENTENCE.fullmatch(line[begin:]) if begin >= 0 else None
    if found is None:
        return _trouble(Why.SHAPE, f"{len(line)} bytes that are no sentence")
    if reduce(xor, found[1]) != int(found[2], 16):
        return _trouble(Why.CHECKSUM, f"a sentence of {len(line) - begin} bytes")
    if found[1][2:5] not in (b"GGA", b"RMC"):
        return None
    try:
        parsed = NMEAReader.parse(line[begin:] + b"\r\n")
    except (NMEAMessageError, NMEAParseError, NMEAStreamError, NMEATypeError, ValueError, IndexError, KeyError):
        # The last three are not documented; a parser's slip over a strange field is a strange field all the same.
        return _trouble(Why.SHAPE, "fields that cannot be read")
    return _trouble(Why.SHAPE, "fields that cannot be read") if parsed is None else _half(parsed)


def _half(parsed: NMEAMessage) -> Half | Trouble:
    fields: list[str] = list(parsed.payload)
    talker = str(parsed.talker)
    if parsed.msgID == "GGA":
        if len(fields) < _GGA_FIELDS:
            return _trouble(Why.LENGTH, f"GGA of {len(fields)} fields")
        fix, place = fields[5] not in ("", "0"), fields[1:5]
        half = Half(kind="GGA", talker=talker, time=fields[0], latitude=None, longitude=None)
    else:
        if len(fields) < _RMC_FIELDS:
            return _trouble(Why.LENGTH, f"RMC of {len(fields)} fields")
        fix, place = fields[1] == "A", fields[2:6]
        knots = plain(fields[6])
        speed = None if knots is None or knots < 0 else (knots * _KNOT_M_S).quantize(_MILLI)
        half = Half(
            kind="RMC", talker=talker, time=fields[0], latitude=None, longitude=None, date=fields[8], speed_ms=speed
        )  # fmt: skip
    if not fix or not all(place):
        return half
    latitude, longitude = _angle(place[0], place[1], "NS"), _angle(place[2], place[3], "EW")
    if latitude is None or longitude is None:
        return _trouble(Why.SHAPE, f"{half.kind}: an angle that is none")
    return replace(half, latitude=latitude, longitude=longitude)


def _apart(one: Half, other: Half) -> bool:
    """Whether both name a place, and not the same."""
    pairs = ((one.latitude, other.latitude), (one.longitude, other.longitude))
    return any(a is not None and b is not None and abs(a - b) > _SAME for a, b in pairs)


def _angle(text: str, hemisphere: str, allowed: str) -> Decimal | None:
    """``ddmm.mmmm`` or ``dddmm.mmmm``: degrees plus minutes by sixty, to the nano-degree."""
    found = _ANGLE.fullmatch(text)
    if found is None or hemisphere not in allowed or len(hemisphere) != 1:
        return None
    digits, largest, sign = _DEGREES[hemisphere]
    degrees, minutes = Decimal(found[1]), Decimal(found[2])
    whole = degrees + minutes / _MINUTES
    if len(found[1]) != digits or minutes >= _MINUTES or whole > largest:
        return None
    return (sign * whole).quantize(_NANO)


def _moment(date: str, time: str) -> datetime | None:
    """``ddMMyy`` and ``hhmmss.ss``, UTC."""
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None or clock is None:
        return None
    micro = int((clock[4] or "").ljust(6, "0"))
    try:
        return datetime(
            2000 + int(day[3]), int(day[2]), int(day[1]), int(clock[1]), int(clock[2]), int(clock[3]), micro, tzinfo=UTC
        )  # fmt: skip
    except ValueError:
        return None


def _trouble(why: Why, detail: str) -> Trouble:
    return Trouble(source=SourceKind.NMEA, why=why, detail=detail)
