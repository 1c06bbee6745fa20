"""A hazard on the phones of both platforms: from the photo to the file, and one that stops live work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import OffsetClock
from bot.demo.plant import MorningClock
from handlers.streams import hazards_of
from sandbox.orders import PATH, OrdersTwin
from sandbox.plant import SITE
from sandbox.plant.mixes import Mix
from sandbox.story_hazard import hazard_story
from sandbox.story_hot import approve, ask, prepare, start
from tests.support.eventually import eventually
from tests.support.plant_on import PlantOn, plant_on
from tests.support.wecom_server import serving
from workflow.hazard.state import Stage, Supervision
from workflow.ids import HazardId, SiteId
from workflow.permit.state import Status

KEY = "work-orders-of-the-plant-under-test-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A plant at work, and its equipment system that takes work orders."""

    plant: PlantOn
    orders: OrdersTwin


@pytest.fixture(params=[Mix.WECOM, Mix.DINGTALK])
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    clock = OffsetClock(MorningClock())
    orders = OrdersTwin(key=KEY.encode(), now=clock.now)
    async with serving(orders.app()) as url:
        settings = {"work_order_url": f"{url}{PATH}", "work_order_key": KEY}
        async with plant_on(tmp_path, request.param, clock=clock, also=settings) as made:
            yield Site(plant=made, orders=orders)


async def test_from_the_photo_to_the_file(there: Site) -> None:
    """The story of the demo: unnamed, seen twice, let wait, sent back, accepted by somebody else."""
    number = HazardId(await hazard_story(there.plant.player))
    crew, fold = there.plant.crew, hazards_of(SiteId(SITE))
    ended = await there.plant.service.writer.submit(lambda tx: tx.load(fold, number)[0])
    assert (ended.stage, ended.round, ended.witnesses) == (Stage.ARCHIVED, 1, (crew.guardian,))
    assert (len(ended.before), len(ended.after)) == (1, 1)
    assert (ended.responsible, ended.accepted_by, ended.earned) == (crew.unit, crew.safety, 5)
    assert (ended.supervision, ended.told) == (Supervision.SUPERIORS, (crew.above,))
    for who in (crew.unit, crew.above, crew.guardian):
        assert not there.plant.player.said(who, crew.name(crew.worker)), "whoever reported unnamed"
    shown = await there.plant.hands.of(crew.safety).opens(f"http://{there.plant.service.host}/h/{number}")
    assert (shown.status, f'src="/h/{number}/pair"' in shown.text) == (200, True)

    assert not there.plant.player.said(crew.safety, "作业票 · "), "a hazard's card does not call itself a permit's"
    records, lines = await there.plant.service.hazard_history(number)
    assert len(records) == len(lines)
    assert next(line for line in lines if "报隐患：" in line).startswith("报告人（不具名）")
    assert crew.name(crew.worker) not in "".join(lines), "nor in the journal the demo shows"

    orders = there.orders
    await eventually(lambda: orders.orders.get(number, {}).get("status") == "closed")
    assert crew.name(crew.worker) not in str(orders.orders), "nor does the equipment system hear who it was"
    assert await orders.says(there.plant.service.base_url, number, "done") == (200, {"taken": True, "result": "kept"})


async def test_a_major_one_stops_live_work(there: Site) -> None:
    player = there.plant.player
    number = await ask(player)
    await prepare(player)
    await approve(player)
    await player.jump_to_hour(8, 31)
    await start(player, number)
    await player.types("linhui", "隐患 2号罐旁边法兰大量泄漏")
    await player.sees(there.plant.crew.guardian, "停工！")
    await player.sees("zhengwei", "督办")
    assert (await there.plant.service.permit(number)).status is Status.SUSPENDED
