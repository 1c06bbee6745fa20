"""Readings on their way to memory: in batches, on a lane of their own that never delays a command.

The queue is bounded. When it is full the oldest points are dropped and counted; the count is stored as a reading of
quality `Quality.GAP`, so that nobody takes a hole for quiet air. Changes of band do not travel here.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from workflow.ids import DeviceId
from workflow.monitoring import Quality, Reading

MOST: Final = 50_000
"""Readings that may wait: four minutes of a big site's."""
BATCH: Final = 2048
"""Readings of one transaction, and"""
BATCH_DEVICES: Final = 128
"""devices of it: each is a row. A command that comes meanwhile waits for them, a few milliseconds."""
IDLE_EVERY: Final = timedelta(minutes=1)
"""How often a device that serves no permit leaves a reading of each quantity."""


class Recorder:
    """The queue of one site."""

    __slots__ = ("_batch", "_idle", "_lost", "_most", "_rows", "dropped")

    def __init__(self, *, most: int = MOST, batch: int = BATCH) -> None:
        self._rows: deque[Reading] = deque()
        self._lost: dict[DeviceId, int] = {}
        self._idle: dict[tuple[DeviceId, str], datetime] = {}
        self._most = most
        self._batch = batch
        self.dropped = 0
        """How many readings were dropped since the start."""

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, reading: Reading, *, serves: bool) -> None:
        """Keep one. A device that serves nobody leaves one in a while; a device nobody registered leaves none."""
        if reading.quality is Quality.UNKNOWN_DEVICE:
            return
        if not serves:
            key = (reading.device, reading.quantity)
            last = self._idle.get(key)
            if last is not None and reading.received_at - last < IDLE_EVERY:
                return
            self._idle[key] = reading.received_at
        if len(self._rows) >= self._most:
            oldest = self._rows.popleft()
            self._lost[oldest.device] = self._lost.get(oldest.device, 0) + 1
            self.dropped += 1
        self._rows.append(reading)

    def batch(self, now: datetime) -> tuple[Reading, ...]:
        """The oldest readings, to be written in one transaction, and the gaps before them. They are gone from here:
        give them back with `put_back` when they could not be written."""
        found = [_gap(device, count, now) for device, count in self._lost.items()]
        self._lost.clear()
        rows, devices, most = self._rows, set[DeviceId](), len(found) + self._batch
        while rows and len(found) < most and len(devices) < BATCH_DEVICES:
            one = rows.popleft()
            found.append(one)
            devices.add(one.device)
        return tuple(found)

    def put_back(self, readings: tuple[Reading, ...]) -> None:
        """These were not written after all: they are lost, and counted. Holding them would only lose newer ones."""
        for one in readings:
            gap = one.quality is Quality.GAP
            self._lost[one.device] = self._lost.get(one.device, 0) + (int(one.value) if gap else 1)
            self.dropped += 0 if gap else 1


def _gap(device: DeviceId, count: int, now: datetime) -> Reading:
    return Reading(device=device, quantity="", value=Decimal(count), unit="", quality=Quality.GAP, received_at=now)
