"""One-time links over a real socket: a worker without an account signs, and everything a thief could try."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.web.outside import OutsidePages
from cards import words_links
from cards.buttons import Action
from cards.links import Ticket, code_of, seal
from storage.directory import Register
from tests.support.clock import FakeClock
from tests.support.crew import hired, links_in
from tests.support.finished import to_the_end
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SHIFT, UNIT, WORKER, confirmed
from tests.support.office import SECRET, Stage, World, at
from workflow.permit.events import BriefingSigned, WorkSuspended
from workflow.permit.state import Status
from workflow.values import ProofMethod

FORM = re.compile(r'name="form" value="([^"]+)"')


class Counter:
    """Bytes that differ each time."""

    def __init__(self) -> None:
        self._last = 0

    def take(self, count: int) -> bytes:
        self._last += 1
        return self._last.to_bytes(count, "big")


@dataclass
class Phone:
    """A browser: keeps cookies as the server says, follows nothing by itself."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    form: str = ""
    last: aiohttp.ClientResponse | None = None

    async def get(self, path: str) -> tuple[int, str]:
        return await self._ask("GET", path)

    async def post(self, path: str, data: Mapping[str, str], **headers: str) -> tuple[int, str]:
        return await self._ask("POST", path, {"form": self.form, **data}, headers)

    async def _ask(
        self, method: str, path: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, f"{self.base}{path}", data=data, headers=sent, allow_redirects=False) as answer,
        ):
            text = await answer.text()
        self.last = answer
        for name, morsel in answer.cookies.items():
            self.cookies[name] = morsel.value
            if not morsel.value:
                del self.cookies[name]
        found = FORM.search(text)
        self.form = found.group(1) if found else self.form
        return answer.status, text


@dataclass
class Door:
    """The pages, served, and how the foreman opens links."""

    world: World
    base: str
    clock: FakeClock

    async def opens(self) -> tuple[str, str]:
        """A new link for the worker: its path and its code."""
        self.world.now = self.clock.now()
        rows = await self.world.says(LEADER, "开链接 王强")
        (link,) = links_in(rows)
        ticket = Ticket(voucher=LEADER, link=link.link, ends=link.ends)
        return f"/v/{seal(ticket, secret=SECRET)}", code_of(link.link, secret=SECRET)

    def phone(self) -> Phone:
        return Phone(self.base)

    async def inside(self) -> tuple[Phone, str]:
        """A phone that has typed the right code."""
        path, code = await self.opens()
        phone = self.phone()
        assert (await phone.get(path))[0] == 200
        assert (await phone.post(path, {"do": "code", "code": code}))[0] == 303
        assert (await phone.get(path))[0] == 200
        return phone, path


@asynccontextmanager
async def serving(world: World, *, https: bool = False) -> AsyncIterator[Door]:
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{bound.getsockname()[1]}"
    clock = FakeClock(world.now)
    pages = OutsidePages(
        writer=world.writer, house=world.house, clock=clock, entropy=Counter(), key=SECRET,
        public_url=base.replace("http:", "https:") if https else base,
    )  # fmt: skip
    app = web.Application()
    pages.install(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.SockSite(runner, bound).start()
        yield Door(world=world, base=base, clock=clock)
    finally:
        await runner.cleanup()


@pytest.fixture
async def door(at_stage: Stage) -> AsyncIterator[Door]:
    world = at_stage("issued")
    await hired(world)
    async with serving(world) as made:
        yield made


# --- the way it is meant -----------------------------------------------------------------------------------------


async def test_a_worker_without_an_account_reads_and_signs(door: Door) -> None:
    path, code = await door.opens()
    phone = door.phone()
    status, text = await phone.get(path)
    assert (status, "验证码" in text) == (200, True)
    for secret in (NUMBER, "王强", "李强", "2号罐", "换法兰"):
        assert secret not in text, "a stranger with the link learns nothing"
    assert (await phone.post(path, {"do": "code", "code": f" {code[:3]} {code[3:]} "}))[0] == 303
    status, text = await phone.get(path)
    assert all(word in text for word in (NUMBER, "王强", "李强", "赵敏", "我已听懂并确认", "停工", "火花飞溅引燃"))
    assert words_links.VOUCHED.format(name="李强") in text
    permit = await door.world.permit(NUMBER)
    assert all(
        one.label.replace("&", "&amp;") in text for one in permit.law.measures if permit.measures[one.no].involved
    )
    assert (await phone.post(path, {"do": "sign"}))[0] == 303
    assert words_links.LINK_SIGNED in (await phone.get(path))[1]
    (signed,) = [one for one in await door.world.events(NUMBER) if isinstance(one, BriefingSigned)]
    assert signed.by.id == WORKER
    assert signed.proof is not None
    assert (signed.proof.method, signed.proof.voucher) == (ProofMethod.VOUCHED_LINK, LEADER)
    rows = await door.world.rows()
    assert rows.said(LEADER) == ["vouch_signed"]


async def test_a_worker_stops_the_work_with_his_own_words(at_stage: Stage) -> None:
    world = at_stage("active")
    await hired(world)
    async with serving(world) as door:
        phone, path = await door.inside()
        assert "我已听懂并确认" not in (await phone.get(path))[1]
        assert (await phone.post(path, {"do": "stop", "why": "有煤气味"}))[0] == 303
        assert words_links.LINK_STOPPED in (await phone.get(path))[1]
        assert await world.status(NUMBER) is Status.SUSPENDED
        stopped = [one for one in await world.events(NUMBER) if isinstance(one, WorkSuspended)][-1]
        assert (stopped.by.id, stopped.text) == (WORKER, "有煤气味")
        assert stopped.proof is not None
        assert stopped.proof.voucher == LEADER
        rows = await world.rows()
        assert "Purpose.SUSPENDED" in str(rows.to(GUARD)) or rows.pushed(GUARD) == ["suspended"]


async def test_a_whole_hot_work_with_a_worker_who_has_no_account(door: Door) -> None:
    """Not briefed he starts nothing; he signs by link, works, and it is closed with his foreman's name on it."""
    world = door.world
    door.clock.set(at("07:50"))
    phone, path = await door.inside()
    for person in (LEADER, GUARD, UNIT):
        assert (await world.taps(person, Action.BRIEF, NUMBER)).refused(person) == []
    await world.scans(GUARD, BOARD)
    await confirmed(world, NUMBER)
    for _ in range(2):
        await world.photographs(GUARD)
    await world.says(GUARD, "可燃 0.1%LEL")
    world.now = at("08:01")
    await world.scans(GUARD, BOARD)
    await world.scans(SHIFT, BOARD)
    rows = await world.taps(GUARD, Action.START, NUMBER, "guardian")
    assert "briefing_signed" in rows.refused(GUARD)
    door.clock.set(at("07:55"))
    assert (await phone.post(path, {"do": "sign"}))[0] == 303
    for signer, role in ((GUARD, "guardian"), (SHIFT, "shift_leader")):
        assert (await world.taps(signer, Action.START, NUMBER, role)).refused(signer) == []
    assert await world.status(NUMBER) is Status.ACTIVE
    await to_the_end(world, NUMBER)
    assert dict((await world.permit(NUMBER)).vouched) == {WORKER: LEADER}


async def test_signed_once_is_signed_and_the_second_time_says_so(door: Door) -> None:
    phone, path = await door.inside()
    await phone.post(path, {"do": "sign"})
    status, text = await phone.post(path, {"do": "sign"})
    assert (status, "您已签过安全交底" in text) == (409, True)


# --- the thief's list --------------------------------------------------------------------------------------------


async def test_every_answer_forbids_frames_scripts_stores_and_foreign_forms(door: Door) -> None:
    path, _ = await door.opens()
    phone = door.phone()
    for where in (path, "/v/nonsense"):
        await phone.get(where)
        assert phone.last is not None
        said = phone.last.headers
        policy = said["Content-Security-Policy"]
        for part in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy
        assert (said["X-Frame-Options"], said["Cache-Control"]) == ("DENY", "no-store")
        assert said["Referrer-Policy"] == "same-origin"


async def test_cookies_are_strict_and_for_the_server_alone(at_stage: Stage) -> None:
    world = at_stage("issued")
    await hired(world)
    async with serving(world, https=True) as door:
        path, code = await door.opens()
        phone = door.phone()
        await phone.get(path)
        await phone.post(path, {"do": "code", "code": code}, Origin=door.base.replace("http:", "https:"))
        assert phone.last is not None
        held = phone.last.cookies["__Host-ptw_link"]
        assert (held["secure"], held["httponly"], held["samesite"], held["path"], held["domain"]) == (
            True, True, "Strict", "/", ""
        )  # fmt: skip
        assert int(held["max-age"]) == 600


async def test_a_stolen_link_without_the_code_is_worth_nothing(door: Door) -> None:
    path, _ = await door.opens()
    thief = door.phone()
    await thief.get(path)
    for act in ("sign", "stop"):
        assert (await thief.post(path, {"do": act}))[0] == 403
    assert (await door.world.permit(NUMBER)).briefed == ()


async def test_the_link_and_code_a_second_time_are_worth_nothing(door: Door) -> None:
    path, code = await door.opens()
    first, second = door.phone(), door.phone()
    await second.get(path)
    await first.get(path)
    assert (await first.post(path, {"do": "code", "code": code}))[0] == 303
    status, text = await second.post(path, {"do": "code", "code": code})
    assert (status, words_links.LINK_OVER in text) == (410, True)
    assert (await second.get(path))[0] == 410
    assert (await first.get(path))[0] == 200


async def test_five_wrong_codes_end_it_even_for_the_right_one(door: Door) -> None:
    path, code = await door.opens()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    phone = door.phone()
    await phone.get(path)
    for left in (4, 3, 2, 1):
        status, text = await phone.post(path, {"do": "code", "code": wrong})
        assert (status, words_links.LINK_WRONG.format(left=left) in text) == (403, True)
    assert (await phone.post(path, {"do": "code", "code": wrong}))[0] == 410
    assert (await phone.post(path, {"do": "code", "code": code}))[0] == 410


async def test_posts_of_one_link_are_counted(door: Door) -> None:
    path, _ = await door.opens()
    phone = door.phone()
    await phone.get(path)
    seen = [(await phone.post(path, {"do": "sign"}))[0] for _ in range(14)]
    assert seen == [403] * 12 + [429] * 2
    door.clock.advance(timedelta(minutes=1))
    assert (await phone.post(path, {"do": "sign"}))[0] == 403


@pytest.mark.parametrize("code", ["", "000000000000", "１", "'; --", "\x00", "9" * 5000])
async def test_odd_codes_are_wrong_codes(door: Door, code: str) -> None:
    path, _ = await door.opens()
    phone = door.phone()
    await phone.get(path)
    assert (await phone.post(path, {"do": "code", "code": code}))[0] == 403


async def test_late_is_over_before_and_after_the_code(door: Door) -> None:
    path, code = await door.opens()
    phone = door.phone()
    await phone.get(path)
    door.clock.advance(timedelta(minutes=10))
    assert (await phone.post(path, {"do": "code", "code": code}))[0] == 410
    held, path = await door.inside()
    door.clock.advance(timedelta(minutes=10))
    status, text = await held.post(path, {"do": "sign"})
    assert (status, words_links.LINK_OVER in text) == (410, True)
    assert (await door.world.permit(NUMBER)).briefed == ()


async def test_taken_back_is_over_at_once(door: Door) -> None:
    phone, path = await door.inside()
    await door.world.says(LEADER, "收回链接")
    assert (await phone.post(path, {"do": "sign"}))[0] == 410
    assert (await door.world.permit(NUMBER)).briefed == ()


async def test_a_secret_brought_along_is_never_the_one_that_counts(door: Door) -> None:
    """Session fixation: the victim's browser starts with cookies the thief knows."""
    path, code = await door.opens()
    known = {"ptw_link": "a" * 64, "ptw_link_start": "b" * 64}
    victim, thief = door.phone(), door.phone()
    victim.cookies, thief.cookies = dict(known), dict(known)
    await victim.get(path)
    assert (await victim.post(path, {"do": "code", "code": code}))[0] == 303
    assert victim.cookies["ptw_link"] not in known.values()
    assert (await thief.get(path))[0] == 410
    thief.form = victim.form
    assert (await thief.post(path, {"do": "sign"}))[0] == 403


async def test_a_form_of_another_browser_or_link_or_site_does_nothing(door: Door) -> None:
    phone, path = await door.inside()
    good = phone.form
    for form in ("", "x", good[:-1] + ("A" if good[-1] != "A" else "B")):
        phone.form = form
        assert (await phone.post(path, {"do": "sign"}))[0] == 403
    phone.form = good
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ):
        assert (await phone.post(path, {"do": "sign"}, **headers))[0] == 403, headers
    assert (await door.world.permit(NUMBER)).briefed == ()
    assert (await phone.post(path, {"do": "sign"}, Origin=door.base))[0] == 303


async def test_one_links_phone_holds_no_other_link(door: Door) -> None:
    phone, path = await door.inside()
    other, _ = await door.opens()  # ends the first
    phone_form = phone.form
    assert (await phone.get(path))[0] == 410
    status, text = await phone.get(other)
    assert (status, NUMBER in text) == (200, False)
    phone.form = phone_form
    assert (await phone.post(other, {"do": "sign"}))[0] == 403


_ALTERED = (
    lambda path: path[:-1] + ("A" if path[-1] != "A" else "B"),
    lambda path: path + "x",
    lambda path: "/v/" + path[3:].upper(),
    lambda _: "/v/a.b.c.d",
    lambda _: "/v/" + "a" * 5000,
    lambda _: "/v/%00",
)


@pytest.mark.parametrize("change", _ALTERED)
async def test_an_altered_address_is_no_link(door: Door, change: Any) -> None:
    path, _ = await door.opens()
    status, text = await door.phone().get(change(path))
    assert (status, words_links.LINK_OVER in text) == (410, True)


async def test_nothing_the_visitor_sends_says_where_to_go(door: Door) -> None:
    path, code = await door.opens()
    phone = door.phone()
    await phone.get(path)
    data = {"do": "code", "code": code, "next": "https://evil.example", "back": "//evil.example"}
    await phone.post(f"{path}?next=//evil.example", data, Host="evil.example", **{"X-Forwarded-Host": "evil.example"})
    assert phone.last is not None
    assert phone.last.headers["Location"] == path


async def test_mischief_in_names_and_words_stays_text(door: Door) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    await door.world.writer.submit(
        lambda tx: tx.put_register(
            Register(people=tuple(replace(tx.directory.people[who], name=evil) for who in (GUARD, UNIT)))
        )
    )
    phone, path = await door.inside()
    _, text = await phone.get(path)
    assert "<script>" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


async def test_looking_changes_nothing_however_often(door: Door) -> None:
    path, code = await door.opens()
    preview, phone = door.phone(), door.phone()
    for _ in range(20):
        await preview.get(path)
    await phone.get(path)
    assert (await phone.post(path, {"do": "code", "code": code}))[0] == 303


async def test_who_has_left_the_plant_signs_nothing(door: Door) -> None:
    phone, path = await door.inside()
    await door.world.writer.submit(
        lambda tx: tx.put_register(Register(people=(replace(tx.directory.people[WORKER], active=False),)))
    )
    status, _ = await phone.post(path, {"do": "sign"})
    assert status == 409
    assert (await door.world.permit(NUMBER)).briefed == ()


# --- how it looks ------------------------------------------------------------------------------------------------


@pytest.mark.browser
async def test_on_a_small_phone_everything_fits_and_can_be_hit(at_stage: Stage, tmp_path: Path) -> None:
    from playwright.async_api import async_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    world = at_stage("issued")
    await hired(world)
    async with serving(world) as door, async_playwright() as play:
        path, code = await door.opens()
        context = await play.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=program, args=flags, viewport={"width": 390, "height": 844}
        )
        try:
            page = await context.new_page()
            await page.goto(f"{door.base}{path}")
            await page.screenshot(path=tmp_path / "code.png")
            await page.fill("#code", code)
            await page.click("button.go")
            await page.wait_for_selector("button.stop")
            sizes = await page.eval_on_selector_all("button, input:not([type=hidden])", _BOXES)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            await page.screenshot(path=tmp_path / "permit.png", full_page=True)
            await page.click("button[value=sign]")
            await page.wait_for_selector(".banner.good")
            await page.screenshot(path=tmp_path / "signed.png")
        finally:
            await context.close()
    assert all(height >= 44 and width >= 44 for width, height in sizes)
    assert wide <= 390
    assert (await world.permit(NUMBER)).briefed == (WORKER,)


_BOXES = "all => all.map(one => { const box = one.getBoundingClientRect(); return [box.width, box.height]; })"
