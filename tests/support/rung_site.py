"""The pages of the rungs served over a real socket for an office at its review, with somebody's minimum raised."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.proofs.ladder import Plug
from bot.web.pages import Login, Pages
from bot.web.rungs import RungPages
from cards.buttons import Action
from handlers.office import Office
from handlers.outgoing import Answer
from handlers.rungs import Rung
from handlers.views import Viewer
from storage.media import MediaFiles
from tests.support.clock import FakeEntropy
from tests.support.hot_work import NUMBER
from tests.support.office import SECRET, World
from workflow.ids import PersonId
from workflow.permit.state import Signature
from workflow.values import ProofMethod


@dataclass(frozen=True)
class WorldClock:
    """The office's clock, for the pages and the twins."""

    world: World

    def now(self) -> datetime:
        return self.world.now


@dataclass(slots=True)
class RungSite:
    """An office with some rungs, and its address."""

    base: str
    world: World

    async def link(self, person: PersonId, step: str = "site_unit") -> str:
        """The person taps 同意; the address of the decision."""
        rows = await self.world.taps(person, Action.APPROVE, NUMBER, step)
        (said,) = (one for one in rows.of(Answer, person) if one.key == "key_sign")
        return said.args["link"]

    async def post(
        self, link: str, way: str, step: str, body: str = "{}", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """What the page of a rung posts."""
        told = {"Origin": self.base, "Content-Type": "application/json"} | headers
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{link}/by/{way}/{step}", data=body, headers=told) as answer,
        ):
            return answer.status, await answer.json()

    async def told(self, link: str, way: str, step: str) -> dict[str, Any]:
        """As `post`, where an answer is certain."""
        status, told = await self.post(link, way, step)
        assert status == 200
        return told

    async def get(self, address: str) -> tuple[int, str]:
        """Open an address."""
        async with aiohttp.ClientSession() as session, session.get(address, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def signatures(self) -> tuple[Signature, ...]:
        """What the permit holds."""
        return (await self.world.permit(NUMBER)).signatures

    async def attempts(self) -> list[str]:
        """Attempts the permit remembers, as their gates."""
        records = await self.world.writer.submit(lambda tx: tx.records(self.world.house.permits, NUMBER))
        tried = [json.loads(one.body) for one in records if one.kind == "AttemptRefused"]
        return [gate for one in tried for gate in one["gates"]]


def asking(world: World, least: ProofMethod, *rungs: Rung) -> None:
    """From now on the plant asks the site's approver for this much, and has these rungs."""
    book = world.house.book
    book = replace(book, plant=replace(book.plant, proofs={**book.plant.proofs, ("site_unit", None): least}))
    world.house = replace(world.house, book=book, rungs=rungs)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)


@asynccontextmanager
async def rung_site(
    world: World, folder: Path, plugs: Sequence[Plug], rungs: Sequence[Rung], *, least: ProofMethod
) -> AsyncIterator[RungSite]:
    """Serve the pages."""
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    base = f"http://localhost:{door.getsockname()[1]}"
    world.house = replace(world.house, key_pages=base)
    asking(world, least, *rungs)
    viewer, clock, entropy = Viewer(house=world.house), WorldClock(world), FakeEntropy()
    app = web.Application()

    async def nobody(_: str) -> PersonId | None:
        return None

    Pages(
        writer=world.writer, viewer=viewer, media=MediaFiles(folder), clock=clock, entropy=entropy, key=SECRET,
        public_url=base, login=Login(link=lambda back, _state: back, who=nobody),
    ).install(app)  # fmt: skip
    RungPages(writer=world.writer, viewer=viewer, clock=clock, entropy=entropy, public_url=base, plugs=plugs).install(
        app
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield RungSite(base=base, world=world)
    finally:
        await runner.cleanup()
