"""A new worker's first five minutes, played by somebody who does only what he is told, with his own thumb."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.plant import SITE as DEMO
from sandbox.plant.mixes import Mix
from sandbox.practice import APP, LESSONS, SITE, Told, practise
from tests.support.plant_on import PlantOn, plant_on
from workflow.permit.state import Status

ME = "wangqiang"
MOST_ACTS = 12
"""Taps and lines of the learner. With a minute for each three of them he is done in five minutes."""


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, Mix.WECOM, also={"site_id": SITE}, app_name=APP) as site:
        yield site


class Learner:
    """Does what the lesson says and nothing else; counts how often."""

    def __init__(self, site: PlantOn) -> None:
        self.site = site
        self.acts = 0
        self.told: list[Told] = []
        self.lessons: asyncio.Queue[Told] = asyncio.Queue()

    def hears(self, told: Told) -> None:
        self.told.append(told)
        self.lessons.put_nowait(told)

    async def learns(self) -> None:
        while not (told := await self.lessons.get()).done:
            if told.line:
                self.acts += 1
                await self.site.hands.of(ME).says(told.line)
                continue
            for tap in re.findall("点[^「」，。]*「([^」]+)」", told.do) if told.key else ():
                await self.taps(tap)

    async def taps(self, text: str) -> None:
        self.acts += 1
        menu = {"我要申请": "apply", "我的任务": "tasks"}
        if text in menu:
            self.site.wecom.phone(ME).press_menu(menu[text])
            await self.site.hands.settled()
            return
        await self.site.player.press(ME, text)


async def test_a_newcomer_gets_through_with_his_own_taps(plant: PlantOn) -> None:
    learner = Learner(plant)
    async with asyncio.TaskGroup() as both:
        both.create_task(learner.learns())
        number = await practise(plant.player, learner.hears)
    assert [one.key for one in learner.told if one.key] == [one.key for one in LESSONS]
    assert learner.told[-1].done
    assert learner.acts <= MOST_ACTS
    permit = await plant.service.permit(number)
    assert permit.status is Status.SUSPENDED  # he stopped it himself, and nobody let it go on
    # Nothing of it can be taken for work: it is of a plant that is for nothing else, and every number says so.
    assert re.fullmatch(rf"DHZY-{SITE}-\d{{8}}-\d{{3}}", number)
    assert permit.site == SITE != DEMO.upper()
    assert "练习" in APP
    assert ME not in {one.person for one in permit.signatures}
    assert len(permit.signatures) == len(permit.law.chain)  # nothing approved by itself
    assert permit.suspension is not None
    assert permit.suspension.by.as_person == ME
