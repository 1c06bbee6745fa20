"""The register of permits as a workbook, read back by a stranger's reader."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.reports.ledger import Asked, make
from bot.reports.workbook import MOST_TEXT, cut
from bot.settings import Settings
from cards import words_reports as say
from cards.reports.hidden import without_numbers
from cards.reports.ledger import SHEETS
from handlers.windows import NoWindow, Window, month_before, week_before, window_of
from storage.errors import StorageError
from tests.support.clock import FakeClock
from tests.support.papers import MANY
from tests.support.registered import STATED, database_of, number_of, settings_with
from tests.support.works import GUARDIAN, SAFETY, at
from workflow.values import WorkType

DAY = Window(since=date(2025, 6, 11), until=date(2025, 6, 11))
HOT = number_of(WorkType.HOT)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Settings:
    """A site with a permit of each work, lived to its end."""
    path = tmp_path_factory.mktemp("registered") / "site.sqlite3"
    path.write_bytes(migrated.read_bytes())
    return settings_with(f"sqlite:///{path}", *WorkType)


@pytest.fixture(scope="module")
def book(written: Settings) -> Any:
    """Its register."""
    return opened(written)


def opened(settings: Settings, window: Window = DAY, viewer: str = SAFETY) -> Any:
    asked = Asked(window=window, viewer=viewer, name="孙丽", why="月底归档")
    made = make(settings, asked, clock=FakeClock(at("18:00")))
    return openpyxl.load_workbook(io.BytesIO(made.data))


def rows(book: Any, sheet: str) -> list[dict[str, Any]]:
    heads, *found = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in found]


def plain(clock: str) -> datetime:
    """A time of that day as a workbook holds it: at the plant, without a zone."""
    return at(clock).replace(tzinfo=None)


def test_every_permit_of_the_window_stands_there_once_with_real_dates(book: Any) -> None:
    assert book.sheetnames == [say.LEDGER, say.SIGNED, say.AIR, say.ABOUT]
    found = rows(book, say.LEDGER)
    assert sorted(one["作业票编号"] for one in found) == sorted(map(number_of, WorkType))
    hot = next(one for one in found if one["作业票编号"] == HOT)
    assert (hot["作业类型"], hot["级别"], hot["状态"]) == ("动火", "一级", "已验收关闭")
    assert (hot["作业负责人"], hot["监护人"]) == ("王强", "赵敏")
    # The moments of `tests.support.papers.events`, at the plant and not in UTC.
    assert hot["提交时间"] == plain("06:40")
    assert hot["签发时间"] == plain("07:21")
    assert hot["开工时间"] == plain("09:01")
    assert hot["关闭时间"] == plain("12:31")
    assert (hot["停工次数"], hot["气体检测次数"], hot["不合格次数"]) == (1, 4, 0)
    assert hot["记录校验"] == say.AGREED


def test_signatures_say_who_when_and_what_they_are_worth(book: Any) -> None:
    mine = [one for one in rows(book, say.SIGNED) if one["作业票编号"] == HOT]
    chief = next(one for one in mine if one["签字人"] == "郑国")
    assert (chief["时间"], chief["意见"], chief["第几次申请"]) == (plain("07:20"), "同意，注意风向", 1)
    assert "通行密钥" in chief["确认方式"] or "指纹" in chief["确认方式"]
    officer = next(one for one in mine if one["签字人"] == "孙丽")
    assert officer["确认方式"] == "没有留下凭据"
    # 3 of the chain, 1 for review, 21 briefings, 2 at the start, 2 to resume, 2 of acceptance.
    assert len(mine) == 3 + 1 + 21 + 2 + 2 + 2


def test_every_gas_value_stands_in_a_row_of_its_own(book: Any) -> None:
    air = [one for one in rows(book, say.AIR) if one["作业票编号"] == HOT]
    assert len(air) == 4 * 3
    values = [(one["气体"], one["数值"], one["单位"]) for one in air[:2]]
    assert values == [("可燃", 0.1, "%vol"), ("氧", 20.9, "%vol")]
    assert air[0]["取样时间"] == plain("07:55")


def test_nothing_typed_becomes_a_formula_and_no_number_of_a_person_is_told(book: Any) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = [cell for cell in cells if cell.data_type == "s"]
    assert {cell.number_format for cell in texts} == {"@"}
    assert not any(cell.hyperlink for cell in cells)
    said = "\n".join(str(cell.value) for cell in texts)
    assert "=cmd|' /C calc'!A0 换法兰，联系139****5678，身份证320102************" in said
    assert STATED not in said
    for hidden in ("13912345678", "320102199003071234", "199003071234"):
        assert hidden not in said
    assert "T3201**********1234" in said  # the middle of a certificate (its holder's number) is left out


def test_numbers_of_people_are_found_in_what_was_typed_and_nothing_else() -> None:
    assert without_numbers("打 139 1234 5678 或+86 13912345678。") == "打 139****5678 或+86 139****5678。"
    assert without_numbers("11010519491231002X") == "110105************"
    kept = "DHZY-HC-20250611-001 管线 DN150 压力0.62 编号 20250611139123456789 a13912345678"
    assert without_numbers(kept) == kept


def test_the_last_sheet_says_what_it_is_and_what_it_is_not(book: Any) -> None:
    told = "\n".join(str(cell.value) for row in book[say.ABOUT].iter_rows() for cell in row)
    for wanted in ("2025-06-11", "共 8 张", "2025-06-11 18:00", "Asia/Shanghai", "孙丽", "系统自证", "空白不代表合格"):
        assert wanted in told


def test_who_looked_is_kept_for_everybody_named_and_never_for_himself(written: Settings, tmp_path: Path) -> None:
    settings = copied(written, tmp_path)
    opened(settings)
    with closing(sqlite3.connect(database_of(settings))) as raw:
        kept = raw.execute("SELECT subject, viewer, kind, what, why FROM looks").fetchall()
    told = ("export", "2025-06-11..2025-06-11", "月底归档")
    assert {one[1:] for one in kept} == {(SAFETY, *told)}
    assert {GUARDIAN, *MANY} <= {one[0] for one in kept}
    assert SAFETY not in {one[0] for one in kept}


def test_what_cannot_be_written_down_is_not_shown(written: Settings, tmp_path: Path) -> None:
    settings = copied(written, tmp_path)
    with closing(sqlite3.connect(database_of(settings))) as raw:
        raw.execute("DROP TABLE looks")
    with pytest.raises(StorageError):
        opened(settings)


def test_an_altered_history_is_listed_and_not_told(written: Settings, tmp_path: Path) -> None:
    settings = copied(written, tmp_path)
    with closing(sqlite3.connect(database_of(settings))) as raw:
        triggers = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='journal'"
        for (name,) in raw.execute(triggers).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        anew = "CAST(replace(CAST(body AS TEXT), '注意风向', '不用看风') AS BLOB)"
        raw.execute(f"UPDATE journal SET body = {anew} WHERE stream = ?", (f"permit/{HOT}",))  # noqa: S608 - ours
        raw.commit()
    book = opened(settings)
    found = rows(book, say.LEDGER)
    assert len(found) == 8
    row = next(one for one in found if one["作业票编号"] == HOT)
    assert row.pop("记录校验") == say.BROKEN
    assert {value for name, value in row.items() if name != "作业票编号"} == {None}
    assert HOT not in [one["作业票编号"] for sheet in (say.SIGNED, say.AIR) for one in rows(book, sheet)]


def test_another_day_is_another_register(written: Settings) -> None:
    for other in (date(2025, 6, 10), date(2025, 6, 12)):
        book = opened(written, Window(since=other, until=other))
        assert all(rows(book, sheet.name) == [] for sheet in SHEETS)


def test_a_cell_that_is_too_long_says_so() -> None:
    assert cut("长" * MOST_TEXT) == "长" * MOST_TEXT
    told = cut("长" * 40_000)
    assert len(told) == MOST_TEXT
    assert told.endswith(say.CUT)


def test_the_command_writes_for_its_owner_only_and_overwrites_nothing(written: Settings, tmp_path: Path) -> None:
    settings = copied(written, tmp_path)
    env = tmp_path / ".env"
    env.write_text(
        f"PERMITBOT_SITE_ID={settings.site_id}\nPERMITBOT_DATABASE_URL={settings.database_url.get_secret_value()}\n"
    )
    out = tmp_path / "book.xlsx"
    asked = ["report", "permits", "2025-06", "-o", str(out), "--env-file", str(env)]
    first = CliRunner().invoke(app, asked)
    assert first.exit_code == 0, first.output
    assert "8 permits" in first.output
    assert out.stat().st_mode & 0o077 == 0
    again = CliRunner().invoke(app, asked)
    assert (again.exit_code, "exists already" in again.output) == (1, True)
    assert CliRunner().invoke(app, ["report", "permits", "yesteryear", "--env-file", str(env)]).exit_code == 2


def copied(settings: Settings, folder: Path) -> Settings:
    path = folder / "copy.sqlite3"
    path.write_bytes(database_of(settings).read_bytes())
    return settings.model_copy(update={"database_url": type(settings.database_url)(f"sqlite:///{path}")})


# --- windows ----------------------------------------------------------------------------------------------------------

TODAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("", "2026-03-01", "2026-03-31"),
        ("上月", "2026-02-01", "2026-02-28"),
        ("本周", "2026-03-16", "2026-03-22"),
        ("上周", "2026-03-09", "2026-03-15"),
        ("昨天", "2026-03-17", "2026-03-17"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025年12月", "2025-12-01", "2025-12-31"),
        ("2026-03-01至2026-03-15", "2026-03-01", "2026-03-15"),
        ("2026-03-01..2026-03-15", "2026-03-01", "2026-03-15"),
        ("2026-03-05", "2026-03-05", "2026-03-05"),
    ],
)
def test_days_are_understood_as_people_say_them(said: str, since: str, until: str) -> None:
    assert window_of(said, TODAY) == Window(since=date.fromisoformat(since), until=date.fromisoformat(until))


@pytest.mark.parametrize(
    "said",
    ["明年", "2026-13", "2026-02-30", "2026-03-15至2026-03-01", "2025-01-01至2026-12-31", "2026-02-30至2026-03-01"],
)
def test_what_is_no_span_of_days_is_refused(said: str) -> None:
    with pytest.raises(NoWindow):
        window_of(said, TODAY)


def test_weeks_and_months_meet_at_the_turn_of_the_year() -> None:
    new_year = date(2026, 1, 1)
    assert month_before(new_year) == Window(since=date(2025, 12, 1), until=date(2025, 12, 31))
    assert week_before(new_year) == Window(since=date(2025, 12, 22), until=date(2025, 12, 28))
