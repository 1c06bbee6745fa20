"""The wind and the weather of a place, from what instruments and services said of it last.

An instrument that may be trusted says how it is. One that is overdue and a service, which speaks of somewhere near, may
stop work and let none begin: their storm is believed, their calm is not.

What one said before it fell silent is no word of now: nothing fine follows from it. Its bad weather is handed over as
held, for the core to weigh against whoever looked later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from storage.directory import Device
from storage.readings import ReadingRow
from storage.sky_words import SkyWord
from storage.tx import Tx
from workflow.facts import Weather, WeatherSaid
from workflow.ids import AreaId, DeviceId
from workflow.monitoring import MEANINGFUL, Quality
from workflow.rules.weather import KINDS, SIGHT, Told, by_sight, together

STATIONS, FEEDS = frozenset({"wind", "weather"}), frozenset({"wind_feed", "weather_feed"})
"""How the register spells anemometers and weather stations, and services that speak of somewhere near."""
WIND_UNIT, SIGHT_UNIT, STATE_UNIT = "m/s", "m", "state"
"""How the bridge spells what it stores."""
FRESH = timedelta(minutes=5)
"""How long a word about the sky counts."""
Blows = tuple[Decimal, WeatherSaid]
Held = tuple[SkyWord, WeatherSaid]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWeather:
    """What is known of one place. ``doubted``: the same, of those who may only stop."""

    wind: Blows | None = None
    doubted: Blows | None = None
    weather: Weather = field(default_factory=Weather)
    said: Mapping[str, WeatherSaid] = field(default_factory=dict)
    wind_held: tuple[Blows, ...] = ()
    weather_held: dict[str, WeatherSaid] = field(default_factory=dict)


_NOTHING = PlaceWeather()
"""Where nobody tells of the sky."""


def weather_at(tx: Tx, area: AreaId, now: datetime) -> PlaceWeather:
    """The strongest wind anybody tells of, and all weather anybody tells of, each with who says so."""
    latest: list[Blows] = []
    doubted: list[Blows] = []
    words: list[Told] = []
    speaking = [
        one
        for one in tx.directory.register.devices
        if one.kind in STATIONS | FEEDS and one.active and one.area in {None, area}
    ]
    for device in speaking:
        rows = tx.readings_of_device(device.id, now - FRESH, now + timedelta.resolution)
        # A sensor that has fallen out since it said so says of nothing that it is fine.
        last = {(one.quantity, one.unit): one for one in rows}.values()
        trusted = [one for one in last if one.quality == Quality.GOOD and device.kind in STATIONS]
        meant = [one for one in rows if one.quality in MEANINGFUL]
        latest += _blows(device, trusted)
        doubted += _blows(device, meant)
        words += [*_weather(device, trusted, sure=True), *_weather(device, meant, sure=False)]
    if not speaking:
        return _NOTHING
    weather, said = together(words)
    held = _held(tx, speaking, now)  # also where nobody says anything now: that is when it counts
    return PlaceWeather(
        wind=_strongest(latest),
        doubted=_strongest(doubted),
        weather=weather,
        said=said,
        wind_held=tuple((word.value, said) for word, said in held if word.unit == WIND_UNIT),
        weather_held=together(_bad(held))[1],
    )


def _held(tx: Tx, speaking: Sequence[Device], now: datetime) -> tuple[Held, ...]:
    """The last words of whoever has said nothing since that counts, the earliest first. A moment that lies ahead is one
    of before the clock was set back."""
    by_id = {one.id: one for one in speaking}
    silent = [one for one in tx.sky_words() if one.device in by_id and not now - FRESH <= one.received_at <= now]
    silent.sort(key=lambda one: one.received_at)
    return tuple((one, _heard(by_id[DeviceId(one.device)], one.received_at)) for one in silent)


def _bad(held: Sequence[Held]) -> Iterator[Told]:
    """What these say of the weather, the latest first; of nothing they say that it is fine."""
    for word, said in reversed(held):
        for kind, there in _kinds(word).items():
            yield Told(kind=kind, there=there, sure=False, said=said)


def _blows(device: Device, rows: Sequence[ReadingRow]) -> list[Blows]:
    return [(one.value, _said(device, one)) for one in rows if one.unit == WIND_UNIT][-1:]


def _weather(device: Device, rows: Sequence[ReadingRow], *, sure: bool) -> Iterator[Told]:
    """The last word about each kind."""
    newest = {(one.quantity, one.unit): one for one in rows}  # whether it rains is not how much
    for one in newest.values():
        for kind, there in _kinds(one).items():
            yield Told(kind=kind, there=there, sure=sure, said=_said(device, one))


def _kinds(word: ReadingRow | SkyWord) -> dict[str, bool]:
    """What one value says of fog, rain and snow; nothing when it is of something else."""
    if word.quantity == SIGHT and word.unit == SIGHT_UNIT:
        return by_sight(word.value)
    return {word.quantity: word.value > 0} if word.quantity in KINDS and word.unit == STATE_UNIT else {}


def _said(device: Device, row: ReadingRow) -> WeatherSaid:
    return _heard(device, row.measured_at or row.received_at)


def _heard(device: Device, at: datetime) -> WeatherSaid:
    return WeatherSaid(by=device.name, feed=device.kind in FEEDS, at=at)


def _strongest(blows: Sequence[Blows]) -> Blows | None:
    return max(blows, key=lambda one: one[0], default=None)
