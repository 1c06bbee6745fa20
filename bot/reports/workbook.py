"""Sheets as an xlsx file. What people typed stays text, moments are dates at the plant, and memory stays small.

Nothing becomes a formula or a link: every text is written as a string in a cell formatted as text, so that one which
begins with ``=``, ``+``, ``-`` or ``@`` stays what was typed even when somebody edits the cell. Rows go to a temporary
file as they come (constant memory), so they must come in order, sheet by sheet side by side.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final, Protocol, Self

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from cards import words_reports as say
from cards.reports.ledger import Cell

MOST_TEXT: Final = 32_000
"""Characters of a cell; Excel holds 32,767 and drops what is longer without a word."""
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Headed(Protocol):
    """A sheet before it has rows: its name, and its headings with their widths in characters."""

    @property
    def name(self) -> str:
        """What its tab says."""
        ...

    @property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """The headings, from left to right."""
        ...


class Workbook:
    """A workbook being written, as ``with``; `data` ends it. One that breaks off leaves no file behind."""

    def __init__(self, sheets: Iterable[Headed], *, zone: tzinfo, made: datetime, title: str) -> None:
        self._zone = zone
        self._out = io.BytesIO()
        self._closed = False
        self._book: Any = xlsxwriter.Workbook(self._out, _OPTIONS)
        self._book.set_properties({"title": title, "created": made.astimezone(zone).replace(tzinfo=None)})
        self._text = self._look({"num_format": "@", "text_wrap": True})
        self._moment = self._look({"num_format": "yyyy-mm-dd hh:mm"})
        self._number = self._look({"num_format": "General"})
        self._head = self._look({"num_format": "@", "bold": True, "bg_color": "#E7E6E6", "text_wrap": True})
        self._pages: dict[str, _Page] = {sheet.name: self._page(sheet) for sheet in sheets}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._close()

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            self._book.close()

    def _look(self, properties: dict[str, Any]) -> Any:
        return self._book.add_format({"valign": "top", **properties})

    def _page(self, sheet: Headed) -> _Page:
        made = self._book.add_worksheet(sheet.name)
        made.freeze_panes(1, 1)
        for place, (title, width) in enumerate(sheet.columns):
            made.set_column(place, place, width)
            made.write_string(0, place, title, self._head)
        return _Page(made, len(sheet.columns))

    def add(self, sheet: str, row: Iterable[Cell]) -> None:
        """One more row of a sheet."""
        page = self._pages[sheet]
        page.rows += 1
        for place, value in enumerate(row):
            self._write(page.made, page.rows, place, value)

    def _write(self, made: Any, row: int, place: int, value: Cell) -> None:
        match value:
            case None | "":
                return
            case str():
                made.write_string(row, place, cut(value), self._text)
            case datetime():
                made.write_datetime(row, place, value.astimezone(self._zone).replace(tzinfo=None), self._moment)
            case int() | Decimal():
                made.write_number(row, place, value, self._number)

    def about(self, lines: Iterable[tuple[str, str]], figures: Mapping[str, str]) -> None:
        """The last sheet: what this workbook is, and what it does not say."""
        made = self._book.add_worksheet(say.ABOUT)
        made.set_column(0, 0, 16)
        made.set_column(1, 1, 90)
        for row, (title, text) in enumerate(lines):
            made.write_string(row, 0, title, self._head)
            made.write_string(row, 1, cut(text.format(**figures)), self._text)

    def data(self) -> bytes:
        """The file. Nothing can be added afterwards."""
        for page in self._pages.values():
            page.made.autofilter(0, 0, page.rows, page.columns - 1)
        self._close()
        return self._out.getvalue()


class _Page:
    """A sheet and how many rows it has below its headings."""

    __slots__ = ("columns", "made", "rows")

    def __init__(self, made: Any, columns: int) -> None:
        self.made = made
        self.columns = columns
        self.rows = 0


def cut(text: str) -> str:
    """At most what a cell holds; that something is missing is said in the cell."""
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - len(say.CUT)] + say.CUT
