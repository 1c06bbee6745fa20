"""Pages of the rungs where a service outside the house sees the person: begin, come back, ask what was seen.

They hang below the page of the decision and share its one-time link. The way back carries what the service added to the
address; it is never read, and coming back decides nothing: the page then asks our server, and our server the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.proofs.ladder import Asked, NothingYet, Plug, Unavailable, Unproven
from bot.web.access import concerned
from bot.web.pages import HEADERS
from bot.web.posted import Posted
from cards import words_keys, words_rungs
from cards.pictures.qr import svg
from cards.refusal import finding_line
from handlers import confirming
from handlers.confirming import Shut, UnderWay
from handlers.keyed import End, Outcome, look_to_sign
from handlers.rungs import offers
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.decision import NONCE_BYTES
from workflow.values import ProofMethod

_BELOW: Final = "/sign/{token:[A-Za-z0-9_-]{43}}/by/"
_SHUT: Final = {Shut.GONE: words_keys.GONE, Shut.BUSY: words_rungs.BUSY, Shut.JUST_OVER: words_rungs.JUST_OVER}
_CONSENT: Final = {
    ProofMethod.VENDOR_FACE: words_rungs.CONSENT,
    ProofMethod.PLATFORM_LIVE_CHECK: words_rungs.CONSENT_LIVE,
    ProofMethod.WECHAT_SOTER: words_rungs.CONSENT_SOTER,
}

log = get_logger("rungs")


class RungPages:
    """Routes of one site's rungs."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        clock: Clock,
        entropy: Entropy,
        public_url: str,
        plugs: Sequence[Plug],
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._house = viewer.house
        self._clock = clock
        self._entropy = entropy
        parts = urlsplit(public_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._plugs = tuple(plugs)

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        for plug in self._plugs:
            pages = _OnePlug(self, plug)
            own = Posted(None if plug.posted_by_phone else self._origin, headers_of(plug))
            app.add_routes(
                [
                    web.get(f"{_BELOW}{plug.way}", pages.show),
                    web.get(f"{_BELOW}{plug.way}/back", pages.show_back),
                    web.post(f"{_BELOW}{plug.way}/begin", own.json(pages.begin)),
                    web.post(f"{_BELOW}{plug.way}/finish", own.json(pages.finish)),
                ]
            )


class _OnePlug:
    """The pages of one rung."""

    def __init__(self, pages: RungPages, plug: Plug) -> None:
        self._writer = pages._writer
        self._house = pages._house
        self._viewer = pages._viewer
        self._clock = pages._clock
        self._entropy = pages._entropy
        self._origin = pages._origin
        self._plug = plug

    async def show(self, request: web.Request) -> web.Response:
        """Who, for what, what it does not show, and the button that begins. Looking changes nothing."""
        return await self._page(request, back=False)

    async def show_back(self, request: web.Request) -> web.Response:
        """Where the service sends the browser; its page asks our server by itself."""
        return await self._page(request, back=True)

    async def _page(self, request: web.Request, *, back: bool) -> web.Response:
        token, now = request.match_info["token"], self._clock.now()

        def gather(tx: Tx) -> dict[str, Any] | None:
            opened = look_to_sign(tx, self._house, token, now)
            if opened is None:
                return None
            view = self._viewer.permit(
                tx, opened.permit, opened.person.id, purpose=None, now=now, seal=lambda _: "", page=None
            )
            rung = confirming.rung_of(tx, self._house, opened, self._plug.way)
            if view is None or not concerned(view) or rung is None:
                return None
            (mine,) = offers(tx, (rung,), opened.person.id, key=False)
            return {"person": opened.person.name, "number": opened.permit, "offer": mine}

        told = await self._writer.submit(gather)
        headers = headers_of(self._plug)
        if told is None:
            return _rendered(request, "sorry.html", {"text": words_keys.GONE}, headers, 410)
        told |= {
            "say": words_rungs,
            "trouble": words_keys.TROUBLE,
            "consent": _CONSENT[self._plug.method],
            "here": f"/sign/{token}/by/{self._plug.way}",
            "up": f"/sign/{token}",
            "back": back,
            "scripts": self._plug.scripts,
            "code": svg(f"{self._origin}/sign/{token}/by/{self._plug.way}") if self._plug.posted_by_phone else "",
        }
        return _rendered(request, "rung.html", told, headers, 200)

    async def begin(self, token: str, _: object, _request: web.Request) -> dict[str, Any]:
        """Open the attempt, then the service; what the browser does next."""
        nonce, now, way = self._entropy.take(NONCE_BYTES), self._clock.now(), self._plug.way
        begun = await self._writer.submit(
            lambda tx: confirming.begin(tx, self._house, token, way=way, nonce=nonce, now=now)
        )
        if isinstance(begun, Shut):
            return _no(_SHUT[begun])
        try:
            opened = await self._plug.begin(self._asked(begun, token))
        except Unavailable as trouble:
            return self._out(trouble)
        if opened.reference is not None:
            number = opened.reference
            if not await self._writer.submit(lambda tx: confirming.keep_number(tx, begun.attempt, number)):
                return _no(words_keys.GONE)
        log.info("rungs.begun", way=way, permit_id=begun.opened.permit)
        return {"ok": True, "go": opened.go, "call": dict(opened.call)}

    async def finish(self, token: str, given: object, _request: web.Request) -> dict[str, Any]:
        """Ask the service what it saw."""
        now, way = self._clock.now(), self._plug.way
        found = await self._writer.submit(lambda tx: confirming.under_way(tx, self._house, token, way, now))
        if found is None:
            return _no(words_keys.GONE)
        attempt = found.attempt.id
        try:
            seen = await self._plug.finish(self._asked(found, token), now, given)
        except NothingYet:
            return _no(words_rungs.NOTHING_YET) | {"again": True}
        except Unavailable as trouble:
            return self._out(trouble)
        except Unproven as no:
            why = no.why.value
            await self._writer.submit(
                lambda tx: confirming.give_up(tx, self._house, token, way=way, attempt=attempt, why=why, now=now)
            )
            log.warning("rungs.unproven", way=way, reason=why, permit_id=found.opened.permit)
            return _no(words_rungs.NOT_COUNTED.format(why=words_rungs.FAILED[why]))
        after = self._clock.now()
        outcome = await self._writer.submit(
            lambda tx: confirming.conclude(tx, self._house, token, way=way, attempt=attempt, seen=seen, now=after)
        )
        log.info("rungs.ended", way=way, result=outcome.end.value, permit_id=found.opened.permit)
        return _told(outcome)

    def _asked(self, found: UnderWay, token: str) -> Asked:
        one = found.attempt
        return Asked(
            person=found.opened.person.id,
            said=one.said,
            nonce=bytes.fromhex(one.id),
            begun_at=one.begun_at,
            page=f"{self._origin}/sign/{token}/by/{self._plug.way}",
            reference=one.reference,
        )

    def _out(self, trouble: Unavailable) -> dict[str, Any]:
        log.error("rungs.unavailable", way=self._plug.way, code=trouble.code)
        return _no(words_rungs.UNAVAILABLE) | {"again": True}


def headers_of(plug: Plug) -> dict[str, str]:
    """As on every page of ours, but for our own script, and the one of the chat where it has the looking done."""
    parts = urlsplit(plug.scripts)
    foreign = f" {parts.scheme}://{parts.netloc}; frame-src dingtalk: wvjbscheme: nativeapi:" if plug.scripts else ""
    policy = f"{HEADERS['Content-Security-Policy']}; connect-src 'self'; script-src 'self'{foreign}"
    return HEADERS | {"Content-Security-Policy": policy}


def _told(outcome: Outcome) -> dict[str, Any]:
    if outcome.end is End.SIGNED:
        return {"ok": True, "text": words_keys.SIGNED}
    if outcome.end is End.REFUSED:
        return _no("\n".join(finding_line(one) for one in outcome.findings))
    return _no(words_keys.GONE)


def _no(text: str) -> dict[str, Any]:
    return {"ok": False, "text": text}


def _rendered(
    request: web.Request, template: str, told: dict[str, Any], headers: dict[str, str], status: int
) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(headers)
    return page
