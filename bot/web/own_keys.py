"""One's own keys: which phones sign, since when, when last; and giving up the one that was lost, in two taps.

Behind the login of the other pages. A key ends here and never begins: who could enrol from a stolen chat would have
better proof than the chat itself.
"""

from __future__ import annotations

import hmac
from datetime import datetime, tzinfo
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.web.pages import HEADERS, Pages
from bot.web.posted import from_own_form
from bot.web.session import NoSession
from cards import words
from cards import words_keys as say
from cards.links import form_token
from handlers.keys import OWN_KEYS
from handlers.lost_keys import Own, lose, own, tag_of
from handlers.views import Viewer
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.keys import Stage

OWN_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'"),
    # Not ``no-referrer``: under that browsers hide where a form was posted from, and we ask for it.
    "Referrer-Policy": "same-origin",
}
_CAUSE_BYTES = 12

log = get_logger("own_keys")


class OwnKeyPages:
    """Routes for one site."""

    def __init__(
        self,
        pages: Pages,
        *,
        writer: Writer,
        viewer: Viewer,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
    ) -> None:
        self._pages = pages
        self._writer = writer
        self._house = viewer.house
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._public_url = public_url

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(OWN_KEYS, self._look), web.post(f"{OWN_KEYS}/lost", self._lost)])

    async def _look(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, OWN_KEYS)
        found = await self._writer.submit(lambda tx: own(tx, self._house, person))
        if found is None:
            return _page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        told = _told(found, self._house.zone) | {"form": self._token(request, person)}
        return _page(request, "own_keys.html", told | {"asked": request.query.get("lost", "")})

    async def _lost(self, request: web.Request) -> web.Response:
        """The second tap. Whatever is not from our own form in this very session changes nothing."""
        try:
            person = self._pages.person(request)
        except NoSession:
            return _page(request, "sorry.html", {"text": say.POSTED_ODD}, 403)
        if not from_own_form(request, self._public_url):
            return _page(request, "sorry.html", {"text": say.POSTED_ODD}, 403)
        sent = await request.post()
        form, tag = sent.get("form"), sent.get("key")
        if not isinstance(form, str) or not isinstance(tag, str) or not self._same(form, request, person):
            return _page(request, "sorry.html", {"text": say.POSTED_ODD}, 403)
        cause, now = f"own-keys:{self._entropy.take(_CAUSE_BYTES).hex()}", self._clock.now()
        await self._writer.submit(lambda tx: lose(tx, self._house, person, tag, cause=cause, now=now))
        log.info("keys.lost", person=person)
        return web.Response(status=303, headers={**OWN_HEADERS, "Location": OWN_KEYS})

    def _token(self, request: web.Request, person: PersonId) -> str:
        return form_token(f"own-keys:{person}", self._pages.cookie(request), secret=self._key)

    def _same(self, form: str, request: web.Request, person: PersonId) -> bool:
        return hmac.compare_digest(form.encode(), self._token(request, person).encode())


def _told(found: Own, zone: tzinfo) -> dict[str, Any]:
    shown = []
    for key, officer in found.keys:
        tone, stage = say.OWN_STAGE[key.stage]
        shown.append(
            {
                "tag": tag_of(key),
                "device": key.device,
                "tone": tone,
                "stage": stage,
                "enrolled": say.ENROLLED_BY.format(officer=officer, **_when(key.enrolled_at, zone)),
                "used": say.NEVER_USED if key.used_at is None else say.USED.format(**_when(key.used_at, zone)),
                "may_lose": key.stage is not Stage.REVOKED,
            }
        )
    return {"person": found.name, "keys": shown}


def _when(at: datetime, zone: tzinfo) -> dict[str, str]:
    return {"day": words.day(at, zone), "clock": words.clock(at, zone)}


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told | {"say": say}, status=status)
    page.headers.update(OWN_HEADERS)
    return page
