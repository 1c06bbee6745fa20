"""The usual message of `json_envelope`, read three times as fast: values of gases, and nothing odd about them.

Whatever is odd in any way gets None, and is read (and refused, with the reason) by the other: this one must never say
anything that one would not. What msgspec does not see is looked at here: a name that comes twice shows in the number of
quotation marks, and every text and number is held against the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from hardware_bridge.codecs.json_exact import MOST_BYTES
from hardware_bridge.codecs.measures import possible, suits
from hardware_bridge.sample import LONGEST_KEY, NO_FLAGS, DeviceKey, Flag, Sample, SourceKind, Unit, gas

MOST_ENTRIES: Final = 256
MOST_CHANNEL: Final = 64
MOST_SEQUENCE: Final = 2**63 - 1
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?").fullmatch
TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII
).fullmatch  # fmt: skip
_FLAGS: Final[Mapping[str, frozenset[Flag]]] = {"": NO_FLAGS, **{one.value: frozenset({one}) for one in Flag}}
_ALWAYS: Final = 14
"""Quotation marks of the four names that are always there, and of three of their values."""


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    device_id: str
    gas: str
    value: msgspec.Raw
    unit: Unit
    measured_at: str = ""
    seq: int = -1
    quality: str = ""
    channel: str = ""


_ONE: Final = msgspec.json.Decoder(_Entry)
_LIST: Final = msgspec.json.Decoder(list[_Entry])


def read(body: bytes, source: SourceKind) -> list[Sample] | None:
    """What the message says; None: read it the long way."""
    if len(body) > MOST_BYTES or b"\\" in body:
        return None
    try:
        entries = _LIST.decode(body) if body[:1] == b"[" else (_ONE.decode(body),)
        if len(entries) > MOST_ENTRIES or body.count(b'"') != sum(map(_marks, entries)):
            return None
        said = [_sample(entry, source) for entry in entries]
    except (msgspec.DecodeError, ValueError):
        return None
    return said


def _marks(entry: _Entry) -> int:
    """Quotation marks of an entry in which no name comes twice; a value in quotes is not read here."""
    texts = bool(entry.measured_at) + bool(entry.quality) + bool(entry.channel)
    return _ALWAYS + 4 * texts + (2 if entry.seq >= 0 else 0)


def _sample(entry: _Entry, source: SourceKind) -> Sample:
    """Raise `ValueError` for anything odd."""
    key, channel, figure = entry.device_id, entry.channel, bytes(entry.value)
    quantity, unit, flags = gas(entry.gas), entry.unit, _FLAGS.get(entry.quality)
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or _NUMBER(figure) is None or flags is None:
        raise ValueError("not usual")
    if len(channel) > MOST_CHANNEL or not channel.isprintable() or not -1 <= entry.seq <= MOST_SEQUENCE:
        raise ValueError("not usual")
    value = Decimal(figure.decode())
    if not suits(quantity, unit) or not possible(value, unit):
        raise ValueError("not usual")
    at = entry.measured_at
    if at and TIME(at) is None:
        raise ValueError("not usual")
    return Sample(
        source=source, device=DeviceKey(key), device_time=datetime.fromisoformat(at) if at else None,
        sequence=entry.seq if entry.seq >= 0 else None, flags=flags, quantity=quantity, channel=channel, value=value,
        unit=unit,
    )  # fmt: skip
