"""The demo's page over a real socket: phones of both platforms, and what a visitor can do with them."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page, Route, async_playwright

from bot.clock import OffsetClock
from bot.demo.plant import EQUIPMENT_KEY, ZONE, MorningClock, Works, works
from bot.demo.stage import DemoStage
from cards import words_keys as say
from sandbox.crews import CONTRACTOR
from sandbox.dingtalk import Twin as DingTalkTwin
from sandbox.equipment import EquipmentTwin
from sandbox.page.server import DemoPage
from sandbox.plant import equipment
from sandbox.plant.mixes import Mix
from sandbox.story import Jump, Player
from sandbox.story_hot import analyse
from tests.support.eventually import eventually
from tests.support.key_site import pretended

LINE = f"今天8点半到11点半 2号罐 一级动火 换法兰 电焊 {CONTRACTOR.named()}"
GAS = {"id": "AT-201", "name": "可燃气", "low": "0", "high": "100", "step": "0.5", "value": "0", "unit": "%LEL"}
WIND = {"id": "WS-01", "name": "风速", "low": "0", "high": "30", "step": "0.1", "value": "8.4", "unit": "m/s"}
SIGHT = {"id": "WS-01/sight", "name": "能见度", "low": "50", "high": "5000", "step": "50", "value": "5000", "unit": "m"}
WELL = {"fault": "none", "heard": "", "age": "0秒前", "word": "正常", "good": True}
STRIP = {
    "devices": [GAS | WELL],
    "stations": [
        WELL | {
            "id": "WS-01", "name": "气象站", "place": "全厂", "falls": "none",
            "sorts": [{"id": "none", "text": "无雨雪"}, {"id": "rain", "text": "雨"}],
            "sliders": [WIND | {"means": "五级"}, SIGHT | {"means": ""}],
        },
    ],
    "cameras": [
        {"id": "CAM-201", "name": "摄像头", "fault": "good", "word": "没有画面", "good": False, "heard": "08:35 停工"},
    ],
}  # fmt: skip
"""What the page reads of a plant with devices."""
WELDER, FOREMAN, HEAD = "dingtalk-qinchuan", "dingtalk-ludahai", "wecom-zhoujianguo"
OFFICER = "wecom-sunli"


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody with the page open."""

    base: str
    site: Works
    http: aiohttp.ClientSession
    push: Jump

    async def state(self) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/state") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def post(self, path: str, **body: object) -> tuple[int, str]:
        async with self.http.post(f"{self.base}/{path}", json=body) as answer:
            said = await answer.json()
            return answer.status, str(said.get("told") or said.get("error") or "")

    async def act(self, phone: str, do: str, **more: object) -> tuple[int, str]:
        return await self.post("act", phone=phone, do=do, **more)

    async def screen(self, phone: str) -> list[dict[str, Any]]:
        shown = next(one for one in (await self.state())["phones"] if one["id"] == phone)
        return list(shown["screen"])

    async def sees(self, phone: str, text: str) -> None:
        await eventually(lambda: text in str(self._hand(phone).screen))

    async def press(self, phone: str, text: str) -> None:
        """Press what the page shows, with what it proposes."""
        await eventually(
            lambda: any(one["text"] == text for card in self._hand(phone).cards for one in card["buttons"])
        )
        for item in reversed(await self.screen(phone)):
            for button in item.get("buttons") or (item.get("card") or {}).get("button_list") or ():
                if button["text"] == text:
                    assert await self.act(phone, "press", message=item["id"], key=button["key"]) == (200, "")
                    return
        raise AssertionError(text)

    def _hand(self, phone: str) -> Any:
        return self.site.hands.of(phone.partition("-")[2])


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    clock = OffsetClock(MorningClock())
    async with (
        works(tmp_path, clock, mix=Mix.MIXED, equipment_key=EQUIPMENT_KEY) as site,
        open_page(site) as one,
    ):
        yield one


class open_page:  # noqa: N801 - reads as a word
    """The page of a plant, and somebody who looks at it."""

    def __init__(self, site: Works) -> None:
        self._site = site

    async def __aenter__(self) -> Visitor:
        self._vessels = EquipmentTwin(
            url=self._site.service.base_url, key=EQUIPMENT_KEY, equipment=equipment(), now=self._site.clock.now
        )
        self._stage = DemoStage(site=self._site, zone=ZONE, vessels=self._vessels)
        self._runner = web.AppRunner(DemoPage(self._stage).app(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._http = aiohttp.ClientSession()
        base = f"http://localhost:{self._runner.addresses[0][1]}"
        return Visitor(base=base, site=self._site, http=self._http, push=self._stage.push)

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._stage.close()
        await self._runner.cleanup()


async def test_the_crew_stands_in_front_each_on_their_platform(visitor: Visitor) -> None:
    state = await visitor.state()
    shown = [one["id"] for one in state["phones"]]
    assert shown[:4] == [WELDER, FOREMAN, "wecom-zhaomin", HEAD]
    assert {"dingtalk-wugang", "wecom-wugang"} <= set(shown), "one man has both"
    assert [one["platform"] for one in state["groups"]] == ["wecom", "dingtalk"]
    assert [one["id"] for one in state["mixes"] if one["now"]] == ["mixed"]


async def test_asked_on_dingtalk_taken_in_on_wecom(visitor: Visitor) -> None:
    await visitor.act(WELDER, "text", text=LINE)
    await visitor.press(WELDER, "选好了")
    await visitor.press(WELDER, "提交申请")
    await visitor.press(HEAD, "受理")
    await visitor.sees(FOREMAN, "提交勾选")
    card = next(one for one in reversed(await visitor.screen(FOREMAN)) if "提交勾选" in str(one))
    assert card["kind"] == "dcard"
    assert (card["texts"][1]["size"], card["texts"][1]["bold"]) == ("large", True)
    assert card["form"][0]["options"]
    (number,) = (one["id"] for one in (await visitor.state())["permits"])
    for phone in (WELDER, HEAD):
        async with visitor.http.get(f"{visitor.base}/as/{phone}/p/{number}") as page:
            assert number in await page.text()
    async with visitor.http.get(f"{visitor.base}/as/dingtalk-liujun/p/{number}") as page:
        assert page.status == 404, "who has nothing to do with it sees nothing"
    await the_board_on_a_phone_is_alive(visitor, HEAD)
    await a_form_on_a_phone_reaches_the_house(visitor, HEAD)


async def test_the_journal_of_a_hazard_can_be_read(visitor: Visitor) -> None:
    await visitor.act("wecom-zhaomin", "text", text="隐患 2号罐 平台护栏松动，一碰就晃")
    await visitor.sees("wecom-zhaomin", "已登记")
    (hazard,) = (await visitor.state())["hazards"]
    async with visitor.http.get(f"{visitor.base}/journal", params={"permit": hazard["id"]}) as answer:
        book = await answer.json()
    assert book["verified"]
    assert "赵敏 报隐患：" in book["records"][0]["text"]
    assert (await visitor.state())["permits"] == []


async def a_form_on_a_phone_reaches_the_house(visitor: Visitor, phone: str) -> None:
    """The page is opened by one phone, its form comes back by the same, and the answer is in that chat."""
    async with visitor.http.get(f"{visitor.base}/as/{phone}/home") as page:
        shown = await page.text()
    goes, form = re.search(r'action="([^"]+)"', shown), re.search(r'name="form" value="([^"]+)"', shown)
    assert goes is not None
    assert form is not None
    assert goes[1] == f"/as/{phone}/home/do"
    before = len(await visitor.screen(phone))
    async with visitor.http.post(f"{visitor.base}{goes[1]}", data={"form": form[1], "key": "apply"}) as page:
        assert (page.status, page.url.path, page.url.query_string) == (200, f"/as/{phone}/home", "sent=1")
    await eventually(lambda: len(visitor.site.hands.of("zhoujianguo").screen) > before)
    async with visitor.http.post(f"{visitor.base}{goes[1]}", data={"form": "no", "key": "apply"}) as page:
        assert page.status == 403, "what the house refuses stays refused"
    async with visitor.http.get(f"{visitor.base}/favicon.ico") as page:
        assert page.status == 204


async def the_board_on_a_phone_is_alive(visitor: Visitor, phone: str) -> None:
    async with visitor.http.get(f"{visitor.base}/as/{phone}/board") as page:
        shown = re.search(r'data-changes="([^"]+)"', await page.text())
    assert shown is not None
    assert shown[1].startswith(f"/as/{phone}/board/changes?after=")
    wanted = {"Accept": "text/event-stream"}
    async with visitor.http.get(f"{visitor.base}{shown[1].partition('?')[0]}", headers=wanted) as news:
        assert (news.status, news.content_type) == (200, "text/event-stream")
        assert b"event: board" in await news.content.readuntil(b"\n\n")
    async with visitor.http.get(f"{visitor.base}/as/{phone}/board/back?day=2026-13-01&time=08:00") as page:
        assert page.status == 400, "what a form asks reaches the house"


async def test_what_breaks_is_said_in_words(visitor: Visitor) -> None:
    await visitor.act(WELDER, "text", text="嗯嗯啊哈")
    await eventually(lambda: len(visitor.site.hands.of("qinchuan").screen) > 1)
    status, said = await visitor.act(WELDER, "group_voice")
    assert await visitor.post("story", play=True, of="dance") == (400, "这一步看不懂：没有这个演示")
    assert (await visitor.state())["story"]["running"] is False
    assert (status, said) == (400, "群里的语音机器人听不到，请在群里@机器人用文字说，或在单聊里发语音")
    assert (await visitor.act("wecom-zhaomin", "group_photo"))[0] == 400
    assert (await visitor.act(WELDER, "menu", key="x"))[0] == 400
    assert (await visitor.act(WELDER, "camera"))[0] == 400, "no page shows a code yet"
    assert (await visitor.act(WELDER, "group_photo"))[0] == 200
    group = (await visitor.state())["groups"][1]["screen"]
    assert group[-1]["text"].startswith("秦川：")


async def test_people_change_the_platform_and_are_reached_there(visitor: Visitor) -> None:
    assert await visitor.post("mix", mix="dingtalk") == (200, "现在：全部钉钉")
    phones = (await visitor.state())["phones"]
    assert {one["platform"] for one in phones} == {"dingtalk"}
    await visitor.act("dingtalk-zhaomin", "text", text="帮助")
    await visitor.sees("dingtalk-zhaomin", "签到")
    await visitor.post("mix", mix="wecom")
    assert {one["platform"] for one in (await visitor.state())["phones"]} == {"wecom"}
    await visitor.act("wecom-zhaomin", "text", text="帮助")
    await eventually(lambda: len(visitor.site.hands.of("zhaomin").screen) > 1)


async def test_without_dingtalk_the_demo_is_as_it_was(tmp_path: Path) -> None:
    clock = OffsetClock(MorningClock())
    heard: list[Exception] = []

    def missing(_: OffsetClock, __: datetime) -> DingTalkTwin:
        raise OSError("no such part")

    async with (
        works(tmp_path, clock, mix=Mix.MIXED, failed=heard.append, stand_in=missing) as site,
        open_page(site) as visitor,
    ):
        state = await visitor.state()
        assert {one["platform"] for one in state["phones"]} == {"wecom"}
        assert [one["id"] for one in state["mixes"]] == ["wecom"]
        assert [str(one) for one in heard] == ["no such part"]
        await visitor.act("wecom-wangqiang", "text", text="帮助")
        await eventually(lambda: len(visitor.site.hands.of("wangqiang").screen) > 1)


@pytest.mark.browser
async def test_both_looks_in_a_browser_wide_and_narrow(visitor: Visitor) -> None:
    troubles: list[str] = []
    async with async_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(visitor.base, wait_until="domcontentloaded")
        field = page.locator(f"#phone-{WELDER} .foot input")
        await field.fill(LINE)
        await field.press("Enter")
        await page.locator(f"#phone-{WELDER} .dcard button", has_text="选好了").click()
        await page.locator(f"#phone-{WELDER} .dcard button", has_text="提交申请").click()
        await page.locator(f"#phone-{HEAD} .card button", has_text="受理").click()
        await page.locator(f"#phone-{FOREMAN} .dcard input[type=checkbox]").first.wait_for()
        blue = await page.locator(f"#phone-{WELDER} .bar").evaluate("one => getComputedStyle(one).backgroundColor")
        assert blue == "rgb(22, 119, 255)"
        for width in (1440, 390):
            await page.set_viewport_size({"width": width, "height": 844})
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await what_the_strip_of_devices_sends(page)
        await a_key_of_the_visitors_own_browser_signs(visitor, page)
        await browser.close()
    assert troubles == []


async def what_the_strip_of_devices_sends(page: Page) -> None:
    """This plant has no devices: they are put into what the page reads, and what it sends goes nowhere."""
    sent: list[Any] = []

    async def with_devices(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, json=await answer.json() | STRIP)

    async def taken(route: Route) -> None:
        sent.append(route.request.post_data_json)
        await route.fulfill(json={"told": "好"})

    await page.route("**/state", with_devices)
    await page.route("**/device", taken)
    await page.set_viewport_size({"width": 1440, "height": 844})
    await page.reload(wait_until="domcontentloaded")
    station = page.locator("#station-WS-01")
    await page.locator("#fold", has_text="展开").click()
    await station.get_by_label("WS-01 能见度").press("ArrowLeft")
    await station.get_by_label("WS-01 降水").select_option("rain")
    await station.get_by_label("WS-01 气象站的毛病").select_option("silent")
    await page.get_by_label("CAM-201 摄像头的毛病").select_option("black")
    wanted = [
        {"device": "WS-01/sight", "value": "4950"}, {"device": "WS-01", "falls": "rain"},
        {"device": "WS-01", "fault": "silent"}, {"device": "CAM-201", "fault": "black"},
    ]  # fmt: skip
    await eventually(lambda: len(sent) == len(wanted))
    assert sent == wanted
    assert await station.locator(".means").all_inner_texts() == ["五级", ""]
    assert await page.locator("#amiss").inner_text() == "注意：摄像头没有画面"
    await page.locator("#fold", has_text="收起").click()
    assert await page.locator("#strip").inner_text() == "可燃气 0%LEL · 风速 8.4m/s · 能见度 5000m"
    await page.unroute_all()


async def a_key_of_the_visitors_own_browser_signs(visitor: Visitor, page: Page) -> None:
    """The safety officer lets a key in; whoever holds the finger enrols it, and signs the approval with it."""
    player = Player(hands=visitor.site.hands, jump=visitor.push, say=lambda _: None, crew=CONTRACTOR)
    await player.types(player.crew.safety, "登记钥匙 周建国")
    finger = await pretended(await page.context.new_page())
    assert await finger.press(await link_on(page, OFFICER, "就在这台电脑上登记")) == say.ENROLLED
    await analyse(player)
    await player.press(player.crew.unit, "同意")
    assert await finger.press(await link_on(page, HEAD, "/sign/")) == say.SIGNED
    await player.offered(player.crew.safety, "同意")


async def link_on(page: Page, phone: str, text: str) -> str:
    """Where a link of a phone leads."""
    link = await page.locator(f"#phone-{phone} .said a", has_text=text).get_attribute("href")
    assert link is not None
    return link
