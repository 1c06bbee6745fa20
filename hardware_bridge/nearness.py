"""Which worn tags are near which of the plant's beacons. No clock, no I/O: time comes with what was heard.

A tag is any device with a wearer, a beacon any of ``kind: beacon`` at a place. What is heard comes in as a value of
quantity ``signal`` of the tag, its channel the beacon: from the tag that heard it, or from a gateway (registered as a
beacon) that heard the tag. The rest is `workflow.nearness`.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

from hardware_bridge.codecs import ibeacon
from hardware_bridge.devices import Devices, Known
from hardware_bridge.positions import told_at
from hardware_bridge.sample import Kind, Sample, SourceKind, Unit
from workflow.ids import AreaId, DeviceId
from workflow.nearness import Beacon, Hearing, Near, advertised, hear, near, spelt

_HEX: Final = frozenset("0123456789abcdef")
_COMPANY: Final = "4c00"
"""Apple's number as it stands in manufacturer data, the low byte first."""


class Nearness:
    """The beacons of one site and what tags heard of them."""

    __slots__ = ("_beacons", "_by_name", "_heard")

    def __init__(self) -> None:
        self._beacons: dict[DeviceId, Beacon] = {}
        self._by_name: dict[str, DeviceId] = {}
        self._heard: dict[DeviceId, dict[DeviceId, Hearing]] = {}

    def bind(self, devices: Devices) -> None:
        """The register moved. What was heard of a beacon that stands as it stood stays."""
        before = self._beacons
        self._beacons = {one.id: one.beacon for one in devices.by_id.values() if one.beacon is not None}
        names = Counter(_spelt(key) for key, one in devices.by_key.items() if one.beacon is not None)
        self._by_name = {
            _spelt(key): one.id
            for key, one in devices.by_key.items()
            # Of one beacon at two places nobody could tell which it is.
            if one.beacon is not None and names[_spelt(key)] == 1
        }
        stood = {name for name, one in self._beacons.items() if before.get(name) == one}
        worn = {one.id for one in devices.by_id.values() if one.person is not None}
        self._heard = {
            tag: {name: one for name, one in heard.items() if name in stood}
            for tag, heard in self._heard.items()
            if tag in worn
        }

    @property
    def places(self) -> frozenset[AreaId]:
        """Places at which a beacon stands."""
        return frozenset(one.area for one in self._beacons.values())

    def take(self, known: Known, said: Sample, now: datetime) -> Near | None:
        """One value of a worn tag; None: it says nothing of any beacon of the plant."""
        if said.quantity.kind is not Kind.SIGNAL or said.unit is not Unit.DBM or known.person is None:
            return None
        beacon = self._beacons.get(self._by_name.get(named(said.channel, said.source), DeviceId("")))
        at = told_at(known, said, now)
        if beacon is None or at is None:
            return None
        heard = self._heard.setdefault(known.id, {})
        heard[beacon.id] = hear(heard.get(beacon.id), beacon, float(said.value), at)
        return near(heard, self._beacons, at)


def _spelt(name: str) -> str:
    """One spelling of a beacon: its MAC, what it advertises, or a gateway's name as it is."""
    return spelt(name) or name


def named(channel: str, source: SourceKind) -> str:
    """Which beacon a channel of the wire is; a raw frame in hexadecimal is read, too."""
    return _framed(channel.lower(), source) or _spelt(channel)


def _framed(channel: str, source: SourceKind) -> str | None:
    frame = channel.removeprefix(_COMPANY)
    if not frame or len(frame) % 2 or not _HEX.issuperset(frame):
        return None
    found = ibeacon.decode(ibeacon.COMPANY, bytes.fromhex(frame), source)
    return advertised(found.uuid.hex, found.major, found.minor) if isinstance(found, ibeacon.Beacon) else None
