"""DingTalk's live check (exclusiveLiveCheck, 专属版): the platform saw a living face of this account, and when.

It gives no number and knows no decision. So everything hangs on time: the attempt is the only open one of this person,
and only what was stamped within it counts, each record once. What the page reports decides nothing; our server asks.
A platform whose clock runs behind ours by more than the person needs tells of nothing that would do: nobody signs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.proofs.ladder import Asked, Begun, NothingYet, Unavailable, Unproven, Why
from workflow.ids import PersonId
from workflow.values import ProofMethod, Seen, aware

SOURCE: Final = "dingtalk-live-check"
AHEAD: Final = timedelta(minutes=2)
"""How far the platform's clock may run ahead of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One live check of one account in our app."""

    at: datetime
    passed: bool
    platform: str

    def __post_init__(self) -> None:
        aware(self.at)


class LiveCheck:
    """The plug. A `bot.proofs.ladder.Plug`.

    ``account``: a person's account on the platform; ``seen``: its live checks within a span; ``sign``: what lets a page
    of ours call the client. They raise `Unavailable`. ``given``: what the page hands to the client's call.
    """

    method = ProofMethod.PLATFORM_LIVE_CHECK
    way = "live"
    posted_by_phone = False

    def __init__(
        self,
        *,
        account: Callable[[PersonId], Awaitable[str | None]],
        seen: Callable[[str, datetime, datetime], Awaitable[tuple[Sight, ...]]],
        sign: Callable[[str, str], Awaitable[dict[str, Any]]],
        given: Mapping[str, Any],
        scripts: str,
    ) -> None:
        self._account = account
        self._seen = seen
        self._sign = sign
        self._given = dict(given)
        self.scripts = scripts

    async def begin(self, asked: Asked) -> Begun:
        """What lets the page ask the client for a check. Nothing is opened at the platform: it has nothing to open."""
        config = await self._sign(asked.page, asked.bound[:16])
        return Begun(call={"config": config, "given": self._given})

    async def finish(self, asked: Asked, now: datetime, _given: object) -> tuple[Seen, ...]:
        """Every check that was passed within the attempt, the oldest first."""
        userid = await self._account(asked.person)
        if userid is None:
            raise Unavailable("no account on the platform")
        told = await self._seen(userid, asked.begun_at, now + AHEAD)
        within = sorted((one for one in told if asked.begun_at <= one.at <= now + AHEAD), key=lambda one: one.at)
        passed = tuple(_record(userid, one) for one in within if one.passed)
        if passed:
            return passed
        if within:
            raise Unproven(Why.NOT_PASSED)
        raise NothingYet


def _record(userid: str, sight: Sight) -> Seen:
    told = f"{userid}\n{int(sight.at.timestamp() * 1000)}\n{sight.platform}"
    number = hashlib.sha256(told.encode()).hexdigest()
    return Seen(source=SOURCE, record=number, at=sight.at, answer=number)
