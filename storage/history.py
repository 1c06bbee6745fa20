"""The histories of all permits since a day, for looking back at many of them at once. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from sqlalchemy import bindparam, func, select

from storage.fold import Fold
from storage.schema import journal
from storage.sql import Channel, Statement, asked
from storage.times import spell
from storage.tx import Tx

S = TypeVar("S")
E = TypeVar("E")

_LATELY = Statement(
    select(journal.c.stream)
    .where(*asked(journal, "site"))
    .group_by(journal.c.stream)
    .having(func.max(journal.c.at) >= bindparam("since"))
    .order_by(journal.c.stream),
    "site",
    "since",
    channel=Channel.JOURNAL,
)


def histories(tx: Tx, fold: Fold[S, E], since: datetime) -> Iterator[tuple[str, tuple[E, ...]]]:
    """Every stream of this kind with an event at or after ``since``: its id, and its events from the first one on.

    Raise `storage.errors.UnknownEvent` for an event this version does not know.
    """
    start = f"{fold.kind}/"
    for (stream,) in tx.read(_LATELY, (tx.site, spell(since))):
        if stream.startswith(start):
            name = stream.removeprefix(start)
            records = tx.records(fold, name)
            yield name, tuple(fold.codec.decode(record.kind, record.body) for record in records)
