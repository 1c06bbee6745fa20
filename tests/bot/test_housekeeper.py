"""The housekeeper knocks; what breaks behind one door does not keep it from the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.housekeeper import Housekeeper
from storage.engine import open_database
from storage.migrate import upgrade
from storage.writer import Writer
from tests.support.clock import FakeClock
from tests.support.retention import RETENTION


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    url = f"sqlite:///{tmp_path / 'permitbot.sqlite3'}"
    upgrade(url)
    writer = Writer(open_database(url), "A")
    await writer.start()
    yield writer
    await writer.stop()


async def test_it_knocks_at_every_door_again_and_again(writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    enough = asyncio.Event()

    async def broken() -> None:
        heard.append("broken")
        raise RuntimeError("behind this door something is broken")

    async def sound() -> None:
        heard.append("sound")
        if heard.count("sound") >= 3 and heard.count("broken") >= 3:
            enough.set()

    housekeeper = Housekeeper(
        writer=writer,
        clock=FakeClock(),
        retention=RETENTION,
        every=timedelta(milliseconds=20),
        also=(broken, sound),
    )
    with caplog.at_level(logging.CRITICAL, logger="apscheduler"):
        working = asyncio.create_task(housekeeper.run())
        async with asyncio.timeout(30):
            await enough.wait()
    assert not working.done()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
