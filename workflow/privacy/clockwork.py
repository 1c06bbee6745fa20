"""How far a clock may be believed by whoever deletes for good. Pure.

The clock is seen now and then. As long as it runs on, what it says is believed. What it leapt over is not: a house that
was switched off looks exactly like one that woke up in another year. So each leap is kept as a doubt, and believed
only when the clock was seen running for a week since; not in one piece, and whatever it leapt over meanwhile. Until
then less time has passed than it says. Set back, it is believed no further than it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workflow.values import aware

LEAP = timedelta(days=2)
"""By more than this a clock that is seen every hour does not move in between."""
BACK = timedelta(hours=1)
"""A clock set back by no more goes on as if nothing had been."""
SETTLED = timedelta(days=7)
"""For so long a clock must have run since a leap: time enough for somebody to see the wrong date."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leapt:
    """A stretch the clock leapt over, and how long it has been seen running since."""

    over: timedelta
    ran: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Clockwork:
    """What was seen of a clock. ``seen``: what it said last; ``leaps``: those not believed yet, the oldest first."""

    seen: datetime
    leaps: tuple[Leapt, ...] = ()

    def __post_init__(self) -> None:
        aware(self.seen)

    @property
    def believed(self) -> datetime:
        """The moment it is at the earliest."""
        return self.seen - sum((one.over for one in self.leaps), timedelta(0))


def first_seen(now: datetime, *, ran: timedelta = timedelta(0)) -> Clockwork:
    """A clock nobody has seen before: all it says is one leap. ``ran``: how long somebody saw it run all the same."""
    return Clockwork(seen=now, leaps=_open((Leapt(over=aware(now) - _NEVER, ran=ran),)))


def seen_again(clock: Clockwork, now: datetime) -> Clockwork:
    """The same clock, which says ``now``; aware."""
    moved = now - clock.seen
    if moved < -BACK:
        before = clock.believed
        return Clockwork(seen=now, leaps=(Leapt(over=now - before, ran=timedelta(0)),) if before < now else ())
    if moved > LEAP:
        return Clockwork(seen=now, leaps=(*clock.leaps, Leapt(over=moved, ran=timedelta(0))))
    ran = max(moved, timedelta(0))
    return Clockwork(seen=now, leaps=_open(Leapt(over=one.over, ran=one.ran + ran) for one in clock.leaps))


def leapt(before: Clockwork, now: datetime) -> bool:
    """Whether the clock leapt, ahead or back."""
    return not -BACK <= now - before.seen <= LEAP


def _open(leaps: Iterable[Leapt]) -> tuple[Leapt, ...]:
    return tuple(one for one in leaps if one.ran < SETTLED)
