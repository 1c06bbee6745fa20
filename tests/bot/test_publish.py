"""The app's menu, put there from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot import publish
from bot.settings import Settings, SettingsError
from sandbox.clock import ManualClock
from sandbox.wecom import Twin, aes_key_from
from tests.support.wecom_twin import AGENT, CORP, SECRET, START, plant_config


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    made = Twin(plant_config(), ManualClock(START))
    await made.start()
    yield made
    await made.stop()


def settings_for(twin: Twin) -> Settings:
    return Settings(
        _env_file=None,
        wecom_corp_id=CORP,
        wecom_agent_id=AGENT,
        wecom_secret=SecretStr(SECRET),
        wecom_token=SecretStr("token"),
        wecom_aes_key=SecretStr(aes_key_from("permits")),
        wecom_api_base_url=twin.base_url,
    )


async def publishing(settings: Settings) -> tuple[int, list[str]]:
    said: list[str] = []
    code = await asyncio.to_thread(lambda: publish.menu(settings=settings, say=said.append, clock=ManualClock(START)))
    return code, said


async def test_the_menu_is_there_afterwards(twin: Twin) -> None:
    phone = twin.phone("WangQiang", agentid=AGENT, corpid=CORP)
    assert not phone.menu
    code, _ = await publishing(settings_for(twin))
    assert code == 0
    assert {"我要申请", "我的任务", "立即停工"} <= {entry["name"] for entry in phone.menu}


async def test_a_refusal_is_told_without_secrets(twin: Twin) -> None:
    twin.faults.fail("menu/create", 60020)
    code, said = await publishing(settings_for(twin))
    assert code == 1
    assert said[0].startswith("WeCom: menu/create: errcode 60020")
    assert SECRET not in said[0]


def test_without_credentials_they_are_named() -> None:
    with pytest.raises(SettingsError, match="PERMITBOT_WECOM_SECRET"):
        publish.menu(settings=Settings(_env_file=None), say=lambda _: None)
