"""The page of a one-time link: for people without an account, on any phone (docs/adr/0115).

What a stranger with the address learns is that a code is wanted, and nothing else. The code makes a new secret for this
phone, in a cookie no script reads and no other site's request carries; every post proves that it comes from a form of
ours in this very browser. Looking changes nothing, so whatever previews links may do so. The way back is always the
link's own address: nothing the visitor sends says where to go.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.web.templates import KEPT, LOADER
from cards import words, words_links
from cards.links import MAX_BYTES, ForeignLink, Ticket, form_token, is_code, unseal
from handlers import outside
from handlers.house import House
from handlers.outside import Act, Seen, Standing, Visit
from storage.writer import Writer
from workflow.findings import Finding

COOKIE, START = "ptw_link", "ptw_link_start"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not ``no-referrer``: under that browsers hide where a form was posted from, and we ask for it.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_SECRET = 32
_LONGEST_SECRET = 128
_POSTS = 12
"""So many posts of one link a minute."""
_MINUTE = timedelta(minutes=1)
_WATCHED = 1000
_ERRORS = {words_links.LINK_OVER: 410, words_links.LINK_ODD: 403, words_links.LINK_SLOW: 429}


class Sluice:
    """Lets so many posts of one link through in a minute; links longest unseen are forgotten first."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def lets(self, link: str, now: datetime) -> bool:
        """Whether one more may pass now; if so it is counted."""
        times = self._seen.setdefault(link, deque())
        self._seen.move_to_end(link)
        while times and now - times[0] >= _MINUTE:
            times.popleft()
        while len(self._seen) > _WATCHED:
            self._seen.popitem(last=False)
        if len(times) >= _POSTS:
            return False
        times.append(now)
        return True


class OutsidePages:
    """Routes of one-time links, for one site."""

    def __init__(
        self, *, writer: Writer, house: House, clock: Clock, entropy: Entropy, key: bytes, public_url: str
    ) -> None:
        self._writer = writer
        self._house = house
        self._clock = clock
        self._entropy = entropy
        self._key = key
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._secure = parts.scheme == "https"
        prefix = "__Host-" if self._secure else ""
        self._cookie, self._start = prefix + COOKIE, prefix + START
        self._sluice = Sluice()

    def install(self, app: web.Application) -> None:
        """Add the routes and templates to an application."""
        aiohttp_jinja2.setup(app, loader=LOADER, bytecode_cache=KEPT, autoescape=True, app_key=_JINJA)
        app.add_routes([web.get("/v/{token}", self._look), web.post("/v/{token}", self._post)])
        app.add_routes([web.get("/v/looks/page.css", self._looks)])

    @staticmethod
    async def _looks(_: web.Request) -> web.Response:
        text = (Path(__file__).parent / "static" / "page.css").read_text("utf-8")
        return web.Response(text=text, content_type="text/css", headers={"X-Content-Type-Options": "nosniff"})

    # -- looking ------------------------------------------------------------------------------------------------

    async def _look(self, request: web.Request) -> web.StreamResponse:
        ticket = self._ticket(request)
        if ticket is None:
            return self._sorry(request, words_links.LINK_OVER)
        return await self._shown(request, ticket)

    async def _shown(
        self, request: web.Request, ticket: Ticket, *, wrong: bool = False, findings: tuple[Finding, ...] = ()
    ) -> web.StreamResponse:
        """The page as this phone may see it now."""
        visit = self._visit(request, ticket)
        seen = await self._writer.submit(lambda tx: outside.look(tx, self._house, visit))
        match seen.standing:
            case Standing.OVER:
                return self._sorry(request, words_links.LINK_OVER)
            case Standing.WANTS_CODE:
                return self._code_page(request, ticket, seen, wrong=wrong)
            case Standing.MINE:
                told = essence(seen) | {
                    "findings": [f"{one.fact}。{one.cure}" if one.cure else one.fact for one in findings],
                    "form": form_token(ticket.link, self._held(request), secret=self._key),
                }
                return self._page(request, "outside.html", told, 409 if findings else 200)

    def _code_page(self, request: web.Request, ticket: Ticket, seen: Seen, *, wrong: bool) -> web.Response:
        browser = request.cookies.get(self._start, "")
        fresh = not 0 < len(browser) <= _LONGEST_SECRET
        if fresh:
            browser = self._entropy.take(_SECRET).hex()
        told = {
            "wrong": words_links.LINK_WRONG.format(left=seen.left) if wrong else "",
            "form": form_token(ticket.link, browser, secret=self._key),
        }
        answer = self._page(request, "outside_code.html", told, 403 if wrong else 200)
        if fresh:
            self._set(answer, self._start, browser, self._left(ticket.ends))
        return answer

    # -- doing --------------------------------------------------------------------------------------------------

    async def _post(self, request: web.Request) -> web.StreamResponse:
        ticket = self._ticket(request)
        if ticket is None:
            return self._sorry(request, words_links.LINK_OVER)
        if not self._ours(request):
            return self._sorry(request, words_links.LINK_ODD)
        if not self._sluice.lets(ticket.link, self._clock.now()):
            return self._sorry(request, words_links.LINK_SLOW)
        sent = await request.post()
        said = {name: value for name, value in sent.items() if isinstance(value, str)}
        if said.get("do") == "code":
            return await self._typed(request, ticket, said)
        return await self._acted(request, ticket, said)

    async def _typed(self, request: web.Request, ticket: Ticket, said: Mapping[str, str]) -> web.StreamResponse:
        if not self._from_our_form(said, ticket, request.cookies.get(self._start, "")):
            return self._sorry(request, words_links.LINK_ODD)
        secret = self._entropy.take(_SECRET).hex()
        right = is_code(said.get("code", ""), ticket.link, secret=self._key)
        visit = self._visit(request, ticket)
        work = partial(
            outside.type_code, house=self._house, visit=visit, right=right, phone=_digest(secret), cause=self._cause()
        )
        if not await self._writer.submit(work):
            return await self._shown(request, ticket, wrong=True)
        answer = self._back(request)
        lives = self._house.book.plant.vouching.link_lives
        self._set(answer, self._cookie, secret, int(lives.total_seconds()))
        self._drop(answer, self._start)
        return answer

    async def _acted(self, request: web.Request, ticket: Ticket, said: Mapping[str, str]) -> web.StreamResponse:
        wanted = next((one for one in Act if one.value == said.get("do")), None)
        if wanted is None or not self._from_our_form(said, ticket, self._held(request)):
            return self._sorry(request, words_links.LINK_ODD)
        visit = self._visit(request, ticket)
        work = partial(
            outside.act, house=self._house, visit=visit, what=wanted, text=said.get("why", ""), cause=self._cause()
        )
        findings = await self._writer.submit(work)
        if findings is None:
            return self._sorry(request, words_links.LINK_OVER)
        return await self._shown(request, ticket, findings=findings) if findings else self._back(request)

    # -- who is asking ------------------------------------------------------------------------------------------

    def _ticket(self, request: web.Request) -> Ticket | None:
        """What the address says; None for one that is not ours."""
        token = request.match_info["token"]
        try:
            return unseal(token, secret=self._key) if len(token) <= MAX_BYTES else None
        except ForeignLink:
            return None

    def _held(self, request: web.Request) -> str:
        """The secret of this phone, empty when it has none."""
        secret = request.cookies.get(self._cookie, "")
        return secret if len(secret) <= _LONGEST_SECRET else ""

    def _visit(self, request: web.Request, ticket: Ticket) -> Visit:
        secret = self._held(request)
        return Visit(ticket=ticket, phone=_digest(secret) if secret else "", now=self._clock.now())

    def _ours(self, request: web.Request) -> bool:
        """Browsers say where a post comes from; one from elsewhere is refused before anything is read."""
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        form = request.content_type == "application/x-www-form-urlencoded"
        return form and origin in (None, self._origin) and site == "same-origin"

    def _from_our_form(self, said: Mapping[str, str], ticket: Ticket, browser: str) -> bool:
        expected = form_token(ticket.link, browser, secret=self._key)
        return bool(browser) and _same(said.get("form", ""), expected)

    def _cause(self) -> str:
        return f"link:{self._entropy.take(12).hex()}"

    # -- answers ------------------------------------------------------------------------------------------------

    def _left(self, ends: datetime) -> int:
        return max(1, int((ends - self._clock.now()).total_seconds()))

    def _set(self, answer: web.Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Strict", secure=self._secure, path="/")

    def _drop(self, answer: web.Response, name: str) -> None:
        answer.del_cookie(name, path="/", secure=self._secure, httponly=True, samesite="Strict")

    def _back(self, request: web.Request) -> web.Response:
        """To the link's own page: the path that was asked, which is signed."""
        return web.Response(status=303, headers={**HEADERS, "Location": f"/v/{request.match_info['token']}"})

    def _sorry(self, request: web.Request, text: str) -> web.Response:
        return self._page(request, "outside_sorry.html", {"text": text}, _ERRORS[text])

    def _page(self, request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
        page = aiohttp_jinja2.render_template(template, request, told, status=status, app_key=_JINJA)
        page.headers.update(HEADERS)
        return page


_JINJA: web.AppKey[jinja2.Environment] = web.AppKey("outside_templates", jinja2.Environment)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def essence(seen: Seen) -> dict[str, Any]:
    """What somebody must know before he signs: what, where, when, with whom, and every measure. Plain values."""
    view, link = seen.view, seen.link
    if view is None or link is None:
        raise LookupError("only who holds the link sees the permit")
    permit, content = view.permit, view.permit.what
    signed = link.person in permit.briefed
    return {
        "number": permit.id,
        "title": words.work_name(content.work, permit.law.grade),
        "status": words.STATUS[permit.status],
        "who": view.name(link.person),
        "voucher": seen.voucher,
        "strength": words_links.VOUCHED.format(name=seen.voucher),
        "facts": (
            ("作业点", f"{view.area_name} {content.place}"),
            ("干什么", content.task),
            ("时间", words.stretch(content.planned, view.zone)),
            ("负责人", view.name(permit.leader)),
            ("监护人", view.name(permit.guardian)),
        ),
        "jsa": permit.jsa or "",
        "measures": [
            (one.no, one.label) for one in permit.law.measures
            if (state := permit.measures.get(one.no)) is not None and state.involved
        ],
        "signed": words_links.LINK_SIGNED if signed else "",
        "stopped": words_links.LINK_STOPPED if permit.suspension is not None and permit.live else "",
        "may_sign": outside.may_sign(seen),
        "may_stop": permit.live,
        "until": words.clock(link.ends, view.zone),
    }  # fmt: skip
