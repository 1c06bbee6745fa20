"""A whole plant for each scenario: twin, production service, 480 people, a clock that stands still until it is
pushed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import Service
from bot.clock import OffsetClock
from bot.demo.plant import OPENS, plant
from sandbox.hands import Hands
from sandbox.story import Player
from sandbox.wecom import Twin


class StandingClock:
    """Says the demo's morning until somebody pushes the clock in front of it."""

    def now(self) -> datetime:
        return OPENS


@dataclass(slots=True, kw_only=True)
class Plant:
    """Everything a scenario needs."""

    twin: Twin
    service: Service
    clock: OffsetClock
    player: Player

    async def push(self, by: timedelta) -> None:
        """Push the clock and let everything that fell due happen."""
        self.clock.jump(by)
        self.service.look_at_clock()
        await self.service.quiet()

    async def events(self, number: str) -> list[str]:
        """The kinds of a permit's events, oldest first."""
        records, _ = await self.service.history(number)
        return [record.kind for record in records]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a figure in the report of the run, whether or not output is captured."""
    writer = request.config.get_terminal_writer()
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def say(words: str) -> None:
        with capture.global_and_fixture_disabled():
            writer.line(f"\n{request.node.name}: {words}")

    return say


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Plant]:
    clock = OffsetClock(StandingClock())
    async with plant(tmp_path, clock) as (twin, service):

        async def push(by: timedelta) -> None:
            clock.jump(by)
            service.look_at_clock()
            await service.quiet()

        player = Player(hands=Hands.on_wecom(twin), jump=push, say=lambda _: None)
        yield Plant(twin=twin, service=service, clock=clock, player=player)
