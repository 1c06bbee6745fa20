"""Loops that are kept running, and end all the same."""

from __future__ import annotations

import asyncio

from bot.keeping import keep_running


async def test_a_loop_that_breaks_while_it_is_cancelled_stays_down() -> None:
    began = asyncio.Event()

    async def loop() -> None:
        assert not began.is_set(), "started again"
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("closing went wrong")

    keeping = asyncio.create_task(keep_running("test", loop))
    await began.wait()
    keeping.cancel()
    async with asyncio.timeout(30):
        await asyncio.wait((keeping,))
    assert keeping.cancelled()
