"""The board of hazards and the points of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from storage.hazards import HazardRow
from storage.tx import Tx
from storage.writer import Writer
from tests.support.ledger import T0

ROW = HazardRow(
    id="YH-HC-20260115-001", is_open=True, stage="reported", area="TK2", kind="fire", place="2号罐", said="灭火器过期",
    reporter="wang", responsible="", supervision=0, reported_at=T0, reported_on=date(2026, 1, 15), due_at=T0, earned=0,
)  # fmt: skip
OTHER = replace(ROW, id="YH-HC-20260115-002", due_at=None, is_open=False, stage="archived", earned=5)


async def test_the_board_shows_what_is_open_and_everybody_his_own(writer: Writer) -> None:
    def write(tx: Tx) -> None:
        tx.put_hazard(ROW)
        tx.put_hazard(OTHER)

    await writer.submit(write)
    assert await writer.submit(lambda tx: tx.open_hazards()) == (ROW,)
    assert await writer.submit(lambda tx: tx.hazard(OTHER.id)) == OTHER
    assert await writer.submit(lambda tx: tx.hazard("YH-HC-20260115-009")) is None
    assert len(await writer.submit(lambda tx: tx.hazards_by("wang", 10))) == 2
    assert await writer.submit(lambda tx: tx.hazards_by("li", 10)) == ()


async def test_points_are_counted_by_person_and_day(writer: Writer) -> None:
    def write(tx: Tx) -> None:
        for number, earned in enumerate((2, 5)):
            tx.put_hazard(replace(OTHER, id=f"YH-{number}", earned=earned))
        tx.put_hazard(replace(OTHER, id="YH-8", reported_on=date(2026, 1, 16), earned=20))
        tx.put_hazard(replace(OTHER, id="YH-9", reporter="li", earned=2))

    await writer.submit(write)
    assert await writer.submit(lambda tx: tx.hazard_points("wang", date(2026, 1, 15))) == 7
    assert await writer.submit(lambda tx: tx.hazard_points("nobody", date(2026, 1, 15))) == 0
    await writer.submit(lambda tx: tx.put_hazard(replace(OTHER, id="YH-0", earned=2)))
    assert await writer.submit(lambda tx: tx.hazard_points("wang", date(2026, 1, 15))) == 7, "written again, not twice"
