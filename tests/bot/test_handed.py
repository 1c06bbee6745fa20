"""What the office was given: told to everybody who waits, and as committed only when it is."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime

from bot.handed import Handed, Office
from bot.log import get_logger
from handlers.arrivals import Arrival, Sender, Text
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from workflow.ids import SiteId

LINE = Text(
    site=SiteId("hc"), sender=Sender(platform="wecom", corp="corp", user="wang"), dedup_key="k",
    received_at=datetime(2026, 5, 1, tzinfo=UTC), text="动火",
)  # fmt: skip


def handed(office: Office) -> Handed:
    return Handed(office, FakeClock(), under_way=nullcontext, log=get_logger("test"), what="push")


async def test_what_is_broken_off_was_not_committed() -> None:
    async def office(_: Arrival) -> None:
        raise asyncio.CancelledError

    assert await handed(office).over("k", (LINE,)) is False


async def test_one_who_hangs_up_keeps_nobody_else_from_the_outcome() -> None:
    goes_on, taken = asyncio.Event(), list[Arrival]()

    async def office(arrival: Arrival) -> None:
        taken.append(arrival)
        await goes_on.wait()

    pushes = handed(office)
    first, second = (asyncio.create_task(pushes.over("k", (LINE,))) for _ in range(2))
    await eventually(lambda: taken != [])  # both wait: they began before the work did
    first.cancel()
    await asyncio.wait((first,))
    goes_on.set()
    async with asyncio.timeout(10):
        assert await second is True
    assert taken == [LINE]
