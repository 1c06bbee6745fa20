"""Looks at every new photo: whether it was made from an earlier one, and whether a one-time code is in it.

What an earlier photo is: one that came from somebody else, or longer than half an hour ago. Two pictures that one
person takes of one thing from one spot are alike, and rightly so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cards.pictures.asked import codes_in
from storage.media import MediaRow
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import MediaHash

if TYPE_CHECKING:
    from cards.pictures.likeness import Album, Likeness, Window

SAME_TAKE = timedelta(minutes=30)
_A_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen in a photo."""

    codes: tuple[str, ...] = ()
    copies: MediaHash | None = None
    look: Likeness | None = None
    """None: too little texture to compare."""


class Darkroom:
    """Knows every photo of the site by its look. Fills itself at the first photo."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._album: Album | None = None
        self._filling = asyncio.Lock()

    async def look(self, data: bytes, *, name: MediaHash, person: str, at: datetime) -> Seen:
        """Compare a photo with all earlier ones. Raise `cards.pictures.asked.BadPicture`."""
        # Comparing needs numpy: some twenty megabytes that a service without photos never loads.
        from cards.pictures.likeness import likeness

        album = await self._filled()
        codes, look = await asyncio.to_thread(lambda: (codes_in(data), likeness(data)))
        if look is None:
            return Seen(codes=codes)
        near = [(one, window) for one, window in await asyncio.to_thread(album.nearest, look) if one != name]
        copies = await self._original(look, near, person=person, at=at)
        return Seen(codes=codes, copies=copies, look=look)

    def keep(self, tx: Tx, name: MediaHash, look: Likeness) -> None:
        """Write the look down, in the transaction that registers the photo."""
        tx.add_look(name, look.prints, look.thumb)

    def hang(self, name: MediaHash, look: Likeness) -> None:
        """Compare later photos with this one, too; it is committed."""
        if self._album is not None:
            self._album.add(name, look.prints)

    async def _filled(self) -> Album:
        async with self._filling:
            if self._album is None:
                from cards.pictures.likeness import Album

                album, after = Album(), ""
                while page := await self._writer.submit(lambda tx, after=after: tx.looks(after, _A_PAGE)):  # type: ignore[misc]  # mypy cannot see the default's type
                    for name, prints in page:
                        album.add(name, prints)
                    after = page[-1][0]
                self._album = album
            return self._album

    async def _original(
        self, look: Likeness, near: list[tuple[str, Window]], *, person: str, at: datetime
    ) -> MediaHash | None:
        from cards.pictures.likeness import SAME, Likeness, alike

        def fetch(tx: Tx) -> list[tuple[MediaHash, Window, Likeness]]:
            found = []
            for one, window in near:
                name = MediaHash(one)
                kept = tx.look_of(name)
                if kept is not None and _earlier(tx.media_called(name), person, at):
                    found.append((name, window, Likeness(prints=kept[0], thumb=kept[1])))
            return found

        def best(candidates: list[tuple[MediaHash, Window, Likeness]]) -> MediaHash | None:
            for name, window, other in candidates:
                if alike(look, other, window) >= SAME:
                    return name
            return None

        candidates = await self._writer.submit(fetch) if near else []
        return await asyncio.to_thread(best, candidates)


def _earlier(uses: tuple[MediaRow, ...], person: str, at: datetime) -> bool:
    return any(use.person != person or at - use.received_at > SAME_TAKE for use in uses)
