"""票证台, the office: the only writer of permits. One arrival, one transaction.

::

    handle → read the words (outside of the writer) → one work function in the writer:
             seen before? → who is it? → route → rows → commit

What takes time (names, Chinese sentences) is done before the writer is asked, against how the conversation was left;
should it have moved meanwhile, the line is read again. Whatever is raised here is a bug of ours: nothing was committed
and the arrival may be delivered again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from handlers import route
from handlers.answers import Say
from handlers.arrivals import (
    Arrival,
    DeviceAsks,
    Due,
    InsideNow,
    Location,
    OutputAstray,
    PlatformNotice,
    SeenThere,
    Tap,
    Text,
    Undelivered,
    Unguarded,
)
from handlers.desk import Desk
from handlers.glimpses import Glimpses
from handlers.house import House
from handlers.outgoing import Stranger
from handlers.reach import wrote_from
from handlers.reading import Glimpse, Line, read_line
from handlers.talk import pack_talk, unpack_talk
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId

_AGAIN = 5
"""How often a line is read anew because the conversation moved between reading and writing."""
_ANSWERS = ".answer."
"""Part of a token that answers a question: such a press looks names up."""


class Moved(Exception):
    """The conversation changed between the reading of a line and its transaction: read it again."""


class Restless(Exception):
    """A conversation kept moving under every reading of one line. Ours; the arrival may be delivered again."""


class Office:
    """The office of one site. ``clock`` is asked once for each arrival."""

    def __init__(self, *, writer: Writer, house: House, clock: Callable[[], datetime]) -> None:
        self._writer = writer
        self._house = house
        self._clock = clock
        self._glimpses = Glimpses()

    async def handle(self, arrival: Arrival) -> None:
        """Take one arrival; return once everything it means is durable. Seen before: nothing."""
        for _ in range(_AGAIN):
            now = self._clock().astimezone(UTC)
            line, glimpse = await self._read(arrival, now)
            try:
                work = partial(self._work, arrival=arrival, now=now, line=line, glimpse=glimpse)
                await self._writer.submit(work, arrival=arrival.dedup_key)
            except Moved:
                continue
            return
        raise Restless(arrival.dedup_key)

    async def _read(self, arrival: Arrival, now: datetime) -> tuple[Line | None, Glimpse | None]:
        """Read the words of a line; have the names ready for a press that may need them."""
        if not isinstance(arrival, Text):
            if isinstance(arrival, Tap) and _ANSWERS in arrival.token and self._house.names.cold:
                directory = await self._writer.submit(lambda tx: tx.directory)
                await asyncio.to_thread(self._house.names.of, directory)
            return None, None
        glimpse = self._glimpses.take(arrival.sender)
        if glimpse is None:
            glimpse = await self._writer.submit(lambda tx: self._glimpse(tx, arrival))
        if glimpse is None:
            return None, None
        sent = arrival.sent_at if arrival.sent_at is not None and arrival.sent_at <= now else now
        line = await asyncio.to_thread(read_line, arrival.text, glimpse, self._house, now, sent)
        return line, glimpse

    def _glimpse(self, tx: Tx, arrival: Text) -> Glimpse | None:
        """Who wrote and what is open with them; None for strangers."""
        sender = arrival.sender
        person = tx.person_by_account(sender.platform, sender.corp, sender.user)
        if person is None or not person.active:
            return None
        row = tx.draft(person.id)
        return Glimpse(person=person, directory=tx.directory, body=row.body if row is not None else None)

    # --- in the writer

    def _work(self, tx: Tx, arrival: Arrival, now: datetime, line: Line | None, glimpse: Glimpse | None) -> None:
        sender = arrival.sender
        if not tx.first_time(arrival.dedup_key, now, sender.platform, type(arrival).__name__):
            return
        if isinstance(
            arrival, Due | DeviceAsks | SeenThere | InsideNow | OutputAstray | PlatformNotice | Undelivered | Unguarded
        ):
            desk = Desk(tx, self._house, now=now, cause=arrival.dedup_key, sender=sender, actor=None)
            route.without_person(desk, arrival)
            desk.close()
            return
        person = tx.person_by_account(sender.platform, sender.corp, sender.user)
        if person is None or not person.active:
            self._stranger(tx, arrival, now)
            return
        if isinstance(arrival, Text) and not self._unmoved(tx, glimpse, person.id):
            raise Moved(person.id)
        if _says_something(arrival):
            wrote_from(tx, person.id, sender)
        desk = Desk(tx, self._house, now=now, cause=arrival.dedup_key, sender=sender, actor=person.id)
        route.arrived(desk, arrival, line)
        desk.close()
        self._glimpses.leave(tx, sender, person)

    @staticmethod
    def _unmoved(tx: Tx, glimpse: Glimpse | None, person: PersonId) -> bool:
        """Whether the line was read against what is still so."""
        if glimpse is None or glimpse.person.id != person:
            return False
        row = tx.draft(person)
        same_talk = (row.body if row is not None else None) == glimpse.body
        return same_talk and tx.directory.version == glimpse.directory.version

    def _stranger(self, tx: Tx, arrival: Arrival, now: datetime) -> None:
        """An account that belongs to nobody: told whom to ask, once in a while; nothing else happens."""
        if not _says_something(arrival):
            return
        sender = arrival.sender
        desk = Desk(tx, self._house, now=now, cause=arrival.dedup_key, sender=sender, actor=None)
        key = f"stranger:{sender.platform}:{sender.corp}:{sender.user}"
        row = tx.draft(key)
        talk = unpack_talk(row.body if row is not None else None)
        if talk.may_say(Say.UNKNOWN_ACCOUNT, now):
            stranger = Stranger(platform=sender.platform, corp=sender.corp, user=sender.user)
            desk.post_to(key, stranger, purpose="stranger")
            tx.put_draft(key, pack_talk(talk.saying(Say.UNKNOWN_ACCOUNT, now)), now)


def _says_something(arrival: Arrival) -> bool:
    """Whether somebody means to say something by it: only then a stranger is answered."""
    return type(arrival) in route.WANTS_ANSWER or (isinstance(arrival, Location) and arrival.asked)
