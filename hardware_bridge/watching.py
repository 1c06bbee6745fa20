"""Which device watches which permit, and when a reading becomes a command. No clock, no I/O: time comes with readings.

Of the thousands of values a minute, three things alone are asked of the office: a value crossed its limit (once per
permit, however many follow), a device raises an alarm (once per device), and a fresh sample is wanted for a start, a
resumption or the record. Everything else is kept by `hardware_bridge.recorder`. What "beyond" and "silent" mean is told
by `workflow.monitoring`; this only remembers.

Silence is not noticed here. As long as enough is heard, the end of the silence allowed is pushed forward in the agenda
(`Watching.ends`); when nobody pushes any more, for whatever reason, the row there falls due and stops the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from cards.words_devices import device_alarm
from handlers.monitoring import Served
from hardware_bridge.devices import Devices, Known
from hardware_bridge.weather_changes import WeatherChanges
from workflow.ids import DeviceId, PermitId
from workflow.monitoring import Band, Heard, Quality, Reading, Watch, band, beyond, watched_until
from workflow.permit.commands import Command, LookAround, RecordGas, StopWork, SuspendReason
from workflow.permit.content import GasReading, GasSample
from workflow.permit.state import Status
from workflow.rules.gas_types import GasRules, Unit
from workflow.values import Actor

ALONE: Final = timedelta(0)
GAS: Final = "gas"
ALARM: Final = "alarm:"
WIND: Final = "wind"
"""Topic of a wish that is answered from stored readings: they are written first."""
_REMEMBERED: Final = 512
"""Values of a permit whose band is remembered; when full, remembering begins anew."""
_PUSHED: Final = 4
"""The end of the silence is pushed forward when it moved by this part of it: a row now and then, not one a reading."""
_FRESH_EVERY: Final = 3
"""A waiting permit gets a new sample in this part of the time a sample counts."""
_SAMPLE_OF: Final = timedelta(seconds=60)
"""All values of one sample are of the last so many seconds."""

Sensor = tuple[DeviceId, str]


@dataclass(frozen=True, slots=True)
class Wish:
    """A command to be asked of a permit. Kept until it was heard; a newer one of the same key waits its turn."""

    permit: PermitId
    topic: str
    command: Command


class _Lies:
    """Where one sensor lies under the rules of one permit."""

    __slots__ = ("band", "crossed", "good", "since")

    def __init__(self, at: datetime) -> None:
        self.band: Band | None = None
        self.since = at
        self.crossed: Reading | None = None
        """The value that went beyond the limit."""
        self.good: Reading | None = None
        """The newest good value."""


class _Work:
    """One permit and its sensors."""

    __slots__ = ("alarmed", "bands", "ends", "lies", "sampled", "served", "told")

    def __init__(self, served: Served) -> None:
        self.served = served
        self.lies: dict[Sensor, _Lies] = {}
        self.told: datetime | None = None
        """When the office was last asked about a value beyond its limit; None: whatever goes beyond next is news."""
        self.alarmed: set[DeviceId] = set()
        self.ends: datetime | None = None
        """The end of the silence allowed, as it stands in the agenda as far as we know."""
        self.sampled: datetime | None = served.sampled
        self.bands: dict[tuple[str, Decimal, str, Quality, Band | None], Band] = {}

    @property
    def watch(self) -> Watch:
        """What is asked of the detectors; where the plant asks for nothing, one vote stops."""
        served = self.served
        return served.watch or Watch(works=frozenset({served.content.work}), alone_for=ALONE)

    @property
    def beyond(self) -> bool:
        """Whether any sensor lies beyond its limit."""
        return any(one.band is Band.BEYOND for one in self.lies.values())

    def passed(self, told: datetime) -> bool:
        """Whether a value beyond its limit would be news again: work goes on, or was tested since we said so."""
        sampled = self.served.sampled
        return self.served.status is Status.ACTIVE or (sampled is not None and sampled > told)

    def heard(self) -> list[Heard]:
        return [
            Heard(
                device=device,
                quantity=quantity,
                band=one.band or Band.UNTOLD,
                since=one.since,
                good_at=None if one.good is None else one.good.of,
            )
            for (device, quantity), one in self.lies.items()
        ]


class Watching:
    """The live permits of one site and the devices that watch them."""

    __slots__ = ("_by_device", "_known", "_weather_changes", "_wishes", "_works", "asked")

    def __init__(self) -> None:
        self._works: dict[PermitId, _Work] = {}
        self._by_device: dict[DeviceId, tuple[_Work, ...]] = {}
        self._known: dict[DeviceId, Known] = {}
        self._wishes: dict[tuple[PermitId, str], Wish] = {}
        self._weather_changes = WeatherChanges()
        self.asked = 0
        """How many wishes there were since the start."""

    # --- who watches what

    def bind(self, served: Iterable[Served], devices: Devices) -> None:
        """Permits, the register or both have moved. What is known of sensors that go on watching stays."""
        moved = {name for name, was in self._known.items() if _stood(was) != _stood(devices.by_id.get(name, was))}
        self._known = dict(devices.by_id)
        self._weather_changes.bind(devices.by_id, moved)
        places = _Places(devices.by_id.values())
        works: dict[PermitId, _Work] = {}
        by_device: dict[DeviceId, list[_Work]] = {}
        for one in served:
            before = self._works.get(one.permit)
            begins = one.status is Status.ACTIVE and (before is None or before.served.status is not Status.ACTIVE)
            work = self._renewed(one)
            works[one.permit] = work
            if begins and self._weather_changes.told_of(one.content.area):
                # The wind may have risen after the start was asked for and before the start was known here.
                self._wish(work, WIND, LookAround(by=Actor.clock(), at=one.at))
            mine = places.watching(one)
            # What a device said where it stood before says nothing of where it stands now.
            work.lies = {at: lies for at, lies in work.lies.items() if at[0] in mine and at[0] not in moved}
            work.alarmed &= mine - moved
            for device in mine:
                by_device.setdefault(device, []).append(work)
        self._works = works
        self._by_device = {device: tuple(each) for device, each in by_device.items()}

    def _renewed(self, served: Served) -> _Work:
        work = self._works.get(served.permit)
        if work is None:
            return _Work(served)
        if served.status is not work.served.status:
            work.sampled, work.ends = None, None
            if served.status is Status.ACTIVE:
                # Work that was taken up again beside a value beyond its limit, or an alarm that goes on, stops again.
                work.told = None
                work.alarmed.clear()
        if served.gas is not work.served.gas:
            work.bands.clear()
        work.served = served
        return work

    def pairs(self) -> frozenset[tuple[PermitId, DeviceId]]:
        """Who watches what, for the record of which readings belong to which permit."""
        return frozenset((work.served.permit, device) for device, works in self._by_device.items() for work in works)

    def serves(self, device: DeviceId) -> bool:
        """Whether the device watches any permit."""
        return device in self._by_device

    # --- what comes in

    def take(self, reading: Reading) -> None:
        """One reading, in the order they came in."""
        if self._weather_changes.changed(reading):
            self._blows(reading)
        for work in self._by_device.get(reading.device, ()):
            self._take(work, reading)

    def alarm(self, device: DeviceId, raised: bool) -> None:
        """A device raises an alarm, or no longer does; said beside its values or without any."""
        for work in self._by_device.get(device, ()):
            self._alarm(work, device, raised)

    def _blows(self, reading: Reading) -> None:
        """Another wind force, other weather: running work at the place is asked whether it may go on."""
        for work in self._works.values():
            served = work.served
            if served.status is Status.ACTIVE and self._weather_changes.speaks_for(reading.device, served.content.area):
                self._wish(work, WIND, LookAround(by=Actor.clock(), at=reading.received_at))

    def _take(self, work: _Work, reading: Reading) -> None:
        self._alarm(work, reading.device, reading.alarm)
        gas = work.served.gas
        if gas is None:
            return
        sensor = (reading.device, reading.quantity)
        lies = work.lies.get(sensor)
        if lies is None:
            lies = work.lies[sensor] = _Lies(reading.received_at)
        found = self._band(work, gas, reading, lies.band)
        if found is Band.UNTOLD:
            return
        if reading.quality is Quality.GOOD:
            lies.good = reading
        if found is not lies.band:
            lies.band, lies.since = found, reading.received_at
            lies.crossed = reading if found is Band.BEYOND else None
            self._look(work, reading.received_at)

    @staticmethod
    def _band(work: _Work, gas: GasRules, reading: Reading, held: Band | None) -> Band:
        key = (reading.quantity, reading.value, reading.unit, reading.quality, held)
        found = work.bands.get(key)
        if found is None:
            if len(work.bands) >= _REMEMBERED:
                work.bands.clear()
            found = work.bands[key] = band(reading, gas, work.served.content, held)
        return found

    def _alarm(self, work: _Work, device: DeviceId, raised: bool) -> None:
        if not raised:
            work.alarmed.discard(device)
        elif device not in work.alarmed and work.served.status is Status.ACTIVE:
            work.alarmed.add(device)
            text = device_alarm(self._known[device].name)
            self._wish(work, f"{ALARM}{device}", _stop(device, text, work.served.at))

    # --- what is asked

    def look(self, now: datetime) -> None:
        """What only time brings: one that stays beyond its limit alone, a sample that is due. Every second or so."""
        for work in self._works.values():
            self._look(work, now)
            self._sample(work, now)

    def _look(self, work: _Work, now: datetime) -> None:
        if not work.beyond:
            if work.told is not None and work.passed(work.told):
                work.told = None
            return
        if work.told is not None:
            return
        stops = beyond(work.heard(), work.watch, now)
        crossed = [work.lies[one.device, one.quantity].crossed for one in stops]
        values = [one for one in crossed if one is not None]
        if values:
            work.told = now
            self._wish(work, GAS, self._record(work, values, now))

    def _sample(self, work: _Work, now: datetime) -> None:
        gas = work.served.gas
        if gas is None or work.beyond or (work.served.permit, "sample") in self._wishes:
            return
        every = gas.max_age / _FRESH_EVERY
        if work.served.status is Status.ACTIVE:
            if gas.record_every is None:
                return
            every = gas.record_every * 2 / 3
        if work.sampled is not None and now - work.sampled < every:
            return
        for values in self._points(work, gas, now):
            work.sampled = now
            point = self._known[values[0].device].point
            self._wish(work, f"sample:{point}", self._record(work, values, now))

    def _points(self, work: _Work, gas: GasRules, now: datetime) -> Iterator[list[Reading]]:
        """Good values of the last minute, by point, where every gas that is asked for is among them."""
        by_point: dict[str, list[Reading]] = {}
        for (device, _), one in work.lies.items():
            newest = one.good
            fresh = newest is not None and now - newest.of <= _SAMPLE_OF and _since(work.served, newest)
            if newest is not None and fresh and one.band is Band.WITHIN:
                by_point.setdefault(self._known[device].point, []).append(newest)
        for point, values in by_point.items():
            held = {one.quantity for one in values}
            if held.issuperset(gas.required) and (not work.served.points or point in work.served.points):
                yield values

    def _record(self, work: _Work, values: list[Reading], now: datetime) -> RecordGas:
        """Values as an analysis: of the oldest of them, by the device of the first, answered for by its wearer."""
        first = self._known[values[0].device]
        sample = GasSample(
            sampled_at=min(one.of for one in values),
            point=first.point,
            readings=tuple(GasReading(gas=one.quantity, value=one.value, unit=Unit(one.unit)) for one in values),
            analyst=first.person or work.served.guardian,
            device=",".join(dict.fromkeys(one.device for one in values)),
        )
        return RecordGas(by=Actor.device(first.id), at=now, sample=sample)

    def _wish(self, work: _Work, topic: str, command: Command) -> None:
        key = (work.served.permit, topic)
        if key not in self._wishes:
            self._wishes[key] = Wish(work.served.permit, topic, command)
            self.asked += 1

    # --- for whoever carries it out

    def wishes(self) -> tuple[Wish, ...]:
        """What is to be asked now, danger first. It stays until `heard`."""
        waiting = tuple(self._wishes.values())
        return tuple(sorted(waiting, key=lambda one: one.topic.startswith("sample")))

    def urgent(self) -> tuple[Wish, ...]:
        """Danger among them: what crossed a limit, and alarms."""
        if not self._wishes:
            return ()
        return tuple(one for one in self._wishes.values() if one.topic == GAS or one.topic.startswith(ALARM))

    def heard(self, wish: Wish) -> None:
        """The office has answered this one, whatever the answer was."""
        self._wishes.pop((wish.permit, wish.topic), None)

    def ends(self) -> dict[PermitId, datetime]:
        """Ends of the silence allowed that moved enough to be written into the agenda; `pushed` when they were."""
        found: dict[PermitId, datetime] = {}
        for number, work in self._works.items():
            watch = work.served.watch
            if watch is None or work.served.status is not Status.ACTIVE:
                continue
            until, _ = watched_until(work.heard(), watch)
            # Backwards, too: after a clock was set back, an end that lies far ahead allows nobody to be silent so long.
            if until is not None and (work.ends is None or abs(until - work.ends) >= watch.silent_after / _PUSHED):
                found[number] = until
        return found

    def pushed(self, ends: dict[PermitId, datetime]) -> None:
        """These stand in the agenda now."""
        for number, until in ends.items():
            work = self._works.get(number)
            if work is not None:
                work.ends = until

    def aired(self) -> dict[PermitId, datetime]:
        """Permits at work and the last moment every gas asked for was heard and good. Not in it: one of them was never
        heard, lies beyond its limit by whatever detector, or a device raises an alarm."""
        found: dict[PermitId, datetime] = {}
        for number, work in self._works.items():
            gas = work.served.gas
            if gas is None or work.beyond or work.alarmed or work.served.status is not Status.ACTIVE:
                continue
            watch = work.watch if work.watch.quantities else replace(work.watch, quantities=tuple(gas.required))
            until, _ = watched_until(work.heard(), watch)
            if until is not None:
                found[number] = until - watch.silent_after
        return found

    def lacking(self, now: datetime) -> tuple[tuple[PermitId, str], ...]:
        """Permits at work and the quantities nothing good is heard of, for the health page."""
        found: list[tuple[PermitId, str]] = []
        for number, work in self._works.items():
            watch = work.served.watch
            if watch is None or work.served.status is not Status.ACTIVE:
                continue
            heard = [one for one in work.heard() if one.good_at is not None and now - one.good_at <= watch.silent_after]
            found += [(number, name) for name in watched_until(heard, watch)[1]]
        return tuple(found)


class _Places:
    """Where the devices are: which of them watches a permit is looked up, not searched for."""

    __slots__ = ("_areas", "_lent", "_worn")

    def __init__(self, devices: Iterable[Known]) -> None:
        self._lent: dict[str, set[DeviceId]] = {}
        self._worn: dict[str, set[DeviceId]] = {}
        self._areas: dict[str, set[DeviceId]] = {}
        for one in devices:
            if one.permit is not None:
                self._lent.setdefault(one.permit, set()).add(one.id)
            elif one.person is not None:
                self._worn.setdefault(one.person, set()).add(one.id)
            elif one.area is not None:
                self._areas.setdefault(one.area, set()).add(one.id)

    def watching(self, served: Served) -> set[DeviceId]:
        """The devices lent to the permit, worn by one of its people, or standing at its place.

        A device lent to one permit watches no other; one that is worn goes with its wearer, wherever it is on record.
        """
        found = self._lent.get(served.permit, set()) | self._areas.get(served.content.area, set())
        return found.union(*(self._worn.get(person, set()) for person in served.people))


def _stood(device: Known) -> tuple[str | None, ...]:
    return device.permit, device.person, device.area, device.point


def _since(served: Served, reading: Reading) -> bool:
    return served.stopped is None or reading.of > served.stopped


def _stop(device: DeviceId, text: str, at: datetime) -> StopWork:
    return StopWork(by=Actor.device(device), at=at, reason=SuspendReason.DEVICE_ALARM, text=text)
