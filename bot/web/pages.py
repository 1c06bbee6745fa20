"""The permit's page: everything on one phone screen, for people who have to do with it.

Signing in goes through the chat platform's own login. A stranger sees nothing, not even whether a permit exists: what
he may not see and what is not there get the same answer.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.gate import GateRing
from bot.web.access import concerned, copy_for
from bot.web.looks import context, mark_of, still_mark_of
from bot.web.session import LASTS, LOGIN_LASTS, NoSession, open_login, open_session, seal_login, seal_session
from bot.web.templates import KEPT, LOADER
from cards import words
from cards.forms.words import BROKEN
from cards.links import seal
from cards.pictures.asked import BadPicture, Watermark, watermarked
from cards.pictures.qr import svg
from cards.views import PermitView
from cards.words_privacy import PHOTO_FORGOTTEN
from handlers.gate import find_pass
from handlers.looking import opened
from handlers.outside import links_to_scan
from handlers.views import Viewer
from storage.errors import StorageTrouble
from storage.media import MediaFiles
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import MediaHash, PermitId, PersonId
from workflow.journal import BrokenChain

SESSION, LOGIN = "ptw_session", "ptw_login"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",  # for clients that do not know frame-ancestors
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
BOARD_PAGES = "/site/"
_PERMIT = re.compile(r"[A-Z]{2,6}-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}")
_MEDIA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How a platform lets people sign in."""

    link: Callable[[str, str], str]
    """(address to return to, state) → address of the platform's login."""
    who: Callable[[str], Awaitable[PersonId | None]]
    """The person behind the platform's one-time code; None: nobody we know, or the code does not hold."""
    agent: str = ""
    """Part of what the platform's own browser calls itself: how it is known where a site has several platforms."""


class Pages:
    """Routes of the permit page, for one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        media: MediaFiles,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
        login: Login,
        others: Sequence[Login] = (),
        gate: GateRing | None = None,
    ) -> None:
        """``login`` is for every browser that is not the own one of one of the ``others``."""
        self._writer = writer
        self._viewer = viewer
        self._media = media
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._public_url = public_url.rstrip("/")
        self._logins = (login, *others)
        self._gate = gate
        self._secure = self._public_url.startswith("https:")
        # The prefix lets no other host of the domain set a cookie of this name; browsers want https for it.
        prefix = "__Host-" if self._secure else ""
        self._session, self._under_way = prefix + SESSION, prefix + LOGIN
        self._one_picture_at_a_time = asyncio.Semaphore(1)

    def install(self, app: web.Application) -> None:
        """Add the routes and templates to an application."""
        here = Path(__file__).parent
        aiohttp_jinja2.setup(app, loader=LOADER, bytecode_cache=KEPT, autoescape=True)
        app.add_routes(
            [
                web.get("/p/{permit}", self._permit),
                web.get("/p/{permit}/photo/{media}", self._photo),
                web.get("/p/{permit}/form", self._form),
                web.get("/favicon.ico", _no_picture),
                web.get("/login/back", self._back),
                web.get("/login/back/{way:[1-9]}", self._back),
                web.static("/static", here / "static"),
            ]
        )

    # -- who is asking ------------------------------------------------------------------------------------------

    def person(self, request: web.Request) -> PersonId:
        """Who is signed in. Raise `NoSession`."""
        return open_session(self.cookie(request), key=self._key, now=self._clock.now())

    def cookie(self, request: web.Request) -> str:
        """The cookie by which the browser is signed in, empty without one. A secret."""
        return request.cookies.get(self._session, "")

    def in_platform(self, request: web.Request) -> bool:
        """Whether this is the own browser of a platform, in which signing in asks nothing of anybody."""
        agent = request.headers.get("User-Agent", "")
        return any(one.agent and one.agent in agent for one in self._logins)

    def send_to_login(self, request: web.Request, path: str) -> web.Response:
        """To the platform's login, and back to ``path`` afterwards."""
        state = self._entropy.take(16).hex()
        agent = request.headers.get("User-Agent", "")
        way = next((way for way, one in enumerate(self._logins) if one.agent and one.agent in agent), 0)
        back = f"{self._public_url}/login/back" + (f"/{way}" if way else "")
        answer = _redirect(self._logins[way].link(back, state))
        kept = seal_login(state, path, key=self._key, now=self._clock.now())
        self._set(answer, self._under_way, kept, int(LOGIN_LASTS.total_seconds()))
        return answer

    def _set(self, answer: web.Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=self._secure, path="/")

    async def _back(self, request: web.Request) -> web.StreamResponse:
        kept, state = request.cookies.get(self._under_way, ""), request.query.get("state", "")
        try:
            path = open_login(kept, state, key=self._key, now=self._clock.now())
        except NoSession:
            return _sorry(request, 400, words.PAGE_LOGIN_BROKEN)
        way = int(request.match_info.get("way", "0"))
        login = self._logins[way] if way < len(self._logins) else None
        person = await login.who(request.query.get("code", "")) if login is not None else None
        if person is None:
            # Before a board everybody may see what is going on there, and nothing else.
            outside = path.startswith(BOARD_PAGES) and path.count("/") == BOARD_PAGES.count("/")
            return _redirect(f"{path}/public") if outside else _sorry(request, 403, words.PAGE_STRANGER)
        answer = _redirect(path)
        session = seal_session(person, key=self._key, now=self._clock.now())
        self._set(answer, self._session, session, int(LASTS.total_seconds()))
        answer.del_cookie(self._under_way, path="/", secure=self._secure, httponly=True, samesite="Lax")
        return answer

    # -- the page -----------------------------------------------------------------------------------------------

    async def _permit(self, request: web.Request) -> web.StreamResponse:
        number = _number(request)
        if number is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        try:
            person = self.person(request)
        except NoSession:
            return self.send_to_login(request, f"/p/{quote(number)}")
        view = await self._seen(number, person)
        if view is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        permits = self._viewer.house.permits
        events = await self._writer.submit(
            lambda tx: tuple(permits.codec.decode(one.kind, one.body) for one in tx.records(permits, number))
        )
        told = context(view, events, key=self._key)
        told |= {"links": await self._links(number, person), "gate": await self._gate_code(number)}
        return page_of(request, "permit.html", told)

    async def _gate_code(self, number: PermitId) -> str:
        """What the gate scans, as a picture; empty where there is nothing to be let in for."""
        gate, house = self._gate, self._viewer.house
        if gate is None:
            return ""
        found = await self._writer.submit(lambda tx: find_pass(tx, house, number))
        return svg(gate.sign(found)) if found is not None else ""

    async def _links(self, permit: PermitId, person: PersonId) -> list[tuple[str, str, str]]:
        """The foreman's own one-time links of this permit, to be scanned from his phone: name, picture, until when."""
        now, house = self._clock.now(), self._viewer.house
        found = await self._writer.submit(lambda tx: links_to_scan(tx, house, person, permit, now))
        return [
            (name, svg(f"{self._public_url}/v/{seal(ticket, secret=self._key)}"), words.clock(ticket.ends, house.zone))
            for name, ticket in found
        ]

    async def _photo(self, request: web.Request) -> web.StreamResponse:
        """An evidence photo of the permit, with permit, place, time and person written on it."""
        number, media = _number(request), request.match_info["media"]
        try:
            person = self.person(request)
        except NoSession:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        view = await self._seen(number, person) if number is not None and _MEDIA.fullmatch(media) else None
        mark = _mark(view, media) if view is not None else None
        if mark is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        try:
            async with self._one_picture_at_a_time:
                shown = await asyncio.to_thread(lambda: watermarked(self._media.read(MediaHash(media)), mark))
        except (FileNotFoundError, StorageTrouble, BadPicture):
            gone = await self._writer.submit(lambda tx: tx.forgotten((media,)))
            return _sorry(request, 410, PHOTO_FORGOTTEN if gone else words.PAGE_PHOTO_GONE)
        return web.Response(body=shown, content_type="image/jpeg", headers=HEADERS)

    async def _form(self, request: web.Request) -> web.StreamResponse:
        """The statutory form: the guardian gets his copy, the crew theirs, everybody else the archive's."""
        from bot import forms  # the compiler is large and seldom wanted

        number = _number(request)
        try:
            person = self.person(request)
        except NoSession:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        view = await self._seen(number, person) if number is not None else None
        if number is None or view is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        house = self._viewer.house
        try:
            paper = await self._writer.submit(
                lambda tx: forms.gather(tx, house.permits, number, zone=house.zone, book=house.book)
            )
        except BrokenChain:
            return _sorry(request, 410, BROKEN)
        if paper is None:
            return _sorry(request, 404, words.PAGE_NOT_FOUND)
        copy = copy_for(view)
        async with self._one_picture_at_a_time:
            drawn = forms.with_gate(await asyncio.to_thread(forms.with_sketches, paper, self._media), self._gate)
            page = await asyncio.to_thread(forms.render, drawn, copy)
        named = {"Content-Disposition": f'inline; filename="{number}-{copy}.pdf"'}
        return web.Response(body=page, content_type="application/pdf", headers=HEADERS | named)

    async def _seen(self, permit: PermitId, person: PersonId) -> PermitView | None:
        """The permit as this person may see it, and that he saw it; None when there is none, or it is none of his."""
        now = self._clock.now()

        def gather(tx: Tx) -> PermitView | None:
            known = tx.directory.person(person)
            if known is None or not known.active:
                return None
            view = self._viewer.permit(tx, permit, person, purpose=None, now=now, seal=lambda _: "", page=None)
            if view is None or not concerned(view):
                return None
            opened(tx, self._viewer.house, view)
            return view

        return await self._writer.submit(gather)


async def _no_picture(_: web.Request) -> web.Response:
    """Browsers ask for one on every page that names none."""
    return web.Response(status=204, headers=HEADERS)


def _number(request: web.Request) -> PermitId | None:
    number = request.match_info["permit"]
    return PermitId(number) if _PERMIT.fullmatch(number) else None


def _redirect(address: str) -> web.Response:
    return web.Response(status=302, headers={**HEADERS, "Location": address})


def page_of(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    """A page from a template, with the headers all pages carry."""
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(HEADERS)
    return page


def _mark(view: PermitView, media: str) -> Watermark | None:
    """What is written on a picture of this permit; None for one that is none of its."""
    for photo in view.permit.photos:
        if photo.media == media:
            return mark_of(view, photo)
    for still in view.permit.stills:
        if still.media == media:
            return still_mark_of(view, still)
    return None


def _sorry(request: web.Request, status: int, text: str) -> web.Response:
    return page_of(request, "sorry.html", {"text": text}, status)
