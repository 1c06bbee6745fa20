"""Readings on their way to memory: in batches, on a lane of their own that never delays a command.

The queue is bounded. When it is full the oldest points are dropped and counted; the count is stored as a reading of
quality `Quality.GAP`, so that nobody takes a hole for quiet air. Changes of band do not travel here.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from storage.readings import ReadingRow, row_of
from workflow.ids import DeviceId
from workflow.monitoring import Quality, Reading

MOST: Final = 50_000
"""Readings that may wait: four minutes of a big site's."""
BATCH: Final = 256
"""Rows of one transaction: what a command that comes meanwhile waits for, a few milliseconds."""
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

    def batch(self, now: datetime) -> tuple[ReadingRow, ...]:
        """The oldest readings, to be written in one transaction, and the gaps before them. They are gone from here:
        give them back with `put_back` when they could not be written."""
        gaps = tuple(_gap(device, count, now) for device, count in self._lost.items())
        self._lost.clear()
        count = min(self._batch, len(self._rows))
        return (*gaps, *(row_of(self._rows.popleft()) for _ in range(count)))

    def put_back(self, rows: tuple[ReadingRow, ...]) -> None:
        """These were not written after all: they are lost, and counted. Holding them would only lose newer ones."""
        for row in rows:
            device = DeviceId(row.device)
            lost = int(row.value) if row.quality == Quality.GAP else 1
            self._lost[device] = self._lost.get(device, 0) + lost
            self.dropped += 0 if row.quality == Quality.GAP else 1


def _gap(device: DeviceId, count: int, now: datetime) -> ReadingRow:
    return ReadingRow(
        device=device, quantity="", value=Decimal(count), unit="", quality=Quality.GAP.value, received_at=now
    )
