"""Copies photos, voices and videos out of a platform before their ids die, and tells the office what came.

The original is kept byte for byte under its SHA-256; a photo also gets a readable copy with permit, time and place
written on it
(made when it is first looked at). Work on bytes happens in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.platform import Platform, Undeliverable
from cards.pictures.watermark import BadPicture, check
from handlers.arrivals import MediaStored, Sender
from handlers.outgoing import Fetch
from storage.media import MediaFiles, MediaRow
from storage.writer import Writer
from workflow.ids import MediaHash, SiteId

_GONE = "照片在平台上已经过期"


class Fetcher:
    """Fetches for one platform of one site."""

    def __init__(
        self,
        *,
        platform: Platform,
        store: MediaFiles,
        writer: Writer,
        clock: Clock,
        site: SiteId,
        tell: Callable[[MediaStored], Awaitable[None]],
    ) -> None:
        self._platform = platform
        self._store = store
        self._writer = writer
        self._clock = clock
        self._site = site
        self._tell = tell

    async def fetch(self, wanted: Fetch) -> None:
        """Copy one thing and tell the office. Raise `bot.platform.TryLater` when the platform cannot give it now."""
        try:
            fetched = await self._platform.fetch(wanted.handle)
            if wanted.kind == "photo":
                await asyncio.to_thread(check, fetched.data)
        except Undeliverable:
            await self._told(wanted, None, "", _GONE)
            return
        except BadPicture as bad:
            await self._told(wanted, None, "", str(bad))
            return
        stored = await asyncio.to_thread(self._store.save, fetched.data)
        row = MediaRow(
            sha256=stored.sha256,
            mime=fetched.mime,
            size=stored.size,
            path=stored.path,
            received_at=self._clock.now(),
            permit=None,
            purpose=wanted.kind,
            person=wanted.person,
            md5=stored.md5,
        )
        await self._writer.submit(lambda tx: tx.add_media(row))
        await self._told(wanted, stored.sha256, stored.md5, "")

    async def _told(self, wanted: Fetch, media: MediaHash | None, md5: str, trouble: str) -> None:
        arrival = MediaStored(
            site=self._site,
            sender=Sender(platform=wanted.platform, corp=wanted.corp, user=wanted.user),
            dedup_key=f"stored:{wanted.origin}",
            received_at=self._clock.now(),
            kind=wanted.kind,
            origin=wanted.origin,
            media=media,
            md5=md5,
            text=wanted.text,
            trouble=trouble,
        )
        await self._tell(arrival)
