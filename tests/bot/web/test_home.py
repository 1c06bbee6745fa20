"""The home page and its card: three big entries, and everything behind them within two taps."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import aiohttp
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.reports.by_chat import FilesByChat
from bot.settings import Settings
from bot.web.home import HomePages
from bot.web.pages import Login, Pages
from bot.web.session import seal_session
from bot.wecom.menu import MENU, Folder, MenuKey
from cards import words_home, words_reports
from cards.answers import ANSWERS
from cards.ask import label_of
from cards.buttons import Action
from handlers.outgoing import Ask, TaskList
from handlers.views import Viewer
from storage.media import MediaFiles
from tests.support.clock import FakeEntropy
from tests.support.hot_work import GUARD, NUMBER, SAFETY, UNIT, WORKER
from tests.support.key_site import WorldClock
from tests.support.office import CORP, SECRET, SITE, Stage, World
from workflow.ids import PersonId

PUBLIC = "https://permit.example.com"


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[tuple[str, World]]:
    """An office with a permit that waits for the owning unit, its home page served."""
    world = at_stage("submitted")
    clock = WorldClock(world)

    async def nobody(_: str) -> PersonId | None:
        return None

    pages = Pages(
        writer=world.writer, viewer=Viewer(house=world.house), media=MediaFiles(tmp_path), clock=clock, key=SECRET,
        entropy=FakeEntropy(), public_url=PUBLIC, login=Login(link="{0}?{1}".format, who=nobody),
    )  # fmt: skip
    database = SecretStr(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    settings = Settings(_env_file=None, site_id=SITE, database_url=database)
    app = web.Application()
    pages.install(app)
    HomePages(
        pages=pages, writer=world.writer, viewer=Viewer(house=world.house),
        files=FilesByChat(settings=settings, writer=world.writer, house=world.house, clock=clock),
        handle=world.office.handle, under_way=nullcontext, clock=clock, entropy=FakeEntropy(), key=SECRET,
        public_url=PUBLIC, reach={"wecom": CORP}, phone="0551-119",
    ).install(app)  # fmt: skip
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}", world
    await runner.cleanup()


async def ask(
    site: tuple[str, World], who: PersonId | None, path: str, data: dict[str, str] | None = None, origin: str = PUBLIC
) -> tuple[int, str, bytes]:
    base, world = site
    session = seal_session(who, key=SECRET, now=world.now) if who is not None else ""
    headers = {"Cookie": f"__Host-ptw_session={session}", **({"Origin": origin} if data is not None else {})}
    async with (
        aiohttp.ClientSession() as browser,
        browser.request(
            "GET" if data is None else "POST", f"{base}{path}", headers=headers, data=data, allow_redirects=False
        ) as answer,
    ):
        body = await answer.read()
        return answer.status, body.decode(errors="replace"), body


async def form_of(site: tuple[str, World], who: PersonId) -> str:
    found = re.search(r'name="form" value="([^"]+)"', (await ask(site, who, "/home"))[1])
    assert found is not None
    return found[1]


async def test_three_big_entries_and_what_waits_one_tap_away(site: tuple[str, World]) -> None:
    status, text, _ = await ask(site, UNIT, "/home")
    assert status == 200
    entries = re.findall(r'class="(?:go|wide) big"[^>]*>([^<]+)<', text)
    assert entries == ["我要申请", "我的任务", "报隐患"]
    assert words_home.TASKS_HOW.format(waiting=1) in text
    assert f'href="/p/{NUMBER}"' in text  # from the page to the permit: one tap
    assert "0551-119" in text
    assert "/report" not in text
    assert "/report" in (await ask(site, SAFETY, "/home"))[1]


@pytest.mark.parametrize(("key", "answer"), [("apply", "how_to_request"), ("hazard", "hazard_how")])
async def test_an_entry_is_answered_in_the_chat(site: tuple[str, World], key: str, answer: str) -> None:
    _, world = site
    sent = {"form": await form_of(site, WORKER), "key": key}
    assert (await ask(site, WORKER, "/home/do", sent))[0] == 303
    assert (await world.rows()).said(WORKER) == [answer]
    assert words_home.SENT in (await ask(site, WORKER, "/home?sent=1"))[1]


async def test_nothing_is_sent_that_is_not_from_this_very_page(site: tuple[str, World]) -> None:
    _, world = site
    form = await form_of(site, WORKER)
    for who, sent, origin in (
        (WORKER, {"form": form, "key": "apply"}, "https://evil.example"),
        (WORKER, {"form": "x" * 24, "key": "apply"}, PUBLIC),
        (GUARD, {"form": form, "key": "apply"}, PUBLIC),
        (None, {"form": form, "key": "apply"}, PUBLIC),
        (WORKER, {"form": form, "key": "stop"}, PUBLIC),
        (WORKER, {"form": form, "key": "no such"}, PUBLIC),
        (WORKER, {"key": "apply"}, PUBLIC),
    ):
        assert (await ask(site, who, "/home/do", sent, origin))[0] == 403
    assert (await world.rows()).claimed == []


async def test_a_stranger_is_led_to_the_login_and_nobody_else_has_tasks(site: tuple[str, World]) -> None:
    assert (await ask(site, None, "/home"))[0] == (await ask(site, None, "/report"))[0] == 302
    assert (await ask(site, PersonId("nobody"), "/home"))[0] == 403
    assert NUMBER not in (await ask(site, PersonId("tangjie"), "/home"))[1]


async def test_the_register_is_a_download_for_officers_alone(site: tuple[str, World]) -> None:
    status, _, body = await ask(site, SAFETY, "/report?what=本月")
    assert status == 200
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert [row[0].value for row in book[words_reports.LEDGER].iter_rows(min_row=2)] == [NUMBER]
    assert (await ask(site, WORKER, "/report?what=本月"))[0] == 403
    assert words_reports.HOW in (await ask(site, SAFETY, "/report?what=昔日"))[1]
    windows = (await ask(site, SAFETY, "/report"))[1]
    assert [one for one in words_home.REPORT_WINDOWS if one not in windows] == []


# --- in the chat ------------------------------------------------------------------------------------------------------


async def test_the_card_has_every_entry_and_each_is_one_tap(at_stage: Stage) -> None:
    world = at_stage("submitted")
    for word in ("首页", "主页"):
        (card,) = (await world.says(UNIT, word)).of(Ask, UNIT)
        assert [label_of(one.press) for one in card.offers] == ["我要申请", "我的任务", "报隐患", "立即停工"]
        assert len(ANSWERS[card.key]) < 60
    assert (await world.taps(UNIT, Action.MENU, "home", "apply", revision=0)).said(UNIT) == ["how_to_request"]
    assert (await world.taps(UNIT, Action.MENU, "home", "hazard", revision=0)).said(UNIT) == ["hazard_how"]
    assert (await world.taps(UNIT, Action.MENU, "home", "stop", revision=0)).said(UNIT)
    rows = await world.taps(UNIT, Action.MENU, "home", "tasks", revision=0)
    assert rows.of(TaskList, UNIT)  # first tap; its card has a button for each permit: the second


def test_every_entry_of_the_menu_is_at_most_two_taps_away() -> None:
    taps: dict[str, int] = {}
    for entry in MENU:
        if isinstance(entry, Folder):
            taps |= {one.key: 2 for one in entry.entries}
        else:
            taps[entry.key] = 1
    assert set(taps) == set(MenuKey)
    assert (taps[MenuKey.APPLY], taps[MenuKey.TASKS]) == (1, 1)
    assert max(taps.values()) == 2
