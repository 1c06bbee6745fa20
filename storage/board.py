"""The board: what every permit is about and where it stands, as rows that can be searched.

A projection, written with the events that change it. It answers who must do what, and which permits overlap: a permit
that is live past its planned end counts with an open end (domain 4.3).

Every decision about running work asks it for the neighbours and for the crew. So the writer keeps the open permits of
the areas and people it was asked about in memory, as long as nobody else writes, and moves a permit from list to list
when its area or its people change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, func, literal_column, or_, select

from storage.schema import board, board_people
from storage.sql import Channel, Row, Statement, asked, insert_row, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.values import Interval, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One permit on the board. ``people`` are (role, person) pairs in no order; one person may have several roles."""

    permit: str
    status: str
    version: int
    work: str
    grade: str
    area: str
    place: str
    equipment: str | None
    planned: Interval
    live: bool
    """Counts for conflicts now (domain 4.3), even past its end."""
    open: bool
    """Still somebody's business: planned, running, or not counted out."""
    task: str
    people: tuple[tuple[str, str], ...]
    updated_at: datetime

    def __post_init__(self) -> None:
        aware(self.updated_at)
        if self.live and not self.open:
            raise ValueError(f"{self.permit} counts for conflicts, so it is still open")


_b = board.c
_COLUMNS = tuple(_b)
_PUT = put_row(board, channel=Channel.BOARD)
_WHO = insert_row(board_people, channel=Channel.BOARD, ignore=True)
_NO_LONGER = Statement(
    delete(board_people).where(*asked(board_people, "site", "person", "permit", "role")),
    "site",
    "person",
    "permit",
    "role",
    channel=Channel.BOARD,
)
_open: ColumnElement[bool] = literal_column("board.is_open")

_ONE = Statement(select(*_COLUMNS).where(*asked(board, "site", "permit")), "site", "permit", channel=Channel.BOARD)
_IN_AREA = Statement(
    select(*_COLUMNS).where(*asked(board, "site", "area"), _open).order_by(_b.starts_at, _b.permit),
    "site",
    "area",
    channel=Channel.BOARD,
)
_OF_PERSON = Statement(
    select(*_COLUMNS)
    .where(
        *asked(board, "site"),
        _open,
        _b.permit.in_(select(board_people.c.permit).where(*asked(board_people, "site", "person"))),
    )
    .order_by(_b.starts_at, _b.permit),
    "site",
    "person",
    channel=Channel.BOARD,
)
_OF_WORK = Statement(
    select(*_COLUMNS).where(*asked(board, "site", "work"), _open).order_by(_b.starts_at, _b.permit),
    "site",
    "work",
    channel=Channel.BOARD,
)
_OF_STATUS = Statement(
    select(*_COLUMNS).where(*asked(board, "site", "status")).order_by(_b.starts_at, _b.permit),
    "site",
    "status",
    channel=Channel.BOARD,
)
_ALL_OPEN = Statement(
    select(*_COLUMNS).where(*asked(board, "site"), _open).order_by(_b.starts_at, _b.permit),
    "site",
    channel=Channel.BOARD,
)
_STANDING = Statement(
    select(_b.permit, _b.status)
    .where(*asked(board, "site"), or_(_open, _b.ends_at > bindparam("after")))
    .order_by(_b.permit),
    "site",
    "after",
    channel=Channel.BOARD,
)
_ALL = Statement(
    select(*_COLUMNS).where(*asked(board, "site")).order_by(_b.starts_at, _b.permit), "site", channel=Channel.BOARD
)
_SAID_AT = Statement(
    select(_b.place, _b.task).where(*asked(board, "site", "area")).order_by(_b.starts_at.desc()).limit(200),
    "site",
    "area",
    channel=Channel.BOARD,
)
_COUNT = Statement(
    select(_b.status, func.count()).where(*asked(board, "site")).group_by(_b.status), "site", channel=Channel.BOARD
)
_PEOPLE = Statement(
    select(board_people.c.role, board_people.c.person)
    .where(*asked(board_people, "site", "permit"))
    .order_by(board_people.c.role, board_people.c.person),
    "site",
    "permit",
    channel=Channel.BOARD,
)


class BoardTx(TxBase):
    """The board."""

    __slots__ = ()

    def put_on_board(self, row: BoardRow) -> None:
        """Show a permit as it stands now. Writing what is already shown costs nothing."""
        shelf, key = self._session.shelf, ("board", row.permit)
        before: BoardRow | None = shelf.get(key) or self.on_board(row.permit)
        if before == row:
            return
        self.write(
            _PUT,
            (
                self.site, row.permit, row.status, row.version, row.work, row.grade, row.area, row.place, row.equipment,
                spell(row.planned.start), spell(row.planned.end), row.live, row.open, spell(row.updated_at), row.task,
            ),
        )  # fmt: skip
        held = before.people if before is not None else ()
        if held != row.people:
            for role, person in sorted(frozenset(held).difference(row.people)):
                self.write(_NO_LONGER, (self.site, person, row.permit, role))
            for role, person in sorted(frozenset(row.people).difference(held)):
                self.write(_WHO, (self.site, person, row.permit, role))
        if row.open:
            self.remember(shelf, key, row)
        else:
            self.forget(shelf, key)
        if before is None or _standing(before) != _standing(row):
            self._list_anew(before, row)

    def _list_anew(self, before: BoardRow | None, row: BoardRow) -> None:
        """Bring the lists in memory up to a row that stands on other lists, or elsewhere on them, than before."""
        shelf = self._session.shelf
        held, stands = _lists(before), _lists(row)
        stays = before is not None and before.planned.start == row.planned.start
        # A list is of names, by start: where the permit stays in its place nothing changes.
        for listed in held ^ stands if stays else held | stands:
            permits: tuple[str, ...] | None = shelf.get(listed)
            if permits is not None:
                known: list[BoardRow] = [shelf["board", permit] for permit in permits if permit != row.permit]
                if listed in stands:
                    known.append(row)
                    known.sort(key=_by_start)
                self.remember(shelf, listed, tuple(one.permit for one in known))

    def on_board(self, permit: str) -> BoardRow | None:
        """One permit as shown; None when it was never put up."""
        found = self._rows(_ONE, (self.site, permit))
        return found[0] if found else None

    def overlapping(self, areas: Iterable[str], interval: Interval, now: datetime) -> tuple[BoardRow, ...]:
        """Open permits in ``areas``, planned or live, that overlap ``interval``.

        One that is live past its planned end (as of ``now``) overlaps everything that ends after its start.
        """
        return tuple(
            row
            for area in dict.fromkeys(areas)
            for row in self._listed(_IN_AREA, area)
            if row.planned.start < interval.end
            and (row.planned.end > interval.start or (row.live and row.planned.end <= now))
        )

    def open_in(self, areas: Iterable[str]) -> tuple[BoardRow, ...]:
        """Open permits in ``areas``, at whatever time."""
        return tuple(row for area in dict.fromkeys(areas) for row in self._listed(_IN_AREA, area))

    def open_of_work(self, work: str) -> tuple[BoardRow, ...]:
        """Open permits of one kind of work, wherever they are."""
        return self._listed(_OF_WORK, work)

    def open_permits_of(self, person: str) -> tuple[BoardRow, ...]:
        """Open permits that name a person in any role."""
        return self._listed(_OF_PERSON, person)

    def permits_in(self, status: str) -> tuple[BoardRow, ...]:
        """Permits of one status."""
        return self._rows(_OF_STATUS, (self.site, status))

    def open_permits(self) -> tuple[BoardRow, ...]:
        """Everything that is still somebody's business."""
        return self._rows(_ALL_OPEN, (self.site,))

    def standing_permits(self, after: datetime) -> tuple[tuple[str, str], ...]:
        """Number and status of every permit that is open, or whose planned time ends after that moment."""
        return tuple((str(permit), str(status)) for permit, status in self.read(_STANDING, (self.site, spell(after))))

    def all_permits(self) -> tuple[BoardRow, ...]:
        """Every permit there ever was, by start. For lists of a small site; a big one asks by status or person."""
        return self._rows(_ALL, (self.site,))

    def said_at(self, area: str) -> tuple[tuple[str, str], ...]:
        """Place and task of the last two hundred permits of an area, over ones too; looked through row by row."""
        return tuple((str(place), str(task)) for place, task in self.read(_SAID_AT, (self.site, area)))

    def board_counts(self) -> dict[str, int]:
        """How many permits by status."""
        return {status: count for status, count in self.read(_COUNT, (self.site,))}  # noqa: C416 - rows are not pairs

    def _listed(self, statement: Statement, owner: str) -> tuple[BoardRow, ...]:
        """Open permits of an area or a person, by start; from memory when it is known who they are."""
        shelf, key = self._session.shelf, (_LISTS[statement], owner)
        permits: tuple[str, ...] | None = shelf.get(key)
        if permits is None:
            rows = self._rows(statement, (self.site, owner))
            for row in rows:
                self.remember(shelf, ("board", row.permit), row)
            self.remember(shelf, key, tuple(row.permit for row in rows))
            return rows
        # Whatever closes a permit takes it off the lists it stood on, so every one of them is here, and in order.
        return tuple([shelf["board", permit] for permit in permits])

    def _rows(self, statement: Statement, row: Row) -> tuple[BoardRow, ...]:
        found = self.read(statement, row)
        return tuple(board_row(one, self.read(_PEOPLE, (self.site, one[1]))) for one in found)


_LISTS = {_IN_AREA: "board of area", _OF_PERSON: "board of person", _OF_WORK: "board of work"}
"""Under which name the shelf keeps the answers of these."""


def _by_start(row: BoardRow) -> tuple[datetime, str]:
    """The order of every list."""
    return row.planned.start, row.permit


def _standing(row: BoardRow) -> tuple[object, ...]:
    """What decides on which lists a permit stands, and where."""
    return row.open, row.planned.start, row.area, row.work, row.people


def _lists(row: BoardRow | None) -> frozenset[tuple[str, str]]:
    """The lists an open permit stands on."""
    if row is None or not row.open:
        return frozenset()
    people = {(_LISTS[_OF_PERSON], person) for _, person in row.people}
    return frozenset({(_LISTS[_IN_AREA], row.area), (_LISTS[_OF_WORK], row.work), *people})


def board_row(row: Sequence[object], people: Iterable[Sequence[str]]) -> BoardRow:
    """A row of ``board``, all columns, with its people."""
    (_, permit, status, version, work, grade, area, place, equipment, starts, ends, live, is_open, updated, task) = row
    return BoardRow(
        permit=str(permit), status=str(status), version=int(str(version)), work=str(work), grade=str(grade),
        area=str(area), place=str(place), equipment=None if equipment is None else str(equipment),
        planned=Interval(start=read(str(starts)), end=read(str(ends))), live=bool(live), open=bool(is_open),
        task=str(task), people=tuple((role, person) for role, person in people), updated_at=read(str(updated)),
    )  # fmt: skip
