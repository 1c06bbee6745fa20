"""The summary as a page: the figures of `storage.figures` and nothing else, posted to the group once."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import app
from bot.delivery import GroupPost
from bot.evidence import ready_database
from bot.reports.by_chat import FilesByChat
from bot.reports.schedule import WANTED, Summaries
from bot.reports.summary import before, make
from bot.settings import Settings
from cards import words_reports as say
from cards.digest import Item, news
from cards.reports.summary import said
from handlers.figured import period
from handlers.house import house
from handlers.outgoing import Period, SummaryFile
from handlers.summaries import Every, newest, post_due
from handlers.windows import Window, week_with
from storage.directory import GroupChat, Register
from storage.store import Store
from storage.writer import Writer
from tests.bot.test_present import studio
from tests.support.clock import FakeClock
from tests.support.key_site import WorldClock
from tests.support.office import CORP, SITE, ZONE, Stage, World
from tests.support.papers import NAMES
from tests.support.registered import settings_with
from tests.support.rulebook import chemical
from tests.support.works import at
from workflow.effects import Lane
from workflow.figures import DEFINITIONS, NO_SHARE, NO_SPREAD, Share, Spread, Violation
from workflow.ids import GroupId, SiteId
from workflow.values import WorkType

JUNE = Window(since=date(2025, 6, 1), until=date(2025, 6, 30))
AS_OF = at("08:00", "2025-07-01")


def read(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Settings:
    """A month in which a hot work and a height work were lived to their ends, with a stop each."""
    path = tmp_path_factory.mktemp("june") / "site.sqlite3"
    path.write_bytes(migrated.read_bytes())
    return settings_with(f"sqlite:///{path}", WorkType.HOT, WorkType.HEIGHT)


def test_every_figure_stands_there_with_what_it_counts_and_nobody_by_name(june: Settings) -> None:
    made = make(june, JUNE, as_of=AS_OF)
    assert made.name == "作业票月报 2025-06-01至2025-06-30.pdf"
    text = read(made.data)
    for one in DEFINITIONS.values():
        for words in (one.name, one.part, one.leaves_out):
            assert re.sub(r"\s+", "", words) in text
    # Two issued and closed, two stops because the guardian was silent: by hand, from `tests.support.papers.events`.
    for wanted in (
        "许可闭环率100.0%（2/2）",
        "违章与异常2次",
        "监护人不应答，停工2次",
        "上期（2025-05-01至2025-05-31）",
        "动火",
        "高处",
    ):
        assert wanted in text
    assert "隐患整改率——" in text  # of nothing there is no share
    assert [name for name in NAMES.values() if name in text] == []
    assert made.data == make(june, JUNE, as_of=AS_OF).data
    assert made.data != make(june, JUNE, as_of=AS_OF + timedelta(days=1)).data


@pytest.mark.parametrize("name", ["week", "month"])
def test_a_week_and_a_month_in_a_few_lines(june: Settings, name: str) -> None:
    """The golden files were written by hand from `tests.support.papers.events`, lived twice: 06:40 submitted, 06:45
    accepted, 07:00 in review, 07:20 signed, 07:21 issued; a stop each because the guardian was silent."""
    window = JUNE if name == "month" else week_with(at("08:00").date())
    furniture = house(site=SiteId(june.site_id), zone=june.zone, book=chemical(), secret=b"")
    store = Store(ready_database(june), june.site_id)

    async def ask(asked: Window) -> tuple[Item, ...]:
        return await store.read(lambda tx: period(tx, furniture, asked, as_of=AS_OF, base="https://ptw.example.com"))

    async def both() -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        try:
            return await ask(window), await ask(Window(since=date(2025, 1, 1), until=date(2025, 1, 31)))
        finally:
            await store.close()

    lines, nothing = asyncio.run(both())
    told = news(lines)
    golden = (Path(__file__).parent / "golden" / f"{name}.txt").read_text("utf-8")
    assert told.text == golden.rstrip("\n")
    assert (told.text.count("\n") < 12, len(told.text) <= 400) == (True, True)
    assert len(told.links) == len(golden.splitlines()), "one door a line, or none"
    assert told.links[0] == f"https://ptw.example.com/figures?since={window.since}&until={window.until}"
    assert nothing == (), "no message about nothing"


def test_what_has_no_value_is_no_percentage() -> None:
    assert said(NO_SHARE) == said(NO_SPREAD) == "—"
    assert said(Share(part=0, whole=7)) == "0.0%（0/7）"
    assert said(Share(part=999, whole=1000)) == "99.9%（999/1000）"
    hour = timedelta(hours=1)
    assert said(Spread(count=3, total=6 * hour, middle=hour, longest=4 * hour)) == "中位 1小时，最长 4小时（3件）"
    assert said(0) == "0次"


def test_every_sort_of_violation_has_words() -> None:
    assert set(say.VIOLATION) == set(Violation)


def test_a_window_is_read_beside_the_one_before_it() -> None:
    assert before(JUNE) == ("month", Window(since=date(2025, 5, 1), until=date(2025, 5, 31)))
    week = week_with(date(2025, 6, 11))
    assert before(week) == ("week", Window(since=date(2025, 6, 2), until=date(2025, 6, 8)))
    days = Window(since=date(2025, 6, 10), until=date(2025, 6, 12))
    assert before(days) == ("days", Window(since=date(2025, 6, 7), until=date(2025, 6, 9)))


def test_the_command_prints_it(june: Settings, tmp_path: Path) -> None:
    env, out = tmp_path / ".env", tmp_path / "june.pdf"
    env.write_text(f"PERMITBOT_SITE_ID=HC\nPERMITBOT_DATABASE_URL={june.database_url.get_secret_value()}\n")
    told = CliRunner().invoke(app, ["report", "summary", "2025-06", "-o", str(out), "--env-file", str(env)])
    assert told.exit_code == 0, told.output
    assert "作业票月报" in read(out.read_bytes())


# --- by schedule ------------------------------------------------------------------------------------------------------


def local(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (local("2026-03-01", "07:59"), "2026-01-01"),
        (local("2026-03-01", "08:00"), "2026-02-01"),
        (local("2026-03-31", "23:59"), "2026-02-01"),
        (local("2026-01-01", "08:00"), "2025-12-01"),
    ],
)
def test_a_month_is_due_at_eight_of_the_first_day_after(now: datetime, since: str) -> None:
    assert newest(Every.MONTH, now, ZONE).since == date.fromisoformat(since)


def test_a_week_is_due_on_monday_at_eight() -> None:
    assert newest(Every.WEEK, local("2026-03-16", "08:00"), ZONE).since == date(2026, 3, 9)
    assert newest(Every.WEEK, local("2026-03-16", "07:59"), ZONE).since == date(2026, 3, 2)


async def test_it_is_posted_once_to_the_managements_group(at_stage: Stage, tmp_path: Path) -> None:
    world = at_stage("active")
    await meet(world.writer, "hc-safety", "hc-management")
    clock = FakeClock(local("2026-03-18", "10:00"))
    every = Summaries(writer=world.writer, clock=clock, house=world.house, wanted=WANTED["both"])
    await every.knock()  # the first look only notes where the plant stands
    april = local("2026-04-01", "08:10")
    posted = [await due(world, april), await due(world, april + timedelta(hours=1)), await due(world, april)]
    march = SummaryFile(group=GroupId("hc-management"), since=date(2026, 3, 1), until=date(2026, 3, 31), as_of=april)
    week = SummaryFile(group=march.group, since=date(2026, 3, 23), until=date(2026, 3, 29), as_of=april)
    assert posted == [(march, week), (), ()]
    # A clock that went back posts nothing again.
    assert await due(world, local("2026-03-20", "09:00")) == ()

    database = SecretStr(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    settings = Settings(_env_file=None, site_id=SITE, database_url=database)
    files = FilesByChat(settings=settings, writer=world.writer, house=world.house, clock=WorldClock(world))
    (text,) = await studio(world, files=files).of(
        Period(group=march.group, since=march.since, until=march.until, as_of=april), Lane.INFORMATION
    )
    assert isinstance(text, GroupPost)
    assert text.text.startswith("作业票月报 2026-03-01 至 2026-03-31\n申请1　签发1　开工1")
    (post,) = await studio(world, files=files).of(march, Lane.INFORMATION)
    assert isinstance(post, GroupPost)
    assert post.file is not None
    assert (post.chat, post.file.name) == ("robot-hc-management", "作业票月报 2026-03-01至2026-03-31.pdf")
    assert "截至2026-04-0108:10" in read(post.file.data)


async def test_without_a_group_that_meets_it_stays_due(at_stage: Stage) -> None:
    world = at_stage("submitted")
    assert await due(world, local("2026-03-02", "09:00")) == ()
    april = local("2026-04-02", "09:00")
    assert await due(world, april) == ()
    await meet(world.writer, "hc-safety")
    posted = await due(world, april + timedelta(days=3))
    assert [(one.group, one.since) for one in posted if one.since.day == 1] == [("hc-safety", date(2026, 3, 1))]


async def due(world: World, now: datetime) -> tuple[SummaryFile, ...]:
    return await world.writer.submit(lambda tx: post_due(tx, world.house, now, WANTED["both"]))


async def meet(writer: Writer, *groups: str) -> None:
    """Give groups a chat each."""
    chats = tuple(GroupChat(group=GroupId(one), platform="wecom", corp=CORP, chat=f"robot-{one}") for one in groups)
    await writer.submit(lambda tx: tx.put_register(Register(chats=chats)))
