"""What the presenter is lent by its site: what it speaks with, and who carries out what is no message."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Protocol

from cards.card import Bubble, File
from cards.views import PermitView
from handlers import outgoing as out
from workflow.ids import PermitId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What the presenter speaks with."""

    zone: tzinfo
    button_key: bytes
    page: Callable[[PermitId, PersonId], str | None]
    """Address of the permit's page for a person; None while no page is served."""
    reach: frozenset[tuple[str, str]]
    """(platform, corp) pairs we speak for."""
    pages_on: frozenset[str]
    """Platforms whose people can sign in to the pages; nobody else is shown a door that would not open."""
    links: str | None = None
    """Public address under which one-time links are opened; None while no page is served."""


Drive = Callable[[out.OutputOrder], Awaitable[None]]
"""Carries out an order to doors, ignitions and sirens. Raise `bot.platform.TryLater` until they have taken it."""


Picture = Callable[[out.StillOrder], Awaitable[None]]
"""Asks a camera for a picture and tells the office what came of it."""


Compared = Callable[[PermitView], Awaitable[str]]
"""How a permit stands against the last of its kind, in one line, for whoever has to decide on it."""


async def uncompared(_: PermitView) -> str:
    """Nothing is held against anything."""
    return ""


async def no_camera(_: out.StillOrder) -> None:
    """A site whose cameras were taken away since the order was written: the agenda answers in their place."""


HandOver = Callable[[out.WorkOrder], Awaitable[None]]
"""Tells the equipment system of a work order. Raise `bot.platform.TryLater` until it has taken it."""


async def nobody_takes_orders(_: out.WorkOrder) -> None:
    """A site whose equipment system no longer takes orders."""


async def nothing_to_drive(_: out.OutputOrder) -> None:
    """A site whose outputs were taken away since the order was written."""


class Files(Protocol):
    """Makes what goes out as a file."""

    async def register(self, wanted: out.RegisterFile) -> File | Bubble:
        """The file somebody asked for, or the words that say why there is none."""
        ...

    async def watch(self, wanted: out.WatchFile) -> File | Bubble:
        """What is late now, as far as the person may see it; or the words that there is nothing."""
        ...

    async def summary(self, wanted: out.SummaryFile) -> File:
        """The page for a group."""
        ...
