"""A look from the command line is written down before anything is shown; it may run beside the service."""

from __future__ import annotations

import getpass
from collections.abc import Iterable

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock, SystemClock
from bot.settings import Settings
from storage.engine import open_database
from storage.errors import StorageTrouble, Trouble
from storage.privacy import Look, note_looks
from workflow.journal import Record
from workflow.privacy.looks import LookKind


def looked(
    settings: Settings,
    people: Iterable[str],
    kind: LookKind,
    *,
    what: str,
    why: str,
    viewer: str = "",
    clock: Clock | None = None,
) -> None:
    """Write down who looked at these people's data: the server's own user, where nobody is named.

    Raise `StorageTrouble` when that fails.

    One INSERT beside the writer: these rows belong to no stream and no cache of his.
    """
    database, now = open_database(settings.database_url.get_secret_value()), (clock or SystemClock()).now()
    day, who = now.astimezone(settings.zone).date(), viewer or f"os:{getpass.getuser()}"
    looks = [
        Look(subject=one, viewer=who, kind=kind.value, day=day, at=now, what=what, why=why)
        for one in sorted(set(people) - {who})
    ]
    engine = create_engine(database.sync_url)
    try:
        with engine.begin() as connection:
            for statement, row in note_looks(looks, settings.site_id):
                sql, arrange = statement.on(database.backend)
                connection.exec_driver_sql(sql, row if arrange is None else arrange(row))
    except DBAPIError as error:
        raise StorageTrouble(Trouble.OTHER, f"the look could not be written down: {error.orig}") from error
    finally:
        engine.dispose()


def named(records: Iterable[Record], people: Iterable[str]) -> set[str]:
    """Which of these people the records name."""
    said = [record.body for record in records]
    return {one for one in people if any(f'"{one}"'.encode() in body for body in said)}
