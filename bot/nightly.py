"""The nightly look at the platform's directory. When it was done last lives in memory; whoever knocks only knocks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo
from typing import Final

import structlog

from bot.clock import Clock
from bot.sync import Synced, TooManyGone, synced_at
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer

AT_HOUR: Final = 3
"""The hour at the site from which a night's look is due."""

_log = structlog.get_logger()


class Nightly:
    """Pulls the directory of one platform once a night. Knock as often as you like; every hour is meant.

    ``trouble``: what the platform's pull raises when it fails for the platform's own reasons.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        zone: tzinfo,
        platform: str,
        sync: Callable[[], Awaitable[Synced]],
        trouble: type[Exception],
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._zone = zone
        self._platform = platform
        self._sync = sync
        self._trouble = trouble

    async def knock(self) -> None:
        """Pull if this night's look is still to be made. A failure is told; the next knock tries again."""
        try:
            now = self._clock.now()
            if not await self._writer.submit(lambda tx: self._due(tx, now)):
                return
            synced = await self._sync()
        except (self._trouble, TooManyGone, StorageError) as trouble:
            _log.warning(
                "directory not synced",
                action="sync",
                platform=self._platform,
                error=type(trouble).__name__,
                why=str(trouble),
            )
        except Exception as bug:  # ours: told with its cause; the house goes on
            _log.exception("directory not synced", action="sync", platform=self._platform, error=type(bug).__name__)
        else:
            _log.info("directory synced", action="sync", platform=self._platform, **counts(synced))

    def _due(self, tx: Tx, now: datetime) -> bool:
        last = synced_at(tx, self._platform)
        # A time ahead of now was written under a clock that was wrong.
        return last is None or last < latest_night(now, self._zone) or last > now


def latest_night(now: datetime, zone: tzinfo) -> datetime:
    """The last time it was `AT_HOUR` at the site."""
    local = now.astimezone(zone)
    tonight = local.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= local else tonight - timedelta(days=1)


def counts(synced: Synced) -> dict[str, int]:
    """How much a pull changed, without names."""
    return {
        "added": len(synced.added),
        "changed": len(synced.changed),
        "gone": len(synced.gone),
        "back": len(synced.back),
        "clashes": len(synced.clashes),
        "unreadable": synced.unreadable,
    }
