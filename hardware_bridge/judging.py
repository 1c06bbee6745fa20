"""What a sample is worth. It says value, unit, age and quality; whether the value is dangerous, the core says.

The first thing that is wrong names the quality, the gravest first: a value of an unknown device is nobody's value, a
value in a wrong unit is no value, one of a faulty sensor means nothing. What is only doubtful (calibration, bump test,
a sensor that stands still) keeps its value, because danger is believed from anybody.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from hardware_bridge.devices import Channel, Devices, Known
from hardware_bridge.sample import DeviceKey, Flag, Kind, Position, Quantity, Sample
from hardware_bridge.units import normal
from workflow import values
from workflow.geo import to_wgs84
from workflow.ids import DeviceId
from workflow.monitoring import Quality, Reading

ALARMS: Final = frozenset({Flag.ALARM, Flag.ALARM_LOW, Flag.ALARM_HIGH, Flag.OVER_RANGE, Flag.PANIC, Flag.MAN_DOWN})
"""Flags by which the device itself raises an alarm. A sensor beyond its range says that there is more than it can
say."""
FAULTS: Final = frozenset(
    {
        Flag.FAULT,
        Flag.WARMING_UP,
        Flag.CALIBRATING,
        Flag.MAINTENANCE,
        Flag.SENSOR_SPENT,
        Flag.POWER_LOST,
        Flag.PUMP_BLOCKED,
        Flag.UNDER_RANGE,
    }
)
"""Flags after which the value means nothing. A low battery is none: it still measures."""
UNKNOWN: Final = "?"
"""What the id of a device nobody registered begins with; its address follows."""


class Sensor:
    """What is remembered of one sensor. Small: a plant has tens of thousands."""

    __slots__ = ("measured_at", "repeats_since", "sequence", "since", "value")

    def __init__(self, value: Decimal, at: datetime) -> None:
        self.value = value
        self.since = at
        """Since when it stands still at this value."""
        self.measured_at: datetime | None = None
        self.sequence: int | None = None
        self.repeats_since: datetime | None = None
        """Since when the device's own counter does not move."""


class Judge:
    """Judges the samples of one site. ``zone``: whose days calibration counts in."""

    __slots__ = ("_sensors", "_zone", "devices")

    def __init__(self, devices: Devices, zone: tzinfo) -> None:
        self.devices = devices
        self._zone = zone
        self._sensors: dict[tuple[DeviceKey, str, Quantity], Sensor] = {}

    @property
    def sensors(self) -> int:
        """How many sensors are remembered; only those of registered devices are."""
        return len(self._sensors)

    def sensor(self, sample: Sample) -> Sensor | None:
        """What is remembered of the sensor a sample is from; None: nothing yet."""
        return self._sensors.get((sample.device, sample.channel, sample.quantity))

    def renew(self, devices: Devices) -> None:
        """The register moved. Sensors of devices that left are forgotten."""
        self.devices = devices
        self._sensors = {key: one for key, one in self._sensors.items() if key[0] in devices.by_key}

    def judge(self, sample: Sample, received_at: datetime) -> Reading:
        """One sample as a reading. Remembers the sensor: ask once for each sample, in the order they came in."""
        device = self.devices.by_key.get(sample.device)
        channel = device.channel(sample.channel, sample.quantity) if device is not None else None
        value, unit = normal(sample.value, sample.unit)
        quality, alarm = Quality.UNKNOWN_DEVICE, False
        if device is not None and channel is not None:
            quality = self._quality(sample, value, unit is channel.unit, device, channel, received_at)
            # To see further than one can say is no danger.
            far = sample.quantity.kind is Kind.VISIBILITY
            over = quality is Quality.OUT_OF_RANGE and value > channel.high and not far
            alarm = (over or not ALARMS.isdisjoint(sample.flags)) and not _stale(sample, device, received_at)
        return Reading(
            device=device.id if device is not None else DeviceId(f"{UNKNOWN}{sample.device}"),
            quantity=sample.quantity.name,
            value=value,
            unit=unit.value,
            quality=quality,
            received_at=received_at,
            measured_at=sample.device_time,
            alarm=alarm,
        )

    def _quality(
        self, sample: Sample, value: Decimal, in_unit: bool, device: Known, channel: Channel, now: datetime
    ) -> Quality:
        if not in_unit:
            return Quality.WRONG_UNIT
        if sample.flags and not FAULTS.isdisjoint(sample.flags):
            return Quality.FAULTY
        late, stands_still = self._moved(sample, value, channel, now)
        if late or _stale(sample, device, now):
            return Quality.STALE
        if value < channel.low:
            return Quality.ZERO_DRIFT if value < 0 else Quality.OUT_OF_RANGE
        if value > channel.high:
            return Quality.OUT_OF_RANGE
        if sample.device_time is not None and sample.device_time - now > device.clock_ahead:
            return Quality.CLOCK_DRIFT
        if stands_still:
            return Quality.STUCK
        return self._fitness(device, now)

    def _fitness(self, device: Known, now: datetime) -> Quality:
        """Whether the device may serve today. What the register does not say counts as overdue."""
        due = device.calibration_due
        if due is None or now.astimezone(self._zone).date() > due:
            return Quality.CALIBRATION_EXPIRED
        every, tested = device.bump_every, device.bump_tested_at
        if every is not None and (tested is None or now - tested > every):
            return Quality.BUMP_MISSING
        return Quality.GOOD

    def _moved(self, sample: Sample, value: Decimal, channel: Channel, now: datetime) -> tuple[bool, bool]:
        """Whether the sample is older than what is known, and whether the sensor stands still."""
        key = (sample.device, sample.channel, sample.quantity)
        sensor = self._sensors.get(key)
        if sensor is None:
            sensor = self._sensors[key] = Sensor(value, now)
        measured = sample.device_time
        late = measured is not None and sensor.measured_at is not None and measured < sensor.measured_at
        if late:
            return True, False
        # A time to come is not remembered: one wild stamp would make everything after it late.
        sensor.measured_at = measured if measured is None else min(measured, now)
        if value != sensor.value:
            sensor.value, sensor.since = value, now
        same_count = sample.sequence is not None and sample.sequence == sensor.sequence
        if not same_count:
            sensor.sequence, sensor.repeats_since = sample.sequence, None
        elif sensor.repeats_since is None:
            sensor.repeats_since = now
        still = channel.stuck_after is not None and now - sensor.since >= channel.stuck_after
        return False, still or _repeats(sensor, now)


_REPEATS: Final = timedelta(seconds=10)
"""How long a device may send one and the same message again, as it does when it waits for an answer."""


def _repeats(sensor: Sensor, now: datetime) -> bool:
    return sensor.repeats_since is not None and now - sensor.repeats_since >= _REPEATS


def _stale(sample: Sample, device: Known, now: datetime) -> bool:
    if Flag.STORED in sample.flags:
        return True
    return sample.device_time is not None and now - sample.device_time > device.stale_after


def located(said: Position) -> values.Position | None:
    """Where a device is, in WGS-84; None without a fix, or where software made the position up.

    The datum travels with the position, so that what is in WGS-84 already stays as it is.
    """
    if said.place is None or said.mock:
        return None
    return to_wgs84(said.place)
