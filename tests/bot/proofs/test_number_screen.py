"""The screen at a place: hung by an officer, the number of now, and the page of the place that takes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from cards import words_board as say
from cards.answers import ANSWERS
from handlers import screens
from handlers.answers import Say
from handlers.fresh import plate_of
from handlers.screens import hash_of
from tests.support.hot_work import BOARD, GUARD, NUMBER, SAFETY
from tests.support.key_site import browsing
from tests.support.office import Stage
from tests.support.site_pages import HC, board_site
from tests.support.whole_site import PUBLIC, WholeSite, whole_site
from workflow.fresh_code import STEP, step_at
from workflow.ids import AreaId
from workflow.permit.commands import CheckInWay

OWN = {"Origin": PUBLIC, "Content-Type": "application/x-www-form-urlencoded"}
LINK = re.compile(rf"{PUBLIC}/wall/in/([A-Za-z0-9_-]{{43}})")
expect.set_options(timeout=30_000)
FORM = re.compile(r'name="form" value="([^"]+)"')


async def place(site: WholeSite) -> AreaId:
    area = await site.service.writer.submit(lambda tx: tx.directory.area_of_board(HC))
    assert area is not None
    return area.id


async def hangs(site: WholeSite, shows: str, name: str) -> str:
    """An officer lets a screen show something; what it keeps."""
    officer = {"Cookie": site.cookie(SAFETY)}
    _, text = await site.ask("GET", "/board/screens", officer)
    form = FORM.search(text)
    assert form is not None
    body = f"form={form[1]}&name={quote(name)}&place={shows}"
    answer, text = await site.ask("POST", "/board/screens", OWN | officer, body)
    found = LINK.search(text)
    assert (answer.status, found is not None) == (200, True)
    return found[1] if found else ""


async def opens(site: WholeSite, secret: str) -> str:
    """The link of a screen for a number is opened at that screen; what its browser keeps."""
    answer, _ = await site.ask("POST", f"/wall/in/{secret}", OWN, "")
    assert (answer.status, answer.headers["Location"]) == (302, "/plate")
    cookie = answer.cookies["ptw_wall"]
    assert cookie["httponly"]
    return cookie.value


async def test_a_screen_shows_the_number_of_its_place_and_nothing_else(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        area = await place(site)
        secret, wall = await opens(site, await hangs(site, area, "罐区门口")), await hangs(site, "", "中控室")
        mine, walls = {"Cookie": f"ptw_wall={secret}"}, {"Cookie": f"ptw_wall={wall}"}
        number = plate_of(site.service.house, area).number(step_at(site.clock.now()))
        answer, text = await site.ask("GET", "/plate", mine)
        assert (answer.status, number in text) == (200, True)
        assert NUMBER not in text
        assert "赵敏" not in text
        told = json.loads((await site.ask("GET", "/plate/now", mine))[1])
        assert told["number"] == number
        assert 0 < told["left"] <= STEP.total_seconds() * 1000
        picture, _ = await site.ask("GET", "/plate/picture", mine)
        assert (picture.status, picture.content_type) == (200, "image/png")
        assert (await site.ask("GET", "/wall", mine))[0].status == 403, "no board on this screen"
        assert (await site.ask("GET", "/wall", walls))[0].status == 200
        for path in ("/plate", "/plate/now", "/plate/picture"):
            for stranger in ({}, walls, {"Cookie": "ptw_wall=guess"}, {"Cookie": site.cookie(SAFETY)}):
                answer, text = await site.ask("GET", path, stranger)
                assert (answer.status, number in text) == (403, False), path
        site.clock.advance(STEP)
        assert json.loads((await site.ask("GET", "/plate/now", mine))[1])["number"] != number


async def test_the_link_of_a_screen_for_a_number_opens_one_browser(at_stage: Stage, tmp_path: Path) -> None:
    """Whoever has a copy would read the numbers anywhere, for half a year."""
    async with whole_site(at_stage("active"), tmp_path) as site:
        link, wall = await hangs(site, await place(site), "罐区门口"), await hangs(site, "", "中控室")
        officer = {"Cookie": site.cookie(SAFETY)}
        assert say.SCREEN_UNOPENED in (await site.ask("GET", "/board/screens", officer))[1]
        for _ in range(2):
            answer, text = await site.ask("GET", f"/wall/in/{link}")
            assert (answer.status, say.NUMBER_SCREEN_TAKE in text, "ptw_wall" in answer.cookies) == (200, True, False)
        assert (await site.ask("GET", "/plate/now", {"Cookie": f"ptw_wall={link}"}))[0].status == 403
        evil = OWN | {"Origin": "https://evil.example"}
        assert (await site.ask("POST", f"/wall/in/{link}", evil, ""))[0].status == 403
        for nothing in (wall, "A" * 43):
            assert (await site.ask("POST", f"/wall/in/{nothing}", OWN, ""))[0].status == 410
        mine = {"Cookie": f"ptw_wall={await opens(site, link)}"}
        answer, text = await site.ask("POST", f"/wall/in/{link}", OWN, "")
        assert (answer.status, say.NUMBER_SCREEN_TAKEN in text, "ptw_wall" in answer.cookies) == (410, True, False)
        assert (await site.ask("GET", f"/wall/in/{link}"))[0].status == 410
        assert (await site.ask("GET", "/plate/now", {"Cookie": f"ptw_wall={link}"}))[0].status == 403
        assert (await site.ask("GET", "/plate/now", mine))[0].status == 200
        assert say.SCREEN_UNOPENED not in (await site.ask("GET", "/board/screens", officer))[1]


@pytest.mark.deep
async def test_an_ended_screen_shows_no_number(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        secret = await hangs(site, await place(site), "罐区门口")
        officer, mine = {"Cookie": site.cookie(SAFETY)}, {"Cookie": f"ptw_wall={await opens(site, secret)}"}
        _, text = await site.ask("GET", "/board/screens", officer)
        assert say.SCREEN_NUMBER.split("：")[0] in text
        form = FORM.search(text)
        assert form is not None
        await site.ask("POST", "/board/screens/end", OWN | officer, f"form={form[1]}&screen={hash_of(secret)}")
        answer, text = await site.ask("GET", "/plate", mine)
        assert (answer.status, say.NUMBER_SCREEN_DEAD in text) == (403, True)
        assert (await site.ask("GET", "/plate/now", mine))[0].status == 403
        assert (await site.ask("GET", f"/wall/in/{secret}"))[0].status == 410


@pytest.mark.deep
async def test_no_screen_for_a_place_that_is_none(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        officer = {"Cookie": site.cookie(SAFETY)}
        form = FORM.search((await site.ask("GET", "/board/screens", officer))[1])
        assert form is not None
        answer, text = await site.ask("POST", "/board/screens", OWN | officer, f"form={form[1]}&name=x&place=nowhere")
        assert (answer.status, LINK.search(text)) == (400, None)


async def test_the_page_of_the_place_takes_the_number_and_says_when_it_is_wrong(
    at_stage: Stage, tmp_path: Path
) -> None:
    async with board_site(at_stage("issued"), tmp_path) as site:
        assert 'id="digits"' not in (await site.get(f"/site/{HC}", GUARD)).text, "there is no screen here"
        world, seen = site.world, BOARD.removeprefix("PTB1:")
        area = await world.writer.submit(lambda tx: tx.directory.area_of_board(seen))
        assert area is not None
        await world.writer.submit(
            lambda tx: screens.allow(tx, world.house, SAFETY, "罐区门口", "secret", world.now, "hung", area.id)
        )
        assert 'id="digits"' in (await site.get(f"/site/{HC}", GUARD)).text
        plate = plate_of(world.house, area.id)
        old = plate.number(step_at(world.now) - 3)
        answer = await site.do(GUARD, "scan", now=old)
        assert answer.json["said"] == [{"text": ANSWERS[Say.FRESH_WRONG.value].format(place=area.name), "bad": True}]
        assert (await world.permit(NUMBER)).presence.get(GUARD) is None
        answer = await site.do(GUARD, "scan", now=plate.number(step_at(world.now)))
        assert [one["bad"] for one in answer.json["said"]] == [False]
        assert (await world.permit(NUMBER)).presence[GUARD].way is CheckInWay.FRESH_CODE
        for odd in ("12345", "12345a", "1234567", " 12345"):
            assert (await site.do(GUARD, "scan", now=odd)).status == 400


@pytest.mark.browser
async def test_the_screen_follows_by_itself_and_cut_off_it_shows_no_number(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site, browsing() as context:
        area, base = await place(site), site.service.base_url
        secret, plate = await opens(site, await hangs(site, area, "罐区门口")), plate_of(site.service.house, area)
        await context.add_cookies([{"name": "ptw_wall", "value": secret, "url": base}])
        page = await context.new_page()
        broken: list[str] = []
        page.on("pageerror", lambda error: broken.append(str(error)))
        await page.clock.install()
        await page.goto(f"{base}/plate")
        number, picture = page.locator("#number"), page.locator("#picture")
        before = plate.number(step_at(site.clock.now()))
        await expect(number).to_have_text(before)
        box = await number.bounding_box()
        assert box is not None
        assert box["height"] < 2 * 66, "one line on a phone"
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        site.clock.advance(STEP)
        await page.clock.fast_forward(31_000)
        await expect(number).to_have_text(plate.number(step_at(site.clock.now())))

        await page.route("**/plate/now", lambda route: route.abort())
        await page.clock.fast_forward(31_000)
        await expect(page.locator("#trouble")).to_have_text(say.NUMBER_SCREEN_PHRASES["away"])
        await expect(number).to_have_text("–– ––")
        await expect(picture).to_be_hidden()

        await page.unroute_all()
        await page.clock.fast_forward(3_000)
        await expect(number).to_have_text(plate.number(step_at(site.clock.now())))
        await expect(picture).to_be_visible()
        assert not broken
