"""The straight way of a usual reading: from the body of a message to a judged value, without a stop between.

Most messages are our own JSON, from a device that has spoken before, with a value in its range, of now, of a device
that may serve. For each way a sensor writes about itself a `_Plan` holds what the register says of it, so that only
what differs from message to message is looked at: the figure, the time, the counter, and what is remembered of the
sensor. Whatever is not plainly good in every one of these is left untouched to the long way (`json_usual`, `Judge`),
which alone says what is wrong; a test drives both ways with the same messages and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from hardware_bridge.codecs import json_usual
from hardware_bridge.codecs.json_usual import MOST_SEQUENCE, Entry, figure, moment
from hardware_bridge.devices import Channel, Devices, Known
from hardware_bridge.judging import Judge, Sensor
from hardware_bridge.sample import NO_FLAGS, DeviceKey, Flag, Sample, SourceKind
from workflow.ids import DeviceId
from workflow.monitoring import Quality, Reading

MOST: Final = 65_536
"""Plans that are remembered, half a kilobyte each; when full, remembering begins anew."""
_CALM: Final = frozenset({NO_FLAGS, frozenset({Flag.NORMAL})})

Key = tuple[str, str, str, str, str]
"""Device, channel, gas, unit and quality as an entry spells them."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the register and the texts of an entry say once and for all. ``ahead`` and ``stale``: how old a time of the
    device's own may be, the first below nought. ``fit_until``: surely fit to serve before that."""

    sensor: Sensor
    device: DeviceId
    quantity: str
    unit: str
    low: Decimal
    high: Decimal
    ahead: timedelta
    stale: timedelta
    stuck: timedelta | None
    fit_until: datetime


class Straight:
    """The straight way of one site's bridge. ``take`` is the long way for one sample, ``keep`` what both end in."""

    __slots__ = ("_devices", "_judge", "_keep", "_plans", "_take")

    def __init__(
        self, judge: Judge, *, take: Callable[[Sample, datetime], object], keep: Callable[[Reading], None]
    ) -> None:
        self._judge = judge
        self._take = take
        self._keep = keep
        self._plans: dict[Key, _Plan] = {}
        self._devices: Devices = judge.devices

    def take(self, body: bytes, at: datetime, devices: frozenset[DeviceKey] | None) -> bool:
        """Take a whole message of our own JSON, in its order; False: nothing of it was taken, read it the long way.
        ``devices``: whom it may speak for; None: for all."""
        entries = json_usual.entries(body)
        if entries is None:
            return False
        if self._devices is not self._judge.devices:  # the register moved, and with it every plan
            self._plans.clear()
            self._devices = self._judge.devices
        ready: list[tuple[_Plan, Entry, Decimal, datetime | None]] = []
        for entry in entries:
            key = entry.device_id, entry.channel, entry.gas, entry.unit, entry.quality
            plan = self._plans.get(key) or self._learn(entry, key)
            if plan is None or entry.seq > MOST_SEQUENCE or (devices is not None and entry.device_id not in devices):
                return False
            try:
                value, stamp = figure(bytes(entry.value)), entry.measured_at
                ready.append((plan, entry, value, moment(stamp) if stamp else None))
            except ValueError:
                return False
        for plan, entry, value, measured in ready:
            if _good(plan, value, measured, entry.seq, at):
                self._keep(
                    Reading(
                        device=plan.device, quantity=plan.quantity, value=value, unit=plan.unit,
                        quality=Quality.GOOD, received_at=at, measured_at=measured,
                    )
                )  # fmt: skip
            else:
                self._take(json_usual.sample(entry, SourceKind.MQTT), at)
        return True

    def _learn(self, entry: Entry, key: Key) -> _Plan | None:
        """The plan for entries like this one; None: there is none, or the sensor has not spoken yet."""
        try:
            said = json_usual.sample(entry, SourceKind.MQTT)
        except ValueError:
            return None
        known, sensor = self._devices.by_key.get(said.device), self._judge.sensor(said)
        channel = None if known is None else known.channel(said.channel, said.quantity)
        if known is None or channel is None or sensor is None:
            return None
        plan = _planned(said, known, channel, sensor)
        if plan is not None:
            if len(self._plans) >= MOST:
                self._plans.clear()
            self._plans[key] = plan
        return plan


def _planned(said: Sample, known: Known, channel: Channel, sensor: Sensor) -> _Plan | None:
    """How this sensor is taken straight; None: not at all."""
    fit_until = _fit_until(known)
    # The register's unit is the one of its kind (`units.normal`): what is said in it needs no conversion.
    if known.gateway or said.flags not in _CALM or said.unit is not channel.unit or fit_until is None:
        return None
    return _Plan(
        sensor=sensor, device=known.id, quantity=said.quantity.name, unit=channel.unit.value, low=channel.low,
        high=channel.high, ahead=-known.clock_ahead, stale=known.stale_after, stuck=channel.stuck_after,
        fit_until=fit_until,
    )  # fmt: skip


def _fit_until(known: Known) -> datetime | None:
    """Before this the device may surely serve, in whatever zone the site's days are: when its last day begins in UTC,
    that day is over nowhere on earth. What comes later is left to the long way. None: it may not, or nobody knows."""
    if known.calibration_due is None:
        return None
    try:
        until = datetime.combine(known.calibration_due, time.min, UTC)
        if known.bump_every is None:
            return until
        return None if known.bump_tested_at is None else min(until, known.bump_tested_at + known.bump_every)
    except OverflowError:  # the first or the last days of all time
        return None


def _good(plan: _Plan, value: Decimal, measured: datetime | None, count: int, now: datetime) -> bool:
    """Whether a value is good in every respect; if so, the sensor remembers it, as `Judge` has it remember. ``count``:
    the device's own counter, below nought where it has none."""
    sensor = plan.sensor
    if not plan.low <= value <= plan.high or now >= plan.fit_until or (count >= 0 and count == sensor.sequence):
        return False
    if measured is not None:
        last = sensor.measured_at
        if not plan.ahead <= now - measured <= plan.stale or (last is not None and measured < last):
            return False
        measured = min(measured, now)
    if value != sensor.value:
        sensor.value, sensor.since = value, now
    elif plan.stuck is not None and now - sensor.since >= plan.stuck:
        return False
    sensor.measured_at = measured
    sensor.sequence, sensor.repeats_since = (count if count >= 0 else None), None
    return True
