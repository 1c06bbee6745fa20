"""A confined space whose first gas test fails, through twin and production adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.plant.mixes import Mix
from sandbox.story_cs import (
    BAD,
    GOOD,
    ask_and_approve,
    enter,
    get_ready,
    report_air,
    ventilate_and_test_again,
)
from tests.support.plant_on import PlantOn, plant_on
from workflow.permit.state import Status


@pytest.fixture(params=[Mix.WECOM, Mix.DINGTALK])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, request.param) as made:
        yield made


async def test_nobody_enters_on_a_failed_test(site: PlantOn) -> None:
    player = site.player
    number = await ask_and_approve(player)
    await get_ready(player, number)
    await report_air(player, BAD)
    await player.press("zhaomin", "确认开工")
    await player.sees("zhaomin", "11.3mg/m³")
    permit = await site.service.permit(number)
    assert permit.status is Status.ISSUED
    assert "StartSigned" not in await site.events(number)

    await report_air(player, GOOD)
    await player.press("zhaomin", "确认开工")
    await player.moment()
    assert "StartSigned" not in await site.events(number), "good air alone is not enough after a failed test"

    await ventilate_and_test_again(player)
    await enter(player)
    assert (await site.service.permit(number)).status is Status.ACTIVE


async def test_silence_of_the_guardian_stops_the_work(site: PlantOn) -> None:
    player = site.player
    number = await ask_and_approve(player)
    await get_ready(player, number)
    await player.press("zhaomin", "机械通风已开")
    await report_air(player, GOOD)
    await ventilate_if_asked(site)
    await enter(player)
    for _ in range(3):
        await site.push(timedelta(minutes=15, seconds=1))
    permit = await site.service.permit(number)
    assert permit.status is Status.SUSPENDED
    await player.sees("wangqiang", "停工！")
    await player.sees("zhaomin", "停工！")


async def ventilate_if_asked(site: PlantOn) -> None:
    """The remaining measures of the list, once the air is good."""
    from sandbox.story_hot import confirm_all

    await confirm_all(site.player)
