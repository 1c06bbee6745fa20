"""One's own keys on a page: looking at them, and giving up the one that was lost. A key is let in face to face only."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from handlers.answers import Say
from handlers.arrivals import Sender
from handlers.desk import Desk
from handlers.house import House
from handlers.keys import ring_of, tell, write
from storage.tx import Tx
from workflow import keys
from workflow.errors import Refused
from workflow.ids import PersonId
from workflow.keys import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A person's keys, the newest first, with the names of those who stood beside."""

    name: str
    keys: tuple[tuple[Key, str], ...]


def tag_of(key: Key) -> str:
    """What a page calls a key: no number that shifts, and not its id."""
    return hashlib.sha256(f"own-key\n{key.credential}".encode()).hexdigest()[:24]


def own(tx: Tx, house: House, person: PersonId) -> Own | None:
    """The keys of a person; None for somebody who has left."""
    people = tx.directory.people
    known = people.get(person)
    if known is None or not known.active:
        return None
    ring = tx.load(house.keys, person)[0]
    named = [(key, people[key.supervised_by].name) for key in reversed(ring.keys)]
    return Own(name=known.name, keys=tuple(named))


def lose(tx: Tx, house: House, person: PersonId, tag: str, *, cause: str, now: datetime) -> None:
    """The person lost this key: it ends at once, and the chat is told, in case somebody else said so.

    A tag that is none of the person's own, and a key that has ended already, change nothing.
    """
    if own(tx, house, person) is None:
        return
    sender = Sender(platform="page", corp="", user=person)
    desk = Desk(tx, house, now=now, cause=cause, sender=sender, actor=person)
    ring = ring_of(desk, person)
    key = next((one for one in ring.keys if tag_of(one) == tag), None)
    if key is None:
        return
    with suppress(Refused):
        write(desk, person, keys.revoke(ring, credential=key.credential, by=person, safety=(), at=now))
        tell(desk, person, Say.KEY_LOST, device=key.device)
    desk.close()
