"""The board over real sockets: who sees what, what is pushed to whom, and what it says when it cannot see."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.web
from bot.web.board_feed import AsideReader, Feed
from bot.web.board_push import MOST_EACH
from cards import words_board as say
from handlers.arrivals import Text
from storage.errors import StorageTrouble, Trouble
from tests.support.hot_work import GUARD, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import Stage, World
from tests.support.whole_site import WholeSite, whole_site
from workflow.figures import DEFINITIONS
from workflow.ids import PersonId

STRANGER = PersonId("hc0001")
STREAM = {"Accept": "text/event-stream"}


def as_(site: WholeSite, who: PersonId) -> dict[str, str]:
    return {"Cookie": site.cookie(who)}


@asynccontextmanager
async def watching(site: WholeSite, who: PersonId) -> AsyncIterator[Callable[[], Any]]:
    """Somebody's stream; call it for the next event: its kind and what it says."""
    url = f"{site.service.base_url}/board/changes?after=0"
    async with site.browser.get(url, headers=STREAM | as_(site, who)) as answer:
        assert answer.content_type == "text/event-stream"

        async def event() -> tuple[str, dict[str, Any]]:
            lines = (await answer.content.readuntil(b"\n\n")).decode().splitlines()
            return lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))

        yield event


def trends_in(text: str) -> list[dict[str, Any]]:
    """What the page of trends hands to its script."""
    found: list[dict[str, Any]] = json.loads(
        text.partition('id="trends" type="application/json">')[2].partition("<")[0]
    )
    return found


async def test_everybody_sees_what_is_theirs(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        shown = {who: (await site.ask("GET", "/board", as_(site, who)))[1] for who in (SAFETY, UNIT, LEADER, STRANGER)}
        assert {who for who, text in shown.items() if NUMBER in text} == {SAFETY, UNIT, LEADER}
        assert {who for who, text in shown.items() if say.NOT_YOURS in text} == {UNIT, LEADER, STRANGER}
        assert say.SCOPE_WHOLE in shown[SAFETY]
        assert "▶ 作业中" in shown[SAFETY], "a colour is never alone"
        assert all("1380" not in text for text in shown.values()), "no telephone number"
        assert (await site.ask("GET", "/board"))[0].status == 302
        assert (await site.ask("GET", "/board", {"Cookie": "ptw_session=odd.mac"}))[0].status == 302

        # from the board down to the record it stands on
        answer, text = await site.ask("GET", f"/board/permit/{NUMBER}", as_(site, SAFETY))
        records = await site.service.history(NUMBER)
        assert (answer.status, text.count('<tr id="r')) == (200, len(records[0]))
        assert all(record.hash.hex()[:12] in text for record in records[0])
        started = next(record.version for record in records[0] if record.kind == "WorkStarted")
        assert "打开以后没有更新过" in text
        assert say.FROM_RECORD.format(status="作业中", version=started) in text
        assert "孙丽" in (await site.ask("GET", "/seen", as_(site, LEADER)))[1], "who opened it can be seen"
        assert (await site.ask("GET", f"/board/permit/{NUMBER}", as_(site, STRANGER)))[0].status == 404
        assert (await site.ask("GET", f"/board/permit/{NUMBER}/gas", as_(site, STRANGER)))[0].status == 404

        # the weeks, for those who answer for the plant; each leads to its cases
        answer, text = await site.ask("GET", "/board/trends", as_(site, SAFETY))
        assert answer.status == 200
        assert text.count('class="trend"') == len(DEFINITIONS)
        assert "03-16–03-18" in text
        assert "/figures?since=2026-03-16&amp;until=2026-03-18&amp;key=closed_loop" in text
        issued = next(one for one in trends_in(text) if one["name"] == "审批时效")
        assert [value is None for value in issued["values"]] == [True] * 7 + [False], "a week without a case is a hole"
        assert (await site.ask("GET", "/board/trends", as_(site, UNIT)))[0].status == 403
        assert [say.TRENDS in shown[who] for who in (SAFETY, UNIT)] == [True, False]

        # what was measured, exactly
        _, text = await site.ask("GET", f"/board/permit/{NUMBER}/gas", as_(site, GUARD))
        curves = {curve["title"]: curve for curve in json.loads(text)["curves"]}
        typed = next(curve for title, curve in curves.items() if "手工检测" in title)
        assert typed["typed"]
        assert all(isinstance(value, str) for value in typed["values"])
        assert any("合格" in line for curve in curves.values() for line in curve["lines"])


async def test_the_board_of_an_earlier_minute(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    records = await world.writer.submit(lambda tx: tx.records(world.house.permits, NUMBER))
    submitted = records[0].at.astimezone(world.house.zone)
    async with whole_site(world, tmp_path) as site:

        async def back(day: str, time: str, who: PersonId = SAFETY) -> tuple[int, str]:
            answer, text = await site.ask("GET", f"/board/back?day={day}&time={time}", as_(site, who))
            return answer.status, text

        day = submitted.date().isoformat()
        status, text = await back(day, f"{submitted + timedelta(minutes=1):%H:%M}")
        assert status == 200
        assert "由流水账重放得出，不是现在" in text
        assert NUMBER in text
        assert "作业中</b>" not in text
        assert "board.js" not in text, "what was is not pushed"
        assert NUMBER not in (await back(day, f"{submitted - timedelta(minutes=1):%H:%M}"))[1]
        assert NUMBER not in (await back(day, f"{submitted + timedelta(minutes=1):%H:%M}", STRANGER))[1]
        assert (await back("2099-01-01", "00:00"))[0] == 400, "nobody knows the future"
        assert (await back("yesterday", "noon"))[0] == 400
        at = f"{submitted + timedelta(minutes=1):%Y-%m-%dT%H:%M}"
        _, then = await site.ask("GET", f"/board/permit/{NUMBER}?at={at}", as_(site, SAFETY))
        assert say.GATES_THEN in then
        assert "WorkStarted" not in then


async def test_what_changes_is_pushed_and_a_lapsed_sign_in_ends_it(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    async with whole_site(world, tmp_path) as site, watching(site, SAFETY) as event, watching(site, STRANGER) as other:
        url = f"{site.service.base_url}/board/changes"
        async with AsyncExitStack() as tabs:
            opened = [
                await tabs.enter_async_context(site.browser.get(url, headers=STREAM | as_(site, GUARD)))
                for _ in range(MOST_EACH + 1)
            ]
            assert [answer.status for answer in opened] == [200] * MOST_EACH + [503], "nobody takes every place"
        kind, first = await event()
        assert (kind, "none" in first["parts"]["counts"]) == ("board", True)
        assert NUMBER in first["parts"]["permits"]
        assert NUMBER not in json.dumps((await other())[1]), "a stream is as narrow as its page"
        await site.service.office.handle(Text(**world.head(WORKER, None), text="隐患 2号罐 爬梯踏板少一块"))
        while (pushed := await event())[0] == "beat":
            continue
        assert pushed[0] == "board"
        assert "二号罐区" in pushed[1]["parts"]["heat"]
        assert pushed[1]["age"] < 60
        site.clock.advance(timedelta(hours=9))
        while (kind := (await event())[0]) != "ended":
            assert kind in ("beat", "board")
        assert (await site.ask("GET", "/board/changes", as_(site, SAFETY)))[0].status == 406, "streams only"
        refused = await site.ask("GET", "/board/changes", STREAM)
        assert refused[0].status == 403


# --- the feed --------------------------------------------------------------------------------------------------------


class CountedReader(AsideReader):
    """Reads through the writer, counts, and goes blind when told to."""

    def __init__(self, world: World) -> None:
        super().__init__(world.writer.database, world.house)
        self.reads = 0
        self.blind = False

    async def read(self, work: Callable[[Any], Any]) -> Any:
        self.reads += 1
        if self.blind:
            raise StorageTrouble(Trouble.OTHER, "as told")
        return await super().read(work)


class Seconds:
    """A clock of seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def feeding(world: World) -> AsyncIterator[tuple[Feed, CountedReader, Seconds]]:
    class Now:
        def now(self) -> Any:
            return world.now

    reader, seconds = CountedReader(world), Seconds()
    feed = Feed(reader=reader, writer=world.writer, clock=Now(), steady=seconds, idle=3600)
    feed.start()
    yield feed, reader, seconds
    await feed.stop()


async def test_many_watchers_cost_one_look_and_nobody_none(at_stage: Stage) -> None:
    world = at_stage("active")
    async with feeding(world) as (feed, reader, _):
        await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
        assert reader.reads == 0, "nobody watches"
        first = await feed.now()
        with feed.watching():
            watchers = [asyncio.create_task(feed.after(first.number, 30)) for _ in range(50)]
            await world.says(WORKER, "隐患 2号罐 护栏松动")
            found = await asyncio.gather(*watchers)
        told = [news for news in found if news is not None]
        assert {news.number for news in told} == {first.number + 1}
        assert len(told) == len(watchers)
        assert sum(heat.open for heat in told[0].picture.heat) == 2
        assert reader.reads < len(watchers)


async def test_a_blind_feed_grows_old_and_says_so(at_stage: Stage) -> None:
    world = at_stage("active")
    async with feeding(world) as (feed, reader, seconds):
        first = await feed.now()
        assert first.age == 0
        reader.blind, seconds.now = True, seconds.now + 90
        with pytest.raises(StorageTrouble):
            await feed.now()
        newest = feed.newest
        assert newest is not None
        assert (newest.number, newest.age) == (first.number, 90), "the last picture, and how old it is"
        reader.blind = False
        assert (await feed.now()).age == 0


async def test_time_alone_makes_late_however_much_is_written_elsewhere(at_stage: Stage) -> None:
    """What is kept of the last picture is looked at again all the same."""
    world = at_stage("review")
    async with feeding(world) as (feed, _, seconds):
        late = [[bool(one.overdue) for one in (await feed.now()).picture.permits]]
        world.now += timedelta(hours=2)
        for place in ("装卸站台", "锅炉房", "机修车间", "公用工程站"):
            await world.says(WORKER, f"隐患 {place} 护栏松动")
            seconds.now += 11
            late.append([bool(one.overdue) for one in (await feed.now()).picture.permits])
    assert late[0] == [False]
    assert late[-1] == [True]


# --- what is not ours ------------------------------------------------------------------------------------------------


def test_the_chart_library_is_the_one_we_looked_at() -> None:
    """As published; a line changed in it, or another version under its name, is somebody else's code."""
    folder = Path(bot.web.__path__[0]) / "static" / "uplot-1.6.32"
    found = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
    assert found == UPLOT


UPLOT = {
    "LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}
