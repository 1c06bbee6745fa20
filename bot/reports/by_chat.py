"""Files for people and groups: made in a thread, one at a time, when their row of the outbox has its turn."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from bot.clock import Clock
from bot.settings import Settings
from cards import words, words_supervision
from cards import words_reports as say
from cards.card import Bubble, File
from cards.watch import WatchView
from handlers.house import House
from handlers.looking import note
from handlers.outgoing import RegisterFile, SummaryFile, WatchFile
from handlers.reporting import may_have_registers
from handlers.supervision import desk_of, people_in, watch_view, watched
from handlers.windows import Window
from storage.tx import Tx
from storage.writer import Writer
from workflow.privacy.looks import LookKind

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF: Final = "application/pdf"
MOST: Final = 1_000
"""Permits of one file: it has to be ready within the lease of its row (`bot.relay.LEASE`)."""
LARGEST: Final = 20 * 1024 * 1024
"""Bytes that both platforms take."""


class FilesByChat:
    """Makes the file of one row, or the words that stand in its place. A `bot.present.Files`."""

    def __init__(self, *, settings: Settings, writer: Writer, house: House, clock: Clock, most: int = MOST) -> None:
        self._settings = settings
        self._writer = writer
        self._house = house
        self._clock = clock
        self._most = most
        self._one_at_a_time = asyncio.Semaphore(1)
        self._making: dict[RegisterFile, asyncio.Task[File | Bubble]] = {}

    async def summary(self, wanted: SummaryFile) -> File:
        """The page for a group. Raise `storage.errors.StorageError`."""
        from bot.reports import summary  # it brings the compiler of the forms along, and is seldom wanted

        window = Window(since=wanted.since, until=wanted.until)
        async with self._one_at_a_time:
            made = await asyncio.to_thread(summary.make, self._settings, window, as_of=wanted.as_of)
        return File(name=made.name, mime=PDF, data=made.data)

    async def watch(self, wanted: WatchFile) -> File | Bubble:
        """What is late now, for whoever asks: what he may see at this moment, or the words that there is nothing.

        Everybody it names can see who asked; that is written in the turn in which it is read. Raise
        `storage.errors.StorageError`.
        """
        from bot.reports import watch

        now = self._clock.now()

        def look(tx: Tx) -> tuple[WatchView, str] | Bubble:
            desk = desk_of(tx, self._house, wanted.person, now)
            if desk is None:
                return Bubble(text=words.PAGE_STRANGER)
            found = watched(desk)
            view = watch_view(desk, found)
            if view.empty:
                return Bubble(text=words_supervision.NONE_LATE if view.whole else words_supervision.NONE_MINE)
            for one in people_in(found):
                what = words_supervision.FILE_WHAT
                note(tx, self._house, one, wanted.person, LookKind.EXPORT, now, what=what, why="")
            return view, desk.person.name

        seen = await self._writer.submit(look)
        if isinstance(seen, Bubble):
            return seen
        view, name = seen
        async with self._one_at_a_time:
            made = await asyncio.to_thread(watch.make, view, by=name, timezone=self._settings.timezone)
        return File(name=made.name, mime=XLSX, data=made.data)

    async def register(self, wanted: RegisterFile) -> File | Bubble:
        """For whoever may have it *now*. Raise `storage.errors.StorageError`.

        Whoever asks again for what is still being made, because his time was over, waits for that and not for another:
        else a slow machine would make the same file for ever.
        """
        making = self._making.get(wanted)
        if making is None:
            making = self._making[wanted] = asyncio.create_task(self._made(wanted))
        try:
            return await asyncio.shield(making)
        finally:
            if making.done():
                self._making.pop(wanted, None)

    async def _made(self, wanted: RegisterFile) -> File | Bubble:
        from bot.reports import ledger

        def look(tx: Tx) -> str | None:
            known = tx.directory.person(wanted.person)
            return known.name if known and may_have_registers(tx, self._house, wanted.person) else None

        name = await self._writer.submit(look)
        if name is None:
            return Bubble(text=say.NOT_YOURS)
        window = Window(since=wanted.since, until=wanted.until)
        asked = ledger.Asked(window=window, viewer=wanted.person, name=name)
        make = partial(ledger.make, self._settings, asked, clock=self._clock, book=self._house.book, most=self._most)
        too_many = Bubble(text=say.TOO_MANY.format(since=wanted.since, until=wanted.until))
        try:
            async with self._one_at_a_time:
                made = await asyncio.to_thread(make)
        except ledger.TooMany:
            return too_many
        return too_many if len(made.data) > LARGEST else File(name=made.name, mime=XLSX, data=made.data)
