"""The demo's plant with its people here, there, or on both platforms: everything a scenario needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import Service
from bot.clock import OffsetClock
from bot.demo import plant
from sandbox import dingtalk, wecom
from sandbox.crews import CONTRACTOR, STAFF, Crew
from sandbox.hands import Hands
from sandbox.plant.mixes import Mix
from sandbox.story import Player

CREWS = {Mix.WECOM: STAFF, Mix.DINGTALK: STAFF, Mix.MIXED: CONTRACTOR}
"""Who works where: on a mixed site the crew is on the one platform and the offices are on the other."""


@dataclass(slots=True)
class ByWaiting:
    """The short waits between two calls: time passes by waiting for it, and that takes none."""

    seconds: float = 0.0

    def steady(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass(slots=True, kw_only=True)
class PlantOn:
    """A plant at work."""

    works: plant.Works
    player: Player = field(init=False)

    def __post_init__(self) -> None:
        self.player = Player(hands=self.works.hands, jump=self.push, say=lambda _: None, crew=CREWS[self.works.mix])

    @property
    def service(self) -> Service:
        """The service under test."""
        return self.works.service

    @property
    def crew(self) -> Crew:
        """Who works."""
        return self.player.crew

    @property
    def hands(self) -> Hands:
        """Everybody's hands."""
        return self.player.hands

    @property
    def dingtalk(self) -> dingtalk.Twin:
        """The twin of a site that is on DingTalk."""
        assert self.works.dingtalk is not None
        return self.works.dingtalk

    @property
    def wecom(self) -> wecom.Twin:
        """The twin of a site that is on WeCom."""
        assert self.works.wecom is not None
        return self.works.wecom

    async def push(self, by: timedelta) -> None:
        """Push the clock and let everything that fell due happen."""
        self.works.clock.jump(by)
        self.service.look_at_clock()
        await self.service.quiet()

    async def events(self, number: str) -> list[str]:
        """The kinds of a permit's events, oldest first."""
        records, _ = await self.service.history(number)
        return [record.kind for record in records]


@asynccontextmanager
async def plant_on(folder: Path, mix: Mix, *, clock: OffsetClock | None = None, **tools: Any) -> AsyncIterator[PlantOn]:
    """A plant at work; everything stops at the end. ``tools``: of `bot.building.build`.

    Its clock runs, as the demo's does: what may not come too soon after something else comes a moment later.
    """
    waits = ByWaiting()
    tools = {"steady": waits.steady, "pause": waits.pause, **tools}
    clock = clock or OffsetClock(plant.MorningClock())
    async with plant.works(folder, clock, mix=mix, **tools) as works:
        yield PlantOn(works=works)
