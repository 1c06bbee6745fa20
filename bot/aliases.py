"""`permitbot directory aliases`: codes that may be one place, and what a person says of them.

Looking only reads and may run beside the service; deciding writes, so on SQLite the service has to be stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.clock import Clock, SystemClock
from bot.evidence import ready_database
from bot.settings import Settings
from handlers.aliases import NotDecided, decide, with_history
from storage import policies
from storage.store import Store
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.simops.aliases import SUSPECTED, Candidate

Say = Callable[[str], None]


def show(*, settings: Settings, say: Say) -> int:
    """Print every pair worth asking about, the strongest first; 0. Raise `storage.errors.StorageError`."""
    pairs = asyncio.run(_found(settings))
    for one in pairs:
        weight = "conflicts stay open until decided" if one.score >= SUSPECTED else "only worth asking"
        say(f"{one.one} = {one.other}?  {one.score}  {'；'.join(one.reasons)}  ({weight})")
    say("Decide with --same A B --by USERID, or --apart A B --by USERID." if pairs else "Nothing to decide.")
    return 0


async def _found(settings: Settings) -> tuple[Candidate, ...]:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(with_history)
    finally:
        await store.close()


def settle(
    *, settings: Settings, one: str, other: str, same: bool, by: str, say: Say, clock: Clock | None = None
) -> int:
    """Take down one decision; 1 when it may not be taken. Raise `StorageError` or `policies.PolicyError`."""
    try:
        asyncio.run(_settled(settings, one, other, same=same, by=by, clock=clock or SystemClock()))
    except NotDecided as why:
        say(f"Not taken down: {why}")
        return 1
    say(f"{one} and {other} are {'one place' if same else 'two places'} from now on. It is in the journal.")
    return 0


async def _settled(settings: Settings, one: str, other: str, *, same: bool, by: str, clock: Clock) -> None:
    book, zone = policies.load(settings.policies, plant=settings.plant_file), ZoneInfo(settings.timezone)
    writer = Writer(ready_database(settings), settings.site_id)
    await writer.start()
    try:
        now = clock.now()
        await writer.submit(
            lambda tx: decide(tx, book, one=one, other=other, same=same, by=PersonId(by), at=now, zone=zone)
        )
    finally:
        await writer.stop()
