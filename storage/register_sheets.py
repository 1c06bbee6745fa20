"""The register as a workbook for people who keep rosters in Excel; reading it back changes nothing.

Every cell is text: nothing typed by a person becomes a formula, a link or a number. The workbook holds identity and
telephone numbers, and the keys of robots; whoever writes it down keeps it from others.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from storage.directory import Home, Register
from storage.register_columns import SHEETS, SheetShape, spelled
from storage.register_export import nodes
from workflow.delegation import Absence

_MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""Written as the time of making: the same register gives the same workbook."""
_WIDE, _NARROW = 28, 14


def workbook(register: Register, *, site: str, home: Home, leave: Iterable[Absence] = ()) -> bytes:
    """The register as an xlsx file, with who is away by the clock of the site; an empty register gives the template.

    Raise `storage.register_export.CannotExport` for what a file cannot say.
    """
    data: dict[str, Any] = dict(nodes(register, site=site, home=home, leave=leave))
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _MADE, "title": f"permitbot {site}"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "num_format": "@"})
        for shape in SHEETS:
            _write(book.add_worksheet(shape.name), shape, data, text, head)
    return out.getvalue()


def _write(sheet: Any, shape: SheetShape, data: dict[str, Any], text: Any, head: Any) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(shape.columns):
        sheet.set_column(place, place, _WIDE if column.hint else _NARROW, text)
        sheet.write_string(0, place, column.title + ("*" if column.wanted else ""), head)
        if column.hint:
            sheet.write_comment(0, place, column.hint)
    for number, record in enumerate(_records(shape, data), 1):
        for place, column in enumerate(shape.columns):
            if column.key in record:
                sheet.write_string(number, place, spelled(column, record[column.key]), text)


def _records(shape: SheetShape, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if not shape.parent:
        yield from data[shape.section]
        return
    for owner in data[shape.parent]:
        for held in owner.get(shape.section, ()):
            yield {shape.owner: owner["id"], **held}
