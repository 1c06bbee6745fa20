"""Who looked at me: one's own looks on a page, behind the login of the other pages. Nobody opens anybody else's."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.clock import Clock
from bot.web.pages import Pages, page_of
from bot.web.session import NoSession
from cards import words_privacy as say
from handlers.house import House
from handlers.who_looked import SHOWN_BACK, looks_told
from storage.writer import Writer

PATH: Final = "/seen"


class OwnLooksPage:
    """The route for one site."""

    def __init__(self, *, pages: Pages, writer: Writer, house: House, clock: Clock) -> None:
        self._pages = pages
        self._writer = writer
        self._house = house
        self._clock = clock

    def install(self, app: web.Application) -> None:
        """Add the route; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PATH, self._own_looks)])

    async def _own_looks(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, PATH)
        now = self._clock.now()
        lines = await self._writer.submit(lambda tx: looks_told(tx, self._house, person, now))
        note = say.SEEN_NOTE.format(days=SHOWN_BACK.days)
        told = {"title": say.SEEN_TITLE, "note": note, "none": say.SEEN_NONE, "lines": lines}
        return page_of(request, "own_looks.html", told)
