"""Whatever a platform has ever pushed comes again: out of order, late, twice at once. The throws are repeatable."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from sandbox import dingtalk, wecom
from sandbox.dingtalk.pushes import Outcome


def dice(seed: int, throw: int) -> int:
    """The same throws on every run, and no two seeds alike."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{throw}".encode()).digest()[:8], "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What one platform pushes. ``yes``: the answer that it was taken; ``late``: answers that make it come again."""

    sent: Callable[[], Sequence[Any]]
    repeat: Callable[[Any], Awaitable[object]]
    yes: str
    late: frozenset[str]

    @classmethod
    def of_wecom(cls, twin: wecom.Twin) -> Self:
        """The callbacks."""
        return cls(sent=lambda: twin.deliveries, repeat=twin.courier.repeat, yes="200", late=frozenset({"503", "None"}))

    @classmethod
    def of_dingtalk(cls, twin: dingtalk.Twin) -> Self:
        """The stream."""
        late = frozenset({Outcome.REFUSED.value, Outcome.TIMEOUT.value})
        return cls(sent=lambda: twin.pushes, repeat=twin.gateway.courier.repeat, yes=Outcome.ACCEPTED.value, late=late)


@dataclass(slots=True)
class Chaos:
    """Pushes again at random."""

    mail: Mail
    seed: int
    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    late: int = 0
    """How many came again after something newer of the same person."""
    together: int = 0
    """How many came twice in the same breath."""

    @property
    def unanswered(self) -> int:
        """How many found the machine too busy to answer within the platform's time."""
        return sum(self.answers[one] for one in self.mail.late)

    async def push(self, deliveries: int) -> None:
        """Push ``deliveries`` again, up to 32 at the same time."""
        goal = self.sent + deliveries
        while self.sent < goal:
            pushed = [one for one in self.mail.sent() if one.attempts]
            newest = {one.news.userid: one.number for one in pushed}
            throws = range(self.sent, min(self.sent + 32, goal))
            batch = [pushed[dice(self.seed, throw) % len(pushed)] for throw in throws]
            self.sent += len(batch)
            self.late += sum(1 for one in batch if one.number < newest[one.news.userid])
            self.together += len(batch) - len({one.number for one in batch})
            for answer in await asyncio.gather(*(self.mail.repeat(one) for one in batch)):
                self.answers[str(answer)] += 1

    async def storm(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.push(32) if any(one.attempts for one in self.mail.sent()) else await asyncio.sleep(0)
