"""The demo's equipment system and the whole house: a switch is turned, and the interlock is felt on the phones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import OffsetClock
from bot.demo.plant import EQUIPMENT_KEY, ZONE, plant
from sandbox.equipment import EquipmentTwin, Says
from sandbox.hands import Hands
from sandbox.plant import equipment
from sandbox.story import Player
from sandbox.story_hot import approve, ask, prepare, start
from tests.scenarios.conftest import Plant, StandingClock
from workflow.permit.state import Status


@dataclass
class Switched:
    site: Plant
    vessels: EquipmentTwin

    def says(self, code: str) -> dict[str, str]:
        return next(one for one in self.vessels.switches() if one["id"] == code)


@pytest.fixture
async def switched(tmp_path: Path) -> AsyncIterator[Switched]:
    """The demo plant with the equipment system of the demo, all switches as the register has it."""
    clock = OffsetClock(StandingClock())
    async with plant(tmp_path, clock, equipment_key=EQUIPMENT_KEY) as (twin, service):
        vessels = EquipmentTwin(
            url=service.base_url, key=EQUIPMENT_KEY, equipment=equipment(), now=lambda: clock.now().astimezone(ZONE)
        )

        async def push(by: timedelta) -> None:
            clock.jump(by)
            await vessels.repeat()
            service.look_at_clock()
            await service.quiet()

        player = Player(hands=Hands.on_wecom(twin), jump=push, say=lambda _: None)
        try:
            yield Switched(Plant(twin=twin, service=service, clock=clock, player=player), vessels)
        finally:
            await vessels.close()


async def test_a_turned_switch_stops_the_work_beside_it(switched: Switched) -> None:
    site = switched.site
    assert await switched.vessels.repeat() > 10
    assert switched.says("T-202")["says"] == "purged"
    assert switched.says("T-204") == {"id": "T-204", "name": "4号罐", "says": "offline", "sent": ""}
    number = await ask(site.player)
    await prepare(site.player)
    await approve(site.player)
    await site.player.jump_to_hour(8, 31)
    await start(site.player, number)
    assert (await site.service.permit(number)).status is Status.ACTIVE
    await site.push(timedelta(minutes=1))
    assert await switched.vessels.switch("T-202", Says.NOT_PURGED) == "设备系统报2号罐未置换"
    await site.service.quiet()
    assert (await site.service.permit(number)).status is Status.SUSPENDED
    assert "未置换合格" in str(site.twin.phone("zhaomin").screen)


async def test_off_line_says_nothing_and_another_key_is_turned_away(switched: Switched) -> None:
    assert await switched.vessels.repeat() > 10
    assert "离线" in await switched.vessels.switch("T-202", Says.OFFLINE)
    before = switched.says("T-202")["sent"]
    await switched.site.push(timedelta(hours=1))
    await switched.vessels.repeat()
    assert switched.says("T-202")["sent"] == before
    assert switched.says("T-101")["sent"] != before
    forger = EquipmentTwin(
        url=switched.site.service.base_url,
        key="somebody-elses-key-somebody-elses-key",
        equipment=equipment(),
        now=lambda: switched.site.clock.now().astimezone(ZONE),
    )
    assert "没有成功（403）" in await forger.switch("T-202", Says.PURGED)
    await forger.close()
