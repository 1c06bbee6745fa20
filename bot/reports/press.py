"""The press for pages that arrive as data: our font, nothing of the machine's, one page at a time."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import typst

from cards.pictures.fonts import chinese_font_path

_ONE_AT_A_TIME: Final = Lock()
"""The compiler is one object and may not be asked by two threads at once."""


@lru_cache(maxsize=2)
def _press(template: Path, font: Path) -> tuple[typst.Compiler, str]:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font.parent])
    names = [one.family for one in fonts.fonts() if one.path is not None and Path(one.path).name == font.name]
    return typst.Compiler(str(template), font_paths=fonts, ignore_system_fonts=True), names[0]


def printed(template: Path, page: bytes, *, at: datetime) -> bytes:
    """PDF/A-2b, dated ``at``: the same data gives the same bytes. Blocks for tens of ms: run it in a thread."""
    compiler, family = _press(template, chinese_font_path(None))
    inputs = {"page": page.decode(), "font": family}
    with _ONE_AT_A_TIME:
        pdf = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=int(at.timestamp()), pdf_standards="a-2b")
    if not isinstance(pdf, bytes):
        raise TypeError("one PDF was asked for")
    return pdf
