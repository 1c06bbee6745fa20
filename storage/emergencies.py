"""Zones with an emergency in force, as rows that can be searched; a projection of the zones' streams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from storage.schema import emergencies
from storage.sql import Channel, Statement, asked, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRow:
    """One emergency in force."""

    zone: str
    called_by: str
    called_at: datetime

    def __post_init__(self) -> None:
        aware(self.called_at)


_e = emergencies.c
_PUT = put_row(emergencies, channel=Channel.EMERGENCIES)
_DROP = Statement(
    delete(emergencies).where(*asked(emergencies, "site", "zone")), "site", "zone", channel=Channel.EMERGENCIES
)
_ALL = Statement(
    select(*_e).where(*asked(emergencies, "site")).order_by(_e.called_at, _e.zone),
    "site",
    channel=Channel.EMERGENCIES,
)


_IN_FORCE = "emergencies in force"
"""Shelf key of the answer of `EmergenciesTx.emergencies` since one was written last: every decision about running work
asks, and next to never is there one."""


class EmergenciesTx(TxBase):
    """Emergencies in force."""

    __slots__ = ()

    def put_emergency(self, row: EmergencyRow) -> None:
        """The zone is in an emergency from now."""
        self.forget(self._session.shelf, _IN_FORCE)
        self.write(_PUT, (self.site, row.zone, row.called_by, spell(row.called_at)))

    def drop_emergency(self, zone: str) -> None:
        """It is lifted."""
        self.forget(self._session.shelf, _IN_FORCE)
        self.write(_DROP, (self.site, zone))

    def emergencies(self) -> tuple[EmergencyRow, ...]:
        """All in force, oldest first."""
        known: tuple[EmergencyRow, ...] | None = self._session.shelf.get(_IN_FORCE)
        if known is None:
            known = tuple(
                EmergencyRow(zone=zone, called_by=by, called_at=read(at))
                for _, zone, by, at in self.read(_ALL, (self.site,))
            )
            self.remember(self._session.shelf, _IN_FORCE, known)
        return known
