"""A hazard on the phones of both platforms: from the photo to the file, and one that stops live work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.streams import hazards_of
from sandbox.page.photos import picture
from sandbox.plant import SITE
from sandbox.plant.mixes import Mix
from sandbox.story_hot import approve, ask, prepare, start
from storage.tx import Tx
from tests.support.plant_on import PlantOn, plant_on
from workflow.hazard.state import Hazard, Stage
from workflow.ids import SiteId
from workflow.permit.state import Status

REPORTER, MENDER, SAFETY = "wangqiang", "zhoujianguo", "sunli"


@pytest.fixture(params=[Mix.WECOM, Mix.DINGTALK])
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, request.param) as made:
        yield made


async def photo(site: PlantOn, who: str, number: int) -> None:
    """An ordinary photo of the phone's album: what a hazard looks like needs no camera of the platform."""
    await site.player.jump(site.player.tick)
    await site.hands.of(who).sends_photo(picture(number, site.works.clock.now()))
    await site.player.moment()


async def newest(site: PlantOn) -> Hazard:
    """What was reported last."""
    fold = hazards_of(SiteId(SITE))

    def find(tx: Tx) -> Hazard:
        return tx.load(fold, tx.hazards_by(REPORTER, 1)[0].id)[0]

    return await site.service.writer.submit(find)


async def test_from_the_photo_to_the_file(there: PlantOn) -> None:
    player = there.player
    await player.types(REPORTER, "隐患 2号罐 爬梯踏板少一块")
    await player.sees(REPORTER, "请补一张现在的照片")
    await photo(there, REPORTER, 501)
    await player.sees(REPORTER, "照片已收下")

    await player.press(MENDER, "接单", also="爬梯踏板")
    await player.press(MENDER, "已整改")
    await player.sees(MENDER, "请拍整改后的照片")
    await player.types(MENDER, "已补装踏板并紧固")
    await player.sees(MENDER, "记下了")
    await photo(there, MENDER, 502)

    await player.press(SAFETY, "验收通过")
    await player.sees(REPORTER, "已归档")
    ended = await newest(there)
    assert ended.stage is Stage.ARCHIVED
    assert (len(ended.before), len(ended.after), ended.accepted_by, ended.earned) == (1, 1, SAFETY, 2)


async def test_a_major_one_stops_live_work(there: PlantOn) -> None:
    player = there.player
    number = await ask(player)
    await prepare(player)
    await approve(player)
    await player.jump_to_hour(8, 31)
    await start(player, number)
    await player.types("linhui", "隐患 2号罐旁边法兰大量泄漏")
    await player.sees(there.crew.guardian, "停工！")
    await player.sees("zhengwei", "督办")
    assert (await there.service.permit(number)).status is Status.SUSPENDED
