"""Looking records up in the browser: for safety officers only, by everything there is to look by."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.evidence_search import lines
from bot.settings import Settings
from bot.web.finding import FindPage
from bot.web.own_looks import OwnLooksPage
from bot.web.pages import Login, Pages
from bot.web.session import seal_session
from cards import words_finding as say
from handlers.office import Office
from handlers.outgoing import Answer
from handlers.views import Viewer
from storage.media import MediaFiles
from storage.tx import Tx
from tests.support.clock import FakeEntropy
from tests.support.hot_work import GUARD, NUMBER, SAFETY, WORKER
from tests.support.key_site import WorldClock
from tests.support.office import SECRET, SITE, TODAY, Stage, World
from workflow.ids import DeviceId, PersonId
from workflow.permit.events import NoteAdded
from workflow.values import Actor


@pytest.fixture
async def base(at_stage: Stage, tmp_path: Path) -> AsyncIterator[tuple[str, World]]:
    """An office with work under way, its pages served."""
    world = at_stage("active")
    note = NoteAdded(by=Actor.device(DeviceId("gas-1")), at=world.now, text="有人抽烟，电话13912345678", media=None)

    def write(tx: Tx) -> None:
        version = tx.load(world.house.permits, NUMBER)[1]
        tx.append(world.house.permits, NUMBER, version, [note], world.now, "test")

    await world.writer.submit(write)
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    address, clock = f"http://127.0.0.1:{door.getsockname()[1]}", WorldClock(world)

    async def nobody(_: str) -> PersonId | None:
        return None

    pages = Pages(
        writer=world.writer, viewer=Viewer(house=world.house), media=MediaFiles(tmp_path), clock=clock, key=SECRET,
        entropy=FakeEntropy(), public_url=address, login=Login(link="{0}?{1}".format, who=nobody),
    )  # fmt: skip
    database = SecretStr(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    settings = Settings(_env_file=None, site_id=SITE, database_url=database)
    search = partial(lines, settings)
    app = web.Application()
    pages.install(app)
    OwnLooksPage(pages=pages, writer=world.writer, house=world.house, clock=clock).install(app)
    FindPage(pages=pages, writer=world.writer, house=world.house, clock=clock, search=search).install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, door).start()
    yield address, world
    await runner.cleanup()


async def find(site: tuple[str, World], who: PersonId | None = SAFETY, /, **asked: str) -> tuple[int, str]:
    base, world = site
    days = {"since": TODAY.isoformat(), "until": TODAY.isoformat()} if asked else {}
    session = seal_session(who, key=SECRET, now=world.now) if who is not None else ""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(
            f"{base}/find?{urlencode(days | asked)}",
            headers={"Cookie": f"ptw_session={session}"},
            allow_redirects=False,
        ) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    "asked",
    [{"word": "提交申请"}, {"person": "赵敏"}, {"place": "2号罐", "word": "开工"}, {"device": "gas-1"}],
    ids=lambda asked: "+".join(asked),
)
async def test_a_safety_officer_finds_by_day_and(base: tuple[str, World], asked: dict[str, str]) -> None:
    status, text = await find(base, **asked)
    assert status == 200
    assert NUMBER in text
    assert (await find(base, **asked, since="2025-01-01", until="2025-01-31"))[1].count(say.NONE) == 1


async def test_no_number_of_a_person_is_shown(base: tuple[str, World]) -> None:
    _, text = await find(base, word="抽烟")
    assert "有人抽烟" in text
    assert "13912345678" not in text


async def test_nobody_else_finds_anything(base: tuple[str, World]) -> None:
    for person in (WORKER, GUARD, PersonId("nobody")):
        assert await find(base, person, word="动火") == (403, (await find(base, person))[1])
    assert (await find(base, None, word="动火"))[0] == 302


async def test_the_chat_leads_an_officer_there(base: tuple[str, World]) -> None:
    _, world = base
    world.house = replace(world.house, key_pages="https://permit.example.com")
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    links = []
    for line in ("查记录", "查记录 赵敏", "查记录 换法兰"):
        (told,) = (one for one in (await world.says(SAFETY, line)).of(Answer, SAFETY) if one.key == "find_at")
        links.append(parse_qs(urlsplit(told.args["link"]).query))
    assert [one.get("person", one.get("word")) for one in links] == [None, ["赵敏"], ["换法兰"]]
    assert {one["until"][0] for one in links} == {TODAY.isoformat()}
    assert (await world.says(GUARD, "查记录 赵敏")).said(GUARD) == ["find_not_yours"]
    world.house = replace(world.house, key_pages=None)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    assert (await world.says(SAFETY, "查记录")).said(SAFETY) == ["find_nowhere"]


async def test_what_is_asked_amiss_is_said(base: tuple[str, World]) -> None:
    assert say.ODD in (await find(base, since="x", until="y"))[1]
    assert say.ODD in (await find(base, since="2026-03-18", until="2026-03-17"))[1]
    assert say.TOO_LONG.format(days=92) in (await find(base, since="2025-01-01", until="2026-01-01"))[1]
    assert TODAY.isoformat() in (await find(base))[1]


async def page(site: tuple[str, World], path: str, who: PersonId | None) -> tuple[int, str]:
    base, world = site
    session = seal_session(who, key=SECRET, now=world.now) if who is not None else ""
    headers = {"Cookie": f"ptw_session={session}"}
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{base}{path}", headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, await answer.text()


async def test_everybody_sees_on_a_page_who_looked_at_him_and_nobody_else_does(base: tuple[str, World]) -> None:
    assert (await page(base, f"/p/{NUMBER}", SAFETY))[0] == 200
    looker = (await base[1].writer.submit(lambda tx: tx.directory.people[SAFETY])).name
    status, text = await page(base, "/seen", GUARD)
    assert status == 200
    assert f"{looker}打开了写有您名字的作业票 {NUMBER}" in text
    assert looker not in (await page(base, "/seen", SAFETY))[1]
    assert (await page(base, "/seen", None))[0] == 302
