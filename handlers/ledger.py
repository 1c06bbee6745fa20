"""What is kept beside the permits, one stream each: isolations, lock boxes, deviations, vessels, the plant's places.

All of them are worked the same way: a line begins with a word of theirs (`begins`), a number is found in it
(`permit_in`), the core is asked, and what it decides is written together with the rows people search (`Ledger`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from handlers.desk import Desk
from handlers.house import House
from handlers.reading import Line
from handlers.streams import keep
from storage.fold import Fold
from workflow.errors import Refused
from workflow.ids import PermitId

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

Means = Callable[[Desk, Line], bool]
"""Whether a line is meant for this ledger; then it is answered."""
Says = Callable[[Desk, Line, str], None]
"""What one word does with the rest of its line."""

_PERMIT = re.compile(r"[A-Z]{2,6}-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}", re.IGNORECASE)


def begins(says: Mapping[str, Says]) -> Means:
    """Lines that begin with one of these words. One that only mentions such a word means something else."""
    longest_first = "|".join(sorted(map(re.escape, says), key=len, reverse=True))
    pattern = re.compile(rf"\s*({longest_first})[:：,，\s]*(.*)", re.DOTALL)

    def means(desk: Desk, line: Line) -> bool:
        match = pattern.fullmatch(line.text)
        if match is None:
            return False
        word, rest = match.groups()
        says[word](desk, line, rest.strip())
        return True

    return means


def permit_in(text: str) -> tuple[PermitId | None, str]:
    """The first permit number in a text, and the text without it."""
    match = _PERMIT.search(text)
    if match is None:
        return None, text
    return PermitId(match.group().upper()), f"{text[: match.start()]} {text[match.end() :]}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Generic[S, C, E]):
    """One kind of stream as a desk works it."""

    fold: Callable[[House], Fold[S, E]]
    decide: Callable[[Desk, S, C], tuple[E, ...]]
    """What follows from a command, with the facts of now. Raise `Refused`."""
    project: Callable[[Desk, str, S], None]
    """Write the rows that show the state of the stream with this number."""
    asked: str
    """What a refusal calls the thing asked."""
    attempt: Callable[[Desk, str], E] | None = None
    """The event that keeps a refused attempt worth remembering; None: none is kept."""

    def load(self, desk: Desk, number: str) -> S:
        """What it is now; blank when nobody ever opened it."""
        return desk.tx.load(self.fold(desk.house), number)[0]

    def open(self, desk: Desk, prefix: str, command: C) -> str | None:
        """Begin a new one under the next number of the day; None when it is refused, and then no number is spent."""
        series = f"{prefix}-{desk.house.site.upper()}-{desk.today:%Y%m%d}"
        events = self._decided(desk, self.fold(desk.house).initial(series), command, None)
        if events is None:
            return None
        number = f"{series}-{desk.tx.next_number(series):03d}"
        self._write(desk, number, events)
        return number

    def ask(self, desk: Desk, number: str, command: C) -> S | None:
        """Decide and write; the state after it, or None when it was refused, which is said."""
        events = self._decided(desk, self.load(desk, number), command, number)
        return None if events is None else self._write(desk, number, events)

    def _decided(self, desk: Desk, state: S, command: C, number: str | None) -> tuple[E, ...] | None:
        try:
            return self.decide(desk, state, command)
        except Refused as refused:
            desk.refuse(None, self.asked, refused.findings)
            if refused.remember and number is not None and self.attempt is not None:
                why = "；".join(finding.fact for finding in refused.findings)
                self._write(desk, number, (self.attempt(desk, why),))
            return None

    def _write(self, desk: Desk, number: str, events: tuple[E, ...]) -> S:
        state = keep(desk.tx, self.fold(desk.house), number, events, at=desk.now, cause=desk.cause)
        self.project(desk, number, state)
        return state
