"""Storage is tested on both databases: every test that takes ``url`` or ``database`` runs twice."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.engine import Database, open_database
from storage.migrate import upgrade
from storage.writer import Writer
from tests.support.postgres import CURE, PostgresServer, postgres_programs, private_postgres

SITE = "A"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One private server for the whole run."""
    if postgres_programs() is None:
        pytest.skip(CURE)
    with private_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """A database at the newest revision, to be copied."""
    name = postgres.create()
    upgrade(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "permitbot.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.pg)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "permitbot.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.url(server.create(request.getfixturevalue("migrated_postgres")))


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_sqlite: Path) -> str:
    """A fresh migrated SQLite database, for what only SQLite has."""
    path = tmp_path / "permitbot.sqlite3"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, migrated_postgres: str) -> str:
    """A fresh migrated PostgreSQL database, for what only a server has."""
    return postgres.url(postgres.create(migrated_postgres))


@pytest.fixture
def database(url: str) -> Database:
    """The fresh database, opened."""
    return open_database(url)


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[Writer]:
    """A running writer on the fresh database."""
    writer = Writer(database, SITE)
    await writer.start()
    yield writer
    await writer.stop()
