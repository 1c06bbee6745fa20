"""How old a message may be that does not say so itself. Pure: times are handed in.

A broker says nothing of how long it held a message, and it may hold it long: while our line was down, while we were
slow, or since last year (retained). So we send marks to ourselves, through the same queue: what came in behind a mark
was held no longer than since that mark was sent. Three answers to "how old is what I hear now?":

- `FRESH`: marks come back at once, so nothing waits anywhere, and now is when it was said;
- a moment: not older than that, which is then taken as the moment it was received;
- `STORED`: nobody knows, or longer than counts. It is history and shows nothing of now.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final


class Since(Enum):
    """What is known where no moment is."""

    FRESH = "fresh"
    STORED = "stored"


FRESH: Final = Since.FRESH
STORED: Final = Since.STORED
_MOST_AWAY: Final = 64


@dataclass(frozen=True, slots=True)
class _Mark:
    number: int
    at: datetime
    """Ours, aware."""
    steady: float
    """Seconds of a clock that only runs forward."""


class Ages:
    """The marks of one broker, over all its connections. ``late``: a mark away for longer means that things wait.
    ``oldest``: what may have waited for longer is history."""

    __slots__ = ("_away", "_back", "_floor", "_late", "_oldest", "_sent", "_settled")

    def __init__(self, *, late: timedelta, oldest: timedelta) -> None:
        self._late = late.total_seconds()
        self._oldest = oldest
        self._away: deque[_Mark] = deque(maxlen=_MOST_AWAY)
        self._back: deque[_Mark] = deque(maxlen=2)
        """The last two that came back on this connection."""
        self._floor: datetime | None = None
        """Nothing that is queued was queued before; None: nobody knows."""
        self._settled = False
        """Whether all that was queued before this connection is behind us."""
        self._sent = 0

    def connected(self, *, resumed: bool, at: datetime) -> None:
        """A connection stands. ``resumed``: the broker kept messages for us meanwhile.

        What it kept was said after the last mark but one of the connection before: the last one that came back shows
        that the broker has heard what we acknowledged before we sent it.
        """
        if not resumed:
            self._floor = at
        elif len(self._back) == 2:
            self._floor = self._back[0].at
        self._settled = not resumed
        self._away.clear()
        self._back.clear()

    def send(self, at: datetime, steady: float) -> int:
        """The number of the mark that is sent now."""
        self._sent += 1
        self._away.append(_Mark(self._sent, at, steady))
        return self._sent

    def returned(self, number: int) -> None:
        """A mark came back. Those before it that did not are lost; one that is not awaited tells nothing."""
        if not any(mark.number == number for mark in self._away):
            return
        while self._away:
            mark = self._away.popleft()
            if mark.number == number:
                self._back.append(mark)
                self._settled = True
                return

    @property
    def answered(self) -> bool:
        """Whether any mark came back on this connection: only then does one that stays away tell of the line."""
        return bool(self._back)

    def away_for(self, steady: float) -> float:
        """Seconds the oldest mark is away; 0 where none is."""
        return steady - self._away[0].steady if self._away else 0.0

    def of(self, at: datetime, steady: float) -> Since | datetime:
        """What is known of a message that comes in now."""
        waits = bool(self._away) and steady - self._away[0].steady > self._late
        if self._settled and not waits:
            return FRESH
        since = self._back[-1].at if self._back else self._floor
        if since is None or at - since > self._oldest:
            return STORED
        return since
