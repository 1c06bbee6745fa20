"""DingTalk's live check (exclusiveLiveCheck, 专属版): the platform saw a living face of this account, and when.

It gives no number and knows no decision. So everything hangs on time: the attempt is the only open one of this person,
and only what was stamped within it counts, each record once. What the page reports decides nothing; our server asks.
A platform whose clock runs behind ours by more than the person needs tells of nothing that would do: nobody signs.
Where it runs ahead, a check of before looks like one of now: so the platform is asked before the page may call the
client, and what it knew of by then counts for nothing, whatever time it bears.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.proofs.ladder import Asked, Begun, NothingYet, Unavailable, Unproven, Why
from handlers import confirming
from workflow.ids import PersonId
from workflow.values import ProofMethod, Seen, aware

SOURCE: Final = "dingtalk-live-check"
AHEAD: Final = confirming.AHEAD
"""How far the platform's clock may run ahead of ours."""
_EARLIER: Final = timedelta(hours=1)
"""As far from the beginning records are looked at that are there already: no attempt lasts longer."""


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
        """What lets the page ask the client for a check. Nothing is opened at the platform: it has nothing to open.

        The number of the attempt is the time of the last check that was there before.
        """
        userid = await self._known(asked)
        before = await self._seen(userid, asked.begun_at, asked.begun_at + _EARLIER)
        last = max((one.at for one in before), default=asked.begun_at - timedelta.resolution)
        config = await self._sign(asked.page, asked.bound[:16])
        return Begun(reference=last.isoformat(), call={"config": config, "given": self._given})

    async def finish(self, asked: Asked, now: datetime, _given: object) -> tuple[Seen, ...]:
        """Every check that was passed within the attempt, the oldest first."""
        if asked.reference is None:
            raise NothingYet
        since = max(asked.begun_at, datetime.fromisoformat(asked.reference) + timedelta.resolution)
        userid = await self._known(asked)
        told = await self._seen(userid, asked.begun_at, now + AHEAD)
        within = sorted((one for one in told if since <= one.at <= now + AHEAD), key=lambda one: one.at)
        passed = tuple(_record(userid, one) for one in within if one.passed)
        if passed:
            return passed
        if within:
            raise Unproven(Why.NOT_PASSED)
        raise NothingYet

    async def _known(self, asked: Asked) -> str:
        userid = await self._account(asked.person)
        if userid is None:
            raise Unavailable("no account on the platform")
        return userid


def _record(userid: str, sight: Sight) -> Seen:
    told = f"{userid}\n{int(sight.at.timestamp() * 1000)}\n{sight.platform}"
    number = hashlib.sha256(told.encode()).hexdigest()
    return Seen(source=SOURCE, record=number, at=sight.at, answer=number)
