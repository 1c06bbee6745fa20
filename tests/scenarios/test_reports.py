"""The register of permits on the phones of both platforms: asked for in a word, and there as a file."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from cards import words_reports as say
from sandbox.plant.mixes import Mix
from sandbox.story_hot import ask
from tests.support.plant_on import PlantOn, plant_on

OFFICER, WORKER = "sunli", "wangqiang"


@pytest.mark.parametrize("mix", [Mix.WECOM, Mix.DINGTALK])
async def test_a_safety_officer_gets_the_workbook_on_his_phone(mix: Mix, tmp_path: Path) -> None:
    async with plant_on(tmp_path, mix) as site:
        number = await ask(site.player)
        await site.player.types(WORKER, "报表 本月")
        await site.player.sees(WORKER, say.NOT_YOURS)
        await site.player.types(OFFICER, "报表 本月")
        await site.player.sees(OFFICER, ".xlsx")
        (item,) = (one for one in site.hands.of(OFFICER).screen if one["kind"] == "file")
        assert str(item["filename"]).startswith("作业票台账 ")
        book = openpyxl.load_workbook(io.BytesIO(handed(site, str(item["media_id"]))))
        assert [row[0].value for row in book[say.LEDGER].iter_rows(min_row=2)] == [number]


def handed(site: PlantOn, media: str) -> bytes:
    """The bytes that lie with the platform."""
    store = site.dingtalk.hand.media if site.works.wecom is None else site.wecom.world.media
    found = store.peek(media)
    assert found is not None
    return found.content
