"""The permit's page: everything on one phone screen, for people who have to do with it.

Signing in goes through the chat platform's own login; a stranger sees nothing, not even whether a permit exists.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.web.session import NoSession, open_login, open_session, seal_login, seal_session
from cards import words
from cards.permit import permit_card
from cards.pictures.qr import permit_code, svg
from cards.refusal import finding_line
from cards.views import PermitView
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.findings import Verdict
from workflow.ids import PermitId, PersonId

SESSION, LOGIN = "ptw_session", "ptw_login"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PERMIT = re.compile(r"^[A-Z]{2,6}-[A-Z0-9-]{1,32}-\d{8}-\d{3,6}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How a platform lets people sign in."""

    link: Callable[[str, str], str]
    """(address to return to, state) → address of the platform's login."""
    who: Callable[[str], Awaitable[PersonId | None]]
    """The person behind the platform's one-time code; None: nobody we know, or the code does not hold."""


class Pages:
    """Routes of the permit page, for one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
        login: Login,
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._public_url = public_url.rstrip("/")
        self._login = login

    def install(self, app: web.Application) -> None:
        """Add the routes and templates to an application."""
        here = Path(__file__).parent
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(here / "templates"), autoescape=True)
        app.add_routes(
            [
                web.get("/p/{permit}", self._permit),
                web.get("/login/back", self._back),
                web.static("/static", here / "static"),
            ]
        )

    def address(self, permit: PermitId) -> str:
        """The page's address."""
        return f"{self._public_url}/p/{permit}"

    # -- who is asking ------------------------------------------------------------------------------------------

    def _person(self, request: web.Request) -> PersonId:
        return open_session(request.cookies.get(SESSION, ""), key=self._key, now=self._clock.now())

    def _send_to_login(self, request: web.Request) -> web.Response:
        state = self._entropy.take(16).hex()
        answer = web.Response(status=302, headers=_HEADERS)
        answer.headers["Location"] = self._login.link(f"{self._public_url}/login/back", state)
        kept = seal_login(state, request.path, key=self._key, now=self._clock.now())
        self._set(answer, LOGIN, kept)
        return answer

    def _set(self, answer: web.Response, name: str, value: str) -> None:
        secure = self._public_url.startswith("https:")
        answer.set_cookie(name, value, httponly=True, samesite="Lax", secure=secure, path="/")

    async def _back(self, request: web.Request) -> web.StreamResponse:
        kept, state = request.cookies.get(LOGIN, ""), request.query.get("state", "")
        try:
            path = open_login(kept, state, key=self._key, now=self._clock.now())
        except NoSession:
            return _sorry(request, 400, "登录没有完成，请从聊天里重新点开。")
        person = await self._login.who(request.query.get("code", ""))
        if person is None:
            return _sorry(request, 403, "没有找到您的登记信息，请联系安环部。")
        answer = web.Response(status=302, headers={**_HEADERS, "Location": path})
        self._set(answer, SESSION, seal_session(person, key=self._key, now=self._clock.now()))
        answer.del_cookie(LOGIN, path="/")
        return answer

    # -- the page -----------------------------------------------------------------------------------------------

    async def _permit(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["permit"]
        try:
            person = self._person(request)
        except NoSession:
            return self._send_to_login(request)
        view = await self._seen(PermitId(number), person) if _PERMIT.match(number) else None
        if view is None or not (view.roles or person in view.asked or person in view.permit.escalated_to):
            return _sorry(request, 404, "没有这张作业票，或您与它无关。")
        return _page(request, "permit.html", _context(view), 200)

    async def _seen(self, permit: PermitId, person: PersonId) -> PermitView | None:
        now = self._clock.now()

        def gather(tx: Tx) -> PermitView | None:
            return self._viewer.permit(tx, permit, person, purpose=None, now=now, seal=lambda _: "", page=None)

        return await self._writer.submit(gather)


def _context(view: PermitView) -> dict[str, Any]:
    permit = view.permit
    card = permit_card(view)
    return {
        "card": card,
        "number": permit.id,
        "what": permit.what,
        "law": permit.law,
        "grade_why": f"{permit.law.grade_why}（{permit.law.grade_clause}）",
        "signatures": [
            (next(node.label for node in permit.law.chain if node.key == one.node), view.name(one.person), one.opinion,
             words.day(one.at, view.zone), words.clock(one.at, view.zone), _strength(one.proof is not None))
            for one in permit.signatures
        ],
        "measures": [
            (measure.no, measure.label, permit.measures.get(measure.no)) for measure in permit.law.measures
        ],
        "open": [finding_line(one) for one in view.findings if one.verdict is not Verdict.PASS],
        "names": view.names,
        "qr": svg(permit_code(permit.id)),
    }  # fmt: skip


def _strength(proven: bool) -> str:
    return words.PROVEN if proven else words.SESSION_ONLY


def _sorry(request: web.Request, status: int, text: str) -> web.StreamResponse:
    return _page(request, "sorry.html", {"text": text}, status)


def _page(request: web.Request, template: str, context: dict[str, Any], status: int) -> web.Response:
    answer = aiohttp_jinja2.render_template(template, request, context, status=status)
    answer.headers.update(_HEADERS)
    return answer
