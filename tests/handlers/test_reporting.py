"""报表 by chat: a file for safety officers, words for everybody else."""

from __future__ import annotations

from datetime import date

import pytest

from cards.answers import ANSWERS
from handlers.outgoing import RegisterFile
from tests.support.hot_work import GUARD, SAFETY, UNIT, WORKER
from tests.support.office import Stage, World


@pytest.fixture
def world(at_stage: Stage) -> World:
    return at_stage("active")


@pytest.mark.parametrize(
    ("line", "since", "until"),
    [
        ("报表", date(2026, 3, 1), date(2026, 3, 31)),
        ("报表 上月", date(2026, 2, 1), date(2026, 2, 28)),
        ("报表：2026-03-01至2026-03-15", date(2026, 3, 1), date(2026, 3, 15)),
    ],
)
async def test_a_safety_officer_gets_the_register_of_the_days_he_says(
    world: World, line: str, since: date, until: date
) -> None:
    rows = await world.says(SAFETY, line)
    assert rows.of(RegisterFile, SAFETY) == [RegisterFile(person=SAFETY, since=since, until=until)]
    assert rows.lanes(RegisterFile) == {"information"}  # a workbook never stands in the way of an approval
    assert rows.said(SAFETY) == []


async def test_nobody_else_gets_one(world: World) -> None:
    for person in (WORKER, GUARD, UNIT):
        rows = await world.says(person, "报表 本月")
        assert rows.of(RegisterFile) == []
        assert rows.said(person) == ["report_not_yours"]


async def test_days_that_are_not_understood_are_asked_for(world: World) -> None:
    for line in ("报表 明年春天", "报表 2026-03-15至2026-03-01", "报表 2024-01-01至2026-03-01"):
        rows = await world.says(SAFETY, line)
        assert (rows.of(RegisterFile), rows.said(SAFETY)) == ([], ["report_how"])
    assert "报表 上月" in ANSWERS["report_how"]


async def test_a_line_that_only_mentions_a_report_is_something_else(world: World) -> None:
    assert (await world.says(SAFETY, "今天的报表呢")).of(RegisterFile) == []
