"""The pages at the place, served over a real socket for an office at some stage, and what a phone posts to them."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.fetcher import Fetcher
from bot.platform import Platform
from bot.web.pages import Login, Pages
from bot.web.sdk import Sdk
from bot.web.session import seal_session
from bot.web.site import SitePages
from bot.web.site_gate import Ground
from bot.web.uploads import Uploads
from handlers.outgoing import Fetch
from handlers.views import Viewer
from storage.media import MediaFiles
from tests.support.clock import FakeEntropy
from tests.support.key_site import WorldClock
from tests.support.office import CORP, SECRET, SITE, World
from workflow.ids import PersonId

HC, PHONE = "HC-TK2-B1", "0533-5550119"
INSIDE = "Mozilla/5.0 (Linux; Android 14) Mobile wxwork/4.1.38"
_FORM = re.compile(r'data-form="([0-9a-f]{64})"')
_CRY = re.compile(r'data-cry="([^"]+)"')


class NoTicket(Exception):
    """The platform gives no ticket now."""


@dataclass(slots=True)
class Answered:
    """What the pages answered."""

    status: int
    text: str
    headers: Mapping[str, str]
    json: Any = None


@dataclass(slots=True)
class BoardSite:
    """An office, its pages, and everybody's browser."""

    world: World
    base: str
    uploads: Uploads
    fetcher: Fetcher
    codes: dict[str, PersonId] = field(default_factory=dict)
    tickets: bool = True
    count: int = 0

    def cookie(self, who: str) -> str:
        """The cookie of somebody who has signed in."""
        return f"ptw_session={seal_session(PersonId(who), key=SECRET, now=self.world.now)}"

    def id(self) -> str:
        """A new id, as a page makes them."""
        self.count += 1
        return f"{self.count:032x}"

    async def get(self, path: str, who: str | None = None, **headers: str) -> Answered:
        """Look at a page, following nothing."""
        return await self._ask("GET", path, who, headers, None)

    async def form(self, who: str, path: str = f"/site/{HC}") -> str:
        """The token of somebody's page."""
        found = _FORM.search((await self.get(path, who)).text)
        assert found is not None
        return found[1]

    async def cry(self, who: str, path: str = f"/site/{HC}") -> str:
        """What somebody's page was given to call a stop with."""
        found = _CRY.search((await self.get(path, who)).text)
        assert found is not None
        return found[1]

    async def post(
        self, path: str, who: str | None, body: bytes, *, form: str | None = None, kind: str = "application/json",
        **headers: str,
    ) -> Answered:  # fmt: skip
        """Post something, with the token of this person's page unless another is given."""
        if form is None:
            form = await self.form(who) if who is not None else ""
        more = {"X-Form": form, "Content-Type": kind, "Origin": self.base, **headers}
        return await self._ask("POST", path, who, more, body)

    async def do(self, who: str, kind: str, *, board: str = HC, key: str | None = None, **act: Any) -> Answered:
        """What the page's script posts."""
        body = json.dumps({"kind": kind, "id": key or self.id(), **act}).encode()
        return await self.post(f"/site/{board}/do", who, body)

    async def sends(self, who: str, data: bytes, upload: str, *, piece: int = 64 << 10) -> None:
        """The bytes of a photo, in pieces."""
        form = await self.form(who)
        for at in range(0, len(data), piece):
            path = f"/site/{HC}/up/{upload}?at={at}&of={len(data)}"
            answer = await self.post(path, who, data[at : at + piece], form=form, kind="application/octet-stream")
            assert answer.status == 200, answer.text

    async def fetches(self) -> int:
        """What the relay does with photos: have them looked at. How many there were."""
        wanted = (await self.world.rows()).of(Fetch)
        for one in wanted:
            await self.fetcher.fetch(one)
        return len(wanted)

    async def _ask(
        self, method: str, path: str, who: str | None, headers: Mapping[str, str], body: bytes | None
    ) -> Answered:
        sent = dict(headers) | ({"Cookie": self.cookie(who)} if who is not None else {})
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.base + path, data=body, headers=sent, allow_redirects=False) as answer,
        ):
            text = (await answer.read()).decode("utf-8", "replace")
            said = await answer.json() if answer.content_type == "application/json" else None
            return Answered(status=answer.status, text=text, headers=dict(answer.headers), json=said)


@asynccontextmanager
async def board_site(
    world: World, folder: Path, *, sdks: tuple[Sdk, ...] | None = None, agent: str = "wxwork", phone: str = PHONE
) -> AsyncIterator[BoardSite]:
    """Serve the pages."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{door.getsockname()[1]}"
    viewer, clock, entropy = Viewer(house=world.house), WorldClock(world), FakeEntropy()
    media, uploads = MediaFiles(folder / "media"), Uploads(folder / "incoming")
    nowhere: Platform = None  # type: ignore[assignment]  # nothing lies with a platform here
    fetcher = Fetcher(
        platform=nowhere, store=media, writer=world.writer, clock=clock, site=SITE, tell=world.office.handle,
        uploads=uploads,
    )  # fmt: skip
    made = BoardSite(world=world, base=base, uploads=uploads, fetcher=fetcher)

    async def who(code: str) -> PersonId | None:
        return made.codes.get(code)

    async def sign(url: str, nonce: str, at: datetime) -> dict[str, str | int]:
        if not made.tickets:
            raise NoTicket
        return {"corp": CORP, "nonce": nonce, "timestamp": int(at.timestamp()), "signature": f"signed:{url}"}

    own = Sdk(name="wecom", agent=agent, script=f"{base}/wx.js", sign=sign, trouble=NoTicket)
    pages = Pages(
        writer=world.writer, viewer=viewer, media=media, clock=clock, entropy=entropy, key=SECRET, public_url=base,
        login=Login(link=lambda back, state: f"https://login.example/?back={back}&state={state}", who=who,
                    agent="wxwork"),
    )  # fmt: skip
    ground = Ground(
        writer=world.writer, viewer=viewer, handle=world.office.handle, under_way=nullcontext, uploads=uploads,
        clock=clock, entropy=entropy, key=SECRET, public_url=base, reach={"wecom": CORP},
        sdks=(own,) if sdks is None else sdks, emergency_phone=phone,
    )  # fmt: skip
    app = web.Application(client_max_size=1 << 20)
    pages.install(app)
    SitePages(ground, pages).install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield made
    finally:
        await runner.cleanup()
