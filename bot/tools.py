"""What a service is handed because it may not make it up itself: time, ids, randomness, and what a test exchanges."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot import chat
from bot.bridging import Sources, no_sources
from bot.chat import Chat
from bot.clock import Clock, Entropy, Ids, OffsetClock, steady
from bot.notify import Systemd
from bot.settings import Settings
from storage.faults import NO_FAULTS, Faults

if TYPE_CHECKING:
    from hardware_bridge.lines import Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the service may not make up itself."""

    clock: Clock
    ids: Ids
    entropy: Entropy
    oauth_base: str | None = None
    """Where WeCom's login pages are, when not where they always are."""
    faults: Faults = NO_FAULTS
    steady: Callable[[], float] = steady
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    systemd: Systemd = field(default_factory=lambda: Systemd({}))
    chats: Callable[[Settings, chat.House], Iterable[Chat]] | None = None
    """What makes the platforms, when not what the settings name."""
    sources: Sources = no_sources
    """What makes the transports devices speak through, beside those of the site's file of lines."""
    lines: Lines | None = None
    """That file, as read."""

    def speed(self) -> float:
        """How many seconds of the clock pass while one really passes."""
        return self.clock.speed if isinstance(self.clock, OffsetClock) else 1.0
