"""Green-channel deviations as rows that can be searched; a projection of their streams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.sql import bindparam

from storage.schema import deviations
from storage.sql import Channel, Row, Statement, asked, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationRow:
    """One deviation. ``asked``: how often its account was asked for."""

    id: str
    stage: str
    area: str
    place: str
    why: str
    opened_at: datetime
    asked: int = 0

    def __post_init__(self) -> None:
        aware(self.opened_at)


_d = deviations.c
_PUT = put_row(deviations, channel=Channel.DEVIATIONS)
_ONE = Statement(select(*_d).where(*asked(deviations, "site", "id")), "site", "id", channel=Channel.DEVIATIONS)
_AT_STAGE = Statement(
    select(*_d).where(*asked(deviations, "site", "stage")).order_by(_d.id), "site", "stage", channel=Channel.DEVIATIONS
)
_SINCE = Statement(
    select(*_d)
    .where(*asked(deviations, "site"), _d.opened_at >= bindparam("since"), _d.opened_at < bindparam("until"))
    .order_by(_d.id),
    "site",
    "since",
    "until",
    channel=Channel.DEVIATIONS,
)


_STAGES = "deviations by stage"
"""Shelf key of the answers of `DeviationsTx.deviations_at` since a deviation was written last: every decision about
running work asks, and next to never is there one."""


class DeviationsTx(TxBase):
    """Deviations."""

    __slots__ = ()

    def put_deviation(self, row: DeviationRow) -> None:
        """Write what a deviation is now."""
        self.remember(self._session.shelf, _STAGES, {})
        opened = spell(row.opened_at)
        self.write(_PUT, (self.site, row.id, row.stage, row.area, row.place, row.why, opened, row.asked))

    def deviation(self, number: str) -> DeviationRow | None:
        """One by its number."""
        return next(iter(_rows(self.read(_ONE, (self.site, number)))), None)

    def deviations_at(self, stage: str) -> tuple[DeviationRow, ...]:
        """All at a stage, oldest first."""
        known: dict[str, tuple[DeviationRow, ...]] = self._session.shelf.setdefault(_STAGES, {})
        found = known.get(stage)
        if found is None:
            found = known[stage] = _rows(self.read(_AT_STAGE, (self.site, stage)))
        return found

    def deviations_between(self, since: datetime, until: datetime) -> tuple[DeviationRow, ...]:
        """Opened from ``since`` on and before ``until``."""
        return _rows(self.read(_SINCE, (self.site, spell(since), spell(until))))


def _rows(rows: list[Row]) -> tuple[DeviationRow, ...]:
    return tuple(
        DeviationRow(id=key, stage=stage, area=area, place=place, why=why, opened_at=read(opened), asked=int(times))
        for _, key, stage, area, place, why, opened, times in rows
    )
