"""The browser inside the client: follows redirects, keeps cookies per member, and says who holds the phone."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from yarl import URL

from sandbox.wecom.authorize import HOLDER, Holder
from sandbox.wecom.world import World

_MOST_HOPS = 10
USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 "
    "wxwork/4.1.38 MicroMessenger/7.0.1 Language/zh"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where a link led. ``hops`` are all addresses on the way, the last one is ``url``."""

    url: str
    status: int
    body: bytes
    headers: dict[str, str]
    hops: tuple[str, ...]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")


class Browser:
    """One browser per member, each with cookies of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: dict[Holder, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Close all browsers."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def open(self, url: str, *, corpid: str, userid: str) -> Page:
        """Open a page; raises ValueError after too many redirects."""
        holder = Holder(corpid=corpid, userid=userid)
        session = self.session(holder)
        address = URL(url, encoded=True)
        hops: list[str] = []
        while len(hops) < _MOST_HOPS:
            hops.append(str(address))
            visited = self._named(address, holder)
            async with session.get(visited, allow_redirects=False) as response:
                body = await response.read()
                location = response.headers.get("Location", "")
                if response.status in (301, 302, 303, 307, 308) and location:
                    address = address.join(URL(location, encoded=True))
                    continue
                return Page(
                    url=str(address),
                    status=response.status,
                    body=body,
                    headers=dict(response.headers),
                    hops=tuple(hops),
                )
        raise ValueError(f"more than {_MOST_HOPS} redirects from {url}")

    def session(self, holder: Holder) -> aiohttp.ClientSession:
        """The member's browser, for pages that post something back."""
        if holder not in self._sessions:
            jar = aiohttp.CookieJar(unsafe=True)
            self._sessions[holder] = aiohttp.ClientSession(cookie_jar=jar, headers={"User-Agent": USER_AGENT})
        return self._sessions[holder]

    def _named(self, address: URL, holder: Holder) -> URL:
        base = self._world.base_url
        if base and str(address).startswith(f"{base}/connect/oauth2/authorize"):
            joint = "&" if address.raw_query_string else "?"
            return URL(f"{str(address).partition('#')[0]}{joint}{HOLDER}={holder}", encoded=True)
        return address
