"""`permitbot permit show` and `permitbot evidence verify`: the journal, told and checked. Both only read.

They may run beside the service. What they find is attested by this database alone: that a whole history was not written
anew can only be seen against a hash that left the building earlier.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo

from bot.looked import looked, named
from bot.settings import Settings
from cards.history import Telling, history_line, photo_labels
from handlers.house import Permits, permits_of
from storage import migrate
from storage.checkpoints import contradictions
from storage.engine import Database, open_database
from storage.errors import NotMigrated
from storage.schema import REVISION
from storage.store import Store
from storage.tx import Tx
from storage.verify import verify_journal
from workflow.checkpoint import Checkpoint
from workflow.ids import PersonId, SiteId
from workflow.journal import BrokenChain, Record, instant, verify
from workflow.permit.events import PermitSubmitted
from workflow.privacy.looks import LookKind

Say = Callable[[str], None]

SELF_ATTESTED = "Self-attested: no hash from outside was given to compare with."


def show(*, settings: Settings, number: str, as_json: bool, say: Say, why: str = "") -> int:
    """Tell the history of one permit, once it is written down who looked; 1 when there is none or its chain is broken.

    Raise `storage.errors.StorageError` when the database cannot be read.
    """
    permits = permits_of(SiteId(settings.site_id))
    records, names = asyncio.run(_gather(ready_database(settings), settings.site_id, permits, number))
    looked(settings, named(records, map(str, names)), LookKind.SEARCH, what=number, why=why)
    if not records:
        say(f"There is no permit {number} at site {settings.site_id}.")
        return 1
    for line in map(_raw, records) if as_json else told(records, permits, names, settings.zone):
        say(line)
    try:
        head = verify(records)
    except BrokenChain as broken:
        say(f"BROKEN: {broken}")
        return 1
    if not as_json:
        say(f"{len(records)} records, every link holds; head {head.hex()}")
        say(SELF_ATTESTED)
    return 0


Names = dict[PersonId, str]


async def _gather(database: Database, site: str, permits: Permits, number: str) -> tuple[tuple[Record, ...], Names]:
    def ask(tx: Tx) -> tuple[tuple[Record, ...], Names]:
        return tx.records(permits, number), {one.id: one.name for one in tx.directory.register.people}

    store = Store(database, site)
    try:
        return await store.read(ask)
    finally:
        await store.close()


def told(records: Iterable[Record], permits: Permits, names: Names, zone: tzinfo) -> Iterator[str]:
    """One sentence a record. Events are decoded one by one and never folded: a history that no longer folds is exactly
    the one somebody needs to read.
    """
    nodes: dict[str, str] = {}
    photos: dict[str, str] = {}
    closings: dict[str, str] = {}
    for record in records:
        event = permits.codec.decode(record.kind, record.body)
        if isinstance(event, PermitSubmitted):
            nodes |= {str(node.key): node.label for node in event.rules.chain}
            photos |= photo_labels(event.rules)
            closings |= {need.key: need.label for need in event.rules.closing}
        moment = record.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        telling = Telling(names=names, zone=zone, nodes=nodes, photos=photos, closings=closings)
        yield f"{record.version:4d}  {moment}  {history_line(event, telling)}"


def _raw(record: Record) -> str:
    """One line of JSON with everything that is hashed, spelled as it is hashed."""
    return json.dumps(
        {
            "site": record.site,
            "stream": record.stream,
            "version": record.version,
            "at": instant(record.at),
            "cause": record.cause,
            "kind": record.kind,
            "body": record.body.decode(),
            "prev": record.prev.hex(),
            "hash": record.hash.hex(),
        },
        ensure_ascii=False,
    )


def check(*, settings: Settings, say: Say) -> int:
    """Check every record of every stream of the site; 1 when one does not hold.

    Raise `storage.errors.StorageError` when the database cannot be read.
    """
    database = ready_database(settings)
    # The seals first: what is written meanwhile is in the journal then, but in no checkpoint yet.
    unsealed, sealed = asyncio.run(_seals(database, settings.site_id))
    found = verify_journal(database, settings.site_id)
    for stream, fault in sorted(found.broken.items()):
        say(f"BROKEN: {stream}: {fault}")
    for fault in unsealed:
        say(f"BROKEN: {fault}")
    if not found.sound or unsealed:
        if not found.sound:
            say(f"{len(found.broken)} of {len(found.broken) + len(found.heads)} streams do not hold.")
        say("Keep this database as it is, and the service stopped, until somebody has looked.")
        return 1
    say(f"{found.records} records in {len(found.heads)} streams, every link holds.")
    if sealed is not None:
        say(f"{sealed.records} of them stand as checkpoint {sealed.number} sealed them: {sealed.hash.hex()}")
    say(SELF_ATTESTED)
    return 0


async def _seals(database: Database, site: str) -> tuple[list[str], Checkpoint | None]:
    """What is not as it was sealed, in words, and the newest checkpoint."""

    def ask(tx: Tx) -> tuple[list[str], Checkpoint | None]:
        taken = tx.checkpoints()
        faults = list(contradictions(taken, tx.checkpoint_leaves(), tx.sealed_heads()))
        faults += [f"{stream}: version {version} is not as it was sealed" for stream, version in tx.broken_seals()]
        return faults, taken[-1][0] if taken else None

    store = Store(database, site)
    try:
        return await store.read(ask)
    finally:
        await store.close()


def ready_database(settings: Settings) -> Database:
    """The database of the site. Raise `storage.errors.CannotOpen` unless it is at the revision of this version."""
    url = settings.database_url.get_secret_value()
    if migrate.current(url) != REVISION:
        raise NotMigrated("the database is not at the revision of this version: run `permitbot db upgrade`")
    return open_database(url)
