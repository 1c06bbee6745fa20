"""Who stands before a board's page, and what a post must carry to be theirs (docs/adr/0136).

A permit that is none of theirs is not there. Every post carries the token of the page it comes from, which hangs on
the sign-in, and comes from a page of ours: another site's page can do neither. A stop gets through without a sign-in:
what its page was given for that names the board and who had signed in there last.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.web.access import concerned
from bot.web.pages import BOARD_PAGES, HEADERS, Pages
from bot.web.sdk import Sdk
from bot.web.session import NoSession, open_stop, seal_stop
from bot.web.uploads import Uploads
from cards import words_site as say
from cards.buttons import Press, pack
from cards.views import PermitView, Seal
from cards.words_ways import ways_of
from handlers.arrivals import Arrival
from handlers.fresh import shown_at
from handlers.looking import opened
from handlers.reach import Reached, reached_by
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PermitId, PersonId
from workflow.plant import Area, Person

FORM: Final = "X-Form"
"""Header that says from which page a post comes; a plain form has the field ``form``."""
STOP: Final = "X-Stop"
"""Header that lets a page call a stop after its sign-in is over; a plain form has the field ``stop``."""
log = get_logger("site")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the pages are lent. ``handle`` is the office; ``reach`` the (platform, corp) pairs we speak for."""

    writer: Writer
    viewer: Viewer
    handle: Callable[[Arrival], Awaitable[None]]
    under_way: Callable[[], AbstractContextManager[None]]
    uploads: Uploads
    clock: Clock
    entropy: Entropy
    key: bytes
    public_url: str
    reach: Mapping[str, str]
    """Corp by platform."""
    sdks: Sequence[Sdk] = ()
    emergency_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is signed in, before which board, and by which account the chat knows them."""

    person: Person
    area: Area
    board: str
    reached: Reached
    form: str
    numbered: bool
    """Whether a screen shows a changing number at this place."""


class NotHere(Exception):
    """There is no such page for whoever asks; the answer is given already."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Gate:
    """Lets in who may come, and answers everybody else by `NotHere`."""

    def __init__(self, ground: Ground, pages: Pages) -> None:
        self._ground = ground
        self._pages = pages
        parts = urlsplit(ground.public_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    async def area(self, request: web.Request) -> Area:
        """The place whose board this is."""
        board = request.match_info["board"]
        area = await self._ground.writer.submit(lambda tx: tx.directory.area_of_board(board))
        if area is None:
            raise NotHere(self.sorry(request, 404, say.NO_BOARD))
        return area

    def enter(self, request: web.Request) -> web.Response:
        """To the platform's login, and back to this board."""
        return self._pages.send_to_login(request, f"{BOARD_PAGES}{request.match_info['board']}")

    def signed_in(self, request: web.Request) -> bool:
        """Whether anybody is."""
        try:
            self._pages.person(request)
        except NoSession:
            return False
        return True

    async def visitor(self, request: web.Request, area: Area) -> Visitor:
        """Who is signed in. Somebody without an account by which the chat knows them is nobody here."""
        try:
            who = self._pages.person(request)
        except NoSession:
            raise NotHere(self._no(request, 401, say.GONE) if _posted(request) else self.enter(request)) from None
        return await self._known(request, area, who)

    async def _known(self, request: web.Request, area: Area, who: PersonId) -> Visitor:
        reach, house, now = frozenset(self._ground.reach.items()), self._ground.viewer.house, self._ground.clock.now()

        def find(tx: Tx) -> tuple[Person, Reached, bool] | None:
            person = tx.directory.person(who)
            reached = reached_by(tx, who, reach)
            if person is None or not person.active or reached is None:
                return None
            return person, reached, area.id in shown_at(tx, house, now)

        found = await self._ground.writer.submit(find)
        if found is None:
            raise NotHere(self._no(request, 403, say.NOT_YOURS) if _posted(request) else self._outside(request))
        person, reached, numbered = found
        return Visitor(
            person=person, area=area, board=request.match_info["board"], reached=reached,
            form=self.mac("form", self._pages.cookie(request)), numbered=numbered,
        )  # fmt: skip

    async def poster(self, request: web.Request) -> Visitor:
        """Who posts, from a page of ours that was made for exactly this sign-in."""
        self._from_ours(request)
        visitor = await self.visitor(request, await self.area(request))
        given = await _given(request, FORM, "form")
        if not hmac.compare_digest(given.encode(errors="replace"), visitor.form.encode()):
            raise NotHere(self._no(request, 403, say.GONE))
        return visitor

    async def stopper(self, request: web.Request) -> Visitor:
        """Who calls a stop: whoever posts, or, when the sign-in is over or another, whoever the page was made for."""
        self._from_ours(request)
        try:
            return await self.poster(request)
        except NotHere as over:
            area, now = await self.area(request), self._ground.clock.now()
            board, given = request.match_info["board"], await _given(request, STOP, "stop")
            try:
                who = open_stop(given, board, key=self._ground.key, now=now)
            except NoSession:
                raise over from None
        log.warning("site.stop_after_session", person=who, board=board)
        return await self._known(request, area, who)

    def stop_seal(self, visitor: Visitor) -> str:
        """What a page of this visitor is given for `stopper`."""
        return seal_stop(visitor.person.id, visitor.board, key=self._ground.key, now=self._ground.clock.now())

    def _from_ours(self, request: web.Request) -> None:
        """Raise unless nothing speaks against the post coming from a page of ours."""
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin not in (None, self.origin) or site != "same-origin":
            raise NotHere(self._no(request, 403, say.ODD))

    def view(self, tx: Tx, visitor: Visitor, number: PermitId) -> PermitView | None:
        """A permit of this place as the visitor may see it; None when there is none, or it is none of theirs."""
        now, person = self._ground.clock.now(), visitor.person.id
        view = self._ground.viewer.permit(tx, number, person, purpose=None, now=now, seal=self.seal(person), page=None)
        if view is None or view.permit.what.area != visitor.area.id or not concerned(view):
            return None
        opened(tx, self._ground.viewer.house, view)
        return replace(view, ways=ways_of(visitor.reached.platform))

    def seal(self, person: PersonId) -> Seal:
        """Makes the tokens of this person's buttons."""

        def seal(press: Press) -> str:
            return pack(press, person=person, secret=self._ground.key)

        return seal

    def mac(self, purpose: str, text: str) -> str:
        """What only we can say of a text."""
        said = f"permitbot.site.{purpose}\n{text}".encode()
        return hmac.new(self._ground.key, said, hashlib.sha256).hexdigest()

    def sdk(self, request: web.Request) -> Sdk | None:
        """The script of the platform whose browser this is."""
        agent = request.headers.get("User-Agent", "")
        return next((sdk for sdk in self._ground.sdks if sdk.agent in agent), None)

    def _headers(self, request: web.Request) -> dict[str, str]:
        """As on every page of ours, and: our own script, pictures of the phone's own, forms of ours; the script of the
        platform in its own browser only."""
        sdk = self.sdk(request)
        frames = sdk.frames if sdk is not None and sdk.frames else "'none'"
        policy = (
            f"default-src 'none'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
            f"script-src 'self'{f' {sdk.host}' if sdk is not None else ''}; "
            f"frame-src {frames}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        # Not ``no-referrer``: under that browsers hide where a form was posted from, and we ask for it.
        more = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex"}
        return HEADERS | more | {"Permissions-Policy": "geolocation=(self), camera=(self)"}

    def page(self, request: web.Request, template: str, shown: dict[str, Any], status: int = 200) -> web.Response:
        """A page of ours."""
        page = aiohttp_jinja2.render_template(template, request, shown | {"say": say}, status=status)
        page.headers.update(self._headers(request))
        return page

    def _outside(self, request: web.Request) -> web.Response:
        """To what everybody may see before this board."""
        address = f"{BOARD_PAGES}{request.match_info['board']}/public"
        return web.Response(status=302, headers={**HEADERS, "Location": address})

    def _no(self, request: web.Request, status: int, text: str) -> web.Response:
        """A no in the shape the post came in."""
        return self.sorry(request, status, text) if _is_form(request) else refused(status, text)

    def sorry(self, request: web.Request, status: int, text: str) -> web.Response:
        """A page that says no."""
        return self.page(request, "sorry.html", {"text": text}, status)


def _posted(request: web.Request) -> bool:
    return request.method == "POST"


async def _given(request: web.Request, header: str, field: str) -> str:
    """What the page sent along to be let in: a header, or a field of a plain form."""
    given = request.headers.get(header)
    if given is None and _is_form(request):
        given = str((await request.post()).get(field, ""))
    return given or ""


def _is_form(request: web.Request) -> bool:
    return request.content_type == "application/x-www-form-urlencoded"


def told_as(shown: dict[str, Any], status: int = 200) -> web.Response:
    """What a page's script is told."""
    return web.json_response(shown, status=status, headers=HEADERS)


def refused(status: int, text: str) -> web.Response:
    """A no to a page's script."""
    return told_as({"ok": False, "text": text}, status)
