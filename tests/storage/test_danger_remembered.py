"""Emergencies in force and places of open hazards are seen by the next decision, however often was asked before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from storage import emergencies, hazards
from storage.emergencies import EmergencyRow
from storage.engine import Database
from storage.hazards import HazardRow
from storage.sql import Statement
from storage.tx import Tx
from storage.writer import Writer
from tests.storage.conftest import SITE
from tests.support.ledger import T0

EMERGENCY = EmergencyRow(zone="TK2", called_by="wang", called_at=T0)
HAZARD = HazardRow(
    id="YH-HC-20260115-001", is_open=True, stage="reported", area="TK2", kind="fire", place="2号罐", said="灭火器过期",
    reporter="wang", responsible="", supervision=0, reported_at=T0, reported_on=date(2026, 1, 15), due_at=T0, earned=0,
)  # fmt: skip
WHEN = "2026-05-01T00:00:00.000000Z"


@dataclass(frozen=True)
class Danger:
    """How one kind of danger is written, ended and asked for."""

    comes: Callable[[Tx], None]
    goes: Callable[[Tx], None]
    asked: Callable[[Tx], list[str]]
    elsewhere: tuple[Statement, tuple[object, ...]]
    """How another process writes it."""


DANGERS = {
    "emergency": Danger(
        comes=lambda tx: tx.put_emergency(EMERGENCY),
        goes=lambda tx: tx.drop_emergency("TK2"),
        asked=lambda tx: [row.zone for row in tx.emergencies()],
        elsewhere=(emergencies._PUT, (SITE, "TK2", "wang", WHEN)),
    ),
    "hazard": Danger(
        comes=lambda tx: tx.put_hazard(HAZARD),
        goes=lambda tx: tx.put_hazard(replace(HAZARD, is_open=False, stage="archived")),
        asked=lambda tx: [area for _, area in tx.open_hazard_places()],
        elsewhere=(
            hazards._PUT,
            (
                SITE,
                "YH-1",
                True,
                "reported",
                "TK2",
                "fire",
                "2号罐",
                "",
                "wang",
                "",
                0,
                WHEN,
                "2026-05-01",
                None,
                0,
                None,
            ),
        ),
    ),
}


@pytest.fixture(params=DANGERS)
def danger(request: pytest.FixtureRequest) -> Danger:
    return DANGERS[request.param]


async def test_what_comes_and_goes_is_seen(writer: Writer, danger: Danger) -> None:
    assert await writer.submit(danger.asked) == []
    for _ in range(2):
        await writer.submit(danger.comes)
        assert await writer.submit(danger.asked) == ["TK2"]
        await writer.submit(danger.goes)
        assert await writer.submit(danger.asked) == []


async def test_it_is_seen_by_the_command_that_writes_it_and_by_no_other_when_that_fails(
    writer: Writer, danger: Danger
) -> None:
    def fails(tx: Tx) -> None:
        danger.asked(tx)
        danger.comes(tx)
        assert danger.asked(tx) == ["TK2"]
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await writer.submit(fails)
        assert await writer.submit(danger.asked) == []


async def test_an_end_that_fails_ends_nothing(writer: Writer, danger: Danger) -> None:
    def fails(tx: Tx) -> None:
        danger.goes(tx)
        assert danger.asked(tx) == []
        raise RuntimeError

    await writer.submit(danger.comes)
    assert await writer.submit(danger.asked) == ["TK2"]
    with pytest.raises(RuntimeError):
        await writer.submit(fails)
    assert await writer.submit(danger.asked) == ["TK2"]


async def test_an_end_that_fails_ends_nothing_that_was_asked_for_nowhere_else(writer: Writer, danger: Danger) -> None:
    def fails(tx: Tx) -> None:
        danger.goes(tx)
        assert danger.asked(tx) == []
        raise RuntimeError

    await writer.submit(danger.comes)
    with pytest.raises(RuntimeError):
        await writer.submit(fails)
    assert await writer.submit(danger.asked) == ["TK2"]


async def test_what_another_process_wrote_is_seen(database: Database, writer: Writer, danger: Danger) -> None:
    assert await writer.submit(danger.asked) == []
    statement, row = danger.elsewhere
    connection = database.connect_writer()
    connection.begin()
    connection.run(statement, [row])
    connection.commit()
    connection.close()
    assert await writer.submit(danger.asked) == ["TK2"]
