"""Whose turn it is on a line many devices share. One that is slow or mute never keeps the others waiting.

- Everybody has a pace of his own; who is due first goes first.
- Who has not answered yet, did not answer last time, or took long is *slow*: he goes when nobody quick is due, or after
  a whole round of quick turns, one at a time, and rests four times as long as he held the line up.

So whoever is quick waits for one slow turn at most between two of his own, however many are dead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

REST: Final = 4
"""How many times as long as he held the line up a slow one rests."""


@dataclass(slots=True)
class _Turn:
    index: int
    every: float
    due: float
    slow: bool = True


class Turns:
    """Times are seconds of a clock that only goes forward. ``paces``: how often each wants his turn."""

    def __init__(self, paces: Sequence[timedelta], *, slow_from: timedelta, now: float) -> None:
        self._turns = [_Turn(index, pace.total_seconds(), now) for index, pace in enumerate(paces)]
        self._slow_from = slow_from.total_seconds()
        self._quick_in_a_row = 0

    def next(self, now: float) -> tuple[int, float]:
        """Whose turn comes next, by his place in the list, and how many seconds until then."""
        quick = [turn for turn in self._turns if not turn.slow and turn.due <= now]
        slow = [turn for turn in self._turns if turn.slow and turn.due <= now]
        rounds = self._quick_in_a_row >= sum(not turn.slow for turn in self._turns)
        among = (slow if slow and (rounds or not quick) else quick) or self._turns
        first = min(among, key=lambda turn: turn.due)
        return first.index, max(0.0, first.due - now)

    def took(self, index: int, *, began: float, ended: float, answered: bool) -> None:
        """He had his turn."""
        turn, taken = self._turns[index], ended - began
        was_slow = turn.slow
        turn.slow = not answered or taken >= self._slow_from
        turn.due = ended + max(turn.every, REST * taken) if turn.slow else max(began + turn.every, ended)
        self._quick_in_a_row = 0 if was_slow else self._quick_in_a_row + 1
