"""The last permits of one kind, to hold another against them: one question, answered beside the writer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import bindparam, literal, literal_column, select

from storage.fold import Fold
from storage.schema import board, journal
from storage.sql import Channel, Row, Statement, asked
from storage.tx import Tx

S = TypeVar("S")
E = TypeVar("E")

MOST = 10
_ISSUED = "board.status IN ('issued', 'active', 'suspended', 'completed', 'fire_watch', 'closed', 'archived')"
"""Signed to the end, and not ended early."""
_b = board.c
_LAST = (
    select(literal("permit/") + _b.permit)
    .where(*asked(board, "site", "work", "grade"), literal_column(_ISSUED), _b.permit != bindparam("but"))
    .order_by(_b.starts_at.desc(), _b.permit.desc())
    .limit(literal_column(str(MOST)))
)
_ALIKE = Statement(
    select(journal.c.stream, journal.c.kind, journal.c.body)
    .where(*asked(journal, "site"), journal.c.stream.in_(_LAST))
    .order_by(journal.c.stream, journal.c.version),
    "site",
    "work",
    "grade",
    "but",
    channel=Channel.JOURNAL,
)


def alike(tx: Tx, *, work: str, grade: str, but: str) -> Sequence[Row]:
    """The records of at most `MOST` issued permits of this work and grade, without ``but``: those planned last.

    Past the memory of the hot ones: ask from a `storage.store.Store`, and fold with `folded`, which takes its time.
    """
    return tx.read(_ALIKE, (tx.site, work, grade, but))


def folded(fold: Fold[S, E], records: Sequence[Row]) -> tuple[S, ...]:
    """The permits behind the records of `alike`. Raise `storage.errors.UnknownEvent` for an unknown event."""
    found = []
    for stream, rows in groupby(records, key=itemgetter(0)):
        state = fold.initial(str(stream).removeprefix(f"{fold.kind}/"))
        for _, kind, body in rows:
            state = fold.evolve(state, fold.codec.decode(kind, body))
        found.append(state)
    return tuple(found)
