"""督办 in the browser and as a workbook: the chat's, for the same people, down to the permit and the hazard."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from bot.web.watch import _steps
from cards import words_supervision as say
from cards.watch import StepLine, WatchView, tabs
from handlers.live_board import Scope
from handlers.outgoing import WatchFile
from storage.directory import Register
from tests.support.hot_work import NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import Stage, World
from tests.support.whole_site import WholeSite, whole_site
from workflow.ids import AreaId, PermitId, PersonId

ABOVE = PersonId("zhengwei")
"""The superior of 周建国, and the plant's duty leader."""
STRANGER = PersonId("hc0001")
HAZARD = "YH-HC-20260318-001"


async def late(world: World) -> None:
    """A step nobody answers, and a major hazard without a photo."""
    await world.says(WORKER, "匿名隐患 2号罐旁边法兰大量泄漏 电话13800001111")
    await world.passes(minutes=10)


async def shown(site: WholeSite, who: PersonId) -> tuple[int, str]:
    answer, text = await site.ask("GET", "/watch", {"Cookie": site.cookie(who)})
    return answer.status, unescape(text)


async def book(site: WholeSite, who: PersonId) -> Any:
    url, headers = f"{site.service.base_url}/watch/file", {"Cookie": site.cookie(who)}
    async with aiohttp.ClientSession() as browser, browser.get(url, headers=headers) as answer:
        data = await answer.read()
        if not answer.content_type.endswith("spreadsheetml.sheet"):
            return data.decode()
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(made: Any, sheet: str) -> list[tuple[object, ...]]:
    return list(made[sheet].iter_rows(min_row=2, values_only=True))


async def test_who_leads_sees_all_and_each_line_opens_and_others_see_theirs(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("submitted")
    await late(world)
    async with whole_site(world, tmp_path) as site:
        status, page = await shown(site, SAFETY)
        assert (status, say.WHOLE in page) == (200, True)
        assert "票：1件在等，1件超时　隐患督办：1条" in page
        assert "等周建国、邓凯" in page
        assert "已督办到厂领导" in page
        assert "<span>储运车间</span>" in page
        assert page.count("<span>1/1 · 100%</span>") == 2, "of the step, and of the hazard"
        assert "从3月18日 周三 07:30起，已等10分钟" in page
        doors = re.findall(r'href="(/(?:board|h)/[^"]+)"', page)
        assert doors == [f"/board/permit/{NUMBER}", f"/h/{HAZARD}"]
        for door in doors:
            opened, text = await site.ask("GET", door, {"Cookie": site.cookie(SAFETY)})
            assert (opened.status, door.rpartition("/")[2] in text) == (200, True), "also where there is no picture"

        made = await book(site, SAFETY)
        assert made.sheetnames == [say.SHEET_STEPS, say.SHEET_HAZARDS, say.SHEET_RATES, "说明"]
        (step,) = rows(made, say.SHEET_STEPS)
        assert (step[0], step[2:5], step[6]) == (NUMBER, ("受理", "周建国、邓凯", "储运车间"), "是")
        (hazard,) = rows(made, say.SHEET_HAZARDS)
        assert (hazard[0], hazard[7]) == (HAZARD, "是")
        assert "13800001111" not in str(hazard), "numbers people typed leave the house without their middle"
        assert rows(made, say.SHEET_RATES)[0] == ("审批步骤", "储运车间", 1, 1, 100)
        _, seen = await site.ask("GET", "/seen", {"Cookie": site.cookie(UNIT)})
        assert "导出了写有您名字的记录（督办表）" in unescape(seen)

        # whom it climbed to sees that, and others nothing
        assert NUMBER in (await shown(site, ABOVE))[1]
        for who in (UNIT, STRANGER):
            status, page = await shown(site, who)
            assert (status, say.OWN in page, NUMBER in page) == (200, True, False), who
            assert say.NONE_MINE in page
            assert "<meter" not in page, "rates are for who leads the plant"
        assert "/watch/file" not in page, "there is nothing to take away"
        assert HAZARD not in page
        assert say.NONE_MINE in await book(site, STRANGER), "words, not an empty file"


async def test_whoever_left_sees_nothing(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("submitted")
    await late(world)
    async with whole_site(world, tmp_path) as site:
        known = await site.service.writer.submit(lambda tx: tx.directory.people[PersonId(SAFETY)])
        left = replace(known, active=False)
        await site.service.writer.submit(lambda tx: tx.put_register(Register(people=(left,))))
        for page in ("/watch", "/watch/file", f"/h/{HAZARD}"):
            answer, text = await site.ask("GET", page, {"Cookie": site.cookie(SAFETY)})
            assert (answer.status in {403, 404}, NUMBER in text, "泄漏" in text) == (True, False, False), page


LINE = StepLine(
    permit=PermitId(NUMBER), area=AreaId("TK1"), place="2号罐 13800001111", label="受理", asked="", department="",
    since=None, late=True, climbed="", mine=False,
)  # fmt: skip
VIEW = WatchView(
    at=datetime.fromisoformat("2026-03-18T08:00:00+08:00"), zone=UTC, whole=False, steps=(LINE,), rates=(),
    hazards=(), hazard_rates=(),
)  # fmt: skip


def test_no_number_somebody_typed_goes_into_the_file() -> None:
    (sheet, _) = tabs(VIEW)
    assert "13800001111" not in str(sheet.rows)


@pytest.mark.parametrize(("mine", "area", "opens"), [(False, "TK2", False), (False, "TK1", True), (True, "TK2", True)])
def test_no_door_is_shown_that_would_not_open(*, mine: bool, area: str, opens: bool) -> None:
    scope = Scope(person=ABOVE, areas=frozenset({AreaId(area)}))
    (line,) = _steps((replace(LINE, mine=mine),), VIEW, scope)
    assert bool(line["door"]) is opens


async def test_by_chat_the_workbook_is_a_row_that_can_wait(at_stage: Stage) -> None:
    world = at_stage("submitted")
    sent = await world.says(SAFETY, "督办表")
    assert sent.of(WatchFile, SAFETY) == [WatchFile(person=PersonId(SAFETY))]
    assert sent.lanes(WatchFile) == {"information"}
    assert (await world.says(SAFETY, "督办表在哪")).of(WatchFile) == []
