"""The usual message of `json_envelope`, read three times as fast: values of gases, and nothing odd about them.

Whatever is odd in any way gets None, and is read (and refused, with the reason) by the other: this one must never say
anything that one would not. What msgspec does not see is looked at here: a name that comes twice shows in the number of
quotation marks, and every text and number is held against the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from hardware_bridge.codecs.figures import in_utc
from hardware_bridge.codecs.json_exact import MOST_BYTES
from hardware_bridge.codecs.measures import suits
from hardware_bridge.sample import LONGEST_KEY, NO_FLAGS, DeviceKey, Flag, Quantity, Sample, SourceKind, Unit, gas

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


class Entry(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One value as it was written. `sample` says whether its texts are usual."""

    device_id: str
    gas: str
    value: msgspec.Raw
    unit: str
    measured_at: str = ""
    seq: int = -1
    quality: str = ""
    channel: str = ""


_ONE: Final = msgspec.json.Decoder(Entry)
_LIST: Final = msgspec.json.Decoder(list[Entry])


def entries(body: bytes) -> Sequence[Entry] | None:
    """What the message holds, if it is one value or a list of them, each name at most once; None: something else."""
    if len(body) > MOST_BYTES or b"\\" in body:
        return None
    try:
        found = _LIST.decode(body) if body[:1] == b"[" else (_ONE.decode(body),)
    except (msgspec.DecodeError, ValueError):
        return None
    if len(found) > MOST_ENTRIES or body.count(b'"') != sum(map(_marks, found)):
        return None
    return found


def read(body: bytes, source: SourceKind) -> list[Sample] | None:
    """What the message says; None: read it the long way."""
    found = entries(body)
    try:
        return None if found is None else [sample(entry, source) for entry in found]
    except ValueError:
        return None


def _marks(entry: Entry) -> int:
    """Quotation marks of an entry in which no name comes twice; a value in quotes is not read here."""
    texts = bool(entry.measured_at) + bool(entry.quality) + bool(entry.channel)
    return _ALWAYS + 4 * texts + (2 if entry.seq >= 0 else 0)


@lru_cache(maxsize=1024)
def _measured(key: str, unit: str) -> tuple[Quantity, Unit]:
    """A gas and a unit it may come in; no state is one, so any figure will do. Raise `ValueError` for anything else."""
    quantity, spelt = gas(key), Unit(unit)
    if not suits(quantity, spelt):
        raise ValueError("not usual")
    return quantity, spelt


@lru_cache(maxsize=1024)
def figure(spelt: bytes) -> Decimal:
    """A number, exactly: air that is clean says the same few again and again. Raise `ValueError` for anything odd."""
    if _NUMBER(spelt) is None:
        raise ValueError("not usual")
    return Decimal(spelt.decode())


@lru_cache(maxsize=256)
def moment(text: str) -> datetime:
    """In UTC: of two times of one zone the difference is found in a third of the time, and nobody keeps a zone object
    for each value. Most devices spell whole seconds, so many say the same. Raise `ValueError` for what is no time there
    is."""
    if TIME(text) is None:
        raise ValueError("not usual")
    return in_utc(datetime.fromisoformat(text))


def sample(entry: Entry, source: SourceKind) -> Sample:
    """What one entry says. Raise `ValueError` for anything odd."""
    key, channel, flags = entry.device_id, entry.channel, _FLAGS.get(entry.quality)
    quantity, unit = _measured(entry.gas, entry.unit)
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable() or flags is None:
        raise ValueError("not usual")
    if len(channel) > MOST_CHANNEL or not channel.isprintable() or not -1 <= entry.seq <= MOST_SEQUENCE:
        raise ValueError("not usual")
    return Sample(
        source=source, device=DeviceKey(key), device_time=moment(entry.measured_at) if entry.measured_at else None,
        sequence=entry.seq if entry.seq >= 0 else None, flags=flags, quantity=quantity, channel=channel,
        value=figure(bytes(entry.value)), unit=unit,
    )  # fmt: skip
