"""A hazard on the phones of both platforms: from the photo to the file, and one that stops live work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.streams import hazards_of
from sandbox.plant import SITE
from sandbox.plant.mixes import Mix
from sandbox.story_hazard import hazard_story
from sandbox.story_hot import approve, ask, prepare, start
from tests.support.plant_on import PlantOn, plant_on
from workflow.hazard.state import Stage, Supervision
from workflow.ids import HazardId, SiteId
from workflow.permit.state import Status


@pytest.fixture(params=[Mix.WECOM, Mix.DINGTALK])
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, request.param) as made:
        yield made


async def test_from_the_photo_to_the_file(there: PlantOn) -> None:
    """The story of the demo: unnamed, seen twice, let wait, sent back, accepted by somebody else."""
    number = HazardId(await hazard_story(there.player))
    crew, fold = there.crew, hazards_of(SiteId(SITE))
    ended = await there.service.writer.submit(lambda tx: tx.load(fold, number)[0])
    assert (ended.stage, ended.round, ended.witnesses) == (Stage.ARCHIVED, 1, (crew.guardian,))
    assert (len(ended.before), len(ended.after)) == (1, 1)
    assert (ended.responsible, ended.accepted_by, ended.earned) == (crew.unit, crew.safety, 5)
    assert (ended.supervision, ended.told) == (Supervision.SUPERIORS, (crew.above,))
    for who in (crew.unit, crew.above, crew.guardian):
        assert not there.player.said(who, crew.name(crew.worker)), "whoever reported unnamed"
    shown = await there.hands.of(crew.safety).opens(f"{there.service.base_url}/h/{number}")
    assert (shown.status, shown.content_type) == (200, "image/jpeg")


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
