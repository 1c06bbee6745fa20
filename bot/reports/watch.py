"""督办 as a workbook: what somebody may see of it at one moment, in sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.reports.workbook import Workbook
from cards import words_supervision as say
from cards.watch import WatchView, tabs

_IN_NAME: Final = "%Y-%m-%d %H%M"
_IN_TEXT: Final = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The file, as it is called."""

    name: str
    data: bytes


def make(view: WatchView, *, by: str, timezone: str) -> Made:
    """The workbook for ``by``. Blocks for some milliseconds: in a service run it in a thread."""
    local, sheets = view.at.astimezone(view.zone), tuple(tabs(view))
    name = say.FILE_NAME.format(at=local.strftime(_IN_NAME))
    figures = {
        "scope": say.WHOLE if view.whole else say.OWN, "steps": str(len(view.steps)), "late": str(len(view.late)),
        "hazards": str(len(view.hazards)), "at": local.strftime(_IN_TEXT), "zone": timezone, "by": by,
    }  # fmt: skip
    with Workbook(sheets, zone=view.zone, made=view.at, title=name.removesuffix(".xlsx")) as out:
        for sheet in sheets:
            for row in sheet.rows:
                out.add(sheet.name, row)
        out.about(say.ABOUT_LINES, figures)
        return Made(name=name, data=out.data())
