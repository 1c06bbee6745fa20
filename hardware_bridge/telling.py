"""What devices see of people, told to the office: what cameras' boxes say, and whose tags are inside a place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from handlers.arrivals import InsideNow, SeenThere, Sender
from hardware_bridge.camera_alarms import CameraAlarms
from hardware_bridge.occupancy import Occupancy
from workflow.ids import SiteId

_log = structlog.get_logger()

Tell = Callable[[SeenThere | InsideNow], Awaitable[None]]


class Telling:
    """Tells one site's office. ``clock``, ``key`` and ``sender`` are the bridge's; ``tell`` None: nobody listens."""

    def __init__(
        self,
        *,
        site: SiteId,
        sender: Sender,
        tell: Tell | None,
        clock: Callable[[], datetime],
        key: Callable[[], str],
    ) -> None:
        self._site = site
        self._sender = sender
        self._tell = tell
        self._clock = clock
        self._key = key
        self.camera_alarms = CameraAlarms()
        self.occupancy = Occupancy()

    async def tell(self, now: datetime) -> None:
        """Tell what waits. What the office does not take now is told again."""
        for device, kind in self.camera_alarms.waiting():
            seen = SeenThere(
                site=self._site, sender=self._sender, dedup_key=f"seen:{self._key()}", received_at=self._clock(),
                device=device, kind=kind,
            )  # fmt: skip
            if await self._told(seen):
                self.camera_alarms.told((device, kind), now)
        for one in self.occupancy.inside(now):
            inside = InsideNow(
                site=self._site, sender=self._sender, dedup_key=f"inside:{self._key()}", received_at=self._clock(),
                permit=one.permit, device=one.device, people=one.people,
            )  # fmt: skip
            if await self._told(inside):
                self.occupancy.told(one.permit, now)

    async def _told(self, arrival: SeenThere | InsideNow) -> bool:
        if self._tell is None:
            return False
        try:
            await self._tell(arrival)
        except Exception as trouble:  # whatever it is, it is told again
            _log.exception("not told", action="bridge", device=arrival.device, error=type(trouble).__name__)
            return False
        return True
