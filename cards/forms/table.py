"""A table on paper, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: a title, its columns with their share of the width, its rows, and a line under it."""

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    small: tuple[int, ...] = ()
    """Columns in small fixed type, e.g. hashes."""
