"""The board people look at: the plan of the plant, permits by state, who blocks what, hazards by place; now and then.

Whoever holds a post that looks after places sees those; everybody else sees the permits that name them. The page is
whole without its script; with it, changes are pushed (`bot.web.board_push`), and the age of the picture is said in
words. A look back is folded from the journal, one at a time, in a thread where the live board does not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.web.board_feed import AsideReader
from bot.web.board_looks import scope_words
from bot.web.board_push import Pusher
from bot.web.pages import HEADERS, Pages
from bot.web.session import NoSession
from cards import words
from cards import words_board as say
from handlers.figured import may_read
from handlers.live_board import Picture, Scope, picture_then, scope_of
from storage.errors import StorageError

PATH: Final = "/board"
CHANGES: Final = f"{PATH}/changes"
BOARD_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Not ``no-referrer``: under that browsers hide where a form was posted from, and we ask for it.
    "Referrer-Policy": "same-origin",
}
_TYPED: Final = "%Y-%m-%d %H:%M"

log = get_logger("board")


class BoardPages:
    """Routes for one site."""

    def __init__(
        self, *, pages: Pages, pusher: Pusher, reader: AsideReader, archive: AsideReader, clock: Clock
    ) -> None:
        """``archive`` answers what takes long, ``reader`` what does not."""
        self._pages = pages
        self._pusher = pusher
        self._reader = reader
        self._archive = archive
        self._clock = clock
        self._zone = reader.house.zone

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PATH, self._now), web.get(CHANGES, self._changes), web.get(f"{PATH}/back", self._back)])

    async def _now(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, PATH)
        try:
            news = await self._pusher.feed.now()
            figures = await self._reader.read(lambda tx: may_read(tx, self._reader.house, person))
        except StorageError as trouble:
            return blind(request, trouble)
        scope = scope_of(news.picture.directory, self._reader.house, person)
        if scope is None:
            return page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        told = self._pusher.looks(news.picture, scope)
        more = {
            "changes": f"{CHANGES}?after={news.number}",
            "clock": self._pusher.clock(news),
            "scope": scope_words(scope),
            "officer": scope.officer,
            "figures": figures,
        }
        return page(request, "board.html", self._calendar(self._clock.now()) | more | {"told": told})

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._pages.person(request)
        except NoSession:
            return web.Response(status=403, headers=HEADERS)

        def seeing(found: Picture) -> Scope | None:
            try:
                return scope_of(found.directory, self._reader.house, self._pages.person(request))
            except NoSession:
                return None

        return await self._pusher.stream(request, seeing, who=f"person:{person}", number=after(request))

    # --- then

    async def _back(self, request: web.Request) -> web.Response:
        """The board as it was at a minute of a day."""
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, request.path_qs)
        day, time = request.query.get("day", ""), request.query.get("time", "")
        try:
            moment = datetime.strptime(f"{day} {time}", _TYPED).replace(tzinfo=self._zone)
        except ValueError:
            return page(request, "sorry.html", {"text": say.BACK_ODD}, 400)
        if moment > self._clock.now():
            return page(request, "sorry.html", {"text": say.BACK_FUTURE}, 400)
        house = self._archive.house
        try:
            stood = await self._archive.read(lambda tx: picture_then(tx, house, moment))
        except StorageError as trouble:
            return blind(request, trouble)
        scope = scope_of(stood.directory, house, person)
        if scope is None:
            return page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        log.info("board.back", person=person, at=moment.isoformat())
        told = self._pusher.looks(stood, scope)
        return page(request, "board.html", self._calendar(moment) | {"told": told, "scope": scope_words(scope)})

    def _calendar(self, at: datetime) -> dict[str, str]:
        """What the form of a look back holds."""
        local, today = at.astimezone(self._zone), self._clock.now().astimezone(self._zone).date()
        return {"day": local.date().isoformat(), "time": f"{local:%H:%M}", "today": today.isoformat()}


def after(request: web.Request) -> int:
    """The number of the picture the page was made of; 0 where it says none."""
    given = request.query.get("after", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else 0


def blind(request: web.Request, trouble: StorageError) -> web.Response:
    """The database cannot be asked: nothing is shown, rather than what was."""
    log.warning("board.blind", error=type(trouble).__name__)
    return page(request, "sorry.html", {"text": say.BUSY}, 503)


def page(request: web.Request, template: str, told: Mapping[str, Any], status: int = 200) -> web.Response:
    """A page of the board."""
    made = aiohttp_jinja2.render_template(template, request, {"say": say, **told}, status=status)
    made.headers.update(BOARD_HEADERS)
    return made
