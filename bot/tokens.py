"""One access token for one app, fetched by one refresher, on every platform alike.

The platform may kill a token early; then the caller reports the dead one and gets another, once. A wrong secret is not
retried: an administrator must act, and repeating wrong secrets gets the whole address blocked. So after such an answer
the source fails at once, without a call, until the cool-down has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock

COOL_DOWN: Final = timedelta(minutes=1)
"""Short enough that a mended secret works soon, long enough for at most 60 wrong calls an hour."""
MARGIN: Final = timedelta(minutes=5)
"""A token is renewed this long before it lapses, so that no call starts with one about to die."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A secret with an end; redacted when printed."""

    value: str = field(repr=False)
    expires_at: datetime


Fetch = Callable[[], Awaitable[tuple[str, timedelta]]]
"""Asks the platform for a new token and its lifetime; raises a trouble of the platform."""


class TokenSource:
    """Gives the current token; however many ask, one asks the platform.

    Serves access tokens and, the same way, JS-SDK tickets. ``lasting``: the troubles that do not pass by asking again.
    """

    def __init__(
        self, fetch: Fetch, clock: Clock, *, lasting: tuple[type[Exception], ...], cool_down: timedelta = COOL_DOWN
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lasting = lasting
        self._cool_down = cool_down
        self._lock = asyncio.Lock()
        self._current: Token | None = None
        self._broken: tuple[Exception, datetime] | None = None

    async def get(self) -> str:
        """The current token. During a cool-down raises what started it; otherwise whatever fetching raises."""
        token = self._fresh()
        return token.value if token is not None else await self._renew(dead=None)

    async def replace(self, dead: str) -> str:
        """Another token than ``dead``, which the platform has just refused.

        When somebody else already replaced it, theirs is given without another call.
        """
        return await self._renew(dead=dead)

    def condemn(self, why: Exception) -> None:
        """The platform refuses the app itself: ask for nothing until the cool-down has passed."""
        self._current = None
        self._broken = (why, self._clock.now() + self._cool_down)

    def _fresh(self, dead: str | None = None) -> Token | None:
        token = self._current
        if token is None or token.value == dead or self._clock.now() >= token.expires_at:
            return None
        return token

    async def _renew(self, dead: str | None) -> str:
        async with self._lock:
            # Looked at again under the lock: whoever held it may have fetched the token we came for.
            token = self._fresh(dead)
            if token is not None:
                return token.value
            if self._broken is not None:
                why, until = self._broken
                if self._clock.now() < until:
                    raise why.with_traceback(None)
                self._broken = None
            try:
                value, lifetime = await self._fetch()
            except self._lasting as why:
                self.condemn(why)
                raise
            margin = min(MARGIN, lifetime / 10)
            self._current = Token(value=value, expires_at=self._clock.now() + lifetime - margin)
            return value
