"""`permitbot permit pdf`: the statutory form of one permit, from the journal to the printed page. Only reads.

The page is dated by the permit's last record, not by the clock: printing again gives the same bytes until something
happens to the permit (or somebody's name changes in the register).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from bot import press
from bot.evidence import ready_database
from bot.gate import GateRing, ring_of
from bot.settings import Settings
from cards.forms.paper import Paper, Sketch
from cards.forms.sheet import sheet
from cards.pictures.asked import BadPicture, sketch
from cards.words_photos import SKETCH
from handlers.gate import pass_of
from handlers.house import Permits, permits_of
from storage import policies
from storage.errors import StorageTrouble
from storage.media import MediaFiles
from storage.store import Store
from storage.tx import Tx
from workflow.ids import MediaHash, PermitId, SiteId
from workflow.journal import BrokenChain, verify
from workflow.permit.events import PhotoAdded
from workflow.permit.evolve import fold
from workflow.rules.book import RuleBook

Say = Callable[[str], None]

TEMPLATE = Path(__file__).resolve().parent.parent / "cards" / "forms" / "permit.typ"
LARGEST = 64 * 1024 * 1024
"""More bytes than this no form has; a runaway is stopped before it fills the disk."""


def gather(tx: Tx, permits: Permits, number: PermitId, *, zone: tzinfo, book: RuleBook) -> Paper | None:
    """What the form is printed from; None when there is no such permit, or nothing was ever asked for.

    Raise `workflow.journal.BrokenChain` when its history does not verify: what was altered is not printed.
    """
    records = tx.records(permits, number)
    head = verify(records)
    events = tuple(permits.codec.decode(record.kind, record.body) for record in records)
    permit = fold(number, SiteId(tx.site), events)
    if permit.content is None:
        return None
    directory = tx.directory
    area = directory.areas.get(permit.content.area)
    labels = {method.key: method.label for method in book.methods(permit.content.work)}
    labels |= {gas.gas: gas.label for gas in book.gas_table.gases}
    equipment = permit.content.equipment and directory.equipment.get(permit.content.equipment)
    if equipment:
        labels[equipment.id] = f"{equipment.name} {equipment.id}"
        if equipment.medium:
            labels[f"medium:{equipment.id}"] = equipment.medium
    return Paper(
        permit=permit,
        events=events,
        head=head,
        names={one.id: one.name for one in directory.register.people},
        area_name=area.name if area is not None else str(permit.content.area),
        zone=zone,
        certificates={one.id: one.certificates for one in directory.register.people if one.certificates},
        labels=labels,
        sketches=tuple(
            Sketch(media=one.media, by=one.by.as_person, at=one.at, svg=None)
            for one in events
            if isinstance(one, PhotoAdded) and one.purpose == SKETCH
        ),
    )


def with_sketches(paper: Paper, files: MediaFiles) -> Paper:
    """The paper with its drawings. One that is gone or was changed stays without a picture. Blocks: run in a thread."""
    drawn = {one.media: _drawn(files, one.media) for one in paper.sketches}
    return replace(paper, sketches=tuple(replace(one, svg=drawn[one.media]) for one in paper.sketches))


def with_gate(paper: Paper, ring: GateRing | None) -> Paper:
    """The paper with the code for the gate, dated by the last record as the page is: equal records, equal codes."""
    permit = paper.permit
    found = pass_of(
        permit,
        area_name=paper.area_name,
        guardian=paper.name(permit.guardian),
        head=paper.head,
        issued_at=paper.as_of,
    )
    return replace(paper, gate_code=ring.sign(found)) if ring is not None and found is not None else paper


def _drawn(files: MediaFiles, media: MediaHash) -> str | None:
    try:
        return sketch(files.read(media))
    except (OSError, StorageTrouble, BadPicture):
        return None


def render(paper: Paper, copy: int, *, font: Path | None = None) -> bytes:
    """One copy as PDF/A-2b. Takes some 50 ms a page: run it in a thread. Raise `ValueError` for an unknown copy."""
    page = press.printed(TEMPLATE, {"form": sheet(paper, copy).decode()}, at=paper.as_of, font=font)
    if len(page) > LARGEST:
        raise ValueError("the form is too large")
    return page


def main(*, settings: Settings, number: str, copy: int, path: Path | None, say: Say) -> int:
    """Write one copy to a new file that only its owner can read; 1 when that cannot be done.

    Raise `storage.errors.StorageError` or `storage.policies.PolicyError`.
    """
    book = policies.load(settings.policies, plant=settings.plant_file)
    permits = permits_of(SiteId(settings.site_id))
    try:
        paper = asyncio.run(_read(settings, permits, PermitId(number), book))
    except BrokenChain as broken:
        say(f"BROKEN: {broken}. Nothing was printed.")
        return 1
    if paper is None:
        say(f"There is no permit {number} at site {settings.site_id}.")
        return 1
    paper = with_gate(with_sketches(paper, MediaFiles(settings.media_dir)), ring_of(settings))
    target = path or Path(f"{number}-{copy}.pdf")
    try:
        data = render(paper, copy)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except FileExistsError:
        say(f"{target} exists already; choose another name.")
        return 1
    except (OSError, ValueError) as failure:
        say(f"Not printed: {failure}")
        return 1
    say(f"{target}: copy {copy}, {len(data)} bytes, as of record {paper.permit.version}, head {paper.head.hex()}")
    return 0


async def _read(settings: Settings, permits: Permits, number: PermitId, book: RuleBook) -> Paper | None:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(lambda tx: gather(tx, permits, number, zone=settings.zone, book=book))
    finally:
        await store.close()
