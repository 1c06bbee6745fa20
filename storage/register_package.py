"""What a workbook is as a file, looked at before anything reads it: macros, bombs, and cells at the end of the world.

The reader keeps a sheet as a full rectangle. One stray cell in the last row and column, which anybody can make by
mistake, would ask for half a terabyte and end the process; so every part is searched for such cells first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

UNPACKED = 100 * 1024 * 1024
"""Bytes of all parts, unpacked."""
ROWS = 20_000
"""Records of one sheet."""
COLUMNS = 64

_WORKBOOK = "xl/workbook.xml"
_OTHER_KINDS = frozenset({"xl/workbook.bin", "content.xml", "mimetype"})
"""What makes the reader take the file for another kind."""
_OPENED = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_CELL = re.compile(rb"""<(?:[\w.-]+:)?c((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_REFERENCE = re.compile(rb"""\s(?:[\w.-]+:)?r\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_FAR = f"工作表太大，最多 {ROWS} 行、{COLUMNS} 列；请删去远处多余的单元格"


def package_fault(raw: bytes) -> str | None:
    """Why these bytes are not read as a workbook, in Chinese; None when they may be."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            infos = package.infolist()
            if sum(info.file_size for info in infos) > UNPACKED:
                return "文件展开后太大"
            names = {info.filename.lower() for info in infos}
            if any("vbaproject" in name for name in names):
                return "文件里有宏；请另存为不带宏的 xlsx"
            if _WORKBOOK not in names or names & _OTHER_KINDS:
                return _NO_WORKBOOK
            return next((fault for info in infos if (fault := _part_fault(package.read(info))) is not None), None)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return _NO_WORKBOOK


_NO_WORKBOOK = "不是 xlsx 文件；请在 Excel 里另存为“Excel 工作簿(.xlsx)”"


def _part_fault(data: bytes) -> str | None:
    """Whether a part holds a cell that is too far off, or one whose place cannot be told."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _NO_WORKBOOK  # UTF-16: no program writes it, and cells could hide in it
    cells = 0
    for found in _CELL.finditer(data):
        cells += 1
        for reference in _REFERENCE.finditer(found[1]):
            place = _PLACE.fullmatch(reference[1] or reference[2] or b"")
            if place is None or int(place[2]) > ROWS + 1 or _column(place[1]) > COLUMNS:
                return _FAR
    # A cell that was opened and could not be taken apart may stand anywhere.
    return _FAR if cells != sum(1 for _ in _OPENED.finditer(data)) else None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
