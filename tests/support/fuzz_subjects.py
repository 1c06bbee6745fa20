"""What is fuzzed, and what must be true of every answer. Each subject checks with means of its own: bit-by-bit
checksums, the other JSON parser, a search for the very frame in the input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any, Final, Protocol

from hardware_bridge.codecs import hj212_frame, ibeacon, jt808_body, jt808_frame, jt808_session, nmea, signed_push
from hardware_bridge.codecs.hj212_packet import opened
from hardware_bridge.codecs.hj212_station import Line, Station
from hardware_bridge.codecs.json_envelope import read as read_envelope
from hardware_bridge.codecs.json_map import read as read_mapped
from hardware_bridge.codecs.modbus_map import apply
from hardware_bridge.codecs.modbus_rtu import Answers, Ask, Words
from hardware_bridge.codecs.profiles import load
from hardware_bridge.nearness import named
from hardware_bridge.sample import DeviceKey, Position, Sample, SourceKind, Trouble
from tests.support import wire
from tests.support.mutants import QuickDice, chunks
from workflow.nearness import spelt

DEVICE: Final = DeviceKey("x")
AT: Final = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
PROFILES: Final = load(Path(__file__).resolve().parents[2] / "policies")


class Stream(Protocol):
    """What is fed."""

    def feed(self, data: bytes, /) -> Sequence[Any]: ...


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One codec: good inputs, words of its protocol, and the check of one input; it answers how many readings there
    were, so that a run can show that it did not only meet rubbish."""

    name: str
    good: Sequence[bytes]
    words: Sequence[bytes]
    check: Callable[[QuickDice, bytes], int]


def streamed(
    make: Callable[[], Stream], bound: int, believed: Callable[[Any, bytes], bool]
) -> Callable[[QuickDice, bytes], int]:
    """The check of a stream: at once and in chunks it answers alike, holds no more than ``bound`` bytes, and whatever
    is no trouble is ``believed`` with good reason."""

    def check(dice: QuickDice, data: bytes) -> int:
        whole = list(make().feed(data))
        stream = make()
        pieces: list[Any] = []
        for piece in chunks(dice, data):
            pieces += stream.feed(piece)
            assert len(getattr(stream, "_held", b"")) <= bound
        assert pieces == whole
        readings = [one for one in whole if not isinstance(one, Trouble)]
        assert all(believed(one, data) for one in readings)
        return len(readings)

    return check


# --- Modbus -----------------------------------------------------------------------------------------------------------


def modbus_crc(data: bytes) -> bytes:
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return bytes((value & 0xFF, value >> 8))


def _asked(count: int) -> Callable[[], Stream]:
    def make() -> Stream:
        answers = Answers(DEVICE)
        answers.ask(Ask(unit=1, function=3, address=0, count=count))
        return answers

    return make


def _words_believed(one: Words, data: bytes) -> bool:
    apply(PROFILES.modbus["ya-k300-s"], DEVICE, one.by_address())
    body = bytes((1, 3, 2 * len(one.words))) + b"".join(word.to_bytes(2, "big") for word in one.words)
    return body + modbus_crc(body) in data


# --- JT/T 808 ---------------------------------------------------------------------------------------------------------

CODE: Final = b"auth-0001"
TERMINAL: Final = jt808_session.Terminal(device=DEVICE, code=CODE)


def _jt808_frame(kind: int, body: bytes) -> bytes:
    edition = jt808_frame.Edition.Y2013
    return jt808_frame.encode(jt808_frame.Message(id=kind, edition=edition, phone="123456789012", serial=1, body=body))


def _message_believed(one: jt808_frame.Message, data: bytes) -> bool:
    frame = jt808_frame.encode(one)
    plain = frame[1:-1].replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
    jt808_body.fix(one.body)
    jt808_body.registration(one)
    return frame in data and reduce(xor, plain) == 0


class _Terminal:
    """An authenticated line, as a stream of what it said."""

    def __init__(self) -> None:
        self._session = jt808_session.Session({"123456789012": TERMINAL}.get)
        self._session.receive(_jt808_frame(jt808_body.AUTHENTICATE, CODE), AT)

    def feed(self, data: bytes, /) -> Sequence[Any]:
        return self._session.receive(data, AT).said


def _on_the_globe(one: object, data: bytes) -> bool:
    return not isinstance(one, Position) or one.place is None or abs(one.place.latitude) <= 90


# --- HJ 212 -----------------------------------------------------------------------------------------------------------


def hj212_crc(data: bytes) -> int:
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ byte
        for _ in range(8):
            lowest = value & 1
            value >>= 1
            value = value ^ 0xA001 if lowest else value
    return value


def _raw_believed(one: hj212_frame.Raw, data: bytes) -> bool:
    packet = opened(one)
    frame = b"##%04d%s%04X\r\n" % (len(one.data), one.data, one.crc)
    return frame in data and (isinstance(packet, Trouble) or hj212_crc(one.data) == one.crc)


class _Station:
    """A registered station's line, as a stream of what it said."""

    def __init__(self) -> None:
        station = Station(device=DEVICE, password="123456")
        self._line = Line({"0123456789ABCDEF01234567": station}.get, PROFILES.hj212["hj212"])

    def feed(self, data: bytes, /) -> Sequence[Any]:
        return self._line.receive(data, AT).said


def _figure_in(one: object, data: bytes) -> bool:
    return not isinstance(one, Sample) or format(one.value, "f").encode() in data


# --- NMEA -------------------------------------------------------------------------------------------------------------

_GGA: Final = re.compile(rb"\$(..GGA,[^,]*,(\d\d)(\d+(?:\.\d+)?),([NS]),[^$*\n]*)\*([0-9A-Fa-f]{2})\r?\n")


def _fix_believed(one: Position, data: bytes) -> bool:
    if one.place is None:
        return True
    latitudes = [
        (1 if found[4] == b"N" else -1) * (Fraction(found[2].decode()) + Fraction(found[3].decode()) / 60)
        for found in _GGA.finditer(data)
        if reduce(xor, found[1]) == int(found[5], 16)
    ]
    return any(abs(Fraction(one.place.latitude) - each) < Fraction(1, 10**8) for each in latitudes)


# --- JSON -------------------------------------------------------------------------------------------------------------

ENVELOPE: Final = (
    b'{"device_id":"G-1","gas":"h2s","value":8.5,"unit":"ppm","seq":17,"measured_at":"2026-01-05T09:30:00+08:00"}',
    b'[{"device_id":"G-1","gas":"o2","value":"20.9","unit":"%vol"},{"device_id":"G-1","gone":true}]',
    b'{"device_id":"T-7","latitude":31.2304,"longitude":121.4737,"datum":"wgs84","accuracy_m":2.5}',
)
GATEWAY: Final = (
    b'{"device_id":"G-001","timestamp":1767576600000,"data":{"lel":3.2,"o2":20.9,"h2s":0.5,"co":3},"status":0}',
)
JSON_WORDS: Final = (
    b"null", b"true", b"NaN", b"-Infinity", b"1e999", b'""', b"{", b"[" * 40, b'"value":', b'"unit":"%LEL"', b"\\u0000",
    b"\\ud800", b"\xef\xbb\xbf", b"9" * 50,
)  # fmt: skip


def _held(document: object) -> set[str]:
    """Every scalar of a document, numbers and texts alike, spelt as decimals where they are some."""
    if isinstance(document, dict):
        return set().union(*map(_held, document.values()))
    if isinstance(document, list):
        return set().union(*map(_held, document))
    try:
        return {str(document), str(Decimal(str(document)).normalize())}
    except ArithmeticError:
        return {str(document)}


def _json(read: Callable[[bytes], Sequence[Any]], *, units: bool) -> Callable[[QuickDice, bytes], int]:
    def check(dice: QuickDice, data: bytes) -> int:
        samples = [one for one in read(data) if isinstance(one, Sample)]
        if samples:
            held = _held(json.loads(data, parse_float=str, parse_int=str))
            assert all(str(one.value.normalize()) in held for one in samples), "a value that nobody sent"
            assert not units or all(one.unit.value in held for one in samples), "a unit that nobody sent"
        return len(samples)

    return check


# --- pushes, beacons --------------------------------------------------------------------------------------------------

KEY: Final = bytes(range(32))
UUID_NAME: Final = b"fda50693-a4e2-4fb1-afcf-c6eb07647825/10/258"
BEACON: Final = bytes.fromhex("0215 FDA50693A4E24FB1AFCFC6EB07647825 000A 0102 C5")


class _AnyNonce:
    def claim(self, sender: DeviceKey, nonce: str, until: datetime) -> bool:
        return True


def _push() -> signed_push.Push:
    one = signed_push.Push(
        method="POST", path="/devices/push", timestamp=str(int(AT.timestamp())), nonce="n" * 16, signature="",
        body=b"{}",
    )  # fmt: skip
    return replace(one, signature=signed_push.sign(KEY, one))


PUSH: Final = _push()
_PARTS: Final = ("method", "path", "timestamp", "nonce", "signature", "body")


def _signed(dice: QuickDice, data: bytes) -> int:
    parts = data.split(b"\n", len(_PARTS) - 1)
    if len(parts) < len(_PARTS):
        return 0
    texts = {name: part.decode("latin-1") for name, part in zip(_PARTS, parts, strict=True) if name != "body"}
    one = replace(PUSH, body=parts[-1], **texts)
    taken = signed_push.verify(one, sender=DEVICE, key=KEY, at=AT, nonces=_AnyNonce()) is None
    assert taken is (one == PUSH), "only the signed request itself"
    return int(taken)


def _beacon(dice: QuickDice, data: bytes) -> int:
    found = ibeacon.decode(ibeacon.COMPANY, data, SourceKind.MQTT)
    if not isinstance(found, ibeacon.Beacon):
        return 0
    numbers = found.major.to_bytes(2, "big") + found.minor.to_bytes(2, "big")
    assert b"\x02\x15" + found.uuid.bytes + numbers + found.power_dbm.to_bytes(1, "big", signed=True) == data
    return 1


def _beacon_name(dice: QuickDice, data: bytes) -> int:
    """Whatever a channel holds is a name; one of a beacon is spelt in one way, and in that way read again."""
    found = named(data.decode("latin-1"), SourceKind.MQTT)
    assert named(found, SourceKind.MQTT) == found or spelt(found) is None
    return int(spelt(found) is not None)


PUSH_TEXT: Final = "\n".join(
    (PUSH.method, PUSH.path, PUSH.timestamp, PUSH.nonce, PUSH.signature, PUSH.body.decode())
).encode()

# --- all --------------------------------------------------------------------------------------------------------------

_HJ212: Final = (wire.HJ212_EXAMPLE, wire.HJ212_WIND_NO2, wire.HJ212_ACK, wire.HJ212_2025)
_HJ212_WORDS: Final = (b"##", b"##9999", b"\r\n", b"&&", b"CP=&&", b";", b"Flag=7", b"-Rtd=")
_JT808: Final = (wire.JT808_2013, wire.JT808_2019)
_JT808_WORDS: Final = (b"\x7e", b"\x7d", b"\x7d\x02", b"\x7e\x7e", b"\xff\xff")
_POSITION: Final = jt808_frame.Frames().feed(wire.JT808_2013)[0]
assert isinstance(_POSITION, jt808_frame.Message)
_TERMINAL_SAYS: Final = (
    wire.JT808_2013,
    _jt808_frame(jt808_body.HEARTBEAT, b""),
    _jt808_frame(jt808_body.POSITION, _POSITION.body),
    _jt808_frame(jt808_body.REGISTER, bytes(37)),
    _jt808_frame(jt808_body.AUTHENTICATE, CODE),
    *(
        jt808_frame.encode(replace(_POSITION, serial=at, package=(2, at), body=_POSITION.body[(at - 1) * 20 :][:20]))
        for at in (1, 2)
    ),
)
_NMEA_WORDS: Final = (b"$", b"*", b"\r\n", b",,", b"$GNGGA,")
_MODBUS_WORDS: Final = (bytes(1100), b"\x01\x03", b"\x01\x83", b"\x01\x03\x10", b"\x00\x00")

SUBJECTS: Final = tuple(
    Subject(name=name, good=good, words=words, check=check)
    for name, good, words, check in (
        ("modbus", (wire.MODBUS_FLAMMABLE[1], wire.MODBUS_O2[1], wire.MODBUS_EXCEPTION), _MODBUS_WORDS,
         streamed(_asked(8), 32, _words_believed)),
        ("jt808 frames", _JT808, _JT808_WORDS,
         streamed(jt808_frame.Frames, jt808_frame.LONGEST, _message_believed)),
        ("jt808 session", _TERMINAL_SAYS, _JT808_WORDS, streamed(_Terminal, 0, _on_the_globe)),
        ("hj212 frames", _HJ212, _HJ212_WORDS,
         streamed(hj212_frame.Frames, hj212_frame.MOST_DATA + 12, _raw_believed)),
        ("hj212 station", _HJ212, _HJ212_WORDS, streamed(_Station, 0, _figure_in)),
        ("nmea", (wire.NMEA_GGA, wire.NMEA_RMC, wire.NMEA_GGA + wire.NMEA_RMC), _NMEA_WORDS,
         streamed(lambda: nmea.Fixes(DEVICE), nmea.LONGEST, _fix_believed)),
        ("json envelope", ENVELOPE, JSON_WORDS,
         _json(lambda data: read_envelope(data, SourceKind.MQTT), units=True)),
        ("json mapping", GATEWAY, JSON_WORDS,
         _json(lambda data: read_mapped(data, PROFILES.json["json-gateway"], SourceKind.MQTT), units=False)),
        ("signed push", (PUSH_TEXT,), (b"\n", b"/", b"0"), _signed),
        ("ibeacon", (BEACON,), (b"\x02\x15",), _beacon),
        ("beacon names", (b"AC:23:3F:00:00:01", BEACON.hex().encode(), UUID_NAME), (b"/", b":", b"0215"), _beacon_name),
    )
)  # fmt: skip
