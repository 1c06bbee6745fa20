"""The board in a real browser: what is pushed appears, and an old picture never passes for the present."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Page, Route, expect

from cards import words_board as say
from handlers.arrivals import Text
from tests.support.hot_work import NUMBER, SAFETY, WORKER
from tests.support.key_site import browsing
from tests.support.office import Stage
from tests.support.whole_site import whole_site

pytestmark = pytest.mark.browser
NOT_NOW = "不要当作现在"
expect.set_options(timeout=30_000)


def push(kind: str, **told: object) -> str:
    return f"event: {kind}\ndata: {json.dumps(told)}\n\n"


async def told_once(page: Page, body: str) -> None:
    """From now on the server says this to whoever comes next, and nothing more to anybody."""
    left = [body]

    async def answer(route: Route) -> None:
        if left:
            await route.fulfill(content_type="text/event-stream", body=left.pop())
        else:
            await route.abort()

    await page.unroute_all()
    await page.route("**/board/changes*", answer)


async def test_what_is_pushed_appears_and_what_is_old_says_so(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    async with whole_site(world, tmp_path) as site, browsing() as context:
        base = site.service.base_url
        name, _, value = site.cookie(SAFETY).partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": base}])
        page = await context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(f"{base}/board")
        fresh, body = page.locator("#fresh"), page.locator("body")
        await expect(fresh).to_contain_text("实时")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"

        # pushed without a tap
        await site.service.office.handle(Text(**world.head(WORKER, None), text="隐患 2号罐 爬梯踏板少一块"))
        await expect(page.locator("#heat")).to_contain_text("二号罐区")
        await expect(page.locator("#counts .hazard b")).to_have_text("1")

        # down to the records, and curves drawn under our policy
        await page.click(f"a[href='/board/permit/{NUMBER}']")
        await expect(page.locator("#curves canvas").first).to_be_visible()

        # what is late, on a phone and on a desk
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 844})
            await page.goto(f"{base}/watch")
            await expect(page.locator("h1")).to_have_text("督办（全厂）")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width

        # the connection is lost
        await page.clock.install()
        await told_once(page, push("beat", age=0, clock="08:00:01"))
        await page.goto(f"{base}/board")
        await expect(fresh).to_have_text(say.PHRASES["live"].format(clock="08:00:01"))
        await expect(body).not_to_have_class("stale")
        await page.clock.fast_forward(25_000)
        await expect(fresh).to_contain_text("连接断了")
        await expect(fresh).to_contain_text("08:00:01")
        await expect(fresh).to_contain_text(NOT_NOW)
        await expect(body).to_have_class("stale")

        # the server sees nothing itself
        await told_once(page, push("beat", age=90, clock="08:00:02"))
        await page.goto(f"{base}/board")
        await expect(fresh).to_contain_text("没有读到数据")
        await expect(fresh).to_contain_text(NOT_NOW)

        # nothing ever came
        await told_once(page, "")
        await page.goto(f"{base}/board")
        await expect(fresh).to_contain_text("正在连接")
        await expect(body).to_have_class("stale")
        await page.clock.fast_forward(25_000)
        await expect(fresh).to_contain_text(NOT_NOW)

        # the sign-in is over
        await told_once(page, push("ended"))
        await page.goto(f"{base}/board")
        await expect(fresh).to_contain_text("过期")
        await expect(fresh).to_contain_text(NOT_NOW)
        assert broken == []
