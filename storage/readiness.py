"""The statements every decision reads and writes with, spelled for a database before the first decision needs them.

A statement is spelled at its first use, which takes about a millisecond, and an alarm right after a start uses eight at
once. Which of these modules' statements a decision will need hangs on the decision, so it is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from storage import agenda_sql, board, inbox, journal
from storage.sql import Statement

_MODULES = (inbox, journal, board, agenda_sql)


def of_every_decision() -> Iterator[Statement]:
    """Ask each of them for its text `Statement.on` the database in use; one at a time, where others wait."""
    for module in _MODULES:
        yield from (one for one in vars(module).values() if isinstance(one, Statement))
