"""Every test of the office gets a fresh copy of one seeded database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import World, at, copied, open_world, template


@pytest.fixture(scope="session")
def office_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo plant in a database, made once."""
    return template(tmp_path_factory.mktemp("office"))


@pytest.fixture
def world(office_seed: Path, tmp_path: Path) -> Iterator[World]:
    """The office at 07:30 on a Wednesday."""
    opened = open_world(copied(office_seed, tmp_path), at("07:30"))
    yield opened
    opened.writer.stop_blocking()
