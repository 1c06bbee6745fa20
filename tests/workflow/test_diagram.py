"""The picture in the documentation is the law's own."""

from __future__ import annotations

from pathlib import Path

from workflow.permit.diagram import mermaid, page
from workflow.permit.transitions import MOVES

PAGE = Path(__file__).parents[2] / "docs" / "state-diagram.md"


def test_the_page_is_drawn_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "draw it anew: python -c \"from workflow.permit.diagram import page; print(page(), end='')\" "
        "> docs/state-diagram.md"
    )


def test_every_move_is_in_the_picture() -> None:
    drawn = mermaid()
    for (start, event), goal in MOVES.items():
        assert f"    {start} --> {goal}: {event.__name__}" in drawn
