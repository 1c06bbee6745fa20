"""Forgetting rows whose time is over, a bounded batch at a time; each batch says how many rows went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    Integer,
    Table,
    bindparam,
    delete,
    false,
    literal_column,
    not_,
    select,
    tuple_,
)

from storage.readings import served_in_the_hour
from storage.schema import agenda, board, inbox, links, readings
from storage.schema_privacy import confidential, decisions, looks, sights
from storage.schema_readings import device_services, reading_blocks
from storage.sql import Channel, Statement, among, listed
from storage.times import spell
from storage.tx_base import TxBase
from workflow.privacy.retention import Thing

_ONE: ColumnElement[int] = literal_column("1", Integer)


def _forget(
    table: Table,
    age: ColumnElement[str],
    channel: Channel,
    *where: ColumnElement[bool],
    counts: ColumnElement[int] = _ONE,
) -> Statement:
    keys = [column for column in table.primary_key.columns if column.name != "site"]
    old = (
        select(*keys)
        .where(table.c.site == bindparam("site"), age < bindparam("before"), *where)
        .limit(bindparam("most"))
    )
    key = tuple_(*keys) if len(keys) > 1 else keys[0]
    gone: Executable = delete(table).where(table.c.site == bindparam("site"), key.in_(old)).returning(counts)
    return Statement(gone, "site", "before", "most", channel=channel)


_r, _b, _a, _k = readings.c, board.c, agenda.c, reading_blocks.c
_FINISHED = literal_column("agenda.state IN ('done', 'superseded')", Boolean)
_ROWS: Mapping[Thing, tuple[Statement, ...]] = {
    Thing.READINGS: (
        _forget(readings, _r.received_at, Channel.READINGS, _r.permit.is_(None), ~served_in_the_hour(_r.received_at)),
        _forget(reading_blocks, _k.last_at, Channel.READINGS, ~served_in_the_hour(_k.last_at), counts=_k.count),
    ),
    Thing.INBOX: (_forget(inbox, inbox.c.received_at, Channel.INBOX),),
    # What never arrived stays: somebody has to look at it.
    Thing.AGENDA: (_forget(agenda, _a.closed_at, Channel.MESSAGES, _FINISHED),),
    Thing.LINKS: (_forget(links, links.c.expires_at, Channel.LINKS),),
    Thing.LOOKS: (_forget(looks, looks.c.at, Channel.LOOKS),),
    Thing.DECISIONS: (
        _forget(decisions, decisions.c.at, Channel.DECISIONS),
        _forget(sights, sights.c.at, Channel.DECISIONS),
    ),
    Thing.MEDICAL: (_forget(confidential, confidential.c.noted_at, Channel.CONFIDENTIAL),),
}
ROWS = frozenset(_ROWS)
"""Things that are rows and nothing more."""
_OF_PERMITS = Statement(
    lambda backend: (
        delete(readings)
        .where(
            _r.id.in_(
                select(_r.id)
                .join(board, (_b.site == _r.site) & (_b.permit == _r.permit))
                .where(
                    _r.site == bindparam("site"),
                    _b.is_open == false(),
                    _b.updated_at < bindparam("before"),
                    not_(among(_b.permit, "held", backend)),
                )
                .limit(bindparam("most"))
            )
        )
        .returning(literal_column("1"))
    ),
    "site",
    "before",
    "held",
    "most",
    channel=Channel.READINGS,
)
_v = device_services.c
_SERVICES = Statement(
    lambda backend: (
        delete(device_services)
        .where(
            _v.site == bindparam("site"),
            _v.permit.in_(
                select(_b.permit).where(
                    _b.site == bindparam("site"),
                    _b.is_open == false(),
                    _b.updated_at < bindparam("before"),
                    not_(among(_b.permit, "held", backend)),
                )
            ),
        )
        .returning(literal_column("1"))
    ),
    "site",
    "before",
    "held",
    channel=Channel.READINGS,
)
"""What devices said for such a permit is nobody's from then on, and goes as `Thing.READINGS`. The hashes stay."""


class ForgettingTx(TxBase):
    """Rows that go."""

    __slots__ = ()

    def forget_rows(self, thing: Thing, before: datetime, most: int) -> int:
        """Forget at most so many rows of each table of a thing, older than ``before``; how many went (of
        readings of devices: not rows but values)."""
        return sum(row[0] for one in _ROWS[thing] for row in self.ask(one, (self.site, spell(before), most)))

    def forget_readings_of_permits(self, before: datetime, held: Iterable[str], most: int) -> int:
        """Forget readings of permits that ended before ``before`` and are not ``held``; how many went."""
        kept = listed(sorted(held), self._session.connection.backend)
        self.ask(_SERVICES, (self.site, spell(before), kept))
        return len(self.ask(_OF_PERMITS, (self.site, spell(before), kept, most)))
