"""What an output is: two states, one of them safe; commands that end by themselves; a report of its own.

::

    kind        safe              released      who is on the safe side
    siren       sounding          quiet         whoever is warned for nothing
    door        locked for entry  unlocked      the way out is mechanical and never ours to lock
    turnstile   locked for entry  unlocked      as a door
    ignition    off               on

Every command away from the safe side carries how long it holds, and the device itself falls back when nothing newer
comes (`Output.hold` is its own time-out). So our silence, whatever it comes from, is safe. What was commanded is not
what is: only what the device reports is, and no report is *unknown*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType, Protocol

from workflow.ids import AreaId, PermitId
from workflow.values import aware

OutputId = NewType("OutputId", str)
SHORTEST_HOLD: Final = timedelta(seconds=4)
LONGEST_HOLD: Final = timedelta(seconds=60)
"""No device may hold what it was told for longer without hearing of us: the silence that stops work (domain 5.1)."""


class OutputKind(StrEnum):
    """What is driven."""

    SIREN = "siren"
    DOOR = "door"
    TURNSTILE = "turnstile"
    IGNITION = "ignition"


class State(StrEnum):
    """The two states of an output, see the file's head."""

    SAFE = "safe"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of the plant. Lent to a ``permit`` it serves that one alone, else every permit of its area."""

    id: OutputId
    name: str
    kind: OutputKind
    area: AreaId
    permit: PermitId | None = None
    hold: timedelta
    """After so long without a command the device goes to its safe state by itself."""

    def __post_init__(self) -> None:
        if not SHORTEST_HOLD <= self.hold <= LONGEST_HOLD:
            raise ValueError(f"an output holds between {SHORTEST_HOLD} and {LONGEST_HOLD}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What an output is told. ``lasts``: for how long; exactly a release has an end. ``key`` tells two commands apart
    and is the same when one is sent again."""

    output: OutputId
    state: State
    at: datetime
    key: str
    lasts: timedelta | None = None

    def __post_init__(self) -> None:
        aware(self.at)
        if (self.state is State.RELEASED) is not (self.lasts is not None):
            raise ValueError("a release ends, and nothing else does")


class Unreached(Exception):
    """The output did not answer, or not with an answer of its own; nobody knows what it does. Theirs."""


class Line(Protocol):
    """One output at the end of one transport. Called by one at a time; bounded in time by whoever calls."""

    async def command(self, command: Command) -> None:
        """Return once the device has taken it. Raise `Unreached`."""
        ...

    async def state(self) -> State:
        """What the device itself reports. Raise `Unreached` where it reports nothing."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """An output and how it is reached."""

    output: Output
    line: Line
