"""How one person is told: on the platform they are reached on and, where that must not stay silent, another way.

Rule 1: an alarm that a platform will never take, or did not take at its second try, goes by the person's account on
another one as well. Twice is a frown, never is a gap.
Rule 2: who would wait for a message that is held back to save a long budget is told so once.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot.clock import Clock
from bot.copies import Copies, Errand, Sent
from bot.delivery import Push
from bot.pace import NotYet, Pace, Saved
from bot.platform import Platform, PlatformTrouble, TryLater, Unacceptable, Undeliverable
from cards.card import Bubble
from workflow.effects import Lane

_REMEMBERED: Final = 2000

_log = structlog.get_logger()


class Pushing:
    """Sends new messages for the relay."""

    def __init__(
        self, *, copies: Copies, platforms: Mapping[str, Platform], pace: Mapping[str, Pace], clock: Clock
    ) -> None:
        self._copies = copies
        self._platforms = platforms
        self._pace = pace
        self._clock = clock
        self._told: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, errand: Errand, push: Push) -> Sent:
        """Send it. Raise `TryLater`, `Undeliverable`."""
        try:
            return await self._copies.push(errand, push)
        except Saved as saved:
            if saved.say:
                await self._say_once(push, saved.say)
            raise
        except (NotYet, Unacceptable):
            raise
        except (TryLater, Undeliverable) as first:
            if errand.lane is not Lane.SAFETY or not (errand.again or isinstance(first, Undeliverable)):
                raise
            sent = await self._elsewhere(errand, push, str(first))
            if sent is None:
                raise
            return sent

    async def _elsewhere(self, errand: Errand, push: Push, why: str) -> Sent | None:
        for platform, user in push.elsewhere.items():
            _log.error("alarm goes another way", action="relay", key=errand.row.key, why=why, by=platform)
            with contextlib.suppress(TryLater, Undeliverable):
                return await self._copies.push(errand, replace(push, platform=platform, user=user, elsewhere={}))
        return None

    async def _say_once(self, push: Push, text: str) -> None:
        """Once a month, as far as this process knows. It may use what is kept for safety: few are owed it."""
        now = self._clock.now()
        key = f"saved/{now:%Y-%m}/{push.platform}/{push.user}"
        if key in self._told:
            return
        self._told[key] = None
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        with contextlib.suppress(PlatformTrouble):
            self._pace[push.platform].take(now, push.user, Lane.SAFETY)
            await self._platforms[push.platform].push(push.user, Bubble(text=text), key=key, again=False)
