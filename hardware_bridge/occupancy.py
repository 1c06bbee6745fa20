"""Whose tags are surely inside the fence of a place where people work. No clock, no I/O: time comes with positions.

Only places at which a permit of the plant's wish works are looked at. A tag is inside after two readings, as a
guardian's is (`workflow.presence`); one that is not told again fades. Who may be there is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from handlers.monitoring import Served
from hardware_bridge.devices import Devices, Known
from hardware_bridge.positions import Fence, believed
from hardware_bridge.sample import Position
from workflow.geo import to_wgs84
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.nearness import Near
from workflow.permit.state import Status
from workflow.presence import Track, Where, follow, step

EVERY: Final = timedelta(seconds=5)
"""How often the office hears of one permit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Who is inside at one permit's place; ``device``: the tag of the first of them."""

    permit: PermitId
    device: DeviceId
    people: tuple[PersonId, ...]


@dataclass(slots=True)
class _Place:
    fence: Fence
    tracks: dict[DeviceId, Track] = field(default_factory=dict)


class Occupancy:
    """The looked-at places of one site."""

    __slots__ = ("_known", "_permits", "_places", "_told")

    def __init__(self) -> None:
        self._permits: dict[PermitId, tuple[AreaId, frozenset[PersonId]]] = {}
        self._places: dict[AreaId, _Place] = {}
        self._known: Mapping[DeviceId, Known] = {}
        self._told: dict[PermitId, datetime] = {}

    def bind(self, served: Iterable[Served], devices: Devices, fences: Mapping[AreaId, Fence]) -> None:
        """Permits, the register or both have moved. Tracks at the same fence stay."""
        self._known = {one.id: one for one in devices.by_id.values() if one.person is not None}
        looked = [one for one in served if one.asks_who_is_inside and one.status is Status.ACTIVE]
        self._permits = {one.permit: (one.content.area, one.people) for one in looked}
        places: dict[AreaId, _Place] = {}
        for area in {area for area, _ in self._permits.values()}:
            fence = tuple(map(to_wgs84, fences.get(area, ())))
            before = self._places.get(area)
            same = before is not None and before.fence == fence
            places[area] = before if before is not None and same else _Place(fence)
            tracks = places[area].tracks
            places[area].tracks = {device: track for device, track in tracks.items() if device in self._known}
        self._places = places
        self._told = {permit: at for permit, at in self._told.items() if permit in self._permits}

    def take(self, device: DeviceId, said: Position, now: datetime) -> None:
        """One position of a registered device."""
        known = self._known.get(device)
        fix = None if known is None or not self._places else believed(known, said, now)
        if fix is None:
            return
        for place in self._places.values():
            place.tracks[device] = follow(place.tracks.get(device, Track()), fix, place.fence)

    def near(self, device: DeviceId, near: Near) -> None:
        """The same of a registered device that hears a beacon."""
        if device in self._known:
            for area, place in self._places.items():
                place.tracks[device] = step(place.tracks.get(device, Track()), near.at, near.here(area))

    def inside(self, now: datetime) -> tuple[Inside, ...]:
        """Of every looked-at permit at whose place anybody is whom it does not name, or more than it names; each at
        most once in `EVERY` once it was `told`."""
        found: list[Inside] = []
        for permit, (area, named) in self._permits.items():
            told = self._told.get(permit)
            if told is not None and timedelta(0) <= now - told < EVERY:
                continue
            tags = self._at(area, now)
            if tags:
                strange = [device for device, person in tags.items() if person not in named]
                people = tuple(dict.fromkeys(tags.values()))
                found.append(Inside(permit=permit, device=(strange or list(tags))[0], people=people))
        return tuple(found)

    def told(self, permit: PermitId, now: datetime) -> None:
        """The office has heard of this one."""
        self._told[permit] = now

    def _at(self, area: AreaId, now: datetime) -> dict[DeviceId, PersonId]:
        """Tags that are inside, and who wears them. Of somebody with two tags one of which is outside, none is."""
        tracks = self._places[area].tracks
        wearers = {device: self._known[device].person for device in tracks if device in self._known}
        gone = {wearers[device] for device, track in tracks.items() if track.at_time(now) is Where.OUTSIDE}
        return {
            device: person
            for device, track in tracks.items()
            if track.at_time(now) is Where.INSIDE and (person := wearers.get(device)) is not None and person not in gone
        }
