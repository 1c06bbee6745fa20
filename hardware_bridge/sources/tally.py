"""What one line counts of itself, and what an operator should know of it. No secret, no body, no whole phone number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from hardware_bridge.sample import Beat, Position, Said, Sample, Trouble

_MOST_STRANGERS: Final = 100
_SHOWN: Final = 4
"""How much of a stranger's number is told: its end, enough to find the device, too little to be a phone number."""
_NAMES: Final = {Sample: "samples", Position: "positions", Beat: "beats", Trouble: "troubles"}


class Tally:
    """Counters of one line. ``clock`` is the service's, aware."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.counted: Counter[str] = Counter()
        self.last_trouble = ""
        self._down: tuple[datetime, str] | None = None
        self._strangers: Counter[str] = Counter()
        self._mute: Counter[str] = Counter()

    def now(self) -> datetime:
        """Now, by the service's clock."""
        return self._clock()

    def heard(self, said: Said) -> None:
        """Something was said on the line."""
        self.counted[_NAMES[type(said)]] += 1
        if isinstance(said, Trouble):
            self.last_trouble = f"{said.why.value}: {said.detail}" if said.detail else said.why.value

    def down(self, why: str) -> None:
        """The line is down; told once, with the time it began."""
        self.counted["lost"] += 1
        self._down = (self._down[0] if self._down else self._clock(), why)

    def up(self) -> None:
        """The line is there (again)."""
        self._down = None

    def stranger(self, number: str) -> None:
        """Somebody spoke whom nobody registered here."""
        end = f"…{number[-_SHOWN:]}" if number.isprintable() else "?"
        self.counted["strangers"] += 1
        if end in self._strangers or len(self._strangers) < _MOST_STRANGERS:
            self._strangers[end] += 1

    def mute(self, device: str) -> None:
        """A device that was asked did not answer."""
        self.counted["unanswered"] += 1
        self._mute[device] += 1

    def answered(self, device: str) -> None:
        """It did answer."""
        self._mute.pop(device, None)

    def counts(self) -> Mapping[str, int]:
        """Everything that was counted since the start."""
        return dict(self.counted)

    def notes(self) -> tuple[str, ...]:
        """What an operator should know now, a sentence each."""
        found = []
        if self._down is not None:
            since, why = self._down
            found.append(f"line down for {int((self._clock() - since).total_seconds())} s ({why})")
        if self._mute:
            names = ", ".join(f"{name} ({times} times)" for name, times in sorted(self._mute.items())[:_SHOWN])
            found.append(f"{len(self._mute)} do not answer: {names}")
        if self._strangers:
            names = ", ".join(f"{name} ({times} times)" for name, times in self._strangers.most_common(_SHOWN))
            found.append(f"{len(self._strangers)} nobody registered on this line tried to speak: {names}")
        if self.counted["troubles"]:
            found.append(f"{self.counted['troubles']} messages were not understood, the last: {self.last_trouble}")
        return tuple(found)


class Tallied:
    """A source that tells of itself what its tally knows."""

    _tally: Tally

    def notes(self) -> tuple[str, ...]:
        """What an operator should know now."""
        return self._tally.notes()

    def counts(self) -> Mapping[str, int]:
        """What was counted."""
        return self._tally.counts()
