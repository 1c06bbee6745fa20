"""The key pages served over a real socket for an office at some stage, and a browser with a pretended phone in it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import BrowserContext, CDPSession, Page, async_playwright

from bot.proofs.install import install_key_pages
from bot.web.outside import OutsidePages
from bot.web.pages import Login, Pages
from bot.web.session import seal_session
from cards.buttons import Action
from handlers.office import Office
from handlers.outgoing import Answer
from handlers.views import Viewer
from storage.media import MediaFiles
from tests.support.clock import FakeEntropy
from tests.support.hot_work import NUMBER, SAFETY
from tests.support.office import SECRET, Rows, World
from workflow.ids import PersonId
from workflow.keys import KeyRing
from workflow.rules.types import Grade
from workflow.values import ProofMethod

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class WorldClock:
    """The office's clock, for the pages."""

    world: World

    def now(self) -> datetime:
        return self.world.now


@dataclass(slots=True)
class KeySite:
    """An office whose keys work, and its address."""

    base: str
    world: World
    app: web.Application
    codes: dict[str, PersonId | None] = field(default_factory=dict)
    """What the platform's one-time codes mean."""

    def cookie(self, person: PersonId, *, key: bytes = SECRET) -> dict[str, str]:
        """The session of somebody who signed in."""
        return {"Cookie": f"ptw_session={seal_session(person, key=key, now=self.world.now)}"}

    async def ring(self, person: PersonId) -> KeyRing:
        return await self.world.writer.submit(lambda tx: tx.load(self.world.house.keys, person)[0])

    async def key_link(self, name: str, officer: PersonId = SAFETY) -> str:
        """An officer opens a window; the address the person's phone scans."""
        rows = await self.world.says(officer, f"登记钥匙 {name}")
        (said,) = (one for one in rows.of(Answer, officer) if one.key == "key_window")
        return said.args["link"].removesuffix("/code")

    async def sign_link(self, person: PersonId, step: str) -> str:
        """The person taps 同意; the address of the decision."""
        return self._link(await self.world.taps(person, Action.APPROVE, NUMBER, step), person)

    async def work_link(self, person: PersonId, action: Action, role: str) -> str:
        """The person taps the button of a start, resume or acceptance; the address of the decision."""
        return self._link(await self.world.taps(person, action, NUMBER, role), person)

    @staticmethod
    def _link(rows: Rows, person: PersonId) -> str:
        (said,) = (one for one in rows.of(Answer, person) if one.key in {"key_sign", "key_sign_work"})
        return said.args["link"]

    def asks(self, **proofs: ProofMethod) -> None:
        """From now on the chat asks these proofs, by node or step; the pages keep the house they began with."""
        asking(self.world, **proofs)
        self.world.office._house = self.world.house


def asking(world: World, **proofs: ProofMethod) -> None:
    """Let the plant ask these proofs, by node or step."""
    book = world.house.book
    asked: dict[tuple[str, Grade | None], ProofMethod] = dict(book.plant.proofs)
    asked |= {(step, None): method for step, method in proofs.items()}
    world.house = replace(world.house, book=replace(book, plant=replace(book.plant, proofs=asked)))


SERVED = frozenset({"wecom", "dingtalk"})
CHEAP = 16
"""What a try of a PIN costs in tests."""


@asynccontextmanager
async def key_site(world: World, folder: Path) -> AsyncIterator[KeySite]:
    """Serve the pages of an office under a name browsers allow keys for; those for PINs where its plant has such."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    base = f"http://localhost:{door.getsockname()[1]}"
    world.house = replace(world.house, key_pages=base)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    viewer, clock, entropy = Viewer(house=world.house), WorldClock(world), FakeEntropy()
    app = web.Application()
    tools: dict[str, Any] = {"writer": world.writer, "clock": clock, "entropy": entropy, "key": SECRET}

    async def who(code: str) -> PersonId | None:
        return made.codes.pop(code, None)

    pages = Pages(
        **tools,
        viewer=viewer,
        media=MediaFiles(folder),
        public_url=base,
        login=Login(link=lambda back, state: f"https://login.example/?back={back}&state={state}", who=who),
    )
    pages.install(app)
    install_key_pages(app, pages, **tools, viewer=viewer, served=SERVED, cost=CHEAP)
    OutsidePages(**tools, house=world.house, public_url=base).install(app)
    made = KeySite(base=base, world=world, app=app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield made
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Phone:
    """A browser with an authenticator whose finger, keys and counters a test holds in its hand."""

    page: Page
    cdp: CDPSession
    authenticator: str

    async def finger(self, *, right: bool) -> None:
        await self._ask("setUserVerified", isUserVerified=right)

    async def keys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self._ask("getCredentials"))["credentials"]
        return found

    async def copy_of(self, key: dict[str, Any], *, counter: int) -> None:
        """The key as a thief has it: the same secret, its counter as it was when it was copied."""
        await self._ask("removeCredential", credentialId=key["credentialId"])
        await self._ask("addCredential", credential=key | {"signCount": counter})

    async def press(self, link: str) -> str:
        """Open a page and press its button; what the page says at the end."""
        await self.page.goto(link)
        return await self.go()

    async def go(self) -> str:
        asking = await self.page.locator("[data-asking]").get_attribute("data-asking")
        await self.page.locator("#go").click()
        await self.page.wait_for_function(
            "asking => { const said = document.getElementById('told').textContent; return said && said !== asking; }",
            arg=asking,
        )
        return await self.page.locator("#told").inner_text()

    async def _ask(self, what: str, **given: Any) -> dict[str, Any]:
        told: dict[str, Any] = await self.cdp.send(f"WebAuthn.{what}", {"authenticatorId": self.authenticator, **given})
        return told


@asynccontextmanager
async def browsing() -> AsyncIterator[BrowserContext]:
    """A browser as wide as a phone."""
    async with async_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield await browser.new_context(viewport={"width": 390, "height": 844}, user_agent="Linux; Android 14")
        await browser.close()


@asynccontextmanager
async def phone(*, able: bool = True) -> AsyncIterator[Phone]:
    """A phone's screen, 390 px wide. Without being ``able`` it is the chat's own browser: it knows no keys."""
    async with browsing() as context:
        page = await context.new_page()
        if not able:
            await page.add_init_script("delete window.PublicKeyCredential")
        yield await pretended(page)


async def pretended(page: Page) -> Phone:
    """A page of a browser that has a finger and a place for keys."""
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Phone(page=page, cdp=cdp, authenticator=made["authenticatorId"])
