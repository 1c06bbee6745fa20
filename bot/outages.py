"""Whether each chat platform is there: what the relay hears of it, what comes in, and the lines that are cut off.

A platform is down when the last thing we wanted of it got no answer, or when nothing people say there arrives. One that
nobody wanted anything of for a while is not called down: a message that waits is tried again and again, so an outage
with something to say to somebody never goes unnoticed. What is found is written into the platform's stream by the
watchdog, and only what stands there counts for anything.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from handlers import outages
from handlers.house import House
from storage.tx import Tx

KNOWN_FOR = timedelta(minutes=5)
"""How long a missing answer says anything: longer than the relay ever waits before it tries again."""


class Outages:
    """The platforms of one site. ``cut_off`` names the lines on which nothing comes in, each after its platform."""

    def __init__(
        self, *, house: House, platforms: frozenset[str], clock: Clock, cut_off: Callable[[], tuple[str, ...]]
    ) -> None:
        self._house = house
        self._platforms = platforms
        self._clock = clock
        self._cut_off = cut_off
        self._unanswered: dict[str, datetime] = {}
        self._looked = False

    def heard(self, platform: str, *, answered: bool) -> None:
        """The platform answered something, or brought something; or did not answer."""
        if answered:
            self._unanswered.pop(platform, None)
        else:
            self._unanswered[platform] = self._clock.now()

    def down(self) -> tuple[str, ...]:
        """Which platforms are down now."""
        now, lines = self._clock.now(), self._cut_off()
        return tuple(
            sorted(
                name
                for name in self._platforms
                if any(line.startswith(f"{name}-") for line in lines)
                or (name in self._unanswered and now - self._unanswered[name] < KNOWN_FOR)
            )
        )

    def note(self, tx: Tx, now: datetime) -> None:
        """Write down what changed, where the plant lets anybody confirm without the chat."""
        if self._house.book.plant.offline is None:
            return
        down, unwatched = frozenset(self.down()), not self._looked
        outages.note(tx, self._house, self._platforms, down, unwatched=unwatched, now=now)

    def noted(self) -> None:
        """What was found is durable: from now on this house has been watching."""
        self._looked = True
