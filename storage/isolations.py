"""The isolation register as rows that can be searched: what is in place, and which permits stand on it.

A projection of the isolations' streams, written with the events that change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.sql import bindparam

from storage.schema import isolation_permits, isolations
from storage.sql import Channel, Row, Statement, asked, insert_row, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationRow:
    """One isolation in the register."""

    id: str
    in_place: bool
    proven: bool
    area: str
    lock: str
    tag: str
    what: str
    method: str
    energy: str
    owner: str
    updated_at: datetime

    def __post_init__(self) -> None:
        aware(self.updated_at)


_i = isolations.c
_PUT = put_row(isolations, channel=Channel.ISOLATIONS)
_STANDS = insert_row(isolation_permits, channel=Channel.ISOLATIONS, ignore=True)
_on: ColumnElement[bool] = literal_column("isolations.in_place")
_ALL_ON = Statement(
    select(*_i).where(*asked(isolations, "site"), _on).order_by(_i.id), "site", channel=Channel.ISOLATIONS
)
_CALLED = Statement(
    select(*_i)
    .where(
        *asked(isolations, "site"),
        _on,
        or_(_i.lock == bindparam("name"), _i.tag == bindparam("name"), _i.id == bindparam("name")),
    )
    .order_by(_i.id),
    "site",
    "name",
    channel=Channel.ISOLATIONS,
)
_OF_PERMIT = Statement(
    select(*_i)
    .select_from(isolations.join(isolation_permits, _i.id == isolation_permits.c.isolation))
    .where(
        _i.site == bindparam("site"),
        isolation_permits.c.site == bindparam("site"),
        isolation_permits.c.permit == bindparam("permit"),
    )
    .order_by(_i.id),
    "site",
    "permit",
    channel=Channel.ISOLATIONS,
)


_FREE = "permits without isolation"
"""Shelf key of the permits that were seen to stand on no isolation, since the register was written last. Most permits
stand on none, and every decision about running work asks."""
_FREE_KEPT = 4096


class IsolationsTx(TxBase):
    """The isolation register."""

    __slots__ = ()

    def put_isolation(self, row: IsolationRow) -> None:
        """Write what an isolation is now."""
        self._ask_anew()
        self.write(
            _PUT,
            (
                self.site, row.id, row.in_place, row.proven, row.area, row.lock, row.tag, row.what, row.method,
                row.energy, row.owner, spell(row.updated_at),
            ),
        )  # fmt: skip

    def stands_on(self, permit: str, isolation: str) -> None:
        """A permit stands on an isolation from now on."""
        self._ask_anew()
        self.write(_STANDS, (self.site, permit, isolation))

    def isolations_in_place(self) -> tuple[IsolationRow, ...]:
        """Everything locked now."""
        return _rows(self.read(_ALL_ON, (self.site,)))

    def isolations_called(self, name: str) -> tuple[IsolationRow, ...]:
        """Those in place with this lock, tag or register number."""
        return _rows(self.read(_CALLED, (self.site, name)))

    def isolations_of(self, permit: str) -> tuple[IsolationRow, ...]:
        """Everything a permit stands on, in place or not."""
        free: set[str] = self._session.shelf.setdefault(_FREE, set())
        if permit in free:
            return ()
        found = _rows(self.read(_OF_PERMIT, (self.site, permit)))
        if not found:
            if len(free) >= _FREE_KEPT:
                free.clear()
            free.add(permit)
        return found

    def _ask_anew(self) -> None:
        """Whoever stood on nothing may stand on something now: everybody is asked again."""
        self.remember(self._session.shelf, _FREE, set())


def _rows(rows: list[Row]) -> tuple[IsolationRow, ...]:
    return tuple(
        IsolationRow(
            id=key, in_place=bool(on), proven=bool(proven), area=area, lock=lock, tag=tag, what=what, method=method,
            energy=energy, owner=owner, updated_at=read(updated_at),
        )
        for _, key, on, proven, area, lock, tag, what, method, energy, owner, updated_at in rows
    )  # fmt: skip
