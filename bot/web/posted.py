"""What a script on a page of ours posts: JSON of a modest size, and nothing that came from somebody else's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from cards import words_keys as say
from hardware_bridge.body import whole

MAX_BODY: Final = 16 << 10
"""Bytes of what a browser sends back; a large key's answer has three thousand."""
Take = Callable[[str, object, web.Request], Awaitable[dict[str, Any]]]
"""(token of the link, what was posted, the request) → what the page is told."""


def from_own_form(request: web.Request, public_url: str) -> bool:
    """Whether a page of ours under this address posts a form; that page's ``Referrer-Policy`` is ``same-origin``."""
    parts = urlsplit(public_url)
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    form = request.content_type == "application/x-www-form-urlencoded"
    return form and request.headers.get("Origin") == f"{parts.scheme}://{parts.netloc}" and site == "same-origin"


class Posted:
    """Makes handlers for posts of our own pages at ``origin``; ``headers`` go with every answer.

    Without an origin a program of the phone may post, too: for what carries its own proof and rides on no cookie.
    """

    def __init__(self, origin: str | None, headers: Mapping[str, str]) -> None:
        self._origin = origin
        self._headers = dict(headers)

    def json(self, take: Take) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Only our own page posts here, and only JSON: a form of somebody else's site can send neither."""

        async def posted(request: web.Request) -> web.Response:
            if self._foreign(request) or request.content_type != "application/json":
                return self._said({"ok": False, "text": say.TROUBLE}, 403)
            body = await whole(request.content, MAX_BODY)
            if body is None:
                return self._said({"ok": False, "text": say.TROUBLE}, 413)
            try:
                given = msgspec.json.decode(body)
            except msgspec.DecodeError:
                return self._said({"ok": False, "text": say.TROUBLE}, 400)
            return self._said(await take(request.match_info["token"], given, request))

        return posted

    def _foreign(self, request: web.Request) -> bool:
        return self._origin is not None and request.headers.get("Origin") != self._origin

    def _said(self, told: dict[str, Any], status: int = 200) -> web.Response:
        return web.json_response(told, status=status, headers=self._headers)
