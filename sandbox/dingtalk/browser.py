"""The web view inside the client: unwraps DingTalk links, follows redirects, keeps cookies per person."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import aiohttp
from yarl import URL

USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 "
    "AliApp(DingTalk/8.0.0) com.alibaba.android.rimet Channel/227200 language/zh-CN"
)
_MOST_HOPS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a link led."""

    url: str
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


class Browser:
    """One session per person."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, str], aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Close all sessions."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def session(self, corp_id: str, userid: str) -> aiohttp.ClientSession:
        """Somebody's session, for what a page does by script."""
        key = (corp_id, userid)
        if key not in self._sessions:
            jar = aiohttp.CookieJar(unsafe=True)
            self._sessions[key] = aiohttp.ClientSession(cookie_jar=jar, headers={"User-Agent": USER_AGENT})
        return self._sessions[key]

    async def open(self, url: str, *, corp_id: str, userid: str) -> Page:
        """Open a page; raises ValueError for a DingTalk link that holds none."""
        address = URL(page_of(url), encoded=True)
        async with self.session(corp_id, userid).get(address, max_redirects=_MOST_HOPS) as response:
            body = await response.read()
            return Page(url=str(response.url), status=response.status, body=body, headers=dict(response.headers))


def page_of(url: str) -> str:
    """The page behind ``dingtalk://dingtalkclient/page/link?url=…`` and its like; other addresses as they are."""
    parts = urlsplit(url)
    if parts.scheme != "dingtalk":
        return url
    query = parse_qs(parts.query)
    found = query.get("url") or query.get("redirect_url")
    if not found:
        raise ValueError("the link leads to no page")
    return found[0]
