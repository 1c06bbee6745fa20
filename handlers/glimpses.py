"""How conversations were left: what the next line of each is read against, without asking the writer first.

Nothing here is relied on. The transaction of the line compares it with what is stored, and has the line read again
against that when another process, a page or a person's other account moved the conversation meanwhile, or when what is
remembered here never became durable (docs/adr/0221).
"""

from __future__ import annotations

import threading

from handlers.arrivals import Sender
from handlers.reading import Glimpse
from storage.tx import Tx
from workflow.plant import Person

_MOST = 64
"""Of how many accounts it is remembered; whoever writes after them is asked for."""


class Glimpses:
    """Left by the writer's thread, taken by the event loop."""

    def __init__(self) -> None:
        self._left: dict[Sender, Glimpse] = {}
        """Oldest first; all of one version of the register, or registers long gone would stay in memory."""
        self._version = -1
        self._turn = threading.Lock()

    def take(self, sender: Sender) -> Glimpse | None:
        """How the conversation with this account was left; once, so that a line that moved is read against the
        database."""
        with self._turn:
            return self._left.pop(sender, None)

    def leave(self, tx: Tx, sender: Sender, person: Person) -> None:
        """Remember how a transaction leaves the conversation."""
        row = tx.draft(person.id)
        glimpse = Glimpse(person=person, directory=tx.directory, body=row.body if row is not None else None)
        with self._turn:
            if glimpse.directory.version != self._version:
                self._version = glimpse.directory.version
                self._left.clear()
            self._left.pop(sender, None)
            self._left[sender] = glimpse
            if len(self._left) > _MOST:
                del self._left[next(iter(self._left))]
