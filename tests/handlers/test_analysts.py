"""Where the plant wants an analyst's analysis: what a guardian measured lets nothing begin, his records still count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.handlers.test_monitoring import begins
from tests.support.hot_work import GUARD, NUMBER
from tests.support.office import World, at
from workflow.permit.state import Status
from workflow.rules.analysts import AnalystRule, by_analyst
from workflow.rules.levels import Grade
from workflow.values import WorkType

Stage = Callable[[str], World]
ANALYST = "linhui"


def asking(world: World, *works: WorkType) -> World:
    rules = (AnalystRule(works=frozenset(works)),) if works else ()
    book = world.house.book
    world.house = replace(world.house, book=replace(book, plant=replace(book.plant, analysts=rules)))
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    world.now = at("08:01")
    return world


async def test_work_begins_by_the_analysis_of_an_analyst(at_stage: Stage) -> None:
    world = asking(at_stage("ready"), WorkType.HOT)
    assert await begins(world) == ["gas_analyst"]
    rows = await world.says(ANALYST, "可燃 0.1%LEL")
    assert rows.said(ANALYST) == ["gas_taken"]
    assert await begins(world) == []
    rows = await world.says(GUARD, "可燃 0.1%LEL")
    assert rows.said(GUARD) == ["gas_taken"], "while work goes on whoever may record records"
    assert await world.status(NUMBER) is Status.ACTIVE


@pytest.mark.parametrize("works", [(), (WorkType.CONFINED_SPACE,)])
async def test_a_plant_that_asks_nothing_of_it_leaves_it_to_whoever_may(
    at_stage: Stage, works: tuple[WorkType, ...]
) -> None:
    assert await begins(asking(at_stage("ready"), *works)) == []


def test_of_which_work_it_is_asked() -> None:
    rules = (AnalystRule(works=frozenset({WorkType.HOT}), grades=frozenset({Grade.SPECIAL, Grade.FIRST})),)
    assert by_analyst(rules, WorkType.HOT, Grade.FIRST)
    assert not by_analyst(rules, WorkType.HOT, Grade.SECOND)
    assert not by_analyst(rules, WorkType.CONFINED_SPACE, Grade.FIRST)
    assert not by_analyst((), WorkType.HOT, Grade.FIRST)
