"""Enrolling and signing with a key in a real browser: what a phone's owner can do, and what a thief cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Request, Route

from cards import words_keys as say
from cards.buttons import Action
from handlers.outgoing import Answer
from tests.support.hot_work import BOARD, NUMBER, SAFETY, UNIT
from tests.support.key_site import KeySite, Phone, key_site, phone
from tests.support.office import Stage
from workflow.keys import Stage as KeyStage
from workflow.permit.state import Status
from workflow.values import ProofMethod

pytestmark = pytest.mark.browser


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[KeySite]:
    async with key_site(at_stage("review"), tmp_path) as made:
        await made.world.scans(UNIT, BOARD)
        yield made


@pytest.fixture
async def device() -> AsyncIterator[Phone]:
    async with phone() as made:
        yield made


async def enrolled(site: KeySite, device: Phone) -> None:
    assert await device.press(await site.key_link("周建国")) == say.ENROLLED
    await site.world.rows()


async def fits(device: Phone) -> bool:
    """Whether the page needs no scrolling aside."""
    return bool(await device.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def test_enrolled_before_an_officer_a_person_signs_in_three_taps(site: KeySite, device: Phone) -> None:
    await device.page.goto(await site.key_link("周建国"))
    assert await fits(device)
    assert await device.go() == say.ENROLLED
    rows = await site.world.rows()
    assert rows.said(UNIT) == ["key_enrolled"]
    assert rows.said(SAFETY) == ["key_witnessed"]
    (key,) = (await site.ring(UNIT)).active
    assert (key.supervised_by, key.device) == (SAFETY, "安卓手机")

    await device.page.goto(await site.sign_link(UNIT, "site_unit"))
    assert await fits(device)
    assert await device.go() == say.SIGNED
    (signature,) = (await site.world.permit(NUMBER)).signatures
    proof = signature.proof
    assert proof is not None
    assert (proof.method, proof.subject, proof.at_site) == (ProofMethod.PASSKEY, UNIT, True)
    assert proof.assertion is not None
    assert proof.assertion.credential == key.credential
    assert (await site.ring(UNIT)).active[0].counter > key.counter


async def test_a_wrong_finger_reaches_nobody_and_may_try_again(site: KeySite, device: Phone) -> None:
    await enrolled(site, device)
    await device.finger(right=False)
    assert await device.press(await site.sign_link(UNIT, "site_unit")) == say.NOT_ASKED
    assert (await site.world.permit(NUMBER)).signatures == ()
    await device.finger(right=True)
    assert await device.go() == say.SIGNED


async def test_a_cloned_key_is_suspended_and_both_are_told(site: KeySite, device: Phone) -> None:
    await enrolled(site, device)
    (key,) = await device.keys()
    await device.copy_of(key, counter=0)
    assert await device.press(await site.sign_link(UNIT, "site_unit")) == say.CLONED
    rows = await site.world.rows()
    assert {one.person for one in rows.of(Answer) if one.key == "key_cloned"} >= {UNIT, SAFETY}
    assert rows.lanes(Answer) == {"safety"}
    assert [one.stage for one in (await site.ring(UNIT)).keys] == [KeyStage.SUSPENDED]
    assert (await site.world.permit(NUMBER)).signatures == ()
    assert (await site.world.kinds(NUMBER))[-1] == "AttemptRefused"


async def test_a_link_signs_once_and_what_was_sent_is_worth_nothing_again(site: KeySite, device: Phone) -> None:
    await enrolled(site, device)
    link = await site.sign_link(UNIT, "site_unit")
    sent: list[Request] = []
    device.page.on("request", lambda one: sent.append(one) if one.url.endswith("/finish") else None)
    assert await device.press(link) == say.SIGNED
    (finish,) = sent
    before = await site.world.kinds(NUMBER)
    replay = """([url, body]) => fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } })
        .then(answer => answer.json())"""
    again = await device.page.evaluate(replay, [finish.url, finish.post_data])
    assert again == {"ok": False, "text": say.GONE}
    assert await site.world.kinds(NUMBER) == before
    used = await device.page.goto(link)
    assert used is not None
    assert used.status == 410


async def test_altered_over_or_denied_meanwhile_the_open_page_signs_nothing(site: KeySite, device: Phone) -> None:
    """The page was opened in time, the finger is the right one: what it signs is no decision of now."""
    await enrolled(site, device)

    async def other_words(route: Route) -> None:
        answer = await route.fetch()
        told = await answer.json()
        told["options"]["challenge"] = "A" * 43
        await route.fulfill(response=answer, json=told)

    await device.page.route("**/begin", other_words)
    assert await device.press(await site.sign_link(UNIT, "site_unit")) == say.UNPROVEN, "another decision"
    assert (await site.world.kinds(NUMBER))[-1] == "AttemptRefused"
    await device.page.unroute("**/begin")

    await device.page.goto(await site.sign_link(UNIT, "site_unit"))
    site.world.now += timedelta(minutes=5)
    assert await device.go() == say.GONE, "the link is over"

    await device.page.goto(await site.sign_link(UNIT, "site_unit"))
    await site.world.offered(await site.world.taps(UNIT, Action.RETURN, NUMBER, "site_unit"), UNIT)
    assert await device.go() == say.GONE, "a no was given in the chat"
    assert (await site.world.permit(NUMBER)).signatures == ()
    assert await site.world.status(NUMBER) is Status.DRAFT


async def test_another_persons_key_signs_nothing(site: KeySite, device: Phone) -> None:
    await enrolled(site, device)
    link = await site.sign_link(UNIT, "site_unit")
    async with phone() as thief:
        assert await thief.press(await site.key_link("陈安")) == say.ENROLLED
        assert await thief.press(link) == say.NOT_ASKED, "the browser asks for the keys of one person only"
    assert (await site.world.permit(NUMBER)).signatures == ()


async def test_a_browser_without_keys_says_where_to_go(site: KeySite) -> None:
    link = await site.key_link("周建国")
    async with phone(able=False) as chat:
        await chat.page.goto(link)
        assert await chat.page.locator("#elsewhere").is_visible()
        assert not await chat.page.locator("#go").is_visible()
        assert await chat.page.locator("#address").input_value() == link


async def test_an_address_of_numbers_makes_no_key(site: KeySite, device: Phone) -> None:
    link = (await site.key_link("周建国")).replace("localhost", "127.0.0.1")
    await device.page.goto(link)
    assert await device.go() == say.TROUBLE
    assert (await site.ring(UNIT)).keys == ()
