"""The page of a hazard for whoever has to do with it: where it stands, before and after side by side, and its films.

A stranger sees nothing, not even whether there is such a hazard. Nobody is named on it: who reported may be unnamed,
and a picture is easily passed on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock
from bot.web.pages import HEADERS, Pages, page_of
from bot.web.session import NoSession
from cards import words, words_hazards
from cards.pictures.asked import BadPicture, Watermark, side_by_side
from handlers.hazard_views import seen_by
from handlers.house import House
from storage.errors import StorageTrouble
from storage.media import MediaFiles
from storage.tx import Tx
from storage.writer import Writer
from workflow.hazard.owed import due, owed
from workflow.hazard.state import Hazard
from workflow.ids import HazardId, MediaHash, PersonId

PATH: Final = "/h/{permit}"
PAIR: Final = "/h/{permit}/pair"
FILM: Final = "/h/{permit}/video/{media}"
FILMS: Final = HEADERS | {"Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; media-src 'self'"}
"""A page with films may play them, of this house only."""
_NUMBER = re.compile(r"YH-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}")


class HazardPictures:
    """The route for one site."""

    def __init__(self, *, pages: Pages, writer: Writer, house: House, media: MediaFiles, clock: Clock) -> None:
        self._pages = pages
        self._writer = writer
        self._house = house
        self._media = media
        self._clock = clock
        self._one_at_a_time = asyncio.Semaphore(1)

    def install(self, app: web.Application) -> None:
        """Add the route; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PATH, self._page), web.get(PAIR, self._pair), web.get(FILM, self._film)])

    async def _page(self, request: web.Request) -> web.StreamResponse:
        """What it is about and where it stands, its pictures and its films."""
        number = request.match_info["permit"]
        try:
            hazard = await self._hazard(request)
        except NoSession:
            return self._pages.send_to_login(request, f"/h/{number}")
        if hazard is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        pair = words_hazards.PAIR if any(self._halves(hazard)) else ""
        said = {
            "number": number, "pair": pair, "films": hazard.videos, "caption": words_hazards.FILM,
            "lines": tuple(self._lines(hazard)),
        }  # fmt: skip
        page = aiohttp_jinja2.render_template("hazard.html", request, said)
        page.headers.update(FILMS)
        return page

    async def _pair(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._pictures(request, await self._hazard(request))
        except NoSession:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)

    async def _film(self, request: web.Request) -> web.StreamResponse:
        """One film, in the pieces a player asks for."""
        try:
            hazard = await self._hazard(request)
        except NoSession:
            hazard = None
        film = MediaHash(request.match_info["media"])
        if hazard is None or film not in hazard.videos:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        rows = await self._writer.submit(lambda tx: tx.media_called(film))
        mime = next((row.mime for row in rows if row.mime.startswith("video/")), None)
        try:
            await asyncio.to_thread(self._media.read, film)  # what was changed on disk is not shown
        except (FileNotFoundError, StorageTrouble):
            mime = None
        if mime is None:
            return _sorry(request, 410, words.PAGE_PHOTO_GONE)
        return web.FileResponse(self._media.path_of(film), headers=HEADERS | {"Content-Type": mime})

    async def _hazard(self, request: web.Request) -> Hazard | None:
        """The hazard for whoever is signed in; None for who has nothing to do with it. Raise `NoSession`."""
        number = request.match_info["permit"]
        if _NUMBER.fullmatch(number) is None:
            return None
        person = self._pages.person(request)
        return await self._writer.submit(lambda tx: self._seen(tx, HazardId(number), person))

    async def _pictures(self, request: web.Request, hazard: Hazard | None) -> web.Response:
        halves = () if hazard is None else tuple(self._halves(hazard))
        if not halves:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        try:
            async with self._one_at_a_time:
                shown = await asyncio.to_thread(
                    lambda: side_by_side(tuple((self._media.read(one), mark) for one, mark in halves))
                )
        except (FileNotFoundError, StorageTrouble, BadPicture):
            return _sorry(request, 410, words.PAGE_PHOTO_GONE)
        return web.Response(body=shown, content_type="image/jpeg", headers=HEADERS)

    def _seen(self, tx: Tx, number: HazardId, person: PersonId) -> Hazard | None:
        known = tx.directory.person(person)
        if known is None or not known.active:
            return None
        return seen_by(tx, self._house, number, person, now=self._clock.now())

    def _lines(self, hazard: Hazard) -> Iterator[str]:
        """Grade and stage, what was seen where, and what is owed until when; nobody is named."""
        _, grade = hazard.ruling
        yield words_hazards.headline(grade, hazard.stage, hazard.supervision, ended=not hazard.open)
        if hazard.sighting is not None:
            place, text = hazard.sighting.place, hazard.sighting.text
            yield f"{place or words_hazards.NO_PLACE} {text or words_hazards.ONLY_PHOTO}"
        wanted, until = owed(hazard), due(hazard)
        if wanted is not None and until is not None:
            yield f"{words_hazards.OWED[wanted]}：{words_hazards.left(until, self._clock.now(), self._house.zone)}"

    def _halves(self, hazard: Hazard) -> Iterator[tuple[MediaHash, Watermark]]:
        """The newest picture of each side."""
        sides = (
            (hazard.before, words_hazards.BEFORE, hazard.reported_at),
            (hazard.after, words_hazards.AFTER, hazard.rectified_at),
        )
        place = hazard.sighting.place if hazard.sighting is not None else ""
        for photos, what, at in sides:
            if photos and at is not None:
                zone = self._house.zone
                lines = (f"{what} {hazard.id} {place}", f"{words.day(at, zone)} {words.clock(at, zone)}")
                yield photos[-1], Watermark(lines=lines)


def _sorry(request: web.Request, status: int, text: str) -> web.Response:
    return page_of(request, "sorry.html", {"text": text}, status)
