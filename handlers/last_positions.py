"""Where worn tags were last, for whoever counts heads. In memory: what a process that was just started has not heard is
not known, and is told so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.ids import DeviceId, PersonId
from workflow.nearness import Beacon
from workflow.values import Position, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPosition:
    """The newest believed position of one tag."""

    person: PersonId
    at: datetime
    place: Position

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBeacon:
    """The newest beacon one tag was near."""

    person: PersonId
    at: datetime
    beacon: Beacon

    def __post_init__(self) -> None:
        aware(self.at)


class LastPositions:
    """The newest position and the newest beacon of each tag. Written by the bridge, read in the writer's thread: each
    entry is replaced as a whole."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen: dict[tuple[DeviceId, type], LastPosition | LastBeacon] = {}

    def saw(self, device: DeviceId, last: LastPosition | LastBeacon) -> None:
        """Keep it, unless a newer one is known."""
        key = (device, type(last))
        known = self._seen.get(key)
        if known is None or known.at <= last.at:
            self._seen[key] = last

    def all(self) -> tuple[LastPosition | LastBeacon, ...]:
        """The newest of every tag."""
        return tuple(self._seen.values())
