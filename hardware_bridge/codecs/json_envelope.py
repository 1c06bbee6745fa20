"""Our own JSON for devices and gateways (docs/hardware-json.md): a message is one entry or a list of them.

An entry is a value, a position or a sign of life. It is read whole or not at all, and so strictly that a misspelt name
is trouble and never a value without its unit. One bad entry does not cost the others of its message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from hardware_bridge.codecs import json_usual
from hardware_bridge.codecs.figures import in_utc, plain
from hardware_bridge.codecs.json_exact import Json, NotRead, parse
from hardware_bridge.codecs.measures import possible, suits
from hardware_bridge.sample import (
    LONGEST_KEY,
    NO_FLAGS,
    Beat,
    DeviceKey,
    Flag,
    Position,
    Quantity,
    Said,
    Sample,
    SourceKind,
    Trouble,
    Unit,
    Why,
    gas,
    quantity_named,
)
from workflow import values
from workflow.values import Datum

MOST_ENTRIES: Final = json_usual.MOST_ENTRIES
MOST_CHANNEL: Final = json_usual.MOST_CHANNEL
_MOST_ACCURACY_M: Final = 100_000
_MOST_SPEED_MS: Final = 500
_ALWAYS: Final = frozenset({"device_id", "seq", "measured_at", "quality"})
_VALUE: Final = frozenset({"channel", "gas", "kind", "value", "unit"})
_PLACE: Final = frozenset({"latitude", "longitude", "datum", "accuracy_m", "speed_ms", "mock"})
_BEAT: Final = frozenset({"gone"})

Entry = dict[str, Json]


def read(body: bytes, source: SourceKind) -> list[Said]:
    """What a message says, in its order."""
    usual = json_usual.read(body, source)
    return [*usual] if usual is not None else read_exactly(body, source)


def read_exactly(body: bytes, source: SourceKind) -> list[Said]:
    """The same without the short way for usual messages; what this says is right."""
    try:
        document = parse(body)
    except NotRead as error:
        return [Trouble(source=source, why=error.why, detail=error.detail)]
    entries = document if isinstance(document, list) else [document]
    if len(entries) > MOST_ENTRIES:
        return [Trouble(source=source, why=Why.TOO_LONG, detail=f"{len(entries)} entries in one message")]
    return [_entry(entry, source) for entry in entries]


def _entry(entry: Json, source: SourceKind) -> Said:
    device: DeviceKey | None = None
    try:
        if not isinstance(entry, dict):
            raise NotRead(Why.SHAPE, "an entry that is no object")
        device = device_key(entry.get("device_id"))
        if "value" in entry or "unit" in entry:
            return _sample(entry, source, device)
        if "latitude" in entry or "longitude" in entry:
            return _position(entry, source, device)
        return _beat(entry, source, device)
    except NotRead as error:
        return Trouble(source=source, why=error.why, device=device, detail=error.detail)


def _sample(entry: Entry, source: SourceKind, device: DeviceKey) -> Said:
    _only(entry, _ALWAYS | _VALUE)
    quantity, channel, flags = _quantity(entry), _channel(entry), _flags(entry)
    if entry.get("value") is None and flags - {Flag.NORMAL}:
        return Beat(
            source=source, device=device, device_time=_time(entry), sequence=_sequence(entry), flags=flags,
            channel=channel, quantity=quantity,
        )  # fmt: skip
    try:
        unit = Unit(_text(entry, "unit"))
    except (ValueError, NotRead) as error:
        raise NotRead(Why.NO_UNIT, "unit is missing or unknown") from error
    value = checked(figure(entry.get("value"), "value"), quantity, unit, "value")
    return Sample(
        source=source, device=device, device_time=_time(entry), sequence=_sequence(entry), flags=flags,
        quantity=quantity, channel=channel, value=value, unit=unit,
    )  # fmt: skip


def _position(entry: Entry, source: SourceKind, device: DeviceKey) -> Said:
    _only(entry, _ALWAYS | _PLACE)
    mock = entry.get("mock")
    if mock is not None and not isinstance(mock, bool):
        raise NotRead(Why.SHAPE, "mock is neither true nor false")
    accuracy, speed = (
        None if entry.get(name) is None else _within(figure(entry[name], name), Decimal(most), name)
        for name, most in (("accuracy_m", _MOST_ACCURACY_M), ("speed_ms", _MOST_SPEED_MS))
    )
    place = None
    if entry.get("latitude") is not None or entry.get("longitude") is not None:
        place = place_of(entry.get("latitude"), entry.get("longitude"), _datum(entry), accuracy)
    return Position(
        source=source, device=device, device_time=_time(entry), sequence=_sequence(entry), flags=_flags(entry),
        place=place, mock=mock, speed_ms=None if place is None else speed,
    )  # fmt: skip


def _beat(entry: Entry, source: SourceKind, device: DeviceKey) -> Said:
    about = "gas" in entry or "kind" in entry
    _only(entry, _ALWAYS | _BEAT | {"channel", "gas", "kind"})
    gone = entry.get("gone", False)
    if not isinstance(gone, bool):
        raise NotRead(Why.SHAPE, "gone is neither true nor false")
    return Beat(
        source=source, device=device, device_time=_time(entry), sequence=_sequence(entry), flags=_flags(entry),
        channel=_channel(entry), quantity=_quantity(entry) if about else None, gone=gone,
    )  # fmt: skip


# --- shared with the mapping of other makers' JSON --------------------------------------------------------------------


def device_key(value: Json) -> DeviceKey:
    """A device's name of printable characters, or a whole number of at most 40 digits. Raise `NotRead` otherwise."""
    if isinstance(value, Decimal) and value == value.to_integral_value() and value >= 0:
        value = format(value, "f").partition(".")[0]
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_KEY or not value.isprintable():
        raise NotRead(Why.SHAPE, "a device without a name")
    return DeviceKey(value)


def figure(value: Json, name: str) -> Decimal:
    """A number, or a string of plain digits, exactly. Raise `NotRead`: true is no 1, null no nought."""
    exact = plain(value) if isinstance(value, str) else value
    if not isinstance(exact, Decimal):
        raise NotRead(Why.NOT_A_NUMBER, f"{name} is no number")
    return exact


def checked(value: Decimal, quantity: Quantity, unit: Unit, name: str) -> Decimal:
    """The value. Raise `NotRead` for a unit that is none of the quantity, and for a state that is neither 0 nor 1."""
    if not suits(quantity, unit):
        raise NotRead(Why.NO_UNIT, f"{name}: {unit.value} is no unit of {quantity.name}")
    if not possible(value, unit):
        raise NotRead(Why.NOT_A_NUMBER, f"{name} is neither 0 nor 1")
    return value


def place_of(latitude: Json, longitude: Json, datum: Datum, accuracy_m: Decimal | None) -> values.Position | None:
    """A place on the globe; None for 0, 0, which is how devices without a fix spell it. Raise `NotRead` otherwise."""
    lat = _within(figure(latitude, "latitude"), Decimal(90), "latitude", low=Decimal(-90))
    lng = _within(figure(longitude, "longitude"), Decimal(180), "longitude", low=Decimal(-180))
    if not lat and not lng:
        return None
    return values.Position(latitude=lat, longitude=lng, datum=datum, accuracy_m=accuracy_m)


def _within(value: Decimal, most: Decimal, name: str, *, low: Decimal = Decimal(0)) -> Decimal:
    if not low <= value <= most:
        raise NotRead(Why.SHAPE, f"{name} is out of range")
    return value


# --- fields -----------------------------------------------------------------------------------------------------------


def _only(entry: Entry, names: frozenset[str]) -> None:
    if not entry.keys() <= names:
        raise NotRead(Why.SHAPE, f"{len(entry.keys() - names)} names that have no place in such an entry")


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise NotRead(Why.SHAPE, f"{name} is missing or no text")
    return value


def _quantity(entry: Entry) -> Quantity:
    made: Mapping[str, Callable[[str], Quantity]] = {"gas": gas, "kind": quantity_named}
    given = [name for name in made if name in entry]
    try:
        (name,) = given
        return made[name](_text(entry, name))
    except (ValueError, NotRead) as error:
        raise NotRead(Why.NO_QUANTITY, "one of gas and kind must name what is measured") from error


def _channel(entry: Entry) -> str:
    channel = entry.get("channel", "")
    if not isinstance(channel, str) or len(channel) > MOST_CHANNEL or not channel.isprintable():
        raise NotRead(Why.SHAPE, f"channel is no text of at most {MOST_CHANNEL} characters")
    return channel


def _flags(entry: Entry) -> frozenset[Flag]:
    given = entry.get("quality", [])
    words = given if isinstance(given, list) else [given]
    try:
        flags = frozenset(Flag(word) if isinstance(word, str) else Flag("") for word in words)
    except ValueError as error:
        raise NotRead(Why.SHAPE, "quality is not one of the words agreed on") from error
    if Flag.NORMAL in flags and len(flags) > 1:
        raise NotRead(Why.SHAPE, "quality is normal and something else")
    return flags or NO_FLAGS


def _time(entry: Entry) -> datetime | None:
    text = entry.get("measured_at")
    if text is None:
        return None
    if not isinstance(text, str) or json_usual.TIME(text) is None:
        raise NotRead(Why.TIME, "measured_at is no time with an offset")
    try:
        found = datetime.fromisoformat(text)
        in_utc(found)
    except ValueError as error:
        raise NotRead(Why.TIME, "measured_at is no time there is") from error
    return found


def _sequence(entry: Entry) -> int | None:
    value = entry.get("seq")
    if value is None:
        return None
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        raise NotRead(Why.SHAPE, "seq is no whole number")
    if not 0 <= value <= json_usual.MOST_SEQUENCE:
        raise NotRead(Why.SHAPE, "seq is out of range")
    return int(value)


def _datum(entry: Entry) -> Datum:
    try:
        return Datum(_text(entry, "datum"))
    except ValueError as error:
        raise NotRead(Why.SHAPE, "datum is none of wgs84, gcj02, bd09") from error
