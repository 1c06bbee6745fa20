"""Finding records again, without the numbers of people."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.evidence_search import Question, search
from bot.settings import Settings
from handlers.house import permits_of
from storage import migrate
from storage.directory import Register
from storage.engine import open_database
from storage.errors import StorageError
from storage.writer import Writer
from tests.bot.test_evidence import sqlite_in
from tests.support.works import GUARDIAN, PERMIT, SITE, UNIT_HEAD, Desk
from workflow.permit.events import NoteAdded
from workflow.permit.state import Status
from workflow.plant import Person
from workflow.values import Actor

DAY = date(2025, 6, 11)


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """A site with one permit under way and a note in which somebody wrote a number."""
    settings = Settings(_env_file=None, site_id=SITE, database_url=sqlite_in(tmp_path))
    url = settings.database_url.get_secret_value()
    migrate.upgrade(url)
    desk = Desk().reach(Status.ACTIVE)
    note = NoteAdded(by=Actor.person(GUARDIAN), at=desk.now, text="有事打13912345678", media=None)
    writer, permits = Writer(open_database(url), SITE), permits_of(SITE)
    await writer.start()
    await writer.submit(lambda tx: tx.append(permits, PERMIT, 0, [*desk.events, note], desk.now, "tap:1"))
    await writer.stop()
    return settings


def found(settings: Settings, **asked: str) -> list[str]:
    said: list[str] = []
    code = search(settings=settings, question=Question(since=DAY, until=DAY, **asked), say=said.append)
    assert code == (1 if said == ["Nothing was found."] else 0)
    return [] if code else said


def test_by_word_and_without_the_number(settings: Settings) -> None:
    (line,) = found(settings, word="有事打")
    assert PERMIT in line
    assert "13912345678" not in line


def test_by_person_device_and_place(settings: Settings) -> None:
    everything = found(settings)
    assert any("提交申请" in line for line in everything)
    by_head = found(settings, person=UNIT_HEAD)
    assert 0 < len(by_head) < len(everything)
    assert found(settings, place="2号罐") == everything
    assert found(settings, place="nowhere") == []
    assert found(settings, device="no-such-device") == []
    assert found(settings, person=UNIT_HEAD, word="有事打") == []


def test_by_day(settings: Settings) -> None:
    said: list[str] = []
    other = Question(since=date(2025, 6, 12), until=date(2025, 6, 30))
    assert search(settings=settings, question=other, say=said.append) == 1
    assert said == ["Nothing was found."]


def test_the_commands_are_there() -> None:
    shown = CliRunner().invoke(app, ["evidence", "--help"]).output
    for command in ("verify", "export", "anchor", "checkpoint", "search"):
        assert command in shown


def test_who_looked_and_what_for_is_written_down(settings: Settings) -> None:
    """One row for each person named, once a day, and nothing is shown that could not be written down."""
    url = settings.database_url.get_secret_value()
    asked = Question(since=DAY, until=DAY, word="有事打", why="事故调查")

    def looks() -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return connection.execute("SELECT subject, viewer, kind, why FROM looks ORDER BY subject").fetchall()

    register(url)
    for _ in range(2):
        assert search(settings=settings, question=asked, say=lambda _: None) == 0
    (row,) = looks()
    assert row[0] == GUARDIAN
    assert row[1].startswith("os:")
    assert row[2:] == ("search", "事故调查")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute("DROP TABLE looks")
    said: list[str] = []
    with pytest.raises(StorageError):
        search(settings=settings, question=asked, say=said.append)
    assert said == []


def register(url: str) -> None:
    """The guardian, in the directory."""
    writer = Writer(open_database(url), SITE)
    writer.start_blocking()
    guardian = Person(id=GUARDIAN, site=SITE, name="监护人", department="罐区")
    writer.submit_blocking(lambda tx: tx.put_register(Register(people=(guardian,))))
    writer.stop_blocking()
