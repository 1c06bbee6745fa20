"""A whole form as plain data for the template. The same permit, history and names give the same bytes."""

from __future__ import annotations

import json
from typing import Any

import segno

from cards import words as chat
from cards.forms import words
from cards.forms.cells import Cell, cells
from cards.forms.paper import Paper, Sketch, printable
from cards.forms.table import Table
from cards.forms.tables import tables
from cards.words_gate import ON_PAPER
from workflow.rules.types import GRADE_WORDS

COPIES = (1, 2, 3)
CODE_PREFIX = "PTF1:"
"""A scanned text starting so is a printed form: number, version and head hash, to be held against the journal."""


def form_code(paper: Paper) -> str:
    """The text in the code of a form: a pointer and a fingerprint, no proof."""
    return f"{CODE_PREFIX}{paper.number}:{paper.permit.version}:{paper.head.hex()}"


def sheet(paper: Paper, copy: int) -> bytes:
    """One copy of the form as JSON. Raise `ValueError` for a copy that does not exist."""
    if copy not in COPIES:
        raise ValueError(f"there is no copy {copy}")
    permit, work, grade = paper.permit, paper.content.work, paper.law.grade
    stamp = words.STAMP[permit.status]
    data: dict[str, Any] = {
        "title": words.TITLE[work],
        "grade": GRADE_WORDS[grade],
        "number": str(paper.number),
        "copy": words.COPY[copy - 1],
        "holder": f"持有：{words.holder(work, grade, copy)}",
        "status": chat.STATUS[permit.status],
        "stamp": stamp,
        "cells": [_cell(one) for one in cells(paper)],
        "tables": [_table(one) for one in tables(paper)],
        "sketches": [_sketch(paper, one) for one in paper.sketches],
        "head": words.HEAD.format(version=permit.version, at=paper.time(paper.as_of)),
        "hash": paper.head.hex(),
        "note": words.NOTE.format(annex=words.ANNEX[work]),
        "code": _code(form_code(paper)),
        "code_label": words.CODE,
        "gate": _code(paper.gate_code) if paper.gate_code else "",
        "gate_label": ON_PAPER,
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _code(text: str) -> str:
    return segno.make(text, error="m", micro=False).svg_inline(scale=1, border=4)


def _cell(cell: Cell) -> dict[str, Any]:
    return {"label": cell.label, "value": printable(cell.value), "wide": cell.wide}


def _sketch(paper: Paper, one: Sketch) -> dict[str, Any]:
    caption = words.SKETCH.format(name=paper.name(one.by), at=paper.time(one.at), hash=one.media[:16])
    return {"caption": caption if one.svg is not None else f"{caption} {words.SKETCH_LOST}", "svg": one.svg or ""}


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [{"label": label, "share": share} for label, share in table.columns],
        "rows": [
            [value if place in table.small else printable(value) for place, value in enumerate(row)]
            for row in table.rows
        ],
        "note": printable(table.note),
        "small": list(table.small),
    }
