"""Every test of the office gets a fresh copy of a seeded database, empty or with one permit at some stage."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.hot_work import STAGES
from tests.support.office import Stage, World, at, copied, open_world, template


@dataclass(frozen=True)
class Seed:
    """A database file and the moment its office stopped."""

    path: Path
    now: datetime


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


@pytest.fixture(scope="session")
def stage_seeds(office_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Seed]:
    """Databases in which one hot work has reached a stage; each is played once."""
    made: dict[str, Seed] = {}

    def seed(stage: str) -> Seed:
        if stage not in made:
            path = copied(office_seed, tmp_path_factory.mktemp(stage))
            opened = open_world(path, at("07:30"))
            try:
                # In a thread of its own: whoever asks for a stage runs a loop already.
                with ThreadPoolExecutor(1) as aside:
                    aside.submit(lambda: asyncio.run(_play(opened, stage))).result()
            finally:
                opened.writer.stop_blocking()
            made[stage] = Seed(path, opened.now)
        return made[stage]

    return seed


async def _play(opened: World, stage: str) -> None:
    await STAGES[stage](opened)
    await opened.rows()


@pytest.fixture
def at_stage(stage_seeds: Callable[[str], Seed], tmp_path: Path) -> Iterator[Stage]:
    """Open an office in which one hot work has reached a stage."""
    opened: list[World] = []

    def open_at(stage: str) -> World:
        seed = stage_seeds(stage)
        one = open_world(copied(seed.path, tmp_path), seed.now)
        one.count = 10_000  # keys of this office differ from those of the one that played the stage
        opened.append(one)
        return one

    yield open_at
    for one in opened:
        one.writer.stop_blocking()
