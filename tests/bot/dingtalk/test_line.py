"""One connection has a bound: what comes beyond it is told at once to come again, and comes in later."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.dingtalk.line import AT_ONCE
from handlers.arrivals import Text
from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from tests.support.dingtalk_stream import FakeOffice, streaming
from tests.support.dingtalk_twin import APP


async def test_beyond_its_bound_a_connection_says_at_once_that_it_is_to_come_again(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office):
        await twin.connected()
        phone = twin.phone("zhaomin", client_id=APP)
        pushes = [phone.type_text(f"第{number}句") for number in range(AT_ONCE + 1)]
        await twin.until(lambda: len(twin.acks) == 1)
        assert twin.acks[0].code == 500
        office.gate.set()
        await twin.until(lambda: len(twin.acks) == AT_ONCE + 1)
        manual.advance(timedelta(seconds=16))
        for push in pushes:
            assert push is not None
            await push
    assert len({one.text for one in office.committed if isinstance(one, Text)}) == AT_ONCE + 1
