"""A roster in Excel, read: values only, row by row, every fault with sheet, row, column and what to do.

Nothing in the file is run: formulas count as the value last seen, a workbook with macros is refused. What is read
becomes the shape of the register's own files, so every check and every way into the database is the same.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import python_calamine as calamine
from pydantic import ValidationError

from storage.directory import Home, Register
from storage.policy_shape import problems_of
from storage.policy_yaml import Path_, Problem, Source
from storage.register import RegisterError, Written
from storage.register_at import At
from storage.register_columns import SHEET_OF, SHEETS, Column, Kind, SheetShape, understood
from storage.register_models import LeaveEntry, RegisterFile
from storage.register_package import ROWS, package_fault

LARGEST = 10 * 1024 * 1024
"""Bytes of a workbook."""
CELL = 4_000
"""Characters of one cell."""
_SHOWN = 40
GROUPS = SHEET_OF["groups"]
"""A group whose chats are not written loses them, and alarms with them: they are never left out by oversight."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value stands, and what stands there."""

    sheet: str
    row: int
    place: int
    column: Column
    text: str

    def said(self) -> str:
        """``人员!C5「电话」``."""
        return f"{self.sheet}!{_letters(self.place)}{self.row}「{self.column.title}」"

    def shown(self) -> str:
        """What was written, when it may be repeated."""
        if not self.text:
            return ""
        if self.column.secret:
            return f"（{len(self.text)} 个字符，不显示）"
        return f"（写的是“{self.text[:_SHOWN]}{'…' if len(self.text) > _SHOWN else ''}”）"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSource(Source):
    """A workbook as the checks know a file: a problem is at a cell."""

    cells: Mapping[Path_, Cell] = field(default_factory=dict, repr=False)

    def problem(self, where: Path_, message: str) -> Problem:
        """A problem at a cell, or at the first cell of the nearest row around it."""
        known = where
        while known not in self.cells and known not in self.lines:
            known = known[:-1]
        cell = self.cells.get(known)
        if cell is None:
            return Problem(file=self.name, line=self.lines[known], key="", message=message)
        if known != where and isinstance(where[-1], str) and len(where) == len(known) + 1:
            return Problem(
                file=self.name, line=cell.row, key=f"{cell.sheet}!{cell.row}", message=f"{where[-1]}: {message}"
            )
        if cell.column.kind is Kind.FLAG and known == where:
            message = "应为 是 或 否；不知道就空着"
        return Problem(file=self.name, line=cell.row, key=cell.said(), message=message + cell.shown())


@dataclass(slots=True)
class _Row:
    """One record as typed."""

    shape: SheetShape
    number: int
    data: dict[str, Any]
    cells: dict[str, Cell]
    broken: bool = False

    @property
    def first(self) -> Cell:
        return next(iter(self.cells.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A workbook that was read, with what is wrong with its rows each for itself; `against` adds the rest."""

    written: Written
    source: SheetSource
    problems: tuple[Problem, ...]
    posts: frozenset[str]

    def against(self, known: Register, *, site: str, home: Home, compared: Callable[[str], str]) -> Register:
        """The register the workbook describes. Raise `RegisterError` with everything wrong with it, in one go."""
        problems = [*self.problems, *self._posts(known)]
        try:
            register = self.written.against(known, site=site, home=home, compared=compared)
        except RegisterError as wrong:
            problems += wrong.problems
        else:
            if not problems:
                return register
        raise RegisterError(list(dict.fromkeys(problems)))

    def leave(self) -> tuple[At[LeaveEntry], ...]:
        """Who is away, as its sheet says it."""
        return self.written.leave()

    def _posts(self, known: Register) -> Iterator[Problem]:
        """Posts the rules give no role, and nobody holds today."""
        held = self.posts | {post.key for person in known.people for post in person.posts}
        ((file, source),) = self.written.files
        for number, person in enumerate(file.people):
            for post in person.posts:
                if self.posts and post not in held:
                    yield source.problem(("people", number, "posts"), f"企业规则里没有岗位 {post}，请核对")


def read_workbook(path: Path, *, posts: frozenset[str] = frozenset()) -> Workbook:
    """Read a workbook. ``posts`` are those the rules know.

    Raise `RegisterError` for a file that is no workbook, holds macros, is too large, or lacks every known sheet.
    """
    name = path.name
    rows, problems = _rows(path, name)
    source, file = _moulded(name, path, rows, problems)
    written = Written(files=((file, source),))
    return Workbook(written=written, source=source, problems=tuple(problems), posts=posts)


def _refused(name: str, message: str) -> RegisterError:
    return RegisterError([Problem(file=name, line=1, key="", message=message)])


def _bytes(path: Path, name: str) -> bytes:
    """The file, when it is small enough and only a workbook."""
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(name, f"文件太大，最多 {LARGEST // 1024 // 1024} 兆")
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(name, f"读不了这个文件：{error.strerror}") from error
    fault = package_fault(raw)
    if fault is not None:
        raise _refused(name, fault)
    return raw


def _rows(path: Path, name: str) -> tuple[list[_Row], list[Problem]]:
    raw = _bytes(path, name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        known = [shape for shape in SHEETS if shape.name in book.sheet_names]
        found = {shape.name: _typed(book.get_sheet_by_name(shape.name)) for shape in known}
    except (calamine.CalamineError, ValueError, OSError):
        raise _refused(name, "打不开这个工作簿；请在 Excel 里重新另存为 xlsx") from None
    if not known:
        names = "、".join(shape.name for shape in SHEETS)
        raise _refused(name, f"没有认识的工作表；应为 {names}，可用 `permitbot directory export-excel` 取得模板")
    problems = [
        Problem(file=name, line=1, key=shape.name, message=f"有“{GROUPS.name}”就要有这张表；没写的群聊会从系统里去掉")
        for shape in SHEETS
        if shape.parent == GROUPS.section and GROUPS in known and shape not in known
    ]
    rows = [row for shape in known for row in _sheet(name, shape, found[shape.name], problems)]
    return rows, problems


def _typed(sheet: calamine.CalamineSheet) -> list[list[Any]]:
    return sheet.to_python(skip_empty_area=False, nrows=ROWS + 2)


def _sheet(name: str, shape: SheetShape, lines: list[list[Any]], problems: list[Problem]) -> Iterator[_Row]:
    """The records of a sheet. The first line is the headings."""
    if len(lines) > ROWS + 1:
        problems.append(Problem(file=name, line=ROWS + 1, key=shape.name, message=f"行太多，最多 {ROWS} 行"))
        return
    heads = [_text(head) for head in lines[0]] if lines else []
    columns = _columns(name, shape, heads, problems)
    for number, line in enumerate(lines[1:], 2):
        cells = {
            column.key: Cell(shape.name, number, place, column, _text(line[place]))
            for place, column in columns.items()
            if place < len(line) and _text(line[place]).strip()
        }
        if cells:
            yield _record(name, shape, number, cells, problems)


def _columns(name: str, shape: SheetShape, heads: list[str], problems: list[Problem]) -> dict[int, Column]:
    by_title = {column.title: column for column in shape.columns} | {column.key: column for column in shape.columns}
    found: dict[int, Column] = {}
    for place, head in enumerate(heads):
        column = by_title.get(head.strip().rstrip("*"))
        where = f"{shape.name}!{_letters(place)}1"
        if column is None and head.strip():
            wanted = "、".join(one.title for one in shape.columns)
            problems.append(
                Problem(file=name, line=1, key=where, message=f"没有“{head[:_SHOWN]}”这一列；可用：{wanted}")
            )
        elif column is not None and column in found.values():
            problems.append(Problem(file=name, line=1, key=where, message=f"“{column.title}”有两列"))
        elif column is not None:
            found[place] = column
    problems += [
        Problem(file=name, line=1, key=shape.name, message=f"缺少“{one.title}”这一列")
        for one in shape.columns
        if one.wanted and one not in found.values()
    ]
    return found


def _record(name: str, shape: SheetShape, number: int, cells: dict[str, Cell], problems: list[Problem]) -> _Row:
    row = _Row(shape, number, {}, cells)
    for key, cell in cells.items():
        try:
            if len(cell.text) > CELL:
                raise ValueError(f"太长，最多 {CELL} 个字")
            row.data[key] = understood(cell.column, cell.text)
        except ValueError as wrong:
            problems.append(Problem(file=name, line=number, key=cell.said(), message=str(wrong) + cell.shown()))
    for column in shape.columns:
        if column.wanted and column.key not in cells:
            row.broken = True
            key = f"{shape.name}!{number}「{column.title}」"
            problems.append(Problem(file=name, line=number, key=key, message="没有填写"))
        elif column.wanted and column.key not in row.data:
            row.broken = True
    return row


def _text(value: Any) -> str:
    """What a cell shows: dates as dates, whole numbers without a fraction."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)


def _letters(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


# --- the shape of the register's files ------------------------------------------------------------------------------


def _moulded(name: str, path: Path, rows: list[_Row], problems: list[Problem]) -> tuple[SheetSource, RegisterFile]:
    """The file the rows make. A value that cannot be is told and left out, so that the rest can be looked at too."""
    while True:
        source = _assembled(name, path, rows, problems)
        try:
            return source, RegisterFile.model_validate(source.data)
        except ValidationError as error:
            problems += [one for one in problems_of(source, error) if one not in problems]
            for each in error.errors(include_url=False):
                _leave_out(source, rows, each["loc"])


def _assembled(name: str, path: Path, rows: list[_Row], problems: list[Problem]) -> SheetSource:
    data: dict[str, Any] = {}
    cells: dict[Path_, Cell] = {}
    lines: dict[Path_, int] = {(): 1}
    held = _held(name, rows, problems)
    for row in rows:
        if row.broken or row.shape.parent:
            continue
        section = data.setdefault(row.shape.section, [])
        where: Path_ = (row.shape.section, len(section))
        record = dict(row.data)
        _place(cells, lines, where, row)
        for shape in SHEETS:
            own = held.get((shape.section, str(record.get("id"))), []) if shape.parent == row.shape.section else []
            if own:
                kept = [{key: one for key, one in each.data.items() if key != shape.owner} for each in own]
                record[shape.section] = kept
            for number, each in enumerate(own):
                _place(cells, lines, (*where, shape.section, number), each)
        section.append(record)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return SheetSource(name=name, data=data, sha256=digest, lines=lines, cells=cells)


def _held(name: str, rows: list[_Row], problems: list[Problem]) -> dict[tuple[str, str], list[_Row]]:
    """What belongs to records of another sheet, by section and owner. One whose owner is not there is told."""
    held: dict[tuple[str, str], list[_Row]] = {}
    owners = {(row.shape.section, row.data.get("id")) for row in rows if not row.shape.parent}
    for row in rows:
        shape = row.shape
        if not shape.parent:
            continue
        if not row.broken:
            held.setdefault((shape.section, str(row.data.get(shape.owner))), []).append(row)
        if shape.owner in row.data and (shape.parent, row.data[shape.owner]) not in owners:
            cell = row.cells[shape.owner]
            message = f"{SHEET_OF[shape.parent].name}表里没有这个编号{cell.shown()}"
            lost = Problem(file=name, line=row.number, key=cell.said(), message=message)
            problems += [lost] if lost not in problems else []
    return held


def _place(cells: dict[Path_, Cell], lines: dict[Path_, int], where: Path_, row: _Row) -> None:
    cells[where], lines[where] = row.first, row.number
    lines.setdefault(where[:-1], row.number)
    for key, cell in row.cells.items():
        cells[*where, key] = cell
        lines[*where, key] = row.number


def _leave_out(source: SheetSource, rows: list[_Row], where: tuple[str | int, ...]) -> None:
    """Forget the value a fault is about; the whole record, when the fault is that something is missing."""
    known = where
    while known and known not in source.cells:
        known = known[:-1]
    cell = source.cells[known] if known else None
    row = next(one for one in rows if cell is not None and (one.shape.name, one.number) == (cell.sheet, cell.row))
    key = known[-1] if isinstance(known[-1], str) else ""
    column = next((one for one in row.shape.columns if one.key == key), None)
    if column is None or column.wanted:
        row.broken = True
    row.data.pop(str(key), None)
