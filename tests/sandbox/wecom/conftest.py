"""A started twin on a clock that stands still, a logged-in client, and a connected receiver."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import ManualClock
from sandbox.wecom import Quirks, Twin
from sandbox.wecom.crypto import Envelope
from tests.support.wecom_twin import AES_KEY, AGENT, CORP, START, TOKEN, Api, Receiver, plant_config


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def twin(clock: ManualClock) -> AsyncIterator[Twin]:
    made = Twin(plant_config(), clock, quirks=Quirks(omit_errcode_every=0))
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
async def receiver(twin: Twin) -> AsyncIterator[Receiver]:
    made = Receiver(envelope=Envelope(token=TOKEN, aes_key=AES_KEY, receiveid=CORP))
    runner = web.AppRunner(made.app(), shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callback"
    twin.set_callback(made.url, AGENT, corpid=CORP)
    yield made
    made.over.set()
    await runner.cleanup()
