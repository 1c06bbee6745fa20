"""A client and the scripted platform it talks to, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from bot.wecom.client import WeComClient
from tests.support.clock import FakeClock
from tests.support.wecom import CORP
from tests.support.wecom_server import ScriptedWeCom, scripted_wecom

SECRET = "s3cret-of-the-app-0123456789"


class Pauses(list[float]):
    """Takes the place of sleeping and remembers for how long."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def wecom() -> AsyncIterator[ScriptedWeCom]:
    async with scripted_wecom() as server:
        yield server


@pytest.fixture
async def client(wecom: ScriptedWeCom, clock: FakeClock, pauses: Pauses) -> AsyncIterator[WeComClient]:
    async with aiohttp.ClientSession() as session:
        yield WeComClient(
            session,
            clock,
            corp_id=CORP,
            agent_id=1000002,
            secret=SecretStr(SECRET),
            base_url=wecom.base_url,
            pause=pauses,
        )
