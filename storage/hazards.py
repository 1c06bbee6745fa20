"""Hazards as rows that can be searched: the board of open ones, and the ledger of points by person and day.

A projection of their streams, written with the events that change them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.sql import bindparam

from storage.schema_hazards import hazards
from storage.sql import Channel, Row, Statement, asked, put_row
from storage.times import read, read_optional, spell, spell_optional
from storage.tx_base import TxBase
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRow:
    """One hazard on the board. ``reporter`` is for lists of his own only: a report may be unnamed."""

    id: str
    is_open: bool
    stage: str
    area: str
    kind: str
    place: str
    said: str
    reporter: str
    responsible: str
    supervision: int
    reported_at: datetime
    reported_on: date
    due_at: datetime | None
    earned: int
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        aware(self.reported_at)
        for moment in (self.due_at, self.ended_at):
            if moment is not None:
                aware(moment)


_h = hazards.c
_PUT = put_row(hazards, channel=Channel.HAZARDS)
_on: ColumnElement[bool] = literal_column("hazards.is_open")
_ONE = Statement(select(*_h).where(*asked(hazards, "site", "id")), "site", "id", channel=Channel.HAZARDS)
_OPEN = Statement(select(*_h).where(*asked(hazards, "site"), _on).order_by(_h.id), "site", channel=Channel.HAZARDS)
_WHERE = Statement(
    select(_h.id, _h.area).where(*asked(hazards, "site"), _on).order_by(_h.id), "site", channel=Channel.HAZARDS
)
_BY = Statement(
    select(*_h).where(*asked(hazards, "site", "reporter")).order_by(_h.reported_at.desc()).limit(bindparam("most")),
    "site",
    "reporter",
    "most",
    channel=Channel.HAZARDS,
)
_EARNED = Statement(
    select(func.sum(_h.earned)).where(*asked(hazards, "site", "reporter", "reported_on")),
    "site",
    "reporter",
    "reported_on",
    channel=Channel.HAZARDS,
)


_EARNERS = Statement(
    select(_h.reporter)
    .distinct()
    .where(*asked(hazards, "site"), _h.earned > 0, _h.reporter != "")
    .order_by(_h.reporter),
    "site",
    channel=Channel.HAZARDS,
)


_OPEN_PLACES = "places of open hazards"
"""Shelf key of the answer of `HazardsTx.open_hazard_places` since a hazard was written last."""


class HazardsTx(TxBase):
    """Hazards."""

    __slots__ = ()

    def put_hazard(self, row: HazardRow) -> None:
        """Write what a hazard is now."""
        self.forget(self._session.shelf, _OPEN_PLACES)
        self.write(
            _PUT,
            (
                self.site, row.id, row.is_open, row.stage, row.area, row.kind, row.place, row.said, row.reporter,
                row.responsible, row.supervision, spell(row.reported_at), row.reported_on.isoformat(),
                spell_optional(row.due_at), row.earned, spell_optional(row.ended_at),
            ),
        )  # fmt: skip

    def hazard(self, number: str) -> HazardRow | None:
        """One by its number."""
        return next(iter(_rows(self.read(_ONE, (self.site, number)))), None)

    def open_hazards(self) -> tuple[HazardRow, ...]:
        """All that somebody still owes something for, oldest number first."""
        return _rows(self.read(_OPEN, (self.site,)))

    def open_hazard_places(self) -> tuple[tuple[str, str], ...]:
        """Number and place of all open ones, oldest number first; the place is empty where none or several were named.

        Every decision about work asks for these: no more is read than it takes to know which to look at.
        """
        known: tuple[tuple[str, str], ...] | None = self._session.shelf.get(_OPEN_PLACES)
        if known is None:
            known = tuple((str(number), str(area)) for number, area in self.read(_WHERE, (self.site,)))
            self.remember(self._session.shelf, _OPEN_PLACES, known)
        return known

    def hazards_by(self, reporter: str, most: int) -> tuple[HazardRow, ...]:
        """Those a person reported, newest first."""
        return _rows(self.read(_BY, (self.site, reporter, most)))

    def earners(self) -> tuple[str, ...]:
        """Everybody a report of whom ever earned something."""
        return tuple(str(reporter) for (reporter,) in self.read(_EARNERS, (self.site,)))

    def hazard_points(self, reporter: str, day: date) -> int:
        """What a person earned by reports of one day at the site."""
        return int(self.read(_EARNED, (self.site, reporter, day.isoformat()))[0][0] or 0)


def _rows(rows: list[Row]) -> tuple[HazardRow, ...]:
    return tuple(
        HazardRow(
            id=key, is_open=bool(on), stage=stage, area=area, kind=kind, place=place, said=said, reporter=reporter,
            responsible=responsible, supervision=int(supervision), reported_at=read(reported_at),
            reported_on=date.fromisoformat(day), due_at=read_optional(due), earned=int(earned),
            ended_at=read_optional(ended),
        )
        for (
            _, key, on, stage, area, kind, place, said, reporter, responsible, supervision, reported_at, day, due,
            earned, ended,
        ) in rows
    )  # fmt: skip
