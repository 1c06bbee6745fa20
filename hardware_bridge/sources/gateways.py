"""The main house's end of the link: batches of site gateways, each taken once, however often and in whatever order they
come.

A gateway that is not heard is silence of all devices behind it: nothing is said in their name, and the agenda stops the
work. Here it is only told to people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hardware_bridge.gateway.batch import FRESH, Answer, Batch, Tickets, opened
from hardware_bridge.source import Sink

SILENT_S: Final = 15.0
"""Three heartbeats."""

FirstTime = Callable[[str], Awaitable[bool]]
"""Keeps a key for good; False where it was known. Returns once that is committed."""


class NotListening(Exception):
    """The bridge does not run; nothing was taken."""


@dataclass(slots=True)
class _Known:
    """One gateway."""

    heard: float
    lost: int = 0


class Gateways:
    """A source. ``names``: the gateways that are expected; ``steady``: seconds that only run forward."""

    name = "gateways"

    def __init__(
        self, names: Iterable[str], *, steady: Callable[[], float], tickets: Tickets, first_time: FirstTime
    ) -> None:
        self._steady = steady
        self._tickets = tickets
        self._first_time = first_time
        self._sink: Sink | None = None
        self._known = {name: _Known(heard=steady()) for name in names}

    async def run(self, sink: Sink) -> None:
        """Listen until cancelled."""
        self._sink = sink
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    async def accept(self, gateway: str, batch: Batch, now: datetime) -> Answer:
        """Take a batch a gateway has signed, or know it again. Raise `NotListening`, and what memory raises."""
        steady = self._steady()
        under_way = self._tickets.under_way(batch, steady)
        if under_way is not None and under_way <= FRESH:
            # A request somebody held back, or sent again, is no sign of life.
            self._known[gateway] = _Known(heard=steady, lost=batch.lost)
        if self._sink is None:
            raise NotListening
        if batch.number and await self._first_time(f"gateway:{gateway}:{batch.spool}:{batch.number}"):
            for entry in batch.entries:
                for said, at in opened(entry, now=now, under_way=under_way):
                    self._sink.take(said, at, via=gateway)
        return Answer(taken=batch.number, ticket=self._tickets.give(self._steady()), now=int(now.timestamp()))

    def notes(self) -> tuple[str, ...]:
        """Gateways that are silent, and what they gave up."""
        now = self._steady()
        found = [
            f"nothing is heard of {name} for {now - one.heard:.0f} s: all its devices are silent"
            for name, one in self._known.items()
            if now - one.heard > SILENT_S
        ]
        found += [
            f"{name} gave up {one.lost} batches for want of room" for name, one in self._known.items() if one.lost
        ]
        return tuple(found)
