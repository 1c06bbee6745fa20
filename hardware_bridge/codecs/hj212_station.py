"""Stations of HJ 212 on one line: real-time data to samples, heartbeats to signs of life, and their answers.

A station is known by its MN and its password, both in the plant's register; a frame of anybody else is refused and not
answered. Only real-time data (2011) is read: means of minutes, hours and days say nothing of now, so they count as a
sign of life. The protocol sends no units: codes, units and marks come from ``policies/devices`` (`Codes`).

A message in several packets is read once all are there. Every packet is answered for itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from hardware_bridge.codecs import hj212_packet as packet
from hardware_bridge.codecs.figures import compact_time, plain
from hardware_bridge.codecs.heard import Heard
from hardware_bridge.codecs.hj212_frame import Frames, Raw, trouble
from hardware_bridge.codecs.hj212_packet import Packet, Sm4
from hardware_bridge.sample import (
    NO_FLAGS,
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
from workflow.values import aware

REAL_TIME: Final = 2011
_DATA: Final = range(2000, 3000)
MOST_PACKETS: Final = 64
MOST_OPEN: Final = 16
"""Messages in several packets that one line may have open at a time."""
PATIENCE: Final = timedelta(seconds=60)
_VALUE: Final = "Rtd"
_MARK: Final = "Flag"
_SHOWN: Final = 5
"""Unknown codes named in one trouble."""

Items = tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What the plant's register knows of a station. Raise `ValueError` without a password."""

    device: DeviceKey
    password: str = field(repr=False)
    sm4: Sm4 | None = None

    def __post_init__(self) -> None:
        if not self.password:
            raise ValueError("a station has a password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What codes mean (``a01007``: wind speed in m/s), and what the marks behind values mean (``D``: fault)."""

    values: Mapping[str, tuple[Quantity, Unit]]
    marks: Mapping[str, frozenset[Flag]]


@dataclass(slots=True)
class _Open:
    since: datetime
    parts: dict[int, Items]


class Line:
    """Feed it the bytes of one line. ``known`` finds a station by its MN. ``text`` as of `hj212_frame.Frames`: False
    where a station behind the line may send raw cipher text."""

    def __init__(self, known: Callable[[str], Station | None], codes: Codes, *, text: bool = True) -> None:
        self._known = known
        self._codes = codes
        self._frames = Frames(text=text)
        self._open: dict[tuple[str, str, int, int], _Open] = {}

    def receive(self, data: bytes, at: datetime) -> Heard:
        """Take bytes received ``at``."""
        aware(at)
        said: list[Said] = []
        send: list[bytes] = []
        for found in self._frames.feed(data):
            if isinstance(found, Trouble):
                said.append(found)
                continue
            heard = self._frame(found, at)
            said += heard.said
            send.append(heard.send)
        return Heard(said=tuple(said), send=b"".join(send))

    def _frame(self, raw: Raw, at: datetime) -> Heard:
        mn = packet.named(raw)
        station = None if mn is None else self._known(mn)
        found = packet.opened(raw, station.sm4 if station else None)
        if isinstance(found, Trouble):
            return _only(found)
        if station is None:
            return _only(trouble(Why.REFUSED, "a station nobody registered"))
        if not hmac.compare_digest(found.password.encode(), station.password.encode()):
            return _only(replace(trouble(Why.SIGNATURE, "a wrong password"), device=station.device))
        answer = _answer_to(found) if found.wants_answer else None
        send = b"" if answer is None else packet.answer(found, answer)
        said = self._said(found, station, at)
        return Heard(said=tuple(said), send=send)

    def _said(self, found: Packet, station: Station, at: datetime) -> list[Said]:
        items = found.items if found.part is None else self._whole(found, found.part, at)
        if isinstance(items, Trouble):
            return [replace(items, device=station.device)]
        if items is None or found.cn != REAL_TIME:
            return [Beat(source=SourceKind.HJ212, device=station.device, device_time=found.asked_at)]
        return samples(items, station.device, self._codes)

    def _whole(self, found: Packet, part: tuple[int, int], at: datetime) -> Items | Trouble | None:
        """The items of all packets once the last is here; None until then."""
        of, number = part
        if of > MOST_PACKETS:
            return trouble(Why.TOO_LONG, f"a message of {of} packets")
        self._open = {key: one for key, one in self._open.items() if at - one.since <= PATIENCE}
        key = (found.mn, found.qn, found.cn, of)
        if key not in self._open and len(self._open) >= MOST_OPEN:
            return trouble(Why.TOO_LONG, f"more than {MOST_OPEN} messages open at a time")
        held = self._open.setdefault(key, _Open(since=at, parts={}))
        if held.parts.setdefault(number, found.items) != found.items:
            del self._open[key]
            return trouble(Why.SHAPE, f"packet {number} of {of} came twice and differs")
        if len(held.parts) < of:
            return None
        del self._open[key]
        return tuple(item for each in range(1, of + 1) for item in held.parts[each])


def samples(items: Items, device: DeviceKey, codes: Codes) -> list[Said]:
    """The values of real-time data, each with its own mark and the time of the data."""
    said: list[Said] = []
    unknown: list[str] = []
    at = _data_time(items)
    if isinstance(at, Trouble):
        return [replace(at, device=device)]
    for item in items:
        by_code: dict[str, dict[str, str]] = {}
        for name, value in item:
            code, dash, kind = name.partition("-")
            if dash and by_code.setdefault(code, {}).setdefault(kind, value) != value:
                return [replace(trouble(Why.SHAPE, f"{code}-{kind} comes twice and differs"), device=device)]
        for code, kinds in by_code.items():
            if code in codes.values:
                said += _values(code, kinds, device, at, codes)
            else:
                unknown.append(code)
    if unknown:
        shown = ", ".join(code[:16] if code.isalnum() and code.isascii() else "?" for code in unknown[:_SHOWN])
        said.append(replace(trouble(Why.NO_QUANTITY, f"{len(unknown)} codes not in the table: {shown}"), device=device))
    return said


def _values(
    code: str, kinds: Mapping[str, str], device: DeviceKey, at: datetime | None, codes: Codes
) -> list[Said]:  # fmt: skip
    quantity, unit = codes.values[code]
    mark = kinds.get(_MARK)
    flags = NO_FLAGS if mark is None else codes.marks.get(mark, frozenset({Flag.FAULT}))
    said: list[Said] = []
    if mark is not None and mark not in codes.marks:
        said.append(replace(trouble(Why.SHAPE, f"{code}: a mark not in the table"), device=device))
    value = plain(kinds[_VALUE]) if _VALUE in kinds else None
    if value is not None:
        one = Sample(
            source=SourceKind.HJ212, device=device, device_time=at, flags=flags, quantity=quantity, value=value,
            unit=unit, channel=code,
        )  # fmt: skip
        return [*said, one]
    if _VALUE in kinds:
        said.append(replace(trouble(Why.NOT_A_NUMBER, f"{code}-{_VALUE}"), device=device))
    if flags - {Flag.NORMAL}:
        said.append(
            Beat(
                source=SourceKind.HJ212, device=device, device_time=at, flags=flags, channel=code, quantity=quantity
            )
        )  # fmt: skip
    return said


def _data_time(items: Items) -> datetime | Trouble | None:
    texts = {value for item in items for name, value in item if name == "DataTime"}
    if not texts:
        return None
    at = compact_time(texts.pop()) if len(texts) == 1 else None
    return trouble(Why.TIME, "a DataTime that is none, or two of them") if at is None else at


def _answer_to(found: Packet) -> int | None:
    """Data is answered with 9014, a heartbeat as a notice with 9013 (not confirmed); answers are not answered."""
    if found.cn in _DATA:
        return packet.DATA_ANSWER
    return packet.NOTICE_ANSWER if found.cn == packet.HEARTBEAT else None


def _only(said: Trouble) -> Heard:
    return Heard(said=(said,))
