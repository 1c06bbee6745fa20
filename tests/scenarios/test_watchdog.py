"""The watchdog of the whole house: what `/healthz` says, who hears of a permit that nothing watches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import OffsetClock
from bot.demo.plant import plant
from bot.notify import Systemd
from bot.pulse import Pulse
from bot.watchdog import Watchdog
from sandbox.hands import Hands
from sandbox.story import Player
from sandbox.story_hot import ask, hot_work_story, prepare
from sandbox.wecom.faults import Outage
from tests.bot.test_pulse import Hand
from tests.scenarios.conftest import Plant, StandingClock


@dataclass(slots=True, kw_only=True)
class House(Plant):
    """A plant whose own clock the test moves, too."""

    hand: Hand

    async def healthz(self) -> tuple[int, dict[str, Any]]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.service.base_url}/healthz") as answer:
            return answer.status, await answer.json()

    def alarms(self, who: str) -> int:
        """How often somebody was told that nothing watches a permit."""
        return sum("系统没有在看这张票" in str(item) for item in self.twin.phone(who).screen)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    clock, hand = OffsetClock(StandingClock()), Hand()
    async with plant(tmp_path, clock, steady=hand) as (twin, service):

        async def push(by: timedelta) -> None:
            clock.jump(by)
            service.look_at_clock()
            await service.quiet()

        player = Player(hands=Hands.on_wecom(twin), jump=push, say=lambda _: None)
        yield House(twin=twin, service=service, clock=clock, player=player, hand=hand)


async def test_all_is_well(house: House) -> None:
    await house.service.watchdog.look()
    status, said = await house.healthz()
    assert (status, said["ok"], said["problems"]) == (200, True, [])


async def test_a_loop_that_stopped_is_named(house: House) -> None:
    timers = next(task for task in house.service._tasks if task.get_name() == "timers")
    timers.cancel()
    house.hand.seconds += 121
    house.service.look_at_clock()
    await house.service.watchdog.look()
    await house.service.quiet()
    status, said = await house.healthz()
    assert status == 503
    assert said["ok"] is False
    assert said["problems"] == ["timers is silent"]


async def test_a_permit_that_lost_its_timer_is_told_once(house: House) -> None:
    number = await ask(house.player)
    await prepare(house.player)
    await house.service.writer.submit(lambda tx: tx.drop_timers(number))
    await house.push(timedelta(minutes=2))
    assert (await house.service.watchdog.look()).exposed[0].what == "validity"
    status, said = await house.healthz()
    assert (status, said["problems"]) == (503, [f"nothing watches {number} (validity)"])
    await house.service.quiet()
    assert house.alarms("sunli") == 1, "the safety department"
    assert house.alarms("chenan") == 1, "the duty leader"

    await house.service.watchdog.look()
    restarted = Watchdog(
        writer=house.service.writer,
        clock=house.clock,
        pulse=Pulse(house.hand),
        site=house.service.site,
        tell=house.service.office.handle,
        systemd=Systemd({}),
    )
    await restarted.look()
    await house.service.quiet()
    assert house.alarms("sunli") == house.alarms("chenan") == 1, "once, also after a restart"


async def test_an_alarm_that_waits_makes_the_house_ill(house: House) -> None:
    number = await ask(house.player)
    await prepare(house.player)
    house.twin.faults.outage = Outage.BUSY
    await house.service.writer.submit(lambda tx: tx.drop_timers(number))
    await house.push(timedelta(minutes=2))
    await house.service.watchdog.look()
    await house.push(timedelta(minutes=3))
    health = await house.service.watchdog.look()
    assert health.waiting >= 2
    assert not health.silent, "a platform that is down is no reason to start us anew"
    assert (await house.healthz())[0] == 503


async def test_through_a_whole_life_something_always_watches(house: House) -> None:
    seen: set[str] = set()

    async def push(by: timedelta) -> None:
        await house.push(by)
        health = await house.service.watchdog.look()
        assert health.exposed == ()
        seen.update(row.status for row in await house.service.writer.submit(lambda tx: tx.open_permits()))

    house.player.jump = push
    await hot_work_story(house.player)
    assert seen >= {"submitted", "preparing", "in_review", "issued", "active", "suspended", "fire_watch"}


async def test_a_platform_that_does_not_answer_is_down_until_it_does(house: House) -> None:
    number = await ask(house.player)
    assert (await house.service.watchdog.look()).down == ()
    house.twin.faults.outage = Outage.DISCONNECT
    await house.service.writer.submit(lambda tx: tx.drop_timers(number))
    await house.push(timedelta(minutes=2))
    await house.service.watchdog.look()
    await house.service.quiet()
    assert (await house.service.watchdog.look()).down == ("wecom",)
    assert "wecom is down: it does not answer" in (await house.healthz())[1]["problems"]
    house.twin.faults.outage = Outage.NONE
    await house.push(timedelta(minutes=2))
    assert (await house.service.watchdog.look()).down == ()
