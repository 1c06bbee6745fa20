"""The gate's port over a real socket: what a stranger gets, and what a browser without Ed25519 is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import aiohttp
import pytest

from bot.web.gate import PICTURES
from cards.pictures.qr import png
from tests.support.gate_site import FRESH, GateSite, gate_site, ring
from tests.support.hot_work import GUARD, NUMBER
from tests.support.office import Stage
from workflow.gate_pass import Standing, StatusList, entry_key, opened


@pytest.fixture
async def site(at_stage: Stage) -> AsyncIterator[GateSite]:
    async with gate_site(at_stage("active")) as made:
        yield made


async def ask(site: GateSite, path: str, **given: Any) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.request("POST" if given else "GET", f"{site.base}{path}", **given) as answer,
    ):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return answer.status, await (answer.json() if answer.content_type == "application/json" else answer.text())


async def verdict(site: GateSite, code: str) -> Any:
    status, told = await ask(site, "/gate/check", json={"code": code})
    assert status == 200
    return told["verdict"]


async def test_a_stranger_learns_no_number(site: GateSite) -> None:
    status, told = await ask(site, "/gate/status")
    assert status == 200
    listed = site.ring.check(told["list"])
    assert isinstance(listed, StatusList)
    assert listed.entries[entry_key("hc", NUMBER)] is Standing.MAY_ENTER
    assert listed.expires_at - listed.issued_at == FRESH
    assert NUMBER.encode() not in opened(told["list"]).message
    assert set(told) == {"site", "keys", "list"}


async def test_the_number_grows_with_the_journal_and_one_list_serves_many(site: GateSite) -> None:
    first = (await ask(site, "/gate/status"))[1]["list"]
    assert (await ask(site, "/gate/status"))[1]["list"] == first
    await site.world.says(GUARD, "停工")
    site.world.now += timedelta(seconds=5)
    then = (await ask(site, "/gate/status"))[1]["list"]
    before, after = (site.ring.check(one) for one in (first, then))
    assert isinstance(before, StatusList)
    assert isinstance(after, StatusList)
    assert before.number < after.number


async def test_a_list_of_before_the_clock_was_set_back_serves_nobody(site: GateSite) -> None:
    """For as long as the clock was set back it would be the newest, and everything stopped since would still enter."""
    code = site.ring.sign(await site.shown())
    assert await verdict(site, code) == "enter"
    await site.world.says(GUARD, "停工")
    site.world.now -= timedelta(minutes=1)
    assert await verdict(site, code) == "suspended"


async def test_what_becomes_of_a_permit_is_told(site: GateSite) -> None:
    shown = await site.shown()
    code = site.ring.sign(shown)
    status, told = await ask(site, "/gate/check", json={"code": code})
    assert (status, told["verdict"]) == (200, "enter")
    assert told["pass"]["number"] == NUMBER
    assert told["pass"]["guardian"] == "赵敏"
    await site.world.says(GUARD, "停工")
    site.world.now += timedelta(minutes=1)
    assert await verdict(site, code) == "suspended"
    assert await verdict(site, site.ring.sign(replace(shown, number="DHZY-HC-20990101-001"))) == "unknown"
    site.world.now = shown.planned.end
    assert await verdict(site, code) == "expired"


async def test_what_is_false_or_foreign_or_nothing(site: GateSite) -> None:
    shown = await site.shown()
    assert await verdict(site, ring("hc", bytes(32)).sign(shown)) == "foreign"
    assert await verdict(site, ring("xx").sign(replace(shown, site="xx"))) == "foreign"
    code = site.ring.sign(shown)
    assert await verdict(site, code[:-6] + ("A" if code[-6] != "A" else "B") + code[-5:]) == "forged"
    assert await verdict(site, "PTW1:" + NUMBER) == "unreadable"
    assert await verdict(site, site.ring.sign(await site.listed())) == "unreadable"
    assert (await ask(site, "/gate/check", data=b"\xff"))[0] == 400


async def test_a_photo_is_read(site: GateSite) -> None:
    code = site.ring.sign(await site.shown())
    assert await ask(site, "/gate/read", data=png(code)) == (200, {"code": code})
    assert await ask(site, "/gate/read", data=png("PTW1:" + NUMBER)) == (200, {"code": ""})
    assert (await ask(site, "/gate/read", data=b"no picture"))[0] == 400


async def test_photos_of_strangers_do_not_pile_up(site: GateSite) -> None:
    picture = png(site.ring.sign(await site.shown()))
    async with site.pages._one_picture_at_a_time:
        waiting = [asyncio.create_task(ask(site, "/gate/read", data=picture)) for _ in range(PICTURES + 3)]
        refused = [(await one)[0] for one in islice(asyncio.as_completed(waiting), 3)]
        assert refused == [503] * 3
    told = [status for status, _ in await asyncio.gather(*waiting)]
    assert (told.count(200), told.count(503)) == (PICTURES, 3)


async def test_an_emergency_closes_its_zone_to_permits_not_yet_begun(at_stage: Stage) -> None:
    world = at_stage("issued")
    async with gate_site(world) as site:
        code = site.ring.sign(await site.shown())
        assert await verdict(site, code) in ("enter", "early")
        await world.says(GUARD, "全厂紧急停工")
        site.world.now += timedelta(seconds=6)
        assert await verdict(site, code) == "suspended"
