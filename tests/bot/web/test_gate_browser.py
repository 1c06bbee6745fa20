"""The gate's page in a real browser: with a network, without one, and against everything a cheat could bring.

One browser serves the whole walk: it is started once.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from cards import words_gate
from tests.support.gate_site import GateSite, gate_site, ring
from tests.support.hot_work import GUARD
from tests.support.key_site import browsing
from tests.support.office import Stage
from tests.support.passes import DOUBTS, LIST, NOW, PASS, SEEN
from workflow.gate_pass import Seen, Verdict

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(at_stage: Stage) -> AsyncIterator[GateSite]:
    async with gate_site(at_stage("active")) as made:
        yield made


async def opens(page: Page, site: GateSite) -> None:
    await page.goto(f"{site.base}/gate")
    await page.wait_for_selector("body[data-ready]")


async def scans(page: Page, code: str) -> str:
    """A scanner types the code; the verdict."""
    await page.evaluate("document.getElementById('result').removeAttribute('data-verdict')")
    await page.locator("#code").fill(code)
    await page.locator("#code").press("Enter")
    await page.wait_for_selector("#result[data-verdict]")
    verdict = await page.locator("#result").get_attribute("data-verdict")
    assert verdict is not None
    assert await page.locator("#word").inner_text() == words_gate.SAID[Verdict(verdict)][2]
    return verdict


async def later(page: Page, by: timedelta) -> None:
    """The gate's own clock goes on."""
    await page.evaluate("by => { const now = Date.now; Date.now = () => now() + by; }", by.total_seconds() * 1000)


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_with_and_without_a_network(site: GateSite) -> None:
    shown = await site.shown()
    code = site.ring.sign(shown)
    async with browsing() as context:
        page = await context.new_page()
        await opens(page, site)
        assert await scans(page, code) == "enter"
        assert await page.locator("#facts").inner_text() != ""
        assert await fits(page)
        await page.evaluate("navigator.serviceWorker.ready")

        await context.set_offline(True)
        await opens(page, site)
        assert await page.locator("#net").inner_text() == words_gate.PAGE["offline"]
        assert await scans(page, code) == "enter"
        await later(page, timedelta(minutes=6))
        assert await scans(page, code) == "enter"
        assert await page.locator("#age").inner_text() == "状态更新于 6 分钟前"
        await later(page, timedelta(minutes=4))
        assert await scans(page, code) == "stale"
        assert "状态已过旧（10 分钟前），请联网或电话核实" in await page.locator("#age").inner_text()
        await cheats(page, site, code)

        await context.set_offline(False)
        await site.world.says(GUARD, "停工")
        site.world.now += timedelta(seconds=6)
        assert await scans(page, code) == "suspended"
        await rolled_back(page, site, context, code)


async def cheats(page: Page, site: GateSite, code: str) -> None:
    shown = await site.shown()
    middle = len(code) // 2
    changed = code[:middle] + ("A" if code[middle] != "A" else "B") + code[middle + 1 :]
    for cheat, verdict in (
        (changed, "forged"),
        (ring("hc", bytes(32)).sign(shown), "foreign"),
        (ring("xx").sign(replace(shown, site="xx")), "foreign"),
        (site.ring.sign(replace(shown, issued_at=shown.planned.end)), "future"),
        (site.ring.sign(await site.listed()), "unreadable"),
        ("PTW1:whatever", "unreadable"),
    ):
        assert await scans(page, cheat) == verdict
    assert not await page.locator("#facts").is_visible()


async def rolled_back(page: Page, site: GateSite, context: BrowserContext, code: str) -> None:
    """Somebody between the gate and us answers with an old list, and with one of his own."""
    old = replace(await site.listed(), number=1)
    forger = ring("hc", bytes(32))
    for keys, lying in ((site.ring, old), (forger, await site.listed(site.world.now + timedelta(minutes=9)))):
        body = json.dumps({**site.ring.published(), "list": keys.sign(lying)})
        await context.route("**/gate/status", answering(body))
        await page.evaluate("document.getElementById('note').textContent = ''; dispatchEvent(new Event('online'))")
        await expect(page.locator("#note")).to_have_text(words_gate.PAGE["refused"])
        assert await scans(page, code) == "suspended"
        await context.unroute("**/gate/status")


def answering(body: str) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        await route.fulfill(body=body)

    return answer


async def test_the_page_has_the_same_law(site: GateSite) -> None:
    keys = ring("HC")
    cases = [(PASS, LIST, SEEN, Verdict.ENTER), *DOUBTS]
    given = [
        [keys.sign(shown), keys.sign(listed) if listed is not None else None, plain(seen)]
        for shown, listed, seen, _ in cases
    ]
    async with browsing() as context:
        page = await context.new_page()
        await opens(page, site)
        told = await page.evaluate(
            """async ([now, keys, given]) => Promise.all(given.map(async ([code, listed, seen]) => {
                const [wrong, shown] = await gateLaw.checked(gateLaw.opened(code), "HC", keys);
                const [odd, list] = listed ? await gateLaw.checked(gateLaw.opened(listed), "HC", keys) : ["", null];
                return wrong || odd || gateLaw.judge(now, shown, list, seen);
            }))""",
            [NOW.timestamp(), keys.published()["keys"], given],
        )
        assert told == [verdict.value for *_, verdict in cases]


async def test_a_browser_that_cannot_check_asks_or_says_no(site: GateSite) -> None:
    code = site.ring.sign(await site.shown())
    async with browsing() as context:
        page = await context.new_page()
        await page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('unknown'))")
        await opens(page, site)
        assert await page.locator("#age").inner_text() == words_gate.PAGE["unable"]
        assert await scans(page, code) == "enter"
        await context.set_offline(True)
        assert await scans(page, code) == "cannot"


def plain(seen: Seen) -> dict[str, Any]:
    def seconds(at: datetime) -> float:
        return at.timestamp()

    return {"number": seen.number, "issued": seconds(seen.issued_at), "latest": seconds(seen.latest)}
