"""When the timer loop looks: at what is due, and not after every commit that arms something for later."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.timer_loop import TimerLoop
from handlers.arrivals import Due
from handlers.due import CLOCK
from storage.agenda import TIMER_LANE, Claimed
from storage.times import spell
from storage.tx import Tx
from storage.writer import Committed, Writer
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from workflow.ids import PermitId, SiteId
from workflow.permit.commands import PromptDue
from workflow.values import Actor

HOUR = timedelta(hours=1)


def timers(writer: Writer, clock: FakeClock, fired: list[str], *, speed: float = 1.0) -> TimerLoop:
    def read(row: Claimed) -> Due:
        return Due(
            site=SiteId("hc"), sender=CLOCK, dedup_key=row.key, received_at=clock.now(), permit=PermitId("P-1"),
            name="prompt", command=PromptDue(by=Actor.clock(), at=clock.now(), number=1),
        )  # fmt: skip

    async def ask(due: Due) -> None:
        fired.append(due.dedup_key)

    return TimerLoop(writer=writer, clock=clock, read=read, ask=ask, name="timers", speed=lambda: speed)


async def test_what_is_armed_for_now_fires_and_what_is_armed_for_later_waits(writer: Writer) -> None:
    clock, fired = FakeClock(), list[str]()
    loop = timers(writer, clock, fired)

    async def arm(key: str, ahead: timedelta) -> None:
        now = clock.now()

        def put(tx: Tx) -> None:
            tx.put_timer(key, now + ahead, "validity", "P-1", b"{}", at=now)

        await writer.submit(put)

    task = asyncio.create_task(loop.run())
    try:
        await arm("first", timedelta(0))
        await eventually(lambda: fired == ["first"])
        await arm("in an hour", HOUR)
        await arm("now", timedelta(0))
        await eventually(lambda: fired == ["first", "now"])
        clock.advance(HOUR)
        loop.look()
        await eventually(lambda: fired == ["first", "now", "in an hour"])
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("lane", "ahead", "speed", "woken"),
    [
        (TIMER_LANE, timedelta(0), 1.0, True),
        (TIMER_LANE, timedelta(seconds=30), 1.0, True),
        (TIMER_LANE, timedelta(seconds=31), 1.0, False),  # the loop never rests longer than half a minute
        (TIMER_LANE, timedelta(minutes=30), 60.0, True),  # half a minute of ours is half an hour of a fast clock
        (TIMER_LANE, timedelta(minutes=31), 60.0, False),
        ("safety", timedelta(0), 1.0, False),
    ],
)
async def test_a_commit_wakes_it_for_what_it_would_find_too_late(
    writer: Writer, lane: str, ahead: timedelta, speed: float, woken: bool
) -> None:
    clock = FakeClock()
    loop = timers(writer, clock, [], speed=speed)
    loop._committed(Committed({lane: spell(clock.now() + ahead)}))
    assert loop._wake.is_set() is woken
