"""Pushing the board: the parts of the page drawn once for everybody with the same scope, and one stream per watcher."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.web.board_feed import Feed, News
from bot.web.board_looks import Told, board
from bot.web.pages import HEADERS
from cards import words_board as say
from cards.plan import Plan, plan
from handlers.house import House
from handlers.live_board import Picture, Scope

PARTS: Final = ("counts", "zones", "map", "permits", "blocks", "heat")
BEAT: Final = 5.0
"""Seconds after which a watcher hears that nothing is new: silence for much longer means that the board is old."""
MOST_WATCHERS: Final = 200
MOST_EACH: Final = 8
"""Streams of one person or screen: nobody shuts the others out by opening tabs."""
_STREAM: Final = HEADERS | {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
"""The last one keeps a proxy from holding the pushes back."""

Seeing = Callable[[Picture], Scope | None]
"""What the watcher may see of a picture at this moment; None: nothing any more."""


class Pusher:
    """Draws and pushes for one site."""

    def __init__(self, *, feed: Feed, house: House, beat: float = BEAT) -> None:
        self.feed = feed
        self._zone = house.zone
        self._beat = beat
        self._plan: tuple[int, Plan] | None = None
        self._streams: Counter[str] = Counter()
        self._drawn: dict[object, tuple[int, dict[str, str]]] = {}

    def looks(self, found: Picture, scope: Scope) -> Told:
        """What the templates may name."""
        if self._plan is None or self._plan[0] != found.directory.version:
            self._plan = (found.directory.version, plan(found.areas))
        return board(found, scope, self._plan[1], self._zone)

    async def stream(self, request: web.Request, seeing: Seeing, *, who: str, number: int) -> web.StreamResponse:
        """Push every picture after ``number`` to one watcher, and a beat between, for as long as he may look."""
        if "text/event-stream" not in request.headers.get("Accept", ""):
            return web.Response(status=406, headers=HEADERS)
        if self.feed.watchers >= MOST_WATCHERS or self._streams[who] >= MOST_EACH:
            return web.Response(status=503, headers=HEADERS)
        answer = web.StreamResponse(headers=_STREAM)
        self._streams[who] += 1
        try:
            # The connection is reset when nobody looks any more.
            with self.feed.watching(), contextlib.suppress(ConnectionResetError):
                await answer.prepare(request)
                await self._follow(request.app, answer, seeing, number)
        finally:
            self._streams[who] -= 1
            if not self._streams[who]:
                del self._streams[who]
        return answer

    async def _follow(self, app: web.Application, answer: web.StreamResponse, seeing: Seeing, number: int) -> None:
        within = 0.0  # whoever just came is told at once how old his page is
        while not self.feed.ended:
            news, within = await self.feed.after(number, within), self._beat
            newest = news or self.feed.newest
            if newest is None:
                continue  # a feed that never saw anything says nothing, and the page takes it for lost
            scope = seeing(newest.picture)
            if scope is None:
                await _send(answer, "ended", {})
                return
            if news is None:
                await _send(answer, "beat", self._told(newest))
                continue
            number = news.number
            await _send(answer, "board", self._told(news) | {"parts": await self._parts(app, news, scope)})

    def _told(self, news: News) -> dict[str, object]:
        return {"age": news.age, "clock": self.clock(news)}

    def clock(self, news: News) -> str:
        """When the picture was last known to be true, by the plant's clock."""
        return news.at.astimezone(self._zone).strftime("%H:%M:%S")

    async def _parts(self, app: web.Application, news: News, scope: Scope) -> dict[str, str]:
        """Every part of the page for a scope, drawn once however many look."""
        key: object = scope if not scope.whole else scope.person is None
        drawn = self._drawn.get(key)
        if drawn is None or drawn[0] != news.number:
            told = self.looks(news.picture, scope)
            template = app[aiohttp_jinja2.APP_KEY].get_template("board_part.html")
            drawn = news.number, await asyncio.to_thread(_draw, template, told)
            self._drawn = {one: each for one, each in self._drawn.items() if each[0] == news.number} | {key: drawn}
        return drawn[1]


def _draw(template: Any, told: Told) -> dict[str, str]:
    return {part: template.render(part=part, told=told, say=say).strip() for part in PARTS}


async def _send(answer: web.StreamResponse, kind: str, told: dict[str, object]) -> None:
    await answer.write(f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n".encode())
