"""The newest word of the plant's equipment system about each piece of equipment; never an edit of the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.schema import equipment_states
from storage.sql import Channel, Row, Statement, among, asked, listed, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentStateRow:
    """One word: the state, since when it is so by the system's clock, and when it came in by ours."""

    equipment: str
    state: str
    at: datetime
    received_at: datetime
    said_by: str = ""

    def __post_init__(self) -> None:
        aware(self.at)
        aware(self.received_at)


_s = equipment_states.c
_PUT = put_row(equipment_states, channel=Channel.EQUIPMENT)
_AMONG = Statement(
    lambda backend: (
        select(*_s).where(*asked(equipment_states, "site"), among(_s.equipment, "keys", backend)).order_by(_s.equipment)
    ),
    "site",
    "keys",
    channel=Channel.EQUIPMENT,
)


class EquipmentStatesTx(TxBase):
    """Words of the equipment system."""

    __slots__ = ()

    def put_equipment_state(self, row: EquipmentStateRow) -> None:
        """Write the newest word; whether it is the newest is the caller's to know."""
        self.write(_PUT, (self.site, row.equipment, row.state, spell(row.at), spell(row.received_at), row.said_by))

    def equipment_states(self, equipment: Sequence[str]) -> tuple[EquipmentStateRow, ...]:
        """The newest words about these; what was never spoken of is missing."""
        if not equipment:
            return ()
        keys = listed(list(equipment), self._session.connection.backend)
        return _rows(self.read(_AMONG, (self.site, keys)))


def _rows(rows: list[Row]) -> tuple[EquipmentStateRow, ...]:
    return tuple(
        EquipmentStateRow(equipment=key, state=state, at=read(at), received_at=read(received), said_by=said_by)
        for _, key, state, at, received, said_by in rows
    )
