"""Choosing an offline PIN, in front of an officer: by a one-time link on the person's own phone."""

from __future__ import annotations

from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.proofs.pin import Vault
from bot.web.forms import Forms
from bot.web.outside import HEADERS
from cards import words_pins as say
from cards.pictures.qr import svg
from cards.refusal import finding_line
from handlers import pins
from handlers.house import House
from handlers.keyed import End, Opened
from storage.writer import Writer
from workflow.pins import too_plain

_TOKEN: Final = "{token:[A-Za-z0-9_-]{43}}"
COOKIE: Final = "ptw_pin"

log = get_logger("pins")


class PinPages:
    """Routes for one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        house: House,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
        vault: Vault,
    ) -> None:
        self._writer = writer
        self._house = house
        self._clock = clock
        self._entropy = entropy
        self._vault = vault
        self._public_url = public_url
        self._forms = Forms(COOKIE, key, entropy, public_url)

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes(
            [
                web.get(f"/pin/{_TOKEN}", self._look),
                web.get(f"/pin/{_TOKEN}/code", self._code),
                web.post(f"/pin/{_TOKEN}", self._enrol),
            ]
        )

    async def _opened(self, request: web.Request) -> Opened | None:
        token, now = request.match_info["token"], self._clock.now()
        return await self._writer.submit(lambda tx: pins.look(tx, self._house, token, now))

    async def _code(self, request: web.Request) -> web.Response:
        """What the officer shows: the code of the page, for the person's own phone."""
        opened = await self._opened(request)
        if opened is None:
            return _page(request, "sorry.html", {"text": say.ENROL_GONE}, 410)
        address = f"{self._public_url}/pin/{request.match_info['token']}"
        return _page(request, "code.html", {"person": opened.person.name, "code": svg(address), "title": "登记离线码"})

    async def _look(self, request: web.Request) -> web.Response:
        return await self._shown(request, "", 200)

    async def _shown(self, request: web.Request, wrong: str, status: int) -> web.Response:
        opened = await self._opened(request)
        if opened is None:
            return _page(request, "sorry.html", {"text": say.ENROL_GONE}, 410)
        browser = self._forms.browser(request)
        told = {"person": opened.person.name, "wrong": wrong, "form": self._forms.token(request.path, browser)}
        answer = _page(request, "pin.html", told, status)
        self._forms.keep(answer, request, browser)
        return answer

    async def _enrol(self, request: web.Request) -> web.Response:
        sent = await self._forms.given(request, request.path)
        if sent is None:
            return _page(request, "sorry.html", {"text": say.ODD}, 403)
        pin, token = sent.get("pin", ""), request.match_info["token"]
        if pin != sent.get("again"):
            return await self._shown(request, say.UNLIKE, 409)
        if too_plain(pin):
            return await self._shown(request, say.PLAIN, 409)
        if await self._opened(request) is None:
            return _page(request, "sorry.html", {"text": say.ENROL_GONE}, 410)
        secret = await self._vault.seal(pin, 0)
        cause, now = f"pin:{self._entropy.take(12).hex()}", self._clock.now()
        outcome = await self._writer.submit(lambda tx: pins.enrol(tx, self._house, token, secret, cause=cause, now=now))
        log.info("pins.enrolled", result=outcome.end.value)
        if outcome.end is End.SIGNED:
            return _page(request, "sorry.html", {"text": say.ENROLLED})
        reasons = "\n".join(finding_line(one) for one in outcome.findings) or say.ENROL_GONE
        return _page(request, "sorry.html", {"text": reasons}, 410)


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(HEADERS)
    return page
