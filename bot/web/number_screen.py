"""The screen at a place that shows a changing number, and nothing else (docs/adr/0211).

It is a wall screen by its secret (`bot.web.board_wall`), allowed for one place; its link opens one browser. No secret
of the numbers lies on it: it asks for each. Cut off it shows none, for an old number sends people away from the place
they stand at.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from aiohttp import web

from bot.clock import Clock
from bot.web.board import page
from bot.web.pages import BOARD_PAGES, HEADERS
from cards import words_board as say
from cards.pictures.qr import png
from handlers import screens
from handlers.fresh import plate_of
from handlers.house import House
from storage.tx import Tx
from storage.writer import Writer
from workflow.fresh_code import STEP, changes_at, step_at
from workflow.plant import Area

NUMBER_SCREEN: Final = "/plate"


class NumberScreenPages:
    """Routes for one site. ``cookie``: the name under which a screen keeps its secret."""

    def __init__(self, *, writer: Writer, house: House, clock: Clock, public_url: str, cookie: str) -> None:
        self._writer = writer
        self._house = house
        self._clock = clock
        self._public_url = public_url.rstrip("/")
        self._cookie = cookie

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes(
            [
                web.get(NUMBER_SCREEN, self._page),
                web.get(f"{NUMBER_SCREEN}/now", self._now),
                web.get(f"{NUMBER_SCREEN}/picture", self._picture),
            ]
        )

    async def _place(self, request: web.Request) -> Area | None:
        secret, now = request.cookies.get(self._cookie, ""), self._clock.now()

        def find(tx: Tx) -> Area | None:
            return screens.number_screen(tx, self._house, secret, now)

        return await self._writer.submit(find)

    async def _page(self, request: web.Request) -> web.Response:
        area = await self._place(request)
        if area is None:
            return page(request, "sorry.html", {"text": say.NUMBER_SCREEN_DEAD}, 403)
        told = {"place": area.name, "lasts": int(STEP.total_seconds() * 1000), "phrases": say.NUMBER_SCREEN_PHRASES}
        return page(request, "number_screen.html", told | self._shown(area))

    async def _now(self, request: web.Request) -> web.Response:
        """The number of now, for how many milliseconds it is shown, and of which step it is."""
        area = await self._place(request)
        if area is None:
            return web.Response(status=403, headers=HEADERS)
        return web.json_response(self._shown(area), headers=HEADERS)

    async def _picture(self, request: web.Request) -> web.Response:
        """The number and the board in one code, for whoever scans."""
        area = await self._place(request)
        if area is None:
            return web.Response(status=403, headers=HEADERS)
        text = f"{self._public_url}{BOARD_PAGES}{area.board_code}?now={self._shown(area)['number']}"
        body = await asyncio.to_thread(png, text, scale=8)
        return web.Response(body=body, content_type="image/png", headers=HEADERS)

    def _shown(self, area: Area) -> dict[str, Any]:
        now = self._clock.now()
        step, left = step_at(now), changes_at(now) - now
        number = plate_of(self._house, area.id).number(step)
        return {"number": number, "step": step, "left": int(left.total_seconds() * 1000)}
