"""Evidence that leaves the building: `permitbot evidence export`, `anchor` and `checkpoint`.

The first two only read and may run beside the service.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot import export
from bot.clock import Clock, SystemClock
from bot.evidence import ready_database
from bot.looked import looked
from bot.new_file import written
from bot.settings import Settings
from bot.withholding import NUMBER
from cards.words_evidence import DAILY, README, sealed
from handlers.hazards import SERIES
from handlers.sealing import seal_now
from storage.checkpoints import PastChanged
from storage.media import MediaFiles
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from workflow.checkpoint import Checkpoint
from workflow.ids import MediaHash
from workflow.privacy.looks import LookKind

Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What shall be exported: one permit or hazard, or the days ``[since, until]`` of the site; relative to which
    checkpoint."""

    permit: str | None = None
    since: date | None = None
    until: date | None = None
    checkpoint: int | None = None
    media: bool = True
    forms: bool = False
    reporters: bool = False
    """Whether those who reported hazards unnamed are given away."""


class NotAsked(Exception):
    """What is wanted is neither a permit's number nor a span ``YYYY-MM-DD..YYYY-MM-DD``."""


def wanted(
    what: str, *, checkpoint: int | None = None, media: bool = True, forms: bool = False, reporters: bool = False
) -> Wanted:
    """Read ``NUMBER`` or ``FROM..TO`` (both days included). Raise `NotAsked`."""
    how = Wanted(checkpoint=checkpoint, media=media, forms=forms, reporters=reporters)
    if ".." not in what:
        return replace(how, permit=what)
    first, _, last = what.partition("..")
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise NotAsked(f"{what} is no span: write it as 2026-01-01..2026-12-31") from None
    if until < since:
        raise NotAsked(f"{what} ends before it begins")
    return replace(how, since=since, until=until)


def write(*, settings: Settings, asked: Wanted, path: Path | None, say: Say, why: str = "") -> int:
    """Write an export to a new file that only its owner can read; 1 when that cannot be done.

    Who took it out is written down first, for everybody it names.

    Raise `storage.errors.StorageError`.
    """
    try:
        found = asyncio.run(_read(settings, lambda tx: gather(tx, asked, settings.zone)))
    except export.NotSealed as none:
        say(str(none))
        return 1
    if found is None:
        say(f"There is nothing to export at site {settings.site_id}.")
        return 1
    what = asked.permit or f"{asked.since}..{asked.until}"
    looked(settings, found.names, LookKind.EXPORT, what=what, why=why)
    media, missing = _originals(MediaFiles(settings.media_dir), export.named_media(found) if asked.media else ())
    forgotten = len({one.sha256 for one in found.forgotten} - set(media)) if asked.media else 0
    forms = _forms(settings, found.streams, say) if asked.forms else {}
    files = export.files_of(found, media=media, forms=forms, readme=README)
    target = path or Path(f"evidence-{what}.zip")
    data = export.archive(files)
    if not written(target, data, say):
        return 1
    records = sum(map(len, found.streams.values()))
    numbers = sum(why == NUMBER for why in found.kept.values())
    say(f"{target}: {records} records of {len(found.streams)} streams, {len(media)} originals, {len(data)} bytes.")
    for count, what in (
        (numbers, "records withheld (personal numbers)"),
        (len(found.kept) - numbers, "records withheld (unnamed reporters)"),
        (missing - forgotten, "originals missing on disk"),
        (forgotten, "originals deleted, their time of keeping being over"),
    ):
        if count:
            say(f"{count} {what}.")
    if found.chosen is None:
        say("No checkpoint was ever taken: whoever checks it will read “self-attested only”.")
    return 0


def gather(tx: Tx, asked: Wanted, zone: tzinfo) -> export.Gathered | None:
    """What is exported, in one look. Raise `bot.export.NotSealed`."""
    if asked.permit is not None:
        if asked.permit.startswith(f"{SERIES}-"):
            return export.of_hazard(tx, asked.permit, checkpoint=asked.checkpoint, reporters=asked.reporters)
        return export.of_permit(tx, asked.permit, checkpoint=asked.checkpoint)
    if asked.since is None or asked.until is None:
        raise TypeError("neither a permit nor a span")
    since, until = (datetime.combine(day, time(), zone) for day in (asked.since, asked.until + timedelta(days=1)))
    return export.of_span(tx, since, until, checkpoint=asked.checkpoint, reporters=asked.reporters)


def _originals(files: MediaFiles, hashes: Iterable[str]) -> tuple[dict[str, bytes], int]:
    """What lies on disk, as it lies there: an exchanged file must come out, so that the verifier sees it."""
    found: dict[str, bytes] = {}
    missing = 0
    for one in sorted(hashes):
        try:
            found[one] = files.path_of(MediaHash(one)).read_bytes()
        except OSError:
            missing += 1
    return found, missing


def _forms(settings: Settings, streams: Iterable[str], say: Say) -> dict[str, bytes]:
    from bot import forms
    from bot.gate import ring_of
    from handlers.house import permits_of
    from storage import policies
    from storage.errors import UnknownEvent
    from workflow.errors import ImpossibleEvent
    from workflow.ids import PermitId, SiteId
    from workflow.journal import BrokenChain

    book = policies.load(settings.policies, plant=settings.plant_file)
    permits, ring = permits_of(SiteId(settings.site_id)), ring_of(settings)
    pages: dict[str, bytes] = {}
    for number in (PermitId(name.removeprefix(export.PERMIT)) for name in streams if name.startswith(export.PERMIT)):
        try:
            paper = asyncio.run(
                _read(settings, partial(forms.gather, permits=permits, number=number, zone=settings.zone, book=book))
            )
            if paper is not None:
                drawn = forms.with_sketches(paper, MediaFiles(settings.media_dir))
                pages[number] = forms.render(forms.with_gate(drawn, ring), 3)
        except (BrokenChain, ImpossibleEvent, UnknownEvent, ValueError) as failure:
            # The evidence goes out all the same: a history that cannot be printed is one somebody wants to look at.
            say(f"{number}: no form: {failure}")
    return pages


# --- anchors ----------------------------------------------------------------------------------------------------------


def anchor_file(taken: Checkpoint) -> bytes:
    """A checkpoint as a file to be kept elsewhere."""
    said = {"format": "permitbot.anchor.v1", "site": taken.site} | export.header(taken) | {"hash": taken.hash.hex()}
    return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def anchor(*, settings: Settings, path: Path | None, say: Say) -> int:
    """Say the newest checkpoint and, with ``path``, write it to a new file; 1 when there is none.

    Raise `storage.errors.StorageError`.
    """
    taken = asyncio.run(_read(settings, lambda tx: tx.newest_checkpoint()))
    if taken is None:
        say("No checkpoint was taken yet; the service takes one every night, `permitbot evidence checkpoint` now.")
        return 1
    say(DAILY.format(**sealed(taken, settings.zone)))
    say(f"{taken.number}:{taken.hash.hex()}")
    return 0 if path is None or written(path, anchor_file(taken), say) else 1


def take(*, settings: Settings, say: Say, clock: Clock | None = None) -> int:
    """Take a checkpoint now; 1 when the past is not what was sealed. Raise `storage.errors.StorageError`."""
    at = (clock or SystemClock()).now()

    async def work() -> Checkpoint:
        writer = Writer(ready_database(settings), settings.site_id)
        await writer.start()
        try:
            return await writer.submit(lambda tx: seal_now(tx, at))
        finally:
            await writer.stop()

    try:
        taken = asyncio.run(work())
    except PastChanged as changed:
        say(f"BROKEN: {changed}. No checkpoint was taken.")
        return 1
    say(DAILY.format(**sealed(taken, settings.zone)))
    say(f"{taken.number}:{taken.hash.hex()}")
    return 0


async def _read(settings: Settings, ask: Callable[[Tx], T]) -> T:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(ask)
    finally:
        await store.close()
