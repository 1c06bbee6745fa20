"""The register as the file somebody is sent: made of his office, for whoever may have it at that moment."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest
from pydantic import SecretStr

from bot.delivery import Push
from bot.reports.by_chat import MOST, FilesByChat
from bot.settings import Settings
from cards import words_reports as say
from cards.card import Bubble, File
from cards.words_supervision import SHEET_STEPS
from handlers.outgoing import RegisterFile, WatchFile
from storage.directory import Register
from tests.bot.test_present import studio
from tests.support.hot_work import GUARD, NUMBER, SAFETY, UNIT, WORKER
from tests.support.key_site import WorldClock
from tests.support.office import SITE, TODAY, Stage, World
from workflow.effects import Lane
from workflow.ids import PersonId

MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def world(at_stage: Stage) -> World:
    return at_stage("active")


@pytest.fixture
def maker(world: World, tmp_path: Path) -> FilesByChat:
    return made_by(world, tmp_path)


def made_by(world: World, folder: Path, most: int = MOST) -> FilesByChat:
    database = SecretStr(f"sqlite:///{folder / 'office.sqlite3'}")
    settings = Settings(_env_file=None, site_id=SITE, database_url=database)
    return FilesByChat(settings=settings, writer=world.writer, house=world.house, clock=WorldClock(world), most=most)


def wanted(person: PersonId = SAFETY) -> RegisterFile:
    return RegisterFile(person=person, since=MARCH[0], until=MARCH[1])


async def test_an_officer_gets_a_workbook_and_whoever_is_named_can_see_it(world: World, maker: FilesByChat) -> None:
    file = await maker.register(wanted())
    assert isinstance(file, File)
    assert (file.name, file.ending) == ("作业票台账 2026-03-01至2026-03-31.xlsx", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    assert [row[0].value for row in book[say.LEDGER].iter_rows(min_row=2)] == [NUMBER]
    officer = await world.writer.submit(lambda tx: tx.directory.people[SAFETY].name)
    assert officer in "".join(str(row[1].value) for row in book[say.ABOUT].iter_rows())
    looks = await world.writer.submit(lambda tx: tx.looks_at(GUARD, since=TODAY, most=9))
    assert [(one.viewer, one.kind) for one in looks] == [(SAFETY, "export")]


async def test_who_is_no_officer_any_more_when_it_is_made_gets_words(world: World, maker: FilesByChat) -> None:
    assert await maker.register(wanted(WORKER)) == Bubble(text=say.NOT_YOURS)
    await world.writer.submit(
        lambda tx: tx.put_register(Register(people=(replace(tx.directory.people[SAFETY], active=False),)))
    )
    assert await maker.register(wanted()) == Bubble(text=say.NOT_YOURS)


async def test_what_is_late_comes_as_a_file_or_as_the_words_that_there_is_nothing(
    world: World, maker: FilesByChat
) -> None:
    """On its way through the outbox; what stands in it, `tests/bot/web/test_watch.py` reads."""
    await world.says(WORKER, "匿名隐患 2号罐旁边法兰大量泄漏")
    for person, kind in ((SAFETY, File), (WORKER, Bubble)):
        (push,) = await studio(world, files=maker).of(WatchFile(person=person), Lane.INFORMATION)
        assert isinstance(push, Push)
        assert (push.person, type(push.message)) == (person, kind)
        if isinstance(push.message, File):
            assert push.message.ending == "xlsx"
            assert openpyxl.load_workbook(io.BytesIO(push.message.data)).sheetnames[0] == SHEET_STEPS
    looks = await world.writer.submit(lambda tx: tx.looks_at(UNIT, since=TODAY, most=9))
    assert [(one.viewer, one.kind) for one in looks] == [(SAFETY, "export")], "whom it names"


async def test_too_many_permits_for_a_chat_is_said(world: World, tmp_path: Path) -> None:
    told = await made_by(world, tmp_path, most=0).register(wanted())
    assert isinstance(told, Bubble)
    assert "2026-03-01至2026-03-31" in told.text


async def test_what_takes_longer_than_its_turn_is_made_once(world: World, maker: FilesByChat) -> None:
    """The relay breaks off what is slow and asks again."""
    first = asyncio.create_task(maker.register(wanted()))
    await asyncio.sleep(0)  # it runs up to its first wait
    (making,) = maker._making.values()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not making.cancelled()
    assert await maker.register(wanted()) is await making
    assert maker._making == {}
