"""Which permits and hazards belong to a stretch of time, on both databases: each to exactly one month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from storage.board import BoardRow
from storage.hazards import HazardRow
from storage.planned import planned_between, reported_between
from storage.tx import Tx
from storage.writer import Writer
from workflow.values import Interval

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def permit(number: str, start: datetime) -> BoardRow:
    return BoardRow(
        permit=number, status="closed", version=1, work="hot", grade="first", area="TK2", place="", equipment=None,
        planned=Interval(start=start, end=start + timedelta(days=2)), live=False, open=False, task="", people=(),
        updated_at=start,
    )  # fmt: skip


def hazard(number: str, at: datetime) -> HazardRow:
    return HazardRow(
        id=number, is_open=False, stage="archived", area="", kind="other", place="", said="", reporter="",
        responsible="", supervision=0, reported_at=at, reported_on=date(2026, 3, 1), due_at=None, earned=0, ended_at=at,
    )  # fmt: skip


async def test_a_permit_belongs_to_the_month_it_was_to_begin_in(writer: Writer) -> None:
    def write(tx: Tx) -> None:
        for number, start in (("B", APRIL - SECOND), ("A", MARCH), ("C", APRIL), ("Z", MARCH - SECOND)):
            tx.put_on_board(permit(number, start))
            tx.put_hazard(hazard(f"H{number}", start))

    await writer.submit(write)
    may = APRIL + timedelta(days=30)
    assert await writer.submit(lambda tx: planned_between(tx, MARCH, APRIL, most=9)) == ("A", "B")
    assert await writer.submit(lambda tx: planned_between(tx, APRIL, may, most=9)) == ("C",)
    assert await writer.submit(lambda tx: reported_between(tx, MARCH, APRIL, most=9)) == ("HA", "HB")
    assert await writer.submit(lambda tx: reported_between(tx, APRIL, may, most=9)) == ("HC",)
    assert await writer.submit(lambda tx: planned_between(tx, MARCH, APRIL, most=1)) == ("A",)
