"""Simulated approvers, by their own model of how people work: none of the radar's figures is used here.

Time between delivery and tap is made of waiting (the phone is in the pocket: minutes to hours) and looking. The radar
sees their sum only, and the page's opening where one is opened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log
from statistics import NormalDist

from workflow.attention.radar import Approval, Weights, score

START = datetime(2026, 3, 2, 0, tzinfo=UTC)


class Dice:
    """Numbers that look random and fall the same way on every run."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def unit(self) -> float:
        """Between 0 and 1, neither included."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return (int.from_bytes(digest[:7], "big") + 0.5) / 2**56

    def around(self, median: float, spread: float) -> float:
        """Log-normal: half lie below the median, spread as people's times are."""
        return exp(NormalDist(log(median), spread).inv_cdf(self.unit()))

    def chance(self, share: float) -> bool:
        return self.unit() < share


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How somebody works."""

    seconds_a_line: float
    """Median of the looking, by line."""
    opens: float
    """How often the details are opened where there is much to read."""
    stamps: float = 0.0
    """Share of approvals given at a glance."""
    sessions: bool = False
    """Permits pile up and are worked off in one go."""
    lines: tuple[int, int] = (8, 26)
    own_words: bool = False
    """He types an opinion; a stamper always the same."""


CAREFUL = Habit(seconds_a_line=1.6, opens=0.85)
TIRED = Habit(seconds_a_line=1.3, opens=0.55, stamps=0.45)
STAMPER = Habit(seconds_a_line=0.1, opens=0.05, stamps=0.92, own_words=True)
BURSTY = Habit(seconds_a_line=1.2, opens=0.9, sessions=True)
SHIFT_LEADER = Habit(seconds_a_line=1.0, opens=0.1, sessions=True, lines=(2, 6))
HONEST = {"careful": CAREFUL, "bursty": BURSTY, "shift_leader": SHIFT_LEADER}
DISHONEST = {"stamper": STAMPER, "tired": TIRED}


def approvals(habit: Habit, dice: Dice, number: int) -> list[Approval]:
    """A month of somebody's approvals."""
    found: list[Approval] = []
    now = START
    for index in range(number):
        lines = round(habit.lines[0] + dice.unit() * (habit.lines[1] - habit.lines[0]))
        piled = (habit.sessions and index % 6 != 0) or (habit.stamps > 0.5 and dice.chance(0.7))
        glance = dice.chance(habit.stamps)
        looking = dice.around(1.6 if glance else 2.5 + lines * habit.seconds_a_line, 0.45)
        waiting = dice.around(600 if piled else 240, 1.1)
        begun = now if piled else now + timedelta(seconds=dice.around(5400, 0.8))
        ended = begun + timedelta(seconds=looking)
        opened = not glance and lines > 6 and dice.chance(habit.opens)
        found.append(
            Approval(
                at=ended,
                shown_at=begun - timedelta(seconds=waiting),
                lines=lines,
                opened_at=begun if opened else None,
                words="同意" if habit.own_words and dice.chance(0.9) else "",
            )
        )
        now = ended + timedelta(seconds=1)
    return found


def auc(low: list[int], high: list[int]) -> float:
    """How often somebody of ``high`` scores above somebody of ``low``; half a win for a draw."""
    wins = sum((b > a) + (b == a) / 2 for a in low for b in high)
    return wins / (len(low) * len(high))


def scores(habit: Habit, name: str, *, people: int, number: int, weights: Weights, pages: bool = True) -> list[int]:
    """The scores of so many people of one habit; a person who is not judged scores 0."""
    found = []
    for person in range(people):
        dice = Dice(f"{name}/{person}")
        judged = score(approvals(habit, dice, number), weights, pages=pages)
        found.append(0 if judged is None else judged.value)
    return found
