"""Plain forms on pages nobody signs in to: a secret of this browser in a cookie, and a token that only our form has.

No other site can post such a form: it knows neither the token nor, by its origin, is it ours. Looking changes nothing
but the cookie, and what the browser brings along is only ever a secret to itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from bot.clock import Entropy
from cards.links import form_token

_SECRET, _LONGEST = 32, 128
_LASTS = 1800
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Forms:
    """Forms of one kind of page at ``public_url``; ``name`` is their cookie's."""

    name: str
    key: bytes = field(repr=False)
    entropy: Entropy
    public_url: str

    @property
    def _origin(self) -> str:
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def _secure(self) -> bool:
        return self.public_url.startswith("https:")

    @property
    def _cookie(self) -> str:
        return f"__Host-{self.name}" if self._secure else self.name

    def browser(self, request: web.Request) -> str:
        """The secret of this browser; a new one where it has none."""
        given = request.cookies.get(self._cookie, "")
        return given if 0 < len(given) <= _LONGEST else self.entropy.take(_SECRET).hex()

    def token(self, scope: str, browser: str) -> str:
        """What the form of this page must bring back from this browser."""
        return form_token(scope, browser, secret=self.key)

    def keep(self, answer: web.Response, request: web.Request, browser: str) -> None:
        """Give the browser its secret, if it has not this one already."""
        if request.cookies.get(self._cookie) != browser:
            answer.set_cookie(
                self._cookie, browser, max_age=_LASTS, httponly=True, samesite="Strict", secure=self._secure, path="/"
            )

    async def given(self, request: web.Request, scope: str) -> Mapping[str, str] | None:
        """The fields of a form of ours from this very browser; None for any other post."""
        ours = request.headers.get("Origin") in (None, self._origin)
        if not ours or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return None
        if request.content_type != _FORM:
            return None
        sent = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        browser = request.cookies.get(self._cookie, "")
        expected = self.token(scope, browser)
        right = hmac.compare_digest(sent.get("form", "").encode(errors="replace"), expected.encode())
        return sent if right and 0 < len(browser) <= _LONGEST else None
