"""Excel in and out of a real database, with the commands' own words."""

from __future__ import annotations

from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # ships no types
import pytest

from bot import roster, roster_excel
from bot.settings import Settings
from tests.bot.test_roster import EXAMPLE, directory, settings  # noqa: F401 - a fixture


def load(site: Settings, path: Path, *, dry_run: bool = False) -> tuple[int, list[str]]:
    said: list[str] = []
    return roster_excel.load(settings=site, path=path, dry_run=dry_run, say=said.append), said


@pytest.fixture
def site(settings: Settings) -> Settings:  # noqa: F811 - the fixture itself
    """A plant with the example's register."""
    assert roster.load(settings=settings, path=EXAMPLE, check=False, say=lambda _: None) == 0
    return settings


def exported(site: Settings, path: Path, *, template: bool = False) -> list[str]:
    said: list[str] = []
    assert roster_excel.export(settings=site, path=path, template=template, say=said.append) == 0
    return said


def test_export_and_import_change_nothing(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    before = directory(site).register
    said = exported(site, path)
    assert "keep it to yourself" in said[-1]
    assert path.stat().st_mode & 0o077 == 0
    code, said = load(site, path, dry_run=True)
    assert (code, said[-1]) == (0, "Sound. Nothing was changed (--check).")
    code, said = load(site, path)
    assert (code, said[-1]) == (0, "Nothing to change.")
    assert directory(site).register == before
    assert roster_excel.export(settings=site, path=path, template=False, say=said.append) == 1


def test_a_changed_cell_is_loaded_and_a_wrong_one_loads_nothing(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    exported(site, path)
    book = openpyxl.load_workbook(path)
    heads = {cell.value.rstrip("*"): cell.column for cell in book["人员"][1]}
    book["人员"].cell(row=2, column=heads["部门"]).value = "生产二部"
    book.save(path)
    code, said = load(site, path, dry_run=True)
    assert code == 0
    assert any("1 changed" in line for line in said)
    assert "生产二部" not in {one.department for one in directory(site).register.people}
    assert load(site, path)[0] == 0
    assert "生产二部" in {one.department for one in directory(site).register.people}

    book["人员"].cell(row=3, column=heads["部门"]).value = "生产三部"
    book["人员"].cell(row=4, column=heads["上级"]).value = "nobody-at-all"
    book.save(path)
    code, said = load(site, path)
    assert code == 1
    assert "没有人员 nobody-at-all" in said[0]
    assert said[-1] == "1 problem; nothing was changed."
    assert "生产三部" not in {one.department for one in directory(site).register.people}


def test_the_template_holds_nobody(site: Settings, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    exported(site, path, template=True)
    assert {sheet.max_row for sheet in openpyxl.load_workbook(path)} == {1}
    assert load(site, path)[1][-1] == "Nothing to change."
