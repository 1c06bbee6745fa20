"""What the picture of a morning is drawn from: how every area stands now, and what the last two weeks came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cards import words
from cards import words_digest as say
from cards.overview import Day, Overview
from cards.plan import plan
from handlers.house import House
from storage.board import BoardRow
from storage.figures import tally
from storage.tx import Tx
from workflow.area_risk import Standing, is_high
from workflow.deviation.state import Stage
from workflow.figures import day_of
from workflow.ids import AreaId
from workflow.permit.state import Status
from workflow.rules.types import Grade
from workflow.values import WorkType

DAYS = 14
_TO_COME = frozenset({Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED})


def gather(tx: Tx, house: House, now: datetime) -> Overview | None:
    """The picture of this moment; None when nothing goes on and nothing did for two weeks. Reads only."""
    today = now.astimezone(house.zone).date()
    standings = _standings(tx, house, now, today)
    days = tuple(_day(tx, house, today - timedelta(days=back)) for back in range(DAYS, 0, -1))
    if not any(one.level for one in standings.values()) and not any(day.issued or day.stopped for day in days):
        return None
    areas = tx.directory.areas.values()
    clock = words.clock(now, house.zone)
    return Overview(
        title=say.PICTURE.format(day=words.day(now, house.zone), clock=clock),
        foot=say.PICTURE_FOOT.format(clock=clock),
        plan=plan(areas),
        names={area.id: area.name for area in areas},
        standings=standings,
        days=days,
    )


def _standings(tx: Tx, house: House, now: datetime, today: date) -> dict[AreaId, Standing]:
    found: dict[AreaId, Standing] = {}
    for area, part in (*_permits(tx, house, today), *_troubles(tx, now)):
        found[area] = found.get(area, Standing()) + part
    return found


def _permits(tx: Tx, house: House, today: date) -> Iterator[tuple[AreaId, Standing]]:
    span = day_of(today, house.zone)
    for row in tx.open_permits():
        status = Status(row.status)
        if status is Status.ACTIVE:
            yield AreaId(row.area), Standing(running=1, high=int(_high(row)))
        elif status is Status.SUSPENDED or (row.live and status in (Status.EXPIRED, Status.VOIDED)):
            yield AreaId(row.area), Standing(wrong=1)
        elif status in _TO_COME and span.start <= row.planned.start < span.end:
            yield AreaId(row.area), Standing(planned=1)


def _high(row: BoardRow) -> bool:
    return is_high(WorkType(row.work), Grade(row.grade))


def _troubles(tx: Tx, now: datetime) -> Iterator[tuple[AreaId, Standing]]:
    """Overdue hazards and emergency work; where nobody said the place, the digest tells it and the map cannot."""
    for hazard in tx.open_hazards():
        if hazard.area and hazard.due_at is not None and hazard.due_at < now:
            yield AreaId(hazard.area), Standing(wrong=1)
    for one in tx.deviations_at(Stage.OPEN.value):
        if one.area:
            yield AreaId(one.area), Standing(wrong=1)


def _day(tx: Tx, house: House, day: date) -> Day:
    happened = tally(tx, day_of(day, house.zone))
    return Day(
        label=f"{day.month}/{day.day}",
        issued=happened.get("PermitIssued", 0),
        stopped=happened.get("WorkSuspended", 0),
    )
