"""A fresh migrated SQLite file and its writer, for everything at the edge that needs real memory."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.engine import open_database
from storage.migrate import upgrade
from storage.writer import Writer
from tests.handlers.conftest import at_stage, office_seed, stage_seeds, world  # noqa: F401 - a whole office, if asked

SITE = "HC"


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port on which nobody answers. It stays taken, so that no other test is given it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "permitbot.sqlite3"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    """A fresh migrated database."""
    path = tmp_path / "permitbot.sqlite3"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def writer(database_url: str) -> AsyncIterator[Writer]:
    """A running writer on the fresh database."""
    writer = Writer(open_database(database_url), SITE)
    await writer.start()
    yield writer
    await writer.stop()
