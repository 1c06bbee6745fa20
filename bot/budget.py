"""When a message may leave. Pure: the instant is an argument, nothing sleeps. Each platform brings its own figures.

Rule 1: lanes share one count, but not one ceiling. Information stops first, then action; what lies above their ceilings
is kept for safety, so a stop order always finds room that no digest can have taken.
Rule 2: who must wait is told for how long, exactly. After that time the call goes through, unless others took the room.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.pace import NotYet
from workflow.effects import Lane
from workflow.values import aware

NO_WAIT: Final = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """In any stretch of ``window``, a lane goes on while fewer calls than its ceiling went before, of whatever lane."""

    window: timedelta
    ceilings: Mapping[Lane, int]

    def __post_init__(self) -> None:
        low, middle, high = (self.ceilings[lane] for lane in (Lane.INFORMATION, Lane.ACTION, Lane.SAFETY))
        if not 0 < low <= middle < high:
            raise ValueError("information ≤ action < safety: safety keeps a share of its own")
        if self.window <= NO_WAIT:
            raise ValueError("a window has a length")


def shares(limit: int, window: timedelta) -> Rule:
    """A rule that lets safety use all of ``limit``, action four fifths, information two fifths."""
    return Rule(
        window=window,
        ceilings={
            Lane.SAFETY: limit,
            Lane.ACTION: max(1, limit * 4 // 5),
            Lane.INFORMATION: max(1, limit * 2 // 5),
        },
    )


class _Past:
    """When calls went out, oldest first, as far back as the longest window."""

    __slots__ = ("_rules", "_span", "times")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._span = max(rule.window for rule in self._rules)
        self.times: deque[datetime] = deque()

    def forget(self, now: datetime) -> None:
        while self.times and self.times[0] <= now - self._span:
            self.times.popleft()

    def wait(self, now: datetime, lane: Lane, count: int) -> timedelta:
        self.forget(now)
        longest = NO_WAIT
        for rule in self._rules:
            # More at once than the lane ever gets must go as soon as the lane is empty: waiting on would not help.
            ceiling = max(1, rule.ceilings[lane] - (count - 1))
            inside = len(self.times) - bisect_right(self.times, now - rule.window)
            if inside >= ceiling:
                # This one must have left the window before there is room again.
                longest = max(longest, self.times[-ceiling] + rule.window - now)
        return longest


class Budget:
    """The budget of one app. Implements `bot.pace.Pace`."""

    def __init__(self, *, per_member: Iterable[Rule], per_app: Iterable[Rule]) -> None:
        self._per_member = tuple(per_member)
        self._longest = max(rule.window for rule in self._per_member)
        self._app = _Past(per_app)
        self._members: OrderedDict[str, _Past] = OrderedDict()
        self._latest: datetime | None = None
        self._set_back = NO_WAIT

    def wait(self, now: datetime, user: str | None, lane: Lane) -> timedelta:
        """How long this call would have to wait; zero when it may go at once. Takes nothing."""
        return self._wait(self._forward(now), user, lane, 1)

    def _wait(self, now: datetime, user: str | None, lane: Lane, count: int) -> timedelta:
        member = self._members.get(user.lower()) if user is not None else None
        return max(self._app.wait(now, lane, count), NO_WAIT if member is None else member.wait(now, lane, count))

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        """Take ``count`` calls (``user`` None: calls that reach no member's counter).

        Raises `NotYet` with the exact wait when there is no room; then nothing was taken.
        """
        now = self._forward(now)
        wait = self._wait(now, user, lane, count)
        if wait > NO_WAIT:
            raise NotYet(f"the budget of the {lane.value} lane is used up", wait)
        self._app.times.extend([now] * count)
        if user is not None:
            name = user.lower()
            self._members.setdefault(name, _Past(self._per_member)).times.extend([now] * count)
            self._members.move_to_end(name)
        self._forget_idle(now)

    def _forward(self, now: datetime) -> datetime:
        """Our own time, which never runs back: a clock set back neither opens the windows nor keeps them shut."""
        moment = aware(now) + self._set_back
        if self._latest is not None and moment < self._latest:
            self._set_back += self._latest - moment
            moment = self._latest
        self._latest = moment
        return moment

    def _forget_idle(self, now: datetime) -> None:
        while self._members:
            name, past = next(iter(self._members.items()))
            if past.times and past.times[-1] > now - self._longest:
                return
            del self._members[name]
