"""When the bridge turns: when it is woken, when its second is over, and at no other time."""

from __future__ import annotations

import asyncio
import contextlib

from tests.handlers.test_monitoring import Stage, air, bridge_of, watched_at
from tests.support.eventually import eventually
from tests.support.hot_work import NUMBER
from workflow.permit.state import Status


class Rests:
    """Rests of the turn, each until somebody ends it; others last for ever."""

    def __init__(self) -> None:
        self.begun: list[asyncio.Future[None]] = []
        self.turns = 0

    def turned(self) -> None:
        self.turns += 1

    async def pause(self, seconds: float) -> None:
        one = asyncio.get_running_loop().create_future()
        if seconds == 1:
            self.begun.append(one)
        await one


async def settled() -> None:
    """Whatever is under way has come to its end, as far as it needs nobody."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_turns_when_danger_wakes_it_and_when_its_second_is_over(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active")
    bridge, rests = bridge_of(world), Rests()
    bridge._pause, bridge._alive = rests.pause, rests.turned
    running = asyncio.create_task(bridge.run())
    try:
        await eventually(lambda: len(rests.begun) == 1)
        bridge.take(air())
        await settled()
        assert rests.turns == 1, "what is good wakes nobody"
        bridge.take(air("40"))
        await eventually(lambda: len(rests.begun) == 2)
        assert await world.status(NUMBER) is Status.SUSPENDED
        assert rests.begun[0].cancelled()
        await settled()
        assert rests.turns == 2, "a rest that was cut short is no reason to turn"
        rests.begun[1].set_result(None)
        await eventually(lambda: len(rests.begun) == 3)
        assert rests.turns == 3
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
