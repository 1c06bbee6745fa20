"""The demo can be played again by others on the same day: the story waits for the next working morning."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.clock import OffsetClock
from bot.demo.plant import EQUIPMENT_KEY, ZONE, MorningClock, works
from bot.demo.stage import DemoStage
from sandbox.equipment import EquipmentTwin
from sandbox.plant.mixes import Mix
from sandbox.story import Player
from sandbox.story_hot import ask


async def test_the_next_story_begins_on_the_next_working_morning(tmp_path: Path) -> None:
    clock = OffsetClock(MorningClock())
    async with works(tmp_path, clock, mix=Mix.MIXED, equipment_key=EQUIPMENT_KEY) as site:
        vessels = EquipmentTwin(url=site.service.base_url, key=EQUIPMENT_KEY, equipment=(), now=clock.now)
        stage = DemoStage(site=site, zone=ZONE, vessels=vessels)
        try:
            await stage.new_morning()
            assert clock.now().astimezone(ZONE).day == 24, "the first one begins at once"
            clock.jump(timedelta(days=3, hours=3))
            await stage.new_morning()
            assert f"{clock.now().astimezone(ZONE):%a %H:%M}" == "Mon 07:20"
            await stage.move("dingtalk")
            player = Player(hands=stage.hands, jump=stage.push, say=lambda _: None)
            assert "20261130" in await ask(player)
        finally:
            await stage.close()
