"""Bringing a database to the tables this code is written for.

Migrations run synchronously, before the system starts and never beside it. `upgrade` is safe to repeat.

Alembic is imported only when one of these functions is called: the service knows this module and needs neither, and
Alembic with its templates would stay in its memory for ever (12 MiB, 60 ms of its start).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from storage.engine import Database, SqliteDatabase, open_database
from storage.errors import StorageTrouble, Trouble

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent / "migrations"


def _engine(database: Database) -> Engine:
    engine = create_engine(database.sync_url)
    if isinstance(database, SqliteDatabase):
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
    return engine


def _by_hand(connection: Any, _record: Any) -> None:
    # The driver would commit in the middle of a migration; with transactions by hand it is done wholly or not at all.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def upgrade(url: str, *, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``; creates the file when there is none.

    On SQLite the writer must be stopped: raise `AnotherWriter` when it runs.
    """
    from alembic import command

    database = open_database(url)
    lock = database.claim_writing()
    engine = _engine(database)
    config = _config()
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except OperationalError as error:
        raise StorageTrouble(Trouble.OTHER, f"the database cannot be migrated: {error.orig}") from error
    finally:
        engine.dispose()
        if lock is not None:
            lock.close()


def current(url: str) -> str | None:
    """The revision the database at ``url`` is at; None when it has none."""
    from alembic.runtime.migration import MigrationContext

    database = open_database(url)
    if isinstance(database, SqliteDatabase) and not database.path.exists():
        return None
    engine = _engine(database)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise StorageTrouble(Trouble.CONNECTION, f"the database cannot be asked: {error.orig}") from error
    finally:
        engine.dispose()
