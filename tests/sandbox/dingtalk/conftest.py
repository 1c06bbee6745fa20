"""A started twin on a clock that stands still, a logged-in client, and stream clients."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from tests.support.dingtalk_twin import START, Api, Stream, plant_config


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def twin(clock: ManualClock) -> AsyncIterator[Twin]:
    made = Twin(plant_config(), clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def api(twin: Twin) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        client = Api(session, twin.base_url)
        await client.login()
        yield client


@pytest.fixture
async def stream(api: Api) -> AsyncIterator[Stream]:
    made = Stream(api)
    yield made
    for client in made.clients:
        await client.close()
