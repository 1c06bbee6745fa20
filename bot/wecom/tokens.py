"""One access token for one app, fetched by one refresher ([D91039]); see `bot.tokens`.

40001 means that an administrator must act, and repeating wrong secrets gets the whole address blocked for an hour.
"""

from __future__ import annotations

from datetime import timedelta

from bot import tokens
from bot.clock import Clock
from bot.tokens import COOL_DOWN, Fetch
from bot.wecom.errors import Misconfigured, Throttled

__all__ = ["COOL_DOWN", "TokenSource"]


class TokenSource(tokens.TokenSource):
    """Access tokens and JS-SDK tickets of WeCom."""

    def __init__(self, fetch: Fetch, clock: Clock, *, cool_down: timedelta = COOL_DOWN) -> None:
        super().__init__(fetch, clock, lasting=(Misconfigured, Throttled), cool_down=cool_down)
