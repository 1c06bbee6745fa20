"""What one person sends is taken in the order it came, although the office takes many things at once.

A long sentence takes longer to read than a short one, so 「2号罐」 sent right behind it could overtake it and answer a
question that was not asked yet.

Rule 1: only one's own words wait for one's own words. Nobody waits for anybody else.
Rule 2: a press waits for nothing: it says by itself what it is about, and it may be a stop.
Rule 3: nobody waits longer than `WITHIN`: a cry for a stop is worth more than its place in a row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Final

from bot.turns import Turns
from handlers.arrivals import Arrival, Tap

WITHIN: Final = timedelta(seconds=1)
"""Less than any platform holds a push, and many times what the office needs for a line."""


class InOrder:
    """An office before which everybody stands in their own row."""

    def __init__(self, office: Callable[[Arrival], Awaitable[None]], *, within: timedelta = WITHIN) -> None:
        self._office = office
        self._within = within.total_seconds()
        self._turns = Turns()

    async def __call__(self, arrival: Arrival) -> None:
        """Take one arrival; return once it is committed."""
        if isinstance(arrival, Tap):
            await self._office(arrival)
            return
        async with AsyncExitStack() as turn:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._within):
                    await turn.enter_async_context(self._turns.of(arrival.sender))
            await self._office(arrival)
