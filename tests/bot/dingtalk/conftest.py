"""A twin on a clock that stands still and an office; a client and the scripted platform it talks to, over a real
socket, with time that passes only while somebody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from pydantic import SecretStr

from bot.dingtalk.api import Api
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.media import Downloads
from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from tests.support.clock import FakeClock
from tests.support.dingtalk_server import ScriptedDingTalk, scripted_dingtalk
from tests.support.dingtalk_stream import FakeOffice
from tests.support.dingtalk_twin import START, plant_config

CORP, APP, ROBOT = "ding1plant", "dingpermitapp", "dingrobot"
SECRET = "s3cret-of-the-app-0123456789"
HERE = Downloads(schemes=frozenset({"http"}), hosts=("127.0.0.1",))


class Waiting:
    """Takes the place of sleeping and of the steady clock: time passes by waiting only."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def steady(self) -> float:
        return self.now

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Meter:
    """Counts in the open."""

    def __init__(self) -> None:
        self.calls = self.free = self.said_gone = 0

    async def call(self) -> None:
        self.calls += 1

    def not_counted(self) -> None:
        self.free += 1

    def gone(self) -> None:
        self.said_gone += 1


@pytest.fixture
def manual() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def twin(manual: ManualClock) -> AsyncIterator[Twin]:
    made = Twin(plant_config(), manual)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
async def dingtalk() -> AsyncIterator[ScriptedDingTalk]:
    async with scripted_dingtalk() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def api(
    session: aiohttp.ClientSession, dingtalk: ScriptedDingTalk, clock: FakeClock, waiting: Waiting, meter: Meter
) -> Api:
    return Api(
        session,
        clock,
        app_key=APP,
        app_secret=SecretStr(SECRET),
        base_url=dingtalk.base_url,
        old_base_url=dingtalk.base_url,
        meter=meter,
        pause=waiting,
        steady=waiting.steady,
    )


@pytest.fixture
def client(session: aiohttp.ClientSession, clock: FakeClock, api: Api) -> DingTalkClient:
    return DingTalkClient(session, clock, api, corp_id=CORP, robot_code=ROBOT, downloads=HERE)
