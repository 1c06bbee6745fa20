"""「停工」 is not said twice: the words of whoever stopped the work stand beside the stop without the order."""

from __future__ import annotations

from datetime import UTC
from typing import Final

import pytest

from cards.forms.tables import tables
from cards.history import Telling, history_line
from cards.said_stop import without_order
from tests.support.papers import events, paper_of
from tests.support.works import WORKER, at
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.values import Actor, WorkType

STOPPED: Final = e.WorkSuspended(
    by=Actor.person(WORKER), at=at("10:40"), reason=SuspendReason.STOP_WORK, text="停工 着火了", evacuate=False
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("停工 着火了", "着火了"),
        ("停工，着火了", "着火了"),
        ("快停工！要炸了", "要炸了"),
        ("立即停工！", ""),
        ("停工", ""),
        ("停停停", ""),
        ("停工区域里有人", "停工区域里有人"),
        ("停一下", "停一下"),
        ("有味道，停工", "有味道，停工"),
        ("着火了", "着火了"),
        ("", ""),
    ],
)
def test_the_order_goes_and_the_reason_stays(said: str, shown: str) -> None:
    assert without_order(said) == shown


def test_the_journal_and_the_form_say_it_once() -> None:
    told = Telling(names={}, zone=UTC, nodes={}, photos={}, closings={})
    assert history_line(STOPPED, told).endswith("停工：有人叫停 着火了")
    course = next(
        one for one in tables(paper_of((*events(WorkType.HOT, closed=False), STOPPED))) if one.title == "经过"
    )
    assert [row[2] for row in course.rows if "有人叫停" in row[2]] == ["有人叫停 着火了"]
