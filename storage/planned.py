"""Which permits were planned, and which hazards reported, in a span of time, for looking back at many. Reads only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from storage.schema import board
from storage.schema_hazards import hazards
from storage.sql import Channel, Statement, asked
from storage.times import spell
from storage.tx import Tx

_PLANNED = Statement(
    select(board.c.permit)
    .where(*asked(board, "site"), board.c.starts_at >= bindparam("since"), board.c.starts_at < bindparam("until"))
    .order_by(board.c.starts_at, board.c.permit)
    .limit(bindparam("most")),
    "site",
    "since",
    "until",
    "most",
    channel=Channel.BOARD,
)


def planned_between(tx: Tx, since: datetime, until: datetime, *, most: int) -> tuple[str, ...]:
    """Numbers of the permits whose planned start lies in ``[since, until)``, by start; the first ``most`` of them."""
    return tuple(str(permit) for (permit,) in tx.read(_PLANNED, (tx.site, spell(since), spell(until), most)))


_REPORTED = Statement(
    select(hazards.c.id)
    .where(
        *asked(hazards, "site"), hazards.c.reported_at >= bindparam("since"), hazards.c.reported_at < bindparam("until")
    )
    .order_by(hazards.c.reported_at, hazards.c.id)
    .limit(bindparam("most")),
    "site",
    "since",
    "until",
    "most",
    channel=Channel.HAZARDS,
)


def reported_between(tx: Tx, since: datetime, until: datetime, *, most: int) -> tuple[str, ...]:
    """Numbers of the hazards reported in ``[since, until)``; the first ``most`` of them."""
    return tuple(str(one) for (one,) in tx.read(_REPORTED, (tx.site, spell(since), spell(until), most)))
