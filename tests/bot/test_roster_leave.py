"""Leave in the plant's register, as YAML and as Excel, into a real database, with the command's own words."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from bot import roster, roster_excel
from bot.settings import Settings
from handlers.facts import absences
from storage.agenda import AgendaKind
from storage.engine import open_database
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from tests.bot.test_roster import EXAMPLE, settings  # noqa: F401 - a fixture
from tests.support.clock import FakeClock
from workflow.delegation import Absence
from workflow.ids import PersonId
from workflow.values import Interval

UNIT, DEPUTY = PersonId("zhoujianguo"), PersonId("wugang")
NOW = datetime.fromisoformat("2026-03-18T07:30:00+08:00")


def load(site: Settings, path: Path, *, check: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []
    code = roster.load(settings=site, path=path, check=check, say=said.append, clock=FakeClock(NOW))
    return code, said


def written(folder: Path, *rows: str) -> Path:
    path = folder / "leave.yaml"
    path.write_text("\n".join(["leave:", *(f"  - {{{row}}}" for row in rows), ""]), "utf-8")
    return path


def known(site: Settings) -> dict[PersonId, Absence]:
    async def ask() -> dict[PersonId, Absence]:
        store = Store(open_database(site.database_url.get_secret_value()), site.site_id)
        try:
            return await store.read(lambda tx: dict(absences(tx).known))
        finally:
            await store.close()

    return asyncio.run(ask())


def posted(site: Settings) -> list[tuple[str | None, bytes]]:
    """Who is told what, as it lies in the outbox."""

    def take(tx: Tx) -> list[tuple[str | None, bytes]]:
        rows = tx.claim_due(AgendaKind.MESSAGE, now=NOW, limit=50, lease=timedelta(minutes=1), worker="test")
        return [(row.recipient, row.payload) for row in rows]

    writer = Writer(open_database(site.database_url.get_secret_value()), site.site_id)
    writer.start_blocking()
    try:
        return writer.submit_blocking(take)
    finally:
        writer.stop_blocking()


@pytest.fixture
def site(settings: Settings) -> Settings:  # noqa: F811 - the fixture itself
    """A plant with the example's register."""
    assert roster.load(settings=settings, path=EXAMPLE, check=False, say=lambda _: None) == 0
    return settings


def test_a_file_says_who_is_away_and_who_stands_in(site: Settings, tmp_path: Path) -> None:
    path = written(tmp_path, "person: zhoujianguo, deputy: wugang, since: 2026-03-20, until: 2026-03-22")
    code, said = load(site, path, check=True)
    assert (code, "leave: 1 noted, 0 ended" in said) == (0, True)
    assert known(site) == {}, "a check changes nothing"
    code, said = load(site, path)
    assert (code, said[-1]) == (0, "Loaded.")
    assert "leave: 1 noted, 0 ended" in said
    absence = known(site)[UNIT]
    zone = site.zone
    assert (absence.deputy, absence.registered) == (DEPUTY, True)
    assert absence.during.start == datetime(2026, 3, 20, tzinfo=zone)
    assert absence.during.end == datetime(2026, 3, 23, tzinfo=zone), "to the end of that day"
    told = dict(posted(site))
    assert b"away_registered" in told[UNIT]
    assert b"away_for" in told[DEPUTY]
    code, said = load(site, path)
    assert (code, said[-1]) == (0, "Nothing to change.")


def test_faults_are_told_with_file_line_and_key_and_nothing_is_loaded(site: Settings, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "person: zhoujianguo, deputy: wugang, since: 2026-03-20, until: 2026-03-22",
        "person: wugang, deputy: sunli, since: 2026-03-21 08:00, until: 2026-03-21 18:00",
        "person: sunli, deputy: chenan, since: 2026-04-01, until: 2026-05-10",
        "person: chenan, deputy: sunli, since: 2026-04-02, until: 2026-04-01",
    )
    code, said = load(site, path)
    assert code == 1
    assert any(line.startswith("leave.yaml:3: leave[1].deputy: 吴刚那时正代理周建国") for line in said), said
    assert any(line.startswith("leave.yaml:4: leave[2].until: 请假时间已过，或者超过31天") for line in said)
    assert any(line.startswith("leave.yaml:5: leave[3].until: 结束要晚于开始") for line in said)
    assert known(site) == {}
    code, said = load(site, written(tmp_path, "person: sunli, deputy: chenan, since: tomorrow, until: 2026-13-01"))
    assert code == 1
    assert any("leave[0].since: 应为日期或日期加时刻" in line for line in said)
    assert any("leave[0].until: 没有这个时间" in line for line in said)


def test_an_export_holds_who_is_away_and_loading_it_changes_nothing(site: Settings, tmp_path: Path) -> None:
    """Without it a plant that starts anew from its export would ask people who are away."""
    path = written(tmp_path, "person: zhoujianguo, deputy: wugang, since: 2026-03-20 08:00, until: 2026-03-22")
    assert load(site, path)[0] == 0
    before, copy, sheet = known(site), tmp_path / "copy.yaml", tmp_path / "copy.xlsx"
    said: list[str] = []
    assert roster.export(settings=site, path=copy, say=said.append, clock=FakeClock(NOW)) == 0
    assert not [line for line in said if "could not be loaded" in line]
    row = "{person: zhoujianguo, deputy: wugang, since: '2026-03-20 08:00', until: '2026-03-23 00:00'}"
    assert row in copy.read_text("utf-8"), copy.read_text("utf-8")[-900:]
    assert load(site, copy) == (0, [*load(site, copy, check=True)[1][:-1], "Nothing to change."])
    assert roster_excel.export(settings=site, path=sheet, template=False, say=said.append, clock=FakeClock(NOW)) == 0
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(sheet)["请假"].iter_rows(min_row=2)]
    assert [row[:4] for row in cells] == [["zhoujianguo", "wugang", "2026-03-20 08:00", "2026-03-23 00:00"]]
    assert known(site) == before
    over = tmp_path / "over.yaml"
    assert roster.export(settings=site, path=over, say=said.append, clock=FakeClock(NOW + timedelta(days=6))) == 0
    assert "leave" not in over.read_text("utf-8"), "what is over is left out"


def test_a_sheet_says_the_same_and_faults_are_at_their_cells(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    assert roster_excel.export(settings=site, path=path, template=False, say=lambda _: None) == 0
    book = openpyxl.load_workbook(path)
    sheet = book["请假"]
    assert [cell.value for cell in sheet[1]] == ["人员编号*", "代理人*", "开始*", "结束*", "在用"]
    sheet.append(["zhoujianguo", "wugang", datetime(2099, 3, 20, 8), "2099/3/20 18:00"])  # noqa: DTZ001 - a cell
    book.save(path)
    said: list[str] = []
    assert roster_excel.load(settings=site, path=path, dry_run=False, say=said.append) == 0
    assert "leave: 1 noted, 0 ended" in said
    start = datetime(2099, 3, 20, 8, tzinfo=site.zone)
    assert known(site)[UNIT].during == Interval(start=start, end=start + timedelta(hours=10))
    sheet.cell(row=2, column=2).value = "zhoujianguo"
    book.save(path)
    assert roster_excel.load(settings=site, path=path, dry_run=True, say=said.append) == 1
    assert any("请假!B2「代理人」" in line and "代理人要是本厂在岗的另一位同事" in line for line in said), said
