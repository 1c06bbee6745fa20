"""What is at a place now: for everybody who stands before its board, and for those who have to do with it.

Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import airs
from handlers.arrivals import Sender
from handlers.checkins import waits_for
from handlers.desk import Desk
from handlers.house import House
from handlers.presence import at_place
from storage.board import BoardRow
from storage.tx import Tx
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit, Status
from workflow.plant import Area
from workflow.rules.gas import label
from workflow.rules.types import Grade, Unit
from workflow.values import Interval, WorkType

_NEAR = timedelta(hours=12)
_SHOWN = frozenset({Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.COMPLETED, Status.FIRE_WATCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a passer-by may know of work at a place."""

    work: WorkType
    grade: Grade
    status: Status
    until: datetime
    guardian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GasForm:
    """What is filled in for a gas test: the points by name, the gases by key and name."""

    points: tuple[str, ...]
    gases: tuple[tuple[str, str], ...]
    units: tuple[str, ...] = tuple(unit.value for unit in Unit)


def works_at(tx: Tx, house: House, area: Area, now: datetime) -> tuple[Work, ...]:
    """What works at a place, or is about to or has just ended, soonest end first."""
    around = Interval(start=now - _NEAR, end=now + _NEAR)
    rows = [row for row in tx.overlapping((area.id,), around, now) if row.live and Status(row.status) in _SHOWN]
    return tuple(_work(tx, house, row) for row in sorted(rows, key=lambda row: (row.planned.end, row.permit)))


def live_at(tx: Tx, area: Area) -> tuple[PermitId, ...]:
    """The permits under which people may be at work at a place."""
    return tuple(PermitId(row.permit) for row in tx.open_permits() if row.live and row.area == area.id)


def _work(tx: Tx, house: House, row: BoardRow) -> Work:
    permit = tx.load(house.permits, row.permit)[0]
    guardian = tx.directory.people.get(permit.guardian)
    return Work(
        work=WorkType(row.work),
        grade=Grade(row.grade),
        status=Status(row.status),
        until=row.planned.end,
        guardian=guardian.name if guardian is not None else "",
    )


def permits_of(tx: Tx, house: House, area: Area, person: PersonId, now: datetime) -> tuple[PermitId, ...]:
    """Open permits of the place that are the person's business, by name or by post; what waits for them first."""
    desk = _looking(tx, house, person, now)
    rows = at_place(desk, area)
    first = sorted(rows, key=lambda row: (not waits_for(desk, row), not row.live, row.planned.start, row.permit))
    return tuple(PermitId(row.permit) for row in first)


def gas_form(tx: Tx, house: House, permit: Permit, person: PersonId, now: datetime) -> GasForm | None:
    """What a gas test of this permit asks for; None where none is wanted now."""
    gas = permit.law.gas
    if gas is None or not airs.wants_gas(permit):
        return None
    points = tuple(name for _, name in airs.points_of(_looking(tx, house, person, now), permit))
    return GasForm(points=points, gases=tuple((name, label(gas, name)) for name in gas.required))


def _looking(tx: Tx, house: House, person: PersonId, now: datetime) -> Desk:
    """A desk that is never closed writes nothing."""
    return Desk(tx, house, now=now, cause="", sender=Sender(platform="", corp="", user=""), actor=person)
