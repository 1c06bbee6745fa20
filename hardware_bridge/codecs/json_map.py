"""Other makers' JSON by a mapping file (``policies/devices``): which path holds what, in which unit, in which time.

There is no standard for it, so nothing is recognised, everything is declared: a unit comes from a field or from the
file, a time is in seconds, in milliseconds or a local text because the file says so. What the file does not declare is
not looked at; what it declares and cannot be read is trouble.

A path is names joined by dots. ``[]`` behind a name in ``each`` walks a list; paths then start in the innermost entry,
``^.`` steps one list out, ``$.`` starts at the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, TypeVar

from hardware_bridge.codecs.figures import EXACT
from hardware_bridge.codecs.json_envelope import checked, device_key, figure, place_of
from hardware_bridge.codecs.json_exact import Json, NotRead, parse
from hardware_bridge.sample import (
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
    quantity_named,
)
from workflow.rules.weather import KINDS
from workflow.values import Datum

T = TypeVar("T")

MOST_ENTRIES: Final = 1000
"""Entries of one message, all lists together."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = {"s": 1_000_000, "ms": 1_000}


class TimeForm(StrEnum):
    """How a gateway spells times."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTo:
    """``up`` lists out of the innermost entry (None: from the top), then names."""

    names: tuple[str, ...]
    up: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """Where the time stands. A text has a ``format`` of `datetime.strptime`, and a ``zone`` where that has none."""

    path: PathTo
    form: TimeForm
    format: str = ""
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Generic[T]):
    """Fixed by the file, or looked up by the text at a path, or both: then the file's is for where the path holds
    nothing."""

    fixed: T | None = None
    path: PathTo | None = None
    table: Mapping[str, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """One value of an entry. ``scale``: what the number is multiplied with."""

    path: PathTo
    quantity: Looked[Quantity]
    unit: Looked[Unit]
    channel: str
    channel_path: PathTo | None = None
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonState:
    """A field that speaks of the entry (or of some of its channels) in the maker's own words."""

    path: PathTo
    table: Mapping[str, frozenset[Flag]]
    channels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonWeather:
    """A field that says the weather in the maker's own words: which of `workflow.rules.weather.KINDS` each of them is.
    A word says of every kind whether it is there."""

    path: PathTo
    table: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPlace:
    """Where a position stands, and in which datum the maker says it is."""

    latitude: PathTo
    longitude: PathTo
    datum: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonMap:
    """One gateway's format. ``strings``: whether numbers may stand in quotes."""

    name: str
    label: str
    device: PathTo | None
    """None: the transport knows the device (a topic's part)."""
    each: tuple[tuple[str, ...], ...]
    """The lists to walk, outermost first, each by its path from the entry before; empty: the document is the entry."""
    time: TimeRule | None
    values: tuple[JsonValue, ...]
    states: tuple[JsonState, ...]
    place: JsonPlace | None
    strings: bool
    weather: JsonWeather | None = None


def read(body: bytes, map_: JsonMap, source: SourceKind, device: DeviceKey | None = None) -> list[Said]:
    """What a message says. ``device``: who the transport knows it is from, for a file without a path to it.

    An entry from which nothing is said is a sign of life of its device.
    """
    try:
        entries = list(_entries(parse(body), map_.each))
    except NotRead as error:
        return [Trouble(source=source, why=error.why, device=device, detail=error.detail)]
    return [said for entry in entries for said in _entry(entry, map_, source, device)]


def _entries(document: Json, each: tuple[tuple[str, ...], ...]) -> Iterator[tuple[Json, ...]]:
    """Chains from the document to each innermost entry."""
    chains: list[tuple[Json, ...]] = [(document,)]
    for names in each:
        longer = []
        for chain in chains:
            held = _down(chain[-1], names)
            if not isinstance(held, list):
                raise NotRead(Why.SHAPE, f"{'.'.join(names) or 'the document'} is no list")
            longer += [(*chain, entry) for entry in held]
            if len(longer) > MOST_ENTRIES:
                raise NotRead(Why.TOO_LONG, f"more than {MOST_ENTRIES} entries")
        chains = longer
    yield from chains


def _entry(
    chain: tuple[Json, ...], map_: JsonMap, source: SourceKind, device: DeviceKey | None
) -> list[Said]:  # fmt: skip
    try:
        if not isinstance(chain[-1], dict):
            raise NotRead(Why.SHAPE, "an entry that is no object")
        if map_.device is not None:
            device = device_key(_at(chain, map_.device))
        if device is None:
            raise NotRead(Why.SHAPE, "a message without a device")
        reading = _Reading(chain=chain, map=map_, source=source, device=device, time=_time(chain, map_.time))
    except NotRead as error:
        return [Trouble(source=source, why=error.why, device=device, detail=error.detail)]
    said = [*reading.state_troubles(), *reading.values(), *reading.weather(), *reading.place()]
    return said or [reading.beat("", None, reading.flags(None))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    chain: tuple[Json, ...]
    map: JsonMap
    source: SourceKind
    device: DeviceKey
    time: datetime | None

    def values(self) -> Iterator[Said]:
        for value in self.map.values:
            try:
                found = self._value(value)
            except NotRead as error:
                yield self._trouble(error.why, error.detail)
                continue
            if found is not None:
                yield found

    def _value(self, value: JsonValue) -> Said | None:
        held = _at(self.chain, value.path, _ABSENT)
        if held is _ABSENT:
            return None
        channel = value.channel
        if value.channel_path is not None:
            channel = device_key(_at(self.chain, value.channel_path))
        quantity = _looked(self.chain, value.quantity, Why.NO_QUANTITY, f"{_spoken(value.path)}: what it measures")
        flags = self.flags(channel)
        if held is None and flags - {Flag.NORMAL}:
            return self.beat(channel, quantity, flags)
        unit = _looked(self.chain, value.unit, Why.NO_UNIT, f"{_spoken(value.path)}: its unit")
        number = EXACT.multiply(self._number(held, value.path, unit), value.scale)
        return Sample(
            source=self.source, device=self.device, device_time=self.time, flags=flags, quantity=quantity, unit=unit,
            channel=channel, value=checked(number, quantity, unit, _spoken(value.path)),
        )  # fmt: skip

    def _number(self, held: Json, path: PathTo, unit: Unit) -> Decimal:
        if unit is Unit.STATE and isinstance(held, bool):
            return Decimal(held)
        if isinstance(held, str) and not self.map.strings:
            raise NotRead(Why.NOT_A_NUMBER, f"{_spoken(path)} is a text")
        return figure(held, _spoken(path))

    def weather(self) -> Iterator[Said]:
        """A word that is not in the table, and a fault, say of no weather that it is there or not."""
        rule = self.map.weather
        word = _ABSENT if rule is None else _at(self.chain, rule.path, _ABSENT)
        if rule is None or word is _ABSENT:
            return
        there = rule.table.get(_word(word))
        if there is None:
            yield self._trouble(Why.SHAPE, f"{_spoken(rule.path)} is not in the table; known: {', '.join(rule.table)}")
            return
        for kind in KINDS:
            yield Sample(
                source=self.source, device=self.device, device_time=self.time, flags=self.flags(None),
                quantity=quantity_named(kind), unit=Unit.STATE, value=Decimal(kind in there),
            )  # fmt: skip

    def place(self) -> Iterator[Said]:
        rule = self.map.place
        if rule is None:
            return
        lat, lng = _at(self.chain, rule.latitude, _ABSENT), _at(self.chain, rule.longitude, _ABSENT)
        if lat is _ABSENT and lng is _ABSENT:
            return
        try:
            if not self.map.strings and (isinstance(lat, str) or isinstance(lng, str)):
                raise NotRead(Why.NOT_A_NUMBER, "a position in text")
            found = None if lat is None and lng is None else place_of(lat, lng, rule.datum, None)
        except NotRead as error:
            yield self._trouble(error.why, error.detail)
            return
        flags = self.flags(None)
        yield Position(
            source=self.source, device=self.device, device_time=self.time, flags=flags, place=found
        )  # fmt: skip

    def state_troubles(self) -> Iterator[Trouble]:
        for state in self.map.states:
            word = _at(self.chain, state.path, _ABSENT)
            if word is not _ABSENT and _word(word) not in state.table:
                known = ", ".join(state.table)
                yield self._trouble(Why.SHAPE, f"{_spoken(state.path)} is not in the table; known: {known}")

    def flags(self, channel: str | None) -> frozenset[Flag]:
        """What the states say of a channel (None: of the device). A word not in the table is a fault; a state that is
        absent says nothing; normal is said only by all that speak."""
        said: set[Flag] = set()
        for state in self.map.states:
            word = _at(self.chain, state.path, _ABSENT)
            if word is _ABSENT or (state.channels and channel not in state.channels):
                continue
            said |= state.table.get(_word(word), frozenset({Flag.FAULT}))
        return frozenset(said - {Flag.NORMAL} or said)

    def beat(self, channel: str, quantity: Quantity | None, flags: frozenset[Flag]) -> Beat:
        return Beat(
            source=self.source, device=self.device, device_time=self.time, flags=flags, channel=channel,
            quantity=quantity,
        )  # fmt: skip

    def _trouble(self, why: Why, detail: str) -> Trouble:
        return Trouble(source=self.source, why=why, device=self.device, detail=detail)


# --- paths, times -----------------------------------------------------------------------------------------------------

_ABSENT: Final = "\0absent"
"""What a path that leads nowhere holds; told apart by identity."""


def _at(chain: tuple[Json, ...], path: PathTo, absent: Json = None) -> Json:
    start = chain[0] if path.up is None else chain[-1 - path.up]
    return _down(start, path.names, absent)


def _down(held: Json, names: tuple[str, ...], absent: Json = None) -> Json:
    for name in names:
        if not isinstance(held, dict) or name not in held:
            return absent
        held = held[name]
    return held


def _looked(chain: tuple[Json, ...], rule: Looked[T], why: Why, what: str) -> T:
    held = None if rule.path is None else _at(chain, rule.path)
    found = rule.fixed if held is None else rule.table.get(_word(held))
    if found is None:
        raise NotRead(why, f"{what} is missing or not in the table")
    return found


def _word(held: Json) -> str:
    """A scalar as the file writes it."""
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, Decimal):
        return format(held.normalize() + 0, "f")
    return held if isinstance(held, str) else ""


def _time(chain: tuple[Json, ...], rule: TimeRule | None) -> datetime | None:
    held = None if rule is None else _at(chain, rule.path)
    if rule is None or held is None:
        return None
    try:
        moment = _text_time(held, rule) if rule.form is TimeForm.TEXT else _counted(held, rule.form)
    except (ValueError, OverflowError) as error:
        raise NotRead(Why.TIME, f"{_spoken(rule.path)} is no such time") from error
    if moment is None or not _EARLIEST <= moment < _LATEST:
        raise NotRead(Why.TIME, f"{_spoken(rule.path)} is no time of this century in {rule.form}")
    return moment


def _counted(held: Json, form: TimeForm) -> datetime | None:
    if not isinstance(held, Decimal):
        return None
    return _EPOCH + timedelta(microseconds=int(held * _MICROSECONDS[form]))


def _text_time(held: Json, rule: TimeRule) -> datetime | None:
    if not isinstance(held, str):
        return None
    moment = datetime.strptime(held, rule.format)  # noqa: DTZ007 - the zone is the rule's
    return moment.replace(tzinfo=rule.zone) if moment.tzinfo is None else moment


def _spoken(path: PathTo) -> str:
    start = "$." if path.up is None else "^." * path.up
    return start + ".".join(path.names)
