"""A twin on a clock that stands still, and an office."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from tests.support.dingtalk_stream import FakeOffice
from tests.support.dingtalk_twin import START, plant_config


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
