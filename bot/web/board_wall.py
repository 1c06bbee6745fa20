"""The board on a wall: screens that an officer allowed, without names, telephone numbers or anything somebody typed.
One allowed for a place shows its changing number instead (`bot.web.number_screen`).

A screen is opened once by a link with a secret; its browser keeps the secret from then on. Ended or lapsed, it shows
nothing new from the next beat on, and says so.
"""

from __future__ import annotations

import contextlib
import hmac
from base64 import urlsafe_b64encode
from typing import Any, Final

from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.web.board import PATH, after, blind, page
from bot.web.board_feed import AsideReader
from bot.web.board_looks import scope_words
from bot.web.board_push import Pusher
from bot.web.number_screen import NUMBER_SCREEN, NumberScreenPages
from bot.web.pages import HEADERS, Pages
from bot.web.posted import from_own_form
from bot.web.session import NoSession
from cards import words, words_keys
from cards import words_board as say
from cards.links import form_token
from cards.pictures.qr import svg
from handlers import screens
from handlers.house import House
from handlers.live_board import Picture, Scope
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.errors import Refused
from workflow.ids import PersonId
from workflow.screens import LASTS, LONGEST, Screen

WALL: Final = "/wall"
SCREENS: Final = f"{PATH}/screens"
_LINK: Final = f"{WALL}/in/{{token:[A-Za-z0-9_-]{{43}}}}"
COOKIE: Final = "ptw_wall"
_SEEN: Final = Scope(person=None, whole=True)
_SECRET_BYTES, _CAUSE_BYTES = 32, 12

log = get_logger("wall")


class WallPages:
    """Routes for one site."""

    def __init__(
        self,
        *,
        pages: Pages,
        pusher: Pusher,
        reader: AsideReader,
        writer: Writer,
        house: House,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
    ) -> None:
        self._pages = pages
        self._pusher = pusher
        self._reader = reader
        self._writer = writer
        self._house = house
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._public_url = public_url.rstrip("/")
        self._secure = self._public_url.startswith("https:")
        self._cookie = f"__Host-{COOKIE}" if self._secure else COOKIE
        self._zone = house.zone

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes(
            [
                web.get(WALL, self._wall),
                web.get(f"{WALL}/changes", self._changes),
                web.get(_LINK, self._enter),
                web.post(_LINK, self._take),
                web.get(SCREENS, self._screens),
                web.post(SCREENS, self._allow),
                web.post(f"{SCREENS}/end", self._end),
            ]
        )
        NumberScreenPages(
            writer=self._writer, house=self._house, clock=self._clock, public_url=self._public_url, cookie=self._cookie
        ).install(app)

    # --- the screen

    async def _enter(self, request: web.Request) -> web.Response:
        """The link is opened at the screen: its browser keeps the secret, the address bar does not.

        One for a place's number is opened once, so it wants a touch: chats look at the links they show.
        """
        secret = request.match_info["token"]
        try:
            news = await self._pusher.feed.now()
        except StorageError as trouble:
            return blind(request, trouble)
        screen = self._live(news.picture, secret)
        if screen is None or screen.kept_hash is not None:
            return page(request, "sorry.html", {"text": say.WALL_DEAD}, 410)
        return self._entered(secret, WALL) if screen.area is None else page(request, "number_screen_take.html", {})

    async def _take(self, request: web.Request) -> web.Response:
        """The first browser that opens the link of a screen for a place's number is that screen."""
        if not from_own_form(request, self._public_url):
            return page(request, "sorry.html", {"text": words_keys.POSTED_ODD}, 403)
        secret, kept = request.match_info["token"], new_secret(self._entropy)
        house, now, cause = self._house, self._clock.now(), self._cause()
        if not await self._writer.submit(lambda tx: screens.take(tx, house, secret, kept, now, cause)):
            return page(request, "sorry.html", {"text": say.NUMBER_SCREEN_TAKEN}, 410)
        log.info("wall.taken")
        await self._known_at_once()
        return self._entered(kept, NUMBER_SCREEN)

    def _entered(self, kept: str, shows: str) -> web.Response:
        answer = web.Response(status=302, headers={**HEADERS, "Location": shows})
        answer.set_cookie(
            self._cookie, kept, max_age=int(LASTS.total_seconds()), httponly=True, samesite="Lax",
            secure=self._secure, path="/",
        )  # fmt: skip
        return answer

    async def _wall(self, request: web.Request) -> web.Response:
        try:
            news = await self._pusher.feed.now()
        except StorageError as trouble:
            return blind(request, trouble)
        if not self._shows(news.picture, self._secret(request)):
            return page(request, "sorry.html", {"text": say.WALL_DEAD}, 403)
        told = {
            "told": self._pusher.looks(news.picture, _SEEN),
            "changes": f"{WALL}/changes?after={news.number}",
            "clock": self._pusher.clock(news),
            "scope": scope_words(_SEEN),
        }
        return page(request, "board.html", told)

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        def seeing(found: Picture) -> Scope | None:
            return _SEEN if self._shows(found, self._secret(request)) else None

        try:
            news = await self._pusher.feed.now()
        except StorageError:
            return web.Response(status=503, headers=HEADERS)
        if seeing(news.picture) is None:
            return web.Response(status=403, headers=HEADERS)
        who = f"screen:{screens.hash_of(self._secret(request))}"
        return await self._pusher.stream(request, seeing, who=who, number=after(request))

    def _secret(self, request: web.Request) -> str:
        return request.cookies.get(self._cookie, "")

    def _shows(self, found: Picture, secret: str) -> bool:
        """Whether the screen with this secret may show a picture. One for a place's number shows nothing else."""
        screen = self._live(found, secret)
        return screen is not None and screen.area is None

    def _live(self, found: Picture, secret: str) -> Screen | None:
        known = found.screens
        return None if known is None else known.live(screens.hash_of(secret), self._clock.now())

    # --- the officer

    async def _screens(self, request: web.Request) -> web.Response:
        """Which screens there are, and two forms: for a new one, and to end one."""
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, SCREENS)
        return await self._listed(request, person)

    async def _allow(self, request: web.Request) -> web.Response:
        """A new screen. Its link is shown this once."""
        sent, person = await self._sent(request)
        if person is None:
            return page(request, "sorry.html", {"text": words_keys.POSTED_ODD}, 403)
        secret = new_secret(self._entropy)
        house, now, cause = self._house, self._clock.now(), self._cause()
        try:
            may = await self._writer.submit(
                lambda tx: screens.allow(
                    tx, house, person, sent.get("name", ""), secret, now, cause, sent.get("place", "")
                )
            )
        except Refused as refused:
            return await self._listed(request, person, odd=refused.findings[0].fact, status=400)
        if may:
            log.info("wall.allowed", person=person)
            await self._known_at_once()
        return await self._listed(request, person, link=f"{self._public_url}{WALL}/in/{secret}" if may else "")

    async def _end(self, request: web.Request) -> web.Response:
        sent, person = await self._sent(request)
        if person is None:
            return page(request, "sorry.html", {"text": words_keys.POSTED_ODD}, 403)
        house, now, cause = self._house, self._clock.now(), self._cause()
        screen = sent.get("screen", "")
        if await self._writer.submit(lambda tx: screens.end(tx, house, person, screen, now, cause)):
            log.info("wall.ended", person=person)
            await self._known_at_once()
        return web.Response(status=303, headers={**HEADERS, "Location": SCREENS})

    async def _known_at_once(self) -> None:
        """Whoever watches now is held against the screens of now."""
        with contextlib.suppress(StorageError):  # it is written; the feed will see it as soon as it sees again
            await self._pusher.feed.now(anew=True)

    async def _listed(
        self, request: web.Request, person: PersonId, *, link: str = "", odd: str = "", status: int = 200
    ) -> web.Response:
        house, now = self._reader.house, self._clock.now()

        def gather(tx: Tx) -> tuple[tuple[Screen, ...], dict[PersonId, str], dict[str, str]] | None:
            if not screens.officer(tx, house, person):
                return None
            names = {one.id: one.name for one in tx.directory.register.people}
            return screens.allowed(tx, house, now), names, {one.id: one.name for one in screens.places(tx)}

        try:
            found = await self._reader.read(gather)
        except StorageError as trouble:
            return blind(request, trouble)
        if found is None:
            return page(request, "sorry.html", {"text": say.SCREENS_NOBODY}, 403)
        told = {
            "form": self._token(request, person),
            "longest": LONGEST,
            "screens": [self._told(one, found[1], found[2]) for one in found[0]],
            "places": sorted(found[2].items()),
            "link": link,
            "code": svg(link) if link else "",
            "odd": odd,
        }
        return page(request, "board_screens.html", told, status)

    def _told(self, one: Screen, names: dict[PersonId, str], places: dict[str, str]) -> dict[str, Any]:
        day = words.day(one.at, self._zone)
        line = say.SCREEN.format(who=names.get(one.by, one.by), day=day, until=words.day(one.until, self._zone))
        what = "" if one.area is None else say.SCREEN_NUMBER.format(place=places.get(one.area, one.area))
        if one.area is not None and one.kept_hash is None:
            what += say.SCREEN_UNOPENED
        return {"hash": one.secret_hash, "name": one.name, "what": what, "line": line}

    async def _sent(self, request: web.Request) -> tuple[dict[str, str], PersonId | None]:
        """What our own form sent in this very session; nobody for anything else."""
        try:
            person = self._pages.person(request)
        except NoSession:
            return {}, None
        if not from_own_form(request, self._public_url):
            return {}, None
        sent = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        same = hmac.compare_digest(sent.get("form", "").encode(), self._token(request, person).encode())
        return (sent, person) if same else ({}, None)

    def _token(self, request: web.Request, person: PersonId) -> str:
        return form_token(f"screens:{person}", self._pages.cookie(request), secret=self._key)

    def _cause(self) -> str:
        return f"screens:{self._entropy.take(_CAUSE_BYTES).hex()}"


def new_secret(entropy: Entropy) -> str:
    """What a new screen keeps."""
    return urlsafe_b64encode(entropy.take(_SECRET_BYTES)).decode().rstrip("=")
