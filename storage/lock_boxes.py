"""Lock boxes as rows that can be searched: which are in use. What hangs on one is read from its stream.

A projection of the boxes' streams, written with the events that change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, literal_column, select

from storage.schema import lock_boxes
from storage.sql import Channel, Statement, asked, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class LockBoxRow:
    """One lock box."""

    id: str
    in_use: bool
    label: str
    area: str
    keeper: str
    updated_at: datetime

    def __post_init__(self) -> None:
        aware(self.updated_at)


_b = lock_boxes.c
_PUT = put_row(lock_boxes, channel=Channel.BOXES)
_used: ColumnElement[bool] = literal_column("lock_boxes.in_use")
_IN_USE = Statement(select(*_b).where(*asked(lock_boxes, "site"), _used).order_by(_b.id), "site", channel=Channel.BOXES)


class LockBoxesTx(TxBase):
    """Lock boxes."""

    __slots__ = ()

    def put_lock_box(self, row: LockBoxRow) -> None:
        """Write what a box is now."""
        self.write(_PUT, (self.site, row.id, row.in_use, row.label, row.area, row.keeper, spell(row.updated_at)))

    def lock_boxes_in_use(self) -> tuple[LockBoxRow, ...]:
        """Every box that stands somewhere now: some dozens at most."""
        return tuple(
            LockBoxRow(id=key, in_use=bool(used), label=label, area=area, keeper=keeper, updated_at=read(updated))
            for _, key, used, label, area, keeper, updated in self.read(_IN_USE, (self.site,))
        )
