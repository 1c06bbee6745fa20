from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import evidence
from bot.settings import Settings
from handlers.house import permits_of
from storage import migrate
from storage.engine import open_database
from storage.errors import NotMigrated
from storage.writer import Writer
from tests.support.works import PERMIT, SITE, Desk
from workflow.permit.state import Status


def sqlite_in(folder: Path) -> SecretStr:
    return SecretStr(f"sqlite:///{folder}/permitbot.sqlite3")


@pytest.fixture
async def site(tmp_path: Path) -> tuple[Settings, int]:
    """A site whose journal holds one permit on its way to live work, and how many records that takes."""
    settings = Settings(_env_file=None, site_id=SITE, database_url=sqlite_in(tmp_path))
    url = settings.database_url.get_secret_value()
    migrate.upgrade(url)
    desk = Desk().reach(Status.IN_REVIEW)
    writer = Writer(open_database(url), settings.site_id)
    await writer.start()
    permits = permits_of(SITE)
    await writer.submit(lambda tx: tx.append(permits, PERMIT, 0, desk.events, desk.now, "tap:1"))
    await writer.stop()
    return settings, len(desk.events)


def show(settings: Settings, number: str = PERMIT, *, as_json: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []
    return evidence.show(settings=settings, number=number, as_json=as_json, say=said.append), said


def check(settings: Settings) -> tuple[int, list[str]]:
    said: list[str] = []
    return evidence.check(settings=settings, say=said.append), said


def alter(settings: Settings, sql: str) -> None:
    """What somebody with the file in hand can do: drop the triggers, then write."""
    path = settings.database_url.get_secret_value().removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(sql).rowcount == 1
    connection.commit()
    connection.close()


def test_a_permit_is_told_in_the_plants_time_and_words(site: tuple[Settings, int]) -> None:
    settings, count = site
    code, said = show(settings)
    assert code == 0
    assert len(said) == count + 2
    assert said[0].startswith("   1  2025-06-11 07:00:00  ")
    assert "提交申请" in said[0]
    assert f"{count} records, every link holds" in said[-2]
    assert said[-1] == evidence.SELF_ATTESTED


def test_the_raw_records_can_be_hashed_again_by_anybody(site: tuple[Settings, int]) -> None:
    settings, count = site
    code, said = show(settings, as_json=True)
    assert code == 0
    assert len(said) == count
    prev = bytes(32)
    for row in map(json.loads, said):
        fields = (row["site"], row["stream"], str(row["version"]), row["at"], row["cause"], row["kind"])
        header = b"".join(len(one.encode()).to_bytes(4, "big") + one.encode() for one in fields)
        assert row["prev"] == prev.hex()
        prev = hashlib.sha256(prev + header + row["body"].encode()).digest()
        assert row["hash"] == prev.hex()


def test_an_unknown_permit(site: tuple[Settings, int]) -> None:
    code, said = show(site[0], "DHZY-XX-19990101-001")
    assert code == 1
    assert said == ["There is no permit DHZY-XX-19990101-001 at site HC."]


def test_a_sound_journal(site: tuple[Settings, int]) -> None:
    settings, count = site
    assert check(settings) == (0, [f"{count} records in 1 streams, every link holds.", evidence.SELF_ATTESTED])


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE journal SET cause = 'tap:2' WHERE version = 2", "version 2"),
        ("UPDATE journal SET at = '2025-06-11T00:00:00.000000Z' WHERE version = 1", "version 1"),
        ("DELETE FROM journal WHERE version = 2", "version 3"),
    ],
)
def test_an_altered_journal_is_found_by_both(site: tuple[Settings, int], sql: str, words: str) -> None:
    settings, _ = site
    alter(settings, sql)
    for code, said in (check(settings), show(settings)):
        assert code == 1
        assert any(line.startswith("BROKEN: ") and words in line for line in said), said
        assert evidence.SELF_ATTESTED not in said


def test_without_tables_the_cure_is_named(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=sqlite_in(tmp_path))
    for look in (check, show):
        with pytest.raises(NotMigrated, match="permitbot db upgrade"):
            look(settings)
