"""A guardian's round in a real browser: the network goes in the middle of everything, fingers tap twice, phones lie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page
from pydantic import SecretStr

from bot.dingtalk.app import client_of
from bot.dingtalk.chat import sdk_of
from bot.settings import Settings
from cards import words_site as say
from cards.answers import ANSWERS
from sandbox.dingtalk import Twin
from tests.support.dingtalk_twin import APP, CORP, SECRET, plant_config
from tests.support.eventually import eventually
from tests.support.hot_work import GUARD, NUMBER
from tests.support.key_site import WorldClock, phone
from tests.support.office import Stage, World
from tests.support.pictures import jpeg, scene
from tests.support.site_pages import HC, PHONE, BoardSite, board_site
from workflow.geo import to_gcj02, to_wgs84
from workflow.permit.commands import CheckInWay
from workflow.permit.events import ArrivedOnSite
from workflow.permit.state import Status
from workflow.rules.checklists import evidence_of
from workflow.values import Datum, Position

pytestmark = pytest.mark.browser
PERMIT = f"/site/{HC}/{NUMBER}"
WX = """window.given = null; window.wx = {
  config: given => { window.given = given; }, error: () => {}, ready: then => setTimeout(then, 0),
  getLocation: asked => asked.success({ latitude: asked.type === "wgs84" ? "%s" : "0", longitude: "%s", accuracy: 5 }),
};"""
"""What WeCom's script brings, as its pages tell it."""


@asynccontextmanager
async def at_permit(site: BoardSite, who: str = GUARD, *, client: str = "") -> AsyncIterator[Page]:
    """The page of the permit on somebody's phone. ``client``: a script that stands for what the platform's brings."""
    async with phone(able=False) as made:
        await made.page.add_init_script(client)
        name, _, value = site.cookie(who).partition("=")
        await made.page.context.add_cookies([{"name": name, "value": value, "url": site.base}])
        await made.page.goto(site.base + PERMIT)
        yield made.page


async def says(page: Page, place: str, *words: str) -> None:
    """Wait until a part of the page says all of it."""

    async def said() -> bool:
        text = await page.locator(place).inner_text()
        return all(word in text for word in words)

    await eventually(said)


async def test_a_round_without_a_network_arrives_whole_and_once(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("issued")
    here = to_wgs84(await middle(world))
    client = WX % (here.latitude, here.longitude)
    async with board_site(world, tmp_path, agent="Android") as site, at_permit(site, client=client) as page:
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        await page.click("[data-checkin=scan]")
        await says(page, "#told", "已签到")
        assert await page.evaluate("given.signature") == f"signed:{site.base}{PERMIT}"
        (arrived,) = await arrivals(world)
        assert (arrived.way, arrived.position) == (CheckInWay.BOARD_CODE, replace(here, accuracy_m=Decimal(5)))

        permit = await world.permit(NUMBER)
        mine = [one for one in permit.law.measures if permit.measures[one.no].involved]
        plain = [one.no for one in mine if not evidence_of(one)]
        shown = next(one.no for one in mine if evidence_of(one) == ("photo",))
        assert plain
        await page.context.set_offline(True)
        for no in plain:
            await page.locator(f".measure[data-no={no}] [data-confirm]").dblclick()
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(scene(5))}
        await page.set_input_files(f"input[data-photo={shown}]", photo)  # type: ignore[arg-type]  # a plain dict of it
        await says(page, "#net", f"待上传 {len(plain) + 1}", "没有网络")
        await page.context.set_offline(False)
        await eventually(lambda: _arrived(site, plain, shown))
        await eventually(page.locator("#net").is_hidden)
        kinds = await world.kinds(NUMBER)
        assert (kinds.count("MeasureConfirmed"), kinds.count("PhotoAdded")) == (len(plain), 1)

        await page.fill("fieldset input", "0.8")
        await page.click("form[data-gas] button")
        await says(page, ".wrong", say.PHONE["no_unit"])
        await page.select_option("fieldset select", "%vol")
        await page.locator("form[data-gas] button").dblclick()
        await says(page, "#told", "不合格", "限值", "GB 30871")
        assert (await world.kinds(NUMBER)).count("GasRecorded") == 1


async def _arrived(site: BoardSite, plain: list[str], shown: str) -> bool:
    """Whether everything the phone kept is on the permit; photos are looked at meanwhile."""
    await site.fetches()
    permit = await site.world.permit(NUMBER)
    confirmed = all(permit.measures[no].confirmed_by == GUARD for no in plain)
    return confirmed and [one.purpose for one in permit.photos] == [shown]


async def test_a_stop_cries_until_it_has_arrived(at_stage: Stage, tmp_path: Path) -> None:
    async with board_site(at_stage("active"), tmp_path) as site, at_permit(site) as page:
        box = await page.locator(".stopbar summary").bounding_box()
        assert box is not None
        assert box["height"] >= 64
        await page.context.set_offline(True)
        await page.click(".stopbar summary")
        await page.locator(".stopnow").dblclick()
        await says(page, ".loud", "未送达", PHONE)
        assert await site.world.status(NUMBER) is Status.ACTIVE
        await page.context.set_offline(False)
        await says(page, ".loud", "停工已送达", "李强")
        await site.world.rows()
        await says(page, ".loud", "已通知")
        assert await site.world.status(NUMBER) is Status.SUSPENDED
        assert (await site.world.kinds(NUMBER)).count("WorkSuspended") == 1


async def test_a_stop_arrives_from_a_page_that_stood_open_beyond_the_sign_in(at_stage: Stage, tmp_path: Path) -> None:
    async with board_site(at_stage("active"), tmp_path) as site, at_permit(site) as page:
        await page.evaluate(
            """who => localStorage.setItem("ptw:" + who, JSON.stringify([
            {id: "0".repeat(32), at: Date.now() - 4 * 86400e3, label: "停工", act: {kind: "stop", permit: ""}}]))""",
            await page.evaluate("document.body.dataset.who"),
        )
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.post_data or ""))
        await page.reload()
        await says(page, "#net", "没有收下")
        await page.context.clear_cookies()
        await page.click(".stopbar summary")
        await page.click(".stopnow")
        await says(page, ".loud", "停工已送达", "李强")
        assert await site.world.status(NUMBER) is Status.SUSPENDED
        assert sum("0" * 32 in one for one in sent) == 1, "what was refused is not sent again and again"


async def test_dingtalks_own_word_on_a_position(at_stage: Stage, tmp_path: Path) -> None:
    """GCJ-02, an accuracy, and on Android whether it is made up, by a page that has proved to be the app's own."""
    world = at_stage("issued")
    here = to_gcj02(await middle(world))
    async with aiohttp.ClientSession() as session:
        twin = Twin(plant_config(), WorldClock(world))
        await twin.start()
        try:
            credentials = settings(twin).dingtalk()
            sdk = sdk_of(
                client_of(credentials, session, WorldClock(world)), credentials,
                script=f"{twin.base_url}/dd.js?holder={APP}/zhaomin",
            )  # fmt: skip
            assert sdk is not None
            hand = twin.phone("zhaomin", client_id=APP).device
            hand.latitude, hand.longitude, hand.accuracy = str(here.latitude), str(here.longitude), "5"
            android = replace(sdk, agent="Android")
            async with board_site(world, tmp_path, sdks=(android,)) as site, at_permit(site) as page:
                hand.mocked = True
                await page.click("[data-checkin=where]")
                await says(page, "#told", ANSWERS["position_made_up"])
                hand.mocked = False
                await page.click("[data-checkin=where]")
                await says(page, "#told", "已签到")
        finally:
            await twin.stop()
    (arrived,) = await arrivals(world)
    assert (arrived.way, arrived.position) == (CheckInWay.POSITION, replace(here, accuracy_m=Decimal(5)))
    assert here.datum is Datum.GCJ02


async def arrivals(world: World) -> list[ArrivedOnSite]:
    """How the guardian showed to be there."""
    return [one for one in await world.events(NUMBER) if isinstance(one, ArrivedOnSite) and one.by.as_person == GUARD]


def settings(twin: Twin) -> Settings:
    return Settings(
        _env_file=None,
        dingtalk_client_id=APP,
        dingtalk_client_secret=SecretStr(SECRET),
        dingtalk_corp_id=CORP,
        dingtalk_agent_id=77,
        dingtalk_openapi_base_url=twin.base_url,
        dingtalk_oapi_base_url=twin.base_url,
    )


async def middle(world: World) -> Position:
    """A point well inside the fence of the work."""
    permit = await world.permit(NUMBER)
    fence = (await world.writer.submit(lambda tx: tx.directory.areas[permit.what.area])).fence
    return Position(
        latitude=sum((one.latitude for one in fence), Decimal(0)) / len(fence),
        longitude=sum((one.longitude for one in fence), Decimal(0)) / len(fence),
        datum=fence[0].datum,
        accuracy_m=Decimal(5),
    )
