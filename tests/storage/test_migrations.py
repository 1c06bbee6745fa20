"""Migrations: from nothing to exactly the tables the code speaks of, on both databases."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection

import storage.schema_plant
from storage.engine import Database, open_database
from storage.errors import AnotherWriter, StorageError
from storage.migrate import current, upgrade
from storage.schema import REVISION, spelled_whole
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.postgres import PostgresServer


def shape(connection: Connection) -> dict[str, Any]:
    """Everything a database says of its tables and indexes, partial conditions included."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE '%alembic%'"
        rows = connection.execute(text(query)).all()
        return {name: sorted(re.split(r",?\s+", re.sub(r"[()]", " ", sql or "").strip())) for name, sql in rows}
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for table in inspector.get_table_names():
        if not table.startswith("alembic"):
            columns = [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)]
            found[table] = (columns, inspector.get_pk_constraint(table), inspector.get_foreign_keys(table))
    indexes = connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
    return found | {name: definition for name, definition in indexes if not name.startswith("alembic")}


def test_the_migrated_database_is_the_schema(database: Database) -> None:
    engine = create_engine(database.sync_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, spelled_whole()) == []
    engine.dispose()


def test_on_sqlite_down_to_the_words(sqlite_url: str, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    assert _shape_of(sqlite_url) == _shape_of(fresh, create=True)


@pytest.mark.pg
def test_on_postgresql_down_to_the_words(postgres: PostgresServer, postgres_url: str) -> None:
    assert _shape_of(postgres_url) == _shape_of(postgres.url(postgres.create()), create=True)


def _shape_of(url: str, *, create: bool = False) -> dict[str, Any]:
    engine = create_engine(open_database(url).sync_url)
    with engine.begin() as connection:
        if create:
            spelled_whole().create_all(connection)
        found = shape(connection)
    engine.dispose()
    assert "agenda_coalesce" in found
    return found


def test_the_code_knows_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(Path(storage.schema_plant.__file__).parent / "migrations"))
    assert scripts.get_current_head() == REVISION
    assert len(list(scripts.walk_revisions())) >= 2


def test_migrating_again_changes_nothing(url: str) -> None:
    assert current(url) == REVISION
    upgrade(url)
    assert current(url) == REVISION


def test_a_file_that_does_not_exist_has_no_revision(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    assert current(f"sqlite:///{path}") is None
    assert not path.exists(), "asking must not create it"


def test_every_step_can_be_taken_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'steps.sqlite3'}"
    upgrade(url, revision="0001")
    assert current(url) == "0001"
    upgrade(url)
    assert current(url) == REVISION


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "half.sqlite3"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE readings (not_ours)")
    raw.commit()
    with pytest.raises(StorageError, match="cannot be migrated"):
        upgrade(f"sqlite:///{path}")
    assert [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")] == ["readings"]
    raw.close()


async def test_nobody_migrates_under_a_running_writer(sqlite_url: str) -> None:
    writer = Writer(open_database(sqlite_url), SITE)
    await writer.start()
    with pytest.raises(AnotherWriter):
        upgrade(sqlite_url)
    await writer.stop()


def test_every_table_has_its_site_first() -> None:
    for table in spelled_whole().tables.values():
        assert "site" in table.c, table.name
        assert not table.c.site.nullable, table.name
        for index in table.indexes:
            assert index.columns.keys()[0] == "site", index.name
