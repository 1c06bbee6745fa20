"""A chat platform as the service holds it: everything it contributes, and what the house lends it for that.

The service knows no platform by name. A site has one of these for each platform it speaks on; how one is made is the
platform room's own business (`bot.wecom.chat`, `bot.dingtalk.chat`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
from aiohttp import web

from bot.clock import Clock
from bot.pace import Pace
from bot.platform import Platform
from bot.proofs.ladder import Plug
from bot.sync import Synced
from bot.web.pages import Login
from bot.web.sdk import Sdk
from handlers.arrivals import Arrival
from handlers.house import House as Furniture
from storage.faults import Faults
from storage.writer import Writer
from workflow.ids import SiteId


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a platform is lent. ``handle`` is the office; ``under_way`` goes around every arrival it is given.

    ``line``: name and bound of something that is up as long as the platform is heard of; answers what says so.
    ``steady`` and ``pause``: how the fractions of a second between two calls are measured and waited for.
    """

    site: SiteId
    writer: Writer
    clock: Clock
    session: aiohttp.ClientSession
    handle: Callable[[Arrival], Awaitable[None]]
    under_way: Callable[[], AbstractContextManager[None]]
    line: Callable[[str, timedelta], Callable[[], None]]
    furniture: Furniture
    faults: Faults
    steady: Callable[[], float]
    pause: Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One platform. Nothing runs yet.

    ``trouble`` is the family of what its calls raise. ``sync`` pulls its directory. ``prepare`` is waited for
    before anything runs; ``loops`` run as long as the service, by name; ``finish`` waits, when it stops, for what the
    office was given.
    """

    corp: str
    platform: Platform
    pace: Pace
    trouble: type[Exception]
    sync: Callable[[], Awaitable[Synced]]
    login: Login | None = None
    """How people sign in to pages; None where they cannot yet."""
    sdk: Sdk | None = None
    """What pages may ask the phone for in the platform's own browser."""
    routes: tuple[web.RouteDef, ...] = ()
    loops: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    prepare: Callable[[], Awaitable[None]] = _nothing
    publish_menu: Callable[[], Awaitable[None]] = _nothing
    finish: Callable[[], Awaitable[None]] = _nothing
    plugs: tuple[Plug, ...] = ()
    """Ways of confirming a decision that the platform itself looks after."""
    notes: Callable[[], Sequence[str]] = tuple
    """What an operator may want to know of it now, a line each: for the health page and the doctor. No illness."""

    @property
    def name(self) -> str:
        """The platform's key in accounts and ledgers."""
        return self.platform.name
