"""The register of permits of a window as a workbook, once it is written down who looked at whose data.

It reads beside the writer with a connection of its own and may run in a thread of the service. What it holds is the
journal's: each permit is folded from its records, and one whose chain does not verify is listed and not told.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.clock import Clock, SystemClock
from bot.evidence import Say, ready_database
from bot.forms import gather
from bot.looked import looked
from bot.new_file import written
from bot.reports.workbook import Workbook
from bot.settings import Settings
from cards import words_reports as say
from cards.reports.ledger import SHEETS, broken_row
from handlers.house import Permits, permits_of
from handlers.windows import Window
from storage import policies
from storage.planned import planned_between
from storage.store import Store
from storage.tx import Tx
from workflow.ids import PermitId, PersonId, SiteId
from workflow.journal import BrokenChain
from workflow.privacy.looks import LookKind, named_in
from workflow.rules.book import RuleBook

MOST: Final = 10_000
"""Permits of one workbook."""


class TooMany(Exception):
    """The window holds more permits than one workbook takes: a register that leaves some out would be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose register of which days. ``viewer`` empty: the server's own user asks."""

    window: Window
    viewer: str = ""
    name: str = ""
    """What the viewer is called, for the sheet that tells who made it."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file, as it is called and what is in it."""

    name: str
    data: bytes
    count: int


def make(
    settings: Settings, asked: Asked, *, clock: Clock | None = None, book: RuleBook | None = None, most: int = MOST
) -> Made:
    """The workbook. Blocks: in a service run it in a thread.

    Raise `TooMany`, `storage.errors.StorageError` (also when the look could not be written down) and, where ``book`` is
    not given, `storage.policies.PolicyError`.
    """
    clock = clock or SystemClock()
    book = book or policies.load(settings.policies, plant=settings.plant_file)
    made, seen = asyncio.run(_read(settings, asked, book, clock.now(), most))
    what = f"{asked.window.since}..{asked.window.until}"
    looked(settings, seen, LookKind.EXPORT, what=what, why=asked.why, viewer=asked.viewer, clock=clock)
    return made


async def _read(
    settings: Settings, asked: Asked, book: RuleBook, now: datetime, most: int
) -> tuple[Made, set[PersonId]]:
    permits = permits_of(SiteId(settings.site_id))
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(lambda tx: _written(tx, permits, settings, asked, book, now, most))
    finally:
        await store.close()


def _written(
    tx: Tx, permits: Permits, settings: Settings, asked: Asked, book: RuleBook, now: datetime, most: int
) -> tuple[Made, set[PersonId]]:
    zone, window = settings.zone, asked.window
    since, until = window.moments(zone)
    numbers = planned_between(tx, since, until, most=most + 1)
    if len(numbers) > most:
        raise TooMany(f"more than {most} permits; ask for fewer days")
    title = say.BOOK_NAME.format(since=window.since, until=window.until)
    figures = {
        "since": str(window.since), "until": str(window.until), "count": str(len(numbers)), "zone": settings.timezone,
        "at": now.astimezone(zone).strftime("%Y-%m-%d %H:%M"), "by": asked.name or asked.viewer or say.SERVER,
    }  # fmt: skip
    seen: set[PersonId] = set()
    with Workbook(SHEETS, zone=zone, made=now, title=title.removesuffix(".xlsx")) as out:
        for number in numbers:
            seen.update(_added(out, tx, permits, PermitId(number), settings, book))
        out.about(say.ABOUT_LINES, figures)
        return Made(name=title, data=out.data(), count=len(numbers)), seen


def _added(
    out: Workbook, tx: Tx, permits: Permits, number: PermitId, settings: Settings, book: RuleBook
) -> tuple[PersonId, ...]:
    """Put the rows of one permit in; whom they name."""
    try:
        paper = gather(tx, permits, number, zone=settings.zone, book=book)
    except BrokenChain:
        out.add(say.LEDGER, broken_row(number))
        return ()
    if paper is None:
        return ()
    for sheet in SHEETS:
        for row in sheet.rows(paper):
            out.add(sheet.name, row)
    return named_in(paper.permit)


def main(*, settings: Settings, window: Window, path: Path | None, why: str, say: Say) -> int:
    """Write the register to a new file that only its owner can read; 1 when that cannot be done."""
    try:
        made = make(settings, Asked(window=window, why=why))
    except TooMany as many:
        say(f"Not written: {many}.")
        return 1
    target = path or Path(made.name)
    if not written(target, made.data, say):
        return 1
    say(f"{target}: {made.count} permits planned from {window.since} to {window.until}.")
    return 0
