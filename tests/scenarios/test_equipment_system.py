"""The equipment system and the whole house: a vessel beside running hot work is not purged, and the work stops."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import OffsetClock
from bot.demo.plant import plant
from bot.equipment import PATH
from bot.signed_port import NONCE, SIGNATURE, TIMESTAMP, signature
from sandbox.hands import Hands
from sandbox.story import Player
from sandbox.story_hot import approve, ask, prepare, start
from tests.scenarios.conftest import Plant, StandingClock
from workflow.permit.state import Status

KEY = "the-equipment-systems-own-secret-of-this-test"


async def report(site: Plant, state: str, *, nonce: str) -> int:
    """What the equipment system would send now, and how it is answered."""
    now: datetime = site.clock.now()
    said = {"equipment": "T-202", "state": state, "at": now.isoformat()}
    body, stamp = json.dumps(said).encode(), str(int(now.timestamp()))
    signed = signature(KEY.encode(), timestamp=stamp, nonce=nonce, body=body)
    headers = {TIMESTAMP: stamp, NONCE: nonce, SIGNATURE: signed}
    url = f"{site.service.base_url}{PATH}"
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


@pytest.fixture
async def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Plant]:
    """The demo plant with an equipment system: its key is in the environment."""
    monkeypatch.setenv("PERMITBOT_EQUIPMENT_KEY", KEY)
    clock = OffsetClock(StandingClock())
    async with plant(tmp_path, clock) as (twin, service):

        async def push(by: timedelta) -> None:
            clock.jump(by)
            service.look_at_clock()
            await service.quiet()

        player = Player(hands=Hands.on_wecom(twin), jump=push, say=lambda _: None)
        yield Plant(twin=twin, service=service, clock=clock, player=player)


async def test_purged_lets_work_start_and_not_purged_stops_it(linked: Plant) -> None:
    number = await ask(linked.player)
    await prepare_with(linked)
    await linked.player.jump_to_hour(8, 31)
    await start(linked.player, number)
    assert (await linked.service.permit(number)).status is Status.ACTIVE
    await linked.push(timedelta(minutes=1))
    assert await report(linked, "not_purged", nonce="nonce-of-the-denial") == 200
    await linked.service.quiet()
    assert (await linked.service.permit(number)).status is Status.SUSPENDED
    assert "未置换合格" in str(linked.twin.phone("zhaomin").screen)


async def prepare_with(site: Plant) -> None:
    """Everything before the start, after the system has said 已置换合格."""
    assert await report(site, "purged", nonce="nonce-of-the-purging") == 200
    await prepare(site.player)
    await approve(site.player)


async def test_without_the_key_nobody_may_report(site: Plant) -> None:
    assert await report(site, "not_purged", nonce="nonce-of-nobody-at-all") == 404
