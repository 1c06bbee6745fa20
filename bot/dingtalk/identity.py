"""Who is at the page (免登), and how a page of ours is opened.

Inside DingTalk a page asks the client for a one-time code, and the code tells us who it is. Only a script on a page of
ours can ask: so signing in begins at such a page, which does nothing else, and comes back with ``code`` and ``state``
as every platform's login does. The code lives five minutes and works once; the state is bound to the browser by the
cookie of `bot.web.pages`.

The script of the platform comes from its own host, and only this one page lets it run.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.errors import DingTalkTrouble
from bot.dingtalk.sync import PLATFORM
from bot.web.pages import HEADERS, Login
from cards import words_dingtalk as words
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId

LOGIN_PATH: Final = "/dingtalk/login"
SCRIPT_PATH: Final = "/dingtalk/login.js"
SDK: Final = "https://g.alicdn.com/dingding/dingtalk-jsapi/3.0.25/dingtalk.open.js"
"""The platform's script. Its versions stay where they are."""
_STATE: Final = re.compile(r"[A-Za-z0-9]{1,128}")
_SCRIPT: Final = Path(__file__).with_name("login.js")
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>作业票</title>
<script src="{sdk}"></script>
<script src="{script}" defer></script>
</head>
<body><p id="login" data-corp="{corp}" data-client="{client}" data-back="{back}" data-state="{state}"
 data-elsewhere="{elsewhere}" data-failed="{failed}">{wait}</p></body>
</html>
"""


class PageLogin:
    """Signing in to our pages inside DingTalk. ``sdk``: where the platform's script is."""

    def __init__(
        self, client: DingTalkClient, writer: Writer, *, client_id: str, public_url: str, sdk: str = SDK
    ) -> None:
        self._client = client
        self._writer = writer
        self._client_id = client_id
        self._public_url = public_url.rstrip("/")
        self._sdk = sdk

    def login(self) -> Login:
        """For `bot.web.pages.Pages`."""
        return Login(link=self.link, who=self.who)

    def routes(self) -> tuple[web.RouteDef, ...]:
        """The page that asks the client for a code, and its script."""
        return (web.get(LOGIN_PATH, self._page), web.get(SCRIPT_PATH, self._script))

    def link(self, back: str, state: str) -> str:
        """Where signing in begins. Raise `ValueError` for a way back to another host, or an odd state."""
        if not _STATE.fullmatch(state):
            raise ValueError("a state is 1 to 128 letters and digits")
        if not back.startswith(f"{self._public_url}/"):
            raise ValueError("the way back leads to another host")
        return f"{self._public_url}{LOGIN_PATH}?{urlencode({'state': state, 'back': urlsplit(back).path})}"

    async def who(self, code: str) -> PersonId | None:
        """The person behind a code; None for a code that does not hold and for whom we do not know."""
        try:
            visitor = await self._client.visitor(code)
        except DingTalkTrouble:
            return None

        def find(tx: Tx) -> PersonId | None:
            person = tx.person_by_account(PLATFORM, str(self._client.corp_id), visitor.userid)
            return person.id if person is not None and person.active else None

        return await self._writer.submit(find)

    async def _page(self, request: web.Request) -> web.Response:
        state, back = request.query.get("state", ""), request.query.get("back", "")
        # A path of ours and nothing that a browser could read as another host.
        if not _STATE.fullmatch(state) or not re.fullmatch(r"(?:/[A-Za-z0-9_-]+)+", back):
            raise web.HTTPNotFound(headers=HEADERS)
        told = {
            "sdk": self._sdk,
            "script": SCRIPT_PATH,
            "corp": str(self._client.corp_id),
            "client": self._client_id,
            "back": back,
            "state": state,
            "wait": words.LOGIN_WAIT,
            "elsewhere": words.LOGIN_ELSEWHERE,
            "failed": words.LOGIN_FAILED,
        }
        page = _PAGE.format_map({name: html.escape(text) for name, text in told.items()})
        return web.Response(text=page, content_type="text/html", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        """As on every page of ours, but for the two scripts. The client's bridge is a frame of its own schemes."""
        parts = urlsplit(self._sdk)
        policy = (
            f"default-src 'none'; script-src 'self' {parts.scheme}://{parts.netloc}; "
            "frame-src dingtalk: wvjbscheme: nativeapi:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return HEADERS | {"Content-Security-Policy": policy}

    @staticmethod
    async def _script(_: web.Request) -> web.Response:
        return web.Response(text=_SCRIPT.read_text("utf-8"), content_type="text/javascript", headers=HEADERS)
