"""The press for pages that arrive as data: our font, nothing of the machine's, one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import typst

from cards.pictures.fonts import chinese_font_path

_ONE_AT_A_TIME: Final = Lock()
"""A compiler is one object and may not be asked by two threads at once."""


@lru_cache(maxsize=4)
def _press(template: Path, font: Path) -> tuple[typst.Compiler, str]:
    """The compiler with our font and nothing of the machine's, and the name of that font."""
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[font.parent])
    names = [one.family for one in fonts.fonts() if one.path is not None and Path(one.path).name == font.name]
    return typst.Compiler(str(template), font_paths=fonts, ignore_system_fonts=True), names[0]


def printed(template: Path, inputs: Mapping[str, str], *, at: datetime, font: Path | None = None) -> bytes:
    """PDF/A-2b, dated ``at``: the same data gives the same bytes. The font's name goes in as ``font``.

    Takes some 50 ms a page: run it in a thread.
    """
    compiler, family = _press(template, chinese_font_path(font))
    with _ONE_AT_A_TIME:
        page = compiler.compile(
            format="pdf", sys_inputs={**inputs, "font": family}, timestamp=int(at.timestamp()), pdf_standards="a-2b"
        )
    if not isinstance(page, bytes):
        raise TypeError("one PDF was asked for")
    return page
