"""The key pages of a plant that lets people confirm by PIN while its chat is down; who has which PIN; the outage."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import aiohttp

from handlers import outages
from handlers.outgoing import Answer
from tests.support.hot_work import BOARD, SAFETY
from tests.support.key_site import SERVED, KeySite, key_site
from tests.support.office import World
from workflow.ids import PersonId
from workflow.outage import Outage
from workflow.pins import PinBook
from workflow.rules.plant_rules import Offline
from workflow.values import ProofMethod

CODE = BOARD.partition(":")[2]
AFTER = timedelta(minutes=10)
LETS = Offline(replaces=ProofMethod.PLATFORM_SESSION_AT_SITE, after=AFTER, tries=3)
_FORM = re.compile(r'name="form" value="([^"]+)"')


@dataclass(slots=True)
class OfflineSite:
    """The site, and a browser that keeps its cookies."""

    keys: KeySite
    browser: aiohttp.ClientSession
    pins: dict[PersonId, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.keys.world

    @property
    def place(self) -> str:
        return f"{self.keys.base}/offline/{CODE}"

    async def book(self, person: PersonId) -> PinBook:
        return await self.world.writer.submit(lambda tx: tx.load(self.world.house.pins, person)[0])

    async def outage(self) -> Outage:
        return await self.world.writer.submit(lambda tx: tx.load(self.world.house.outages, "wecom")[0])

    async def looks(self, *, down: Iterable[str] = (), unwatched: bool = False) -> None:
        """The watchdog looks, and finds these platforms down."""
        house, now, found = self.world.house, self.world.now, frozenset(down)
        await self.world.writer.submit(lambda tx: outages.note(tx, house, SERVED, found, unwatched=unwatched, now=now))

    async def goes_down(self, since: timedelta = AFTER) -> None:
        """The chat is lost, and so long passes."""
        await self.looks(down=SERVED)
        self.world.now += since

    async def pin_link(self, name: str, officer: PersonId = SAFETY) -> str:
        """An officer opens a window; the address the person's phone scans."""
        rows = await self.world.says(officer, f"登记离线码 {name}")
        (said,) = (one for one in rows.of(Answer, officer) if one.key == "pin_window")
        return said.args["link"].removesuffix("/code")

    async def enrols(self, person: PersonId, name: str, pin: str) -> None:
        """The person chooses a PIN in front of an officer."""
        link = await self.pin_link(name)
        status, text = await self.sends(link, pin=pin, again=pin)
        assert (status, "登记好了" in text) == (200, True), text
        self.pins[person] = pin
        await self.world.rows()

    async def sees(self, link: str) -> tuple[int, str]:
        async with self.browser.get(link, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def sends(self, link: str, **fields: str) -> tuple[int, str]:
        """Open a page, fill in its form, and send it."""
        status, text = await self.sees(link)
        found = _FORM.search(text)
        if found is None:
            return status, text
        return await self.posts(link, {"form": found.group(1), **fields})

    async def posts(
        self, link: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        given = {"Origin": self.keys.base, **(headers or {})}
        async with self.browser.post(link, data=dict(fields), headers=given, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def waiting(self, person: PersonId, name: str) -> list[str]:
        """What waits for the person before the board: the addresses."""
        status, text = await self.sends(self.place, name=name, pin=self.pins[person])
        assert status == 200, text
        return [f"{self.keys.base}{path}" for path in re.findall(r'href="(/[^"]+)"', text) if not path.endswith(".css")]


@asynccontextmanager
async def offline_site(world: World, folder: Path, offline: Offline | None = LETS) -> AsyncIterator[OfflineSite]:
    """Serve the pages for a plant whose file says ``offline``."""
    book = world.house.book
    world.house = replace(world.house, book=replace(book, plant=replace(book.plant, offline=offline)))
    async with (
        key_site(world, folder) as keys,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
    ):
        yield OfflineSite(keys=keys, browser=browser)
