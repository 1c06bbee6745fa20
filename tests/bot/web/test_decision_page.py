"""What the page of a decision shows before its button: what is unusual, what stops, whom the work meets, the way on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from bot.web.comparing import Comparing
from bot.web.looks import to_sign
from cards import words_keys as say
from handlers.keys import SignLink
from storage.store import Store
from storage.tx import Tx
from tests.support.earlier import lived_before, longer
from tests.support.hot_work import BOARD, NUMBER, UNIT
from tests.support.key_calls import enrolled, get
from tests.support.key_site import KeySite, asking, key_site
from tests.support.office import SITE, Stage
from tests.support.permits import HEAD, SECRET, permit, view
from workflow.findings import Finding, Severity, Verdict
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Interval, ProofMethod

T = TypeVar("T")


@pytest.fixture
async def site(at_stage: Stage, tmp_path: Path) -> AsyncIterator[KeySite]:
    async with key_site(at_stage("review"), tmp_path) as made:
        await made.world.scans(UNIT, BOARD)
        await enrolled(made)
        yield made


async def page(site: KeySite, agent: str = "") -> str:
    link = await site.sign_link(UNIT, "site_unit")
    async with aiohttp.ClientSession(headers={"User-Agent": agent}) as session, session.get(link) as answer:
        assert answer.status == 200
        return await answer.text()


def shorter(what: Content) -> Content:
    until = what.planned.start + timedelta(minutes=90)
    return replace(what, planned=Interval(start=what.planned.start, end=until), work_unit="本厂检修车间")


async def test_the_difference_stands_before_the_button(site: KeySite) -> None:
    await lived_before(site.world, 10, shorter)
    text = await page(site)
    lines = ("有2处不同", "时间长：计划3小时，以往一般1小时30分，最长1小时30分", "新单位：以往没有「设备部」")
    places = [text.index(line) for line in lines]
    assert max(places) < text.index('id="go"')


@pytest.mark.parametrize(("count", "said"), [(2, "同类票不足3张，无从比较。"), (3, "与最近3张同类票相比无异常。")])
async def test_too_few_to_compare_with_is_said(site: KeySite, count: int, said: str) -> None:
    await lived_before(site.world, count)
    assert said in await page(site)


async def test_permits_that_were_never_issued_are_no_custom(site: KeySite) -> None:
    await lived_before(site.world, 9, longer(timedelta(hours=9)), status="cancelled")
    assert "同类票不足3张，无从比较。" in await page(site)


@pytest.mark.parametrize(
    ("agent", "kind", "code"),
    [
        ("Mozilla/5.0 (iPhone) Mobile/15E148 wxwork/4.1 MicroMessenger/7.0", "wecom", False),
        ("Mozilla/5.0 (Linux; Android 14) AliApp(DingTalk/7.6)", "dingtalk", False),
        ("Mozilla/5.0 (Linux; Android 14) Mobile Safari", "phone", False),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120", "desk", True),
    ],
)
async def test_every_browser_is_told_its_own_way_on(site: KeySite, agent: str, kind: str, code: bool) -> None:
    text = await page(site, agent)
    assert say.ELSEWHERE[kind][1] in text
    assert ("<svg" in text) is code


@pytest.mark.parametrize("strict", [False, True])
async def test_the_lower_rung_is_named_where_the_plant_allows_it(at_stage: Stage, tmp_path: Path, strict: bool) -> None:
    world = at_stage("review")
    if strict:
        asking(world, site_unit=ProofMethod.PASSKEY)
    async with key_site(world, tmp_path) as site:
        await enrolled(site)
        text = await page(site)
    assert (say.LOWER in text, say.KEYS_ONLY in text) == (not strict, strict)


async def test_a_second_look_compares_anew(site: KeySite) -> None:
    link = await site.sign_link(UNIT, "site_unit")
    assert "无从比较" in (await get(link))[1]
    await lived_before(site.world, 3)
    assert "相比无异常" in (await get(link))[1]


async def test_a_card_compares_once_for_each_version_of_a_permit(site: KeySite) -> None:
    await lived_before(site.world, 3)
    store = Counting(Store(site.world.writer.database, SITE))
    comparing = Comparing(store=store, house=site.world.house)
    shown = await site.world.permit(NUMBER)
    first = await comparing.once(shown)
    assert first is not None
    assert await comparing.once(shown) is first
    assert store.asked == 1
    await comparing.once(replace(shown, version=shown.version + 1))
    assert store.asked == 2
    await store.store.close()


@dataclass
class Counting:
    """A store that counts what is asked of it."""

    store: Store
    asked: int = 0

    async def read(self, work: Callable[[Tx], T]) -> T:
        self.asked += 1
        return await self.store.read(work)


def test_what_stops_is_named_with_icon_and_word_whom_it_meets_too() -> None:
    """By word and icon, not by colour alone; a neighbour's work is called what it is."""
    stops = Finding(
        gate="x", verdict=Verdict.FAIL, severity=Severity.BLOCK, rule="", clause="5.3", fact="气体已过期", cure="重测"
    )
    unknown = replace(stops, verdict=Verdict.UNKNOWN, fact="不知道风速")
    around = replace(stops, fact="与隔壁吊装冲突", other=PermitId("DZHY-HC-20260318-002"))
    warns = replace(stops, severity=Severity.WARN, fact="证件快到期")
    shown = view(permit(Status.IN_REVIEW), HEAD, [Role.SITE_UNIT], findings=(warns, stops, unknown, around))
    what = SignLink(content_hash="", verdict="approve", step="site_unit")
    doubts = [(one["icon"], one["word"], one["text"]) for one in to_sign(shown, what, None, key=SECRET)["doubts"]]
    assert doubts == [
        ("✖", "周边作业·不满足，挡住", "与隔壁吊装冲突（5.3）→重测"),
        ("✖", "不满足，挡住", "气体已过期（5.3）→重测"),
        ("✖", "不明，挡住", "不知道风速（5.3）→重测"),
        ("！", "提醒", "证件快到期（5.3）→重测"),
    ]
