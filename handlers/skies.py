"""The wind and the weather of a place, from what instruments and services said of it last.

An instrument that may be trusted says how it is. One that is overdue and a service, which speaks of somewhere near, may
stop work and let none begin: their storm is believed, their calm is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from storage.directory import Device
from storage.readings import ReadingRow
from storage.tx import Tx
from workflow.facts import Weather, WeatherSaid
from workflow.ids import AreaId
from workflow.monitoring import MEANINGFUL, Quality
from workflow.rules.weather import KINDS, Told, by_sight, together

STATIONS, FEEDS = frozenset({"wind", "weather"}), frozenset({"wind_feed", "weather_feed"})
"""How the register spells anemometers and weather stations, and services that speak of somewhere near."""
WIND_UNIT, SIGHT_UNIT, STATE_UNIT = "m/s", "m", "state"
"""How the bridge spells what it stores; ``VISIBILITY`` likewise."""
VISIBILITY = "visibility"
FRESH = timedelta(minutes=5)
"""How long a word about the sky counts."""
Blows = tuple[Decimal, WeatherSaid]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """What is known of one place. ``doubted``: the same, of those who may only stop."""

    wind: Blows | None = None
    doubted: Blows | None = None
    weather: Weather = field(default_factory=Weather)
    said: dict[str, WeatherSaid] = field(default_factory=dict)


def sky(tx: Tx, area: AreaId, now: datetime) -> Sky:
    """The strongest wind anybody tells of, and all weather anybody tells of, each with who says so."""
    latest: list[Blows] = []
    doubted: list[Blows] = []
    words: list[Told] = []
    for device in tx.directory.register.devices:
        if device.kind not in STATIONS | FEEDS or not device.active or device.area not in {None, area}:
            continue
        rows = tx.readings_of_device(device.id, now - FRESH, now + timedelta.resolution)
        # A sensor that has fallen out since it said so says of nothing that it is fine.
        last = {(one.quantity, one.unit): one for one in rows}.values()
        trusted = [one for one in last if one.quality == Quality.GOOD and device.kind in STATIONS]
        meant = [one for one in rows if one.quality in MEANINGFUL]
        latest += _blows(device, trusted)
        doubted += _blows(device, meant)
        words += [*_weather(device, trusted, sure=True), *_weather(device, meant, sure=False)]
    weather, said = together(words)
    return Sky(wind=_strongest(latest), doubted=_strongest(doubted), weather=weather, said=said)


def _blows(device: Device, rows: Sequence[ReadingRow]) -> list[Blows]:
    return [(one.value, _said(device, one)) for one in rows if one.unit == WIND_UNIT][-1:]


def _weather(device: Device, rows: Sequence[ReadingRow], *, sure: bool) -> Iterator[Told]:
    """The last word about each kind."""
    newest = {(one.quantity, one.unit): one for one in rows}  # whether it rains is not how much
    for (quantity, _), one in newest.items():
        if quantity == VISIBILITY and one.unit == SIGHT_UNIT:
            for kind, there in by_sight(one.value).items():
                yield Told(kind=kind, there=there, sure=sure, said=_said(device, one))
        elif quantity in KINDS and one.unit == STATE_UNIT:
            yield Told(kind=quantity, there=one.value > 0, sure=sure, said=_said(device, one))


def _said(device: Device, row: ReadingRow) -> WeatherSaid:
    return WeatherSaid(by=device.name, feed=device.kind in FEEDS, at=row.measured_at or row.received_at)


def _strongest(blows: Sequence[Blows]) -> Blows | None:
    return max(blows, key=lambda one: one[0], default=None)
