"""What cameras' boxes say they saw, on its way to the office. No clock, no I/O: time comes with what is said.

A box says the same thing many times a second. Each device and kind goes to the office at most once in `EVERY`; what
the office did not answer goes again. Whether it means anything is not judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from hardware_bridge.devices import Known
from hardware_bridge.sample import Beat, Flag, Position, Sample
from workflow.camera_alarms import CameraAlarm
from workflow.ids import DeviceId

EVERY: Final = timedelta(seconds=5)
ALARMS: Final[Mapping[Flag, CameraAlarm]] = {
    Flag.NO_HELMET: CameraAlarm.NO_HELMET,
    Flag.NO_HARNESS: CameraAlarm.NO_HARNESS,
    Flag.CROSSING: CameraAlarm.CROSSING,
}
Alarm = tuple[DeviceId, CameraAlarm]


class CameraAlarms:
    """What waits for the office."""

    __slots__ = ("_told", "_waiting")

    def __init__(self) -> None:
        self._told: dict[Alarm, datetime] = {}
        self._waiting: dict[Alarm, None] = {}

    def take(self, known: Known, said: Sample | Beat | Position, now: datetime) -> bool:
        """One thing a registered device said; whether there is news for the office in it."""
        seen = [ALARMS[flag] for flag in said.flags if flag in ALARMS]
        if not seen or Flag.STORED in said.flags or not _of_now(known, said.device_time, now):
            return False
        news = [(known.id, one) for one in seen if self._due((known.id, one), now)]
        self._waiting.update(dict.fromkeys(news))
        return bool(news)

    def _due(self, alarm: Alarm, now: datetime) -> bool:
        told = self._told.get(alarm)
        # A moment that lies ahead is of a clock that was set back since: it holds nothing up.
        return told is None or not timedelta(0) <= now - told < EVERY

    def waiting(self) -> tuple[Alarm, ...]:
        """What the office is to be told now. It stays until `told`."""
        return tuple(self._waiting)

    def told(self, alarm: Alarm, now: datetime) -> None:
        """The office has heard this one."""
        self._waiting.pop(alarm, None)
        self._told[alarm] = now


def _of_now(known: Known, said_at: datetime | None, now: datetime) -> bool:
    """Whether it speaks of now: what was held back, or kept and sent again, does not."""
    return said_at is None or -known.clock_ahead <= now - said_at <= known.stale_after
