"""Copies photos, voices and videos out of a platform before their ids die, and tells the office what came.

The original is kept byte for byte under its SHA-256. A photo is looked at before it is taken: what cannot be shown is
no evidence, and its sender is told while he can still take another. Work on bytes happens in a thread, one at a time:
a picture of many megapixels takes its memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.clock import Clock
from bot.darkroom import Darkroom, Seen
from bot.platform import Fetched, Gone, Platform, TooLarge, Undeliverable
from bot.web.uploads import HANDLE, Uploads
from cards import words_photos
from cards.pictures.asked import BadPicture, examine
from handlers.arrivals import MediaStored, Sender
from handlers.outgoing import Fetch
from storage.media import MediaFiles, MediaRow, StoredFile
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import MediaHash, SiteId


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
        uploads: Uploads | None = None,
    ) -> None:
        """``uploads``: where photos lie that came by a page of ours instead of the platform."""
        self._platform = platform
        self._store = store
        self._writer = writer
        self._clock = clock
        self._site = site
        self._tell = tell
        self._uploads = uploads
        self._darkroom = Darkroom(writer)
        self._one_at_a_time = asyncio.Semaphore(1)

    async def fetch(self, wanted: Fetch) -> None:
        """Copy one thing and tell the office.

        Raise `bot.platform.TryLater` when the platform cannot give it now, `storage.errors.StorageTrouble` when it
        cannot be kept now.
        """
        what = words_photos.MEDIA[wanted.kind]
        try:
            fetched = await self._bytes(wanted.handle)
            async with self._one_at_a_time:
                mime, stored = await asyncio.to_thread(self._keep, wanted.kind, fetched.mime, fetched.data)
                seen = await self._look(wanted, stored, fetched.data)
        except Gone:
            await self._told(wanted, None, "", words_photos.MEDIA_GONE.format(what=what))
        except TooLarge:
            await self._told(wanted, None, "", words_photos.MEDIA_TOO_LARGE.format(what=what))
        except Undeliverable:
            await self._told(wanted, None, "", words_photos.MEDIA_REFUSED.format(what=what))
        except BadPicture as bad:
            await self._told(wanted, None, "", str(bad))
        else:
            await self._record(wanted, stored, mime, seen)
            await self._told(wanted, stored.sha256, stored.md5, "")
        if self._uploads is not None and wanted.handle.startswith(HANDLE):
            await asyncio.to_thread(self._uploads.drop, wanted.handle)

    async def _bytes(self, handle: str) -> Fetched:
        """What lies under a handle: with the platform, or here, when it came by a page of ours. Raise `Gone`."""
        if self._uploads is None or not handle.startswith(HANDLE):
            return await self._platform.fetch(handle)
        data = await asyncio.to_thread(self._uploads.read, handle)
        if data is None:
            raise Gone(handle)
        return Fetched(data=data, mime="")

    def _keep(self, kind: str, mime: str, data: bytes) -> tuple[str, StoredFile]:
        """Look at it and keep it; what a photo really is counts, not what the platform calls it."""
        if kind == "photo":
            mime = examine(data)
        return mime, self._store.save(data)

    async def _look(self, wanted: Fetch, stored: StoredFile, data: bytes) -> Seen:
        if wanted.kind != "photo":
            return Seen()
        return await self._darkroom.look(data, name=stored.sha256, person=wanted.person, at=self._clock.now())

    async def _record(self, wanted: Fetch, stored: StoredFile, mime: str, seen: Seen) -> None:
        row = MediaRow(
            sha256=stored.sha256,
            mime=mime,
            size=stored.size,
            path=stored.path,
            received_at=self._clock.now(),
            permit=None,
            purpose=wanted.kind,
            person=wanted.person,
            md5=stored.md5,
            copies=seen.copies,
            codes=seen.codes,
        )

        def keep(tx: Tx) -> None:
            tx.add_media(row)
            if seen.look is not None:
                self._darkroom.keep(tx, stored.sha256, seen.look)

        await self._writer.submit(keep)
        if seen.look is not None:
            self._darkroom.hang(stored.sha256, seen.look)

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
