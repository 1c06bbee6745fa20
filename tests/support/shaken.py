"""An event loop on a bad machine: sockets and timers come late, in another order, and now and then all stands still.

Whatever this does to a program, the scheduler of a loaded computer may do as well. What it leaves alone is what asyncio
promises: callbacks of one loop run in the order in which they were scheduled.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import time
from collections.abc import Callable
from contextvars import Context
from random import Random  # noqa: TID251 - seeded: chance is what this file is for
from typing import Final, TypeVarTuple, Unpack

Ts = TypeVarTuple("Ts")

HELD_BACK: Final = 0.5
"""How often a socket that is ready is noticed later."""
STALLS: Final = ((0.02, 0.005), (0.002, 0.05), (0.0003, 0.5))
"""How often the loop stands still, and for how many seconds at most."""
LATE: Final = 0.03
"""By how many seconds at most a socket or a timer is late; mostly by far less."""

Ready = list[tuple[selectors.SelectorKey, int]]


class LateSelector(selectors.DefaultSelector):
    """Notices what is ready in another order, and some of it later."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self._dice = dice
        self._until: dict[int, float] = {}

    def select(self, timeout: float | None = None) -> Ready:
        """What is ready, less what is held back."""
        for odds, longest in STALLS:
            if self._dice.random() < odds:
                time.sleep(self._dice.random() * longest)
        found = super().select(timeout)
        ready = [one for one in found if self._due(one[0].fd)]
        if found and not ready:
            time.sleep(0.001)  # it comes back at once
        self._dice.shuffle(ready)
        return ready

    def _due(self, socket: int) -> bool:
        now = time.monotonic()
        if socket not in self._until:
            self._until[socket] = now + (lateness(self._dice) if self._dice.random() < HELD_BACK else 0)
        if self._until[socket] > now:
            return False
        del self._until[socket]
        return True


def lateness(dice: Random) -> float:
    """Seconds."""
    return dice.random() ** 4 * LATE


class ShakenLoop(asyncio.SelectorEventLoop):
    """A loop on a `LateSelector` whose timers are late."""

    def __init__(self, dice: Random) -> None:
        super().__init__(LateSelector(dice))
        self._dice = dice

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As asked, or a little later."""
        return super().call_at(when + lateness(self._dice), callback, *args, context=context)


class ShakenPolicy(asyncio.DefaultEventLoopPolicy):
    """Every loop of the process is a `ShakenLoop`; a test throws the same dice whoever ran before it."""

    def __init__(self, seed: str) -> None:
        super().__init__()
        self._seed = seed

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """One more loop."""
        return ShakenLoop(Random(f"{self._seed} {os.environ.get('PYTEST_CURRENT_TEST', '')}"))
