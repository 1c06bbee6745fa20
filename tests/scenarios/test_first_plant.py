"""From nothing to a first permit, as docs/operations/first-plant.md says it: every command an operator would type."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import publish, roster
from bot.app import Service
from bot.building import build
from bot.clock import OffsetClock
from bot.settings import Settings
from sandbox.hands import Hands
from sandbox.story import Player
from sandbox.story_hot import confirm_all, number_on
from sandbox.wecom import (
    AppConfig,
    CorpConfig,
    PersonConfig,
    Twin,
    TwinConfig,
    WebhookConfig,
    aes_key_from,
)
from sandbox.wecom.directory import Directory
from storage import migrate
from tests.scenarios.conftest import StandingClock
from workflow.ids import PersonId
from workflow.permit.state import Status

EXAMPLE = Path(__file__).resolve().parents[2] / "policies/register.example.yaml"
CORP, AGENT, SECRET, TOKEN, KEY = "ww0000000000000001", 1000002, "secret-of-the-app", "token", aes_key_from("first")
PEOPLE = ("zhengwei", "chenan", "sunli", "zhoujianguo", "wugang", "zhaomin", "wangqiang")
MEMBERS = tuple(PersonConfig(userid=userid, name=userid) for userid in PEOPLE)


@dataclass(slots=True, kw_only=True)
class Works:
    """A plant at work."""

    twin: Twin
    service: Service
    player: Player


@pytest.fixture
async def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Works]:
    clock = OffsetClock(StandingClock())
    robots = tuple(WebhookConfig(key=f"{name}-robot", name=name, members=PEOPLE) for name in ("safety", "management"))
    monkeypatch.setenv("ROBOT_SAFETY", robots[0].key)
    monkeypatch.setenv("ROBOT_MANAGEMENT", robots[1].key)
    app = AppConfig(agentid=AGENT, secret=SECRET, token=TOKEN, aes_key=KEY, report_enter=True)
    twin = Twin(TwinConfig(corps=(CorpConfig(corpid=CORP, apps=(app,), people=MEMBERS, webhooks=robots),)), clock)
    base = await twin.start()
    settings = Settings.model_validate(
        {
            "database_url": f"sqlite:///{tmp_path / 'permitbot.sqlite3'}",
            "media_dir": tmp_path / "media",
            "listen_port": 0,
            "button_key": "first-button-key-first-button-key-first",
            "wecom_corp_id": CORP,
            "wecom_agent_id": AGENT,
            "wecom_secret": SECRET,
            "wecom_token": TOKEN,
            "wecom_aes_key": KEY,
            "wecom_api_base_url": base,
        }
    )
    await asyncio.to_thread(prepare, settings)
    service = await build(settings, clock=clock, oauth_base=base)

    async def push(by: timedelta) -> None:
        clock.jump(by)
        service.look_at_clock()
        await service.quiet()

    try:
        await service.start()
        assert (await twin.save_callback(f"{service.base_url}/wecom/callback")).ok
        assert await asyncio.to_thread(lambda: publish.menu(settings=settings, say=print)) == 0
        yield Works(twin=twin, service=service, player=Player(hands=Hands.on_wecom(twin), jump=push, say=print))
    finally:
        await service.stop()
        await twin.stop()


def prepare(settings: Settings) -> None:
    """`db upgrade`, `directory load`, `directory sync`."""
    migrate.upgrade(settings.database_url.get_secret_value())
    assert roster.load(settings=settings, path=EXAMPLE, check=False, say=print) == 0
    assert roster.sync(settings=settings, accept_losses=False, say=print) == 0


async def test_the_running_service_notices_who_left(works: Works) -> None:
    corp = works.twin.world.corps[CORP]
    corp.directory = Directory(replace(corp.config, people=tuple(one for one in MEMBERS if one.userid != "sunli")))
    for knock in works.service.housekeeper.also:
        await knock()
    person = await works.service.writer.submit(lambda tx: tx.person(PersonId("sunli")))
    assert person is not None
    assert (person.active, person.name) == (False, "孙丽")


LINE = "今天8点半到11点半 甲醇泵 动火 换法兰 电焊 作业人王强 负责人王强 监护赵敏"
BOARD = "PTB1:MAIN-PMP-1"


async def test_a_first_permit(works: Works) -> None:
    player = works.player
    await player.types("wangqiang", LINE)
    await player.press("wangqiang", "选好了")
    await player.press("wangqiang", "提交申请")
    await player.sees("wangqiang", "DHZY-MAIN-")
    number = number_on(player, "wangqiang")

    await player.press("zhoujianguo", "受理")
    await player.press("wangqiang", "提交勾选")
    await player.press("wangqiang", "填危害分析")
    await player.types("wangqiang", "甲醇蒸气着火：已置换分析合格，盲板隔离，备灭火器2具，专人监护")
    await player.press("wangqiang", "提交审批")

    await player.press("zhoujianguo", "同意")
    await player.press("sunli", "同意")
    await player.scans("chenan", BOARD)
    await player.press("chenan", "同意", also="须在现场审批")
    permit = await works.service.permit(number)
    assert [signature.person for signature in permit.signatures] == ["zhoujianguo", "sunli", "chenan"]

    await player.jump_to_hour(8, 31)
    await player.scans("zhaomin", f"PTW1:{number}")
    await player.scans("zhaomin", BOARD)
    await player.scans("wugang", BOARD)
    for who in ("wugang", "wangqiang", "zhaomin"):
        await player.press(who, "交底已签字")
    await confirm_all(player)
    await player.types("zhaomin", "可燃 0%LEL")
    await player.sees("zhaomin", "合格")
    await player.press("zhaomin", "确认开工")
    await player.press("wugang", "确认开工")
    await player.sees("wangqiang", "作业中")
    assert (await works.service.permit(number)).status is Status.ACTIVE
    assert works.twin.group("safety-robot", corpid=CORP).screen, "the safety group heard of the start"
