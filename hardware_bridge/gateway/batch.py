"""What goes over the link between a gateway and the main house, without I/O. The entries are our own JSON
(docs/hardware-json.md), read by the same codec as everybody's.

How old a reading is never rests on the gateway's date. Two stretches are added up, each measured by one clock that only
runs forward:

- how long it lay at the gateway (``waited_ms``, by the gateway's own seconds; left out where they are not known, as
  after a restart: then it is history);
- how long the batch was under way, at the most: the house hands out a ticket with every answer, the gateway says how
  long it has held the last one, and the house knows how long ago it gave it. Who has no ticket of this house brings
  history.

What is older than `FRESH` carries `Flag.STORED` whatever its device says: it shows nothing of now.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from hardware_bridge.codecs import json_envelope
from hardware_bridge.sample import Beat, Flag, Kind, Position, Quantity, Said, Sample, SourceKind, Trouble

PATH: Final = "/devices/gateway"
FRESH: Final = timedelta(seconds=10)
"""Older than this when the house has it is history."""
MOST_ENTRIES: Final = 256
MOST_BYTES: Final = 256 * 1024
_Name = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Waited = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
"""Milliseconds, some thirty years: what is longer reaches back to before there were dates."""


class Entry(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One thing a device said."""

    said: msgspec.Raw
    waited_ms: _Waited | None = None
    """How long it lay at the gateway; None: nobody knows."""


class Batch(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """``number`` counts the batches of one ``spool`` from 1; 0 is a sign of life and holds nothing."""

    spool: _Name
    number: _Count
    entries: Annotated[list[Entry], msgspec.Meta(max_length=MOST_ENTRIES)] = []
    lost: _Count = 0
    """Batches that were given up since the spool began, because there was no room."""
    ticket: Annotated[str, msgspec.Meta(max_length=128)] = ""
    held_ms: _Count = 0
    """How long the gateway has held the ticket."""


class Answer(msgspec.Struct, kw_only=True):
    """What the house says. ``taken``: the number it has now, whether it came just now or before."""

    taken: int
    ticket: str
    now: int
    """The house's date, seconds since 1970: what the gateway signs its next request with."""


def written(said: Sample | Position | Beat) -> bytes:
    """One entry in our own JSON."""
    entry: dict[str, object] = {"device_id": said.device}
    if said.device_time is not None:
        entry["measured_at"] = said.device_time.isoformat()
    if said.sequence is not None:
        entry["seq"] = said.sequence
    if said.flags:
        entry["quality"] = sorted(said.flags)
    match said:
        case Sample():
            entry |= _about(said.quantity, said.channel) | {"value": format(said.value, "f"), "unit": said.unit.value}
        case Position():
            entry |= _placed(said)
        case Beat():
            entry |= _about(said.quantity, said.channel) if said.quantity is not None else {}
            entry |= {"gone": True} if said.gone else {}
    return msgspec.json.encode(entry)


def _about(quantity: Quantity, channel: str) -> dict[str, object]:
    key = "gas" if quantity.kind is Kind.GAS else "kind"
    return {key: quantity.name, **({"channel": channel} if channel else {})}


def _placed(said: Position) -> dict[str, object]:
    place = said.place
    found: dict[str, object] = {"latitude": None, "longitude": None, "datum": "wgs84"}
    if place is not None:
        found = {"latitude": format(place.latitude, "f"), "longitude": format(place.longitude, "f")}
        found["datum"] = place.datum.value
        if place.accuracy_m is not None:
            found["accuracy_m"] = format(place.accuracy_m, "f")
    if said.speed_ms is not None:
        found["speed_ms"] = format(said.speed_ms, "f")
    return found if said.mock is None else found | {"mock": said.mock}


def opened(entry: Entry, *, now: datetime, under_way: timedelta | None) -> list[tuple[Said, datetime]]:
    """What an entry says, each with the moment it counts as received. ``under_way``: the longest the batch can have
    been; None: nobody knows."""
    waited = None if entry.waited_ms is None else timedelta(milliseconds=entry.waited_ms)
    age = None if waited is None or under_way is None else waited + under_way
    found = json_envelope.read(bytes(entry.said), SourceKind.PUSH)
    if age is not None and age <= FRESH:
        return [(said, now - age) for said in found]
    # History is received now, for the hours before may be sealed; how old it is, its own time says.
    return [(_history(said, None if age is None else now - age), now) for said in found]


def _history(said: Said, heard: datetime | None) -> Said:
    """``heard``: when it came to the gateway at the latest. No device can have measured it later."""
    if isinstance(said, Trouble):
        return said
    times = [at for at in (said.device_time, heard) if at is not None]
    return replace(said, device_time=min(times, default=None), flags=said.flags - {Flag.NORMAL} | {Flag.STORED})


class Tickets:
    """The house's tickets: what its own clock said, sealed. ``secret`` is made anew at every start, so that nobody
    reckons with the clock of a house that is no more. Times are seconds of a clock that only runs forward."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def give(self, steady: float) -> str:
        """A ticket of this moment."""
        text = str(int(steady * 1000))
        return f"{text}.{self._seal(text)}"

    def under_way(self, batch: Batch, steady: float) -> timedelta | None:
        """The longest the batch can have been under way; None where its ticket is none of ours."""
        text, _, seal = batch.ticket.partition(".")
        if not text.isdecimal() or not hmac.compare_digest(seal.encode(), self._seal(text).encode()):
            return None
        # One part in a thousand for a gateway whose seconds run fast.
        held = int(batch.held_ms * 0.999)
        return timedelta(milliseconds=max(0, int(steady * 1000) - int(text) - held))

    def _seal(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def answer_seal(key: bytes, nonce: str, body: bytes) -> str:
    """The house's signature under its answer to one request: an answer nobody signed acknowledges nothing."""
    return hmac.new(key, b"answer\n" + nonce.encode() + b"\n" + body, hashlib.sha256).hexdigest()
