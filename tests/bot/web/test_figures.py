"""Figures in the browser: for those who answer for the plant, each number with what stands behind it."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.reader import Reader
from bot.web.figures import FiguresPage
from bot.web.pages import Login, Pages
from bot.web.session import seal_session
from cards import words_figures as say
from handlers.views import Viewer
from storage.media import MediaFiles
from tests.support.clock import FakeEntropy
from tests.support.hot_work import GUARD, NUMBER, SAFETY
from tests.support.key_site import WorldClock
from tests.support.office import SECRET, SITE, TODAY, Stage, World
from workflow.figures import DEFINITIONS
from workflow.ids import PersonId

DAYS = f"since={TODAY}&until={TODAY}"


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[tuple[str, World]]:
    """An office with work under way, the page served."""
    world = at_stage("active")
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    address, clock = f"http://127.0.0.1:{door.getsockname()[1]}", WorldClock(world)

    async def nobody(_: str) -> PersonId | None:
        return None

    pages = Pages(
        writer=world.writer, viewer=Viewer(house=world.house), media=MediaFiles(tmp_path), clock=clock, key=SECRET,
        entropy=FakeEntropy(), public_url=address, login=Login(link="{0}?{1}".format, who=nobody),
    )  # fmt: skip
    app, reader = web.Application(), Reader(world.writer, SITE)
    pages.install(app)
    FiguresPage(pages=pages, writer=world.writer, reader=reader, house=world.house, clock=clock).install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, door).start()
    yield address, world
    await runner.cleanup()
    await reader.close()


async def show(site: tuple[str, World], asked: str, who: str | None = SAFETY) -> tuple[int, str]:
    base, world = site
    session = "" if who is None else seal_session(PersonId(who), key=SECRET, now=world.now)
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{base}{asked}", headers={"Cookie": f"ptw_session={session}"}, allow_redirects=False) as answer,
    ):
        return answer.status, unescape(await answer.text())


async def test_from_the_overview_to_the_permit_behind_a_number(site: tuple[str, World]) -> None:
    status, page = await show(site, f"/figures?{DAYS}")
    assert status == 200
    assert all(one.name in page for one in DEFINITIONS.values())
    (link,) = re.findall(r'href="(/figures[^"]+key=approval_time&cut=whole&group=)"', page)
    status, page = await show(site, link)
    assert status == 200
    assert f'<a href="/p/{NUMBER}">{NUMBER}</a>' in page
    assert "从第一次提交到签发" in page, "the definition stands beside the number"
    (link,) = re.findall(r'href="(/figures[^"]+key=node_time&cut=node)"', (await show(site, f"/figures?{DAYS}"))[1])
    _, page = await show(site, link)
    steps = re.findall(r'href="(/figures[^"]+key=node_time&cut=node&group=[^"]+)">([^<]+)<', page)
    assert len(steps) >= 3
    assert any(name.startswith("受理　中位 ") for _, name in steps)
    assert NUMBER in (await show(site, steps[0][0]))[1]


async def test_a_day_without_anything_says_so_and_yesterday_is_the_usual_question(site: tuple[str, World]) -> None:
    status, page = await show(site, "/figures")
    assert status == 200
    assert "2026-03-17 至 2026-03-17" in page
    assert page.count(f"　{say.NONE}") == len(DEFINITIONS)


async def test_what_nobody_could_mean_is_said_to_be_odd(site: tuple[str, World]) -> None:
    for asked in (
        "since=x&until=2026-03-18", "since=2026-03-18&until=2026-03-17", "since=2020-01-01&until=2026-01-01",
        f"{DAYS}&key=nothing", f"{DAYS}&key=closed_loop&cut=node", f"{DAYS}&key=closed_loop&cut=x",
    ):  # fmt: skip
        status, page = await show(site, f"/figures?{asked}")
        assert status == 400, asked
        assert say.ODD in page


async def test_the_guardian_reads_none_of_it_and_nobody_without_a_session(site: tuple[str, World]) -> None:
    for asked in (f"/figures?{DAYS}", f"/figures?{DAYS}&key=approval_time&group="):
        status, page = await show(site, asked, GUARD)
        assert status == 403
        assert NUMBER not in page
        assert (await show(site, asked, None))[0] == 302
