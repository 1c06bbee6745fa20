"""The whole way in a real browser: two PINs chosen before an officer, the chat lost, refusals, and one decision."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page

from cards import words_pins as say
from tests.support.hot_work import CHIEF, NUMBER, UNIT
from tests.support.key_site import browsing
from tests.support.office import Stage
from tests.support.offline_site import OfflineSite, offline_site
from workflow.values import ProofMethod

pytestmark = pytest.mark.browser

ZHOU, CHEN = "135792", "904417"


async def sends(page: Page, **fields: str) -> str:
    """Fill in the form that is open and press its button; what the page then says."""
    for name, value in fields.items():
        await page.locator(f"#{name}").fill(value)
    await page.locator("button.go").click()
    await page.wait_for_load_state()
    return await page.locator("main").inner_text()


async def chooses(site: OfflineSite, page: Page, name: str, pin: str) -> None:
    await page.goto(await site.pin_link(name))
    assert say.UNLIKE in await sends(page, pin=pin, again=f"{pin}0")
    assert say.ENROLLED in await sends(page, pin=pin, again=pin)


async def fits(page: Page) -> bool:
    """Whether the page needs no scrolling aside."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_chosen_before_an_officer_two_pins_approve_when_the_chat_is_lost(at_stage: Stage, tmp_path: Path) -> None:
    async with offline_site(at_stage("review"), tmp_path) as site, browsing() as context:
        page = await context.new_page()
        await chooses(site, page, "周建国", ZHOU)
        await chooses(site, page, "陈安", CHEN)

        await page.goto(site.place)
        assert say.SHUT in await page.locator("main").inner_text(), "the chat works"
        await site.goes_down()
        await page.goto(site.place)
        assert await fits(page)
        assert say.WRONG in await sends(page, name="周建国", pin=CHEN)
        assert NUMBER in await sends(page, name="周建国", pin=ZHOU)
        assert await fits(page)
        await page.locator("main a.wide").click()
        await page.wait_for_load_state()
        link = page.url
        assert "换法兰" in await page.locator("main").inner_text()
        assert await fits(page)

        assert say.WRONG in await sends(page, pin=ZHOU, second="陈安", second_pin=ZHOU)
        assert (await site.world.permit(NUMBER)).signatures == ()
        assert say.SIGNED in await sends(page, pin=ZHOU, second="陈安", second_pin=CHEN)
        (signature,) = (await site.world.permit(NUMBER)).signatures
        proof = signature.proof
        assert proof is not None
        assert (proof.method, proof.subject, proof.second) == (ProofMethod.OFFLINE_PIN, UNIT, CHIEF)

        again = await page.goto(link)
        assert again is not None
        assert again.status == 410, "a link decides once"
        await site.looks()
        await page.goto(site.place)
        assert say.SHUT in await page.locator("main").inner_text(), "the chat is back"
