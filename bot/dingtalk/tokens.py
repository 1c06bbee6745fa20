"""One access token for one app, fetched by one refresher; see `bot.tokens`.

Asking while a token lives gives the same one again, and asking too often is throttled; a token lives 7200 s. Neither
tokens nor tickets count among the month's calls.
"""

from __future__ import annotations

from datetime import timedelta

from bot import tokens
from bot.clock import Clock
from bot.dingtalk.errors import Misconfigured, Throttled
from bot.tokens import COOL_DOWN, Fetch

__all__ = ["COOL_DOWN", "TokenSource"]


class TokenSource(tokens.TokenSource):
    """Access tokens and JSAPI tickets of DingTalk."""

    def __init__(self, fetch: Fetch, clock: Clock, *, cool_down: timedelta = COOL_DOWN) -> None:
        super().__init__(fetch, clock, lasting=(Misconfigured, Throttled), cool_down=cool_down)
