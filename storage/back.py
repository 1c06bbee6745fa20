"""How permits and hazards stood at an earlier moment: which there were then, and each folded up to that moment only.

Reads only. What happened is asked of the journal alone; the projections only say which streams are worth reading. A
stream is folded in its own order, and ends before the first record that is later than the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, Table, bindparam, literal, not_, or_, select

from storage.fold import Fold
from storage.schema import board, journal
from storage.schema_hazards import hazards
from storage.sql import Channel, Statement, asked
from storage.times import spell
from storage.tx import Tx
from workflow.journal import Record
from workflow.permit import events

S = TypeVar("S")
E = TypeVar("E")

MOST: Final = 400
"""Streams of a kind folded for one look back: a bound on what a question may cost."""
_OVER = (events.PermitClosed, events.PermitRejected, events.PermitCancelled)
"""After one of these a permit is nobody's business, whatever comes later."""


@dataclass(frozen=True, slots=True)
class Then(Generic[S]):
    """One stream as it stood. ``version``: how many of its records had happened; ``last``: when the newest of them."""

    name: str
    state: S
    version: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Back(Generic[S]):
    """A look back. ``whole`` False: there were more than are told of here."""

    found: tuple[Then[S], ...]
    whole: bool


_told = journal.alias("told")
_MOMENT: ColumnElement[str] = bindparam("moment")


def _some(table: Table, stream: ColumnElement[str], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the stream of a row has a record like that."""
    mine = (_told.c.site == table.c.site, _told.c.stream == stream)
    return select(_told.c.version).where(*mine, *which).correlate(table).exists()


_PERMIT, _HAZARD = literal("permit/") + board.c.permit, literal("hazard/") + hazards.c.id
_PERMITS = Statement(
    select(board.c.permit)
    .where(
        *asked(board, "site"),
        or_(board.c.is_open, board.c.updated_at >= _MOMENT),
        _some(board, _PERMIT, _told.c.version == 1, _told.c.at <= _MOMENT),
        not_(_some(board, _PERMIT, _told.c.at <= _MOMENT, or_(*[_told.c.kind == one.__name__ for one in _OVER]))),
    )
    .order_by(board.c.starts_at, board.c.permit)
    .limit(MOST + 1),
    "site", "moment",
    channel=Channel.BOARD,
)  # fmt: skip
_HAZARDS = Statement(
    select(hazards.c.id)
    .where(
        *asked(hazards, "site"),
        hazards.c.reported_at <= _MOMENT,
        or_(hazards.c.is_open, _some(hazards, _HAZARD, _told.c.at > _MOMENT)),
    )
    .order_by(hazards.c.id)
    .limit(MOST + 1),
    "site", "moment",
    channel=Channel.HAZARDS,
)  # fmt: skip


def permits_at(tx: Tx, fold: Fold[S, E], moment: datetime) -> Back[S]:
    """Every permit that had been written down by then and was not over for good, as it stood."""
    return _back(tx, fold, [str(name) for (name,) in tx.read(_PERMITS, (tx.site, spell(moment)))], moment)


def hazards_at(tx: Tx, fold: Fold[S, E], moment: datetime) -> Back[S]:
    """Every hazard that had been reported by then and may have been open, as it stood."""
    return _back(tx, fold, [str(name) for (name,) in tx.read(_HAZARDS, (tx.site, spell(moment)))], moment)


def _back(tx: Tx, fold: Fold[S, E], names: list[str], moment: datetime) -> Back[S]:
    then = (as_it_stood(tx, fold, name, moment) for name in names[:MOST])
    return Back(tuple(one for one in then if one is not None), whole=len(names) <= MOST)


def as_it_stood(tx: Tx, fold: Fold[S, E], name: str, moment: datetime) -> Then[S] | None:
    """One stream as it stood at the moment; None where nothing had happened yet."""
    state, version, last = fold.initial(name), 0, moment
    for record in _until(tx, fold, name, moment):
        state = fold.evolve(state, fold.codec.decode(record.kind, record.body))
        version, last = record.version, record.at
    return Then(name, state, version, last) if version else None


def _until(tx: Tx, fold: Fold[Any, Any], name: str, moment: datetime) -> Iterator[Record]:
    return takewhile(lambda record: record.at <= moment, tx.records(fold, name))
