"""Who is at a place for too long, who is a stranger there, and how many are too many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import GUARDIAN, HOUR, LEADER, MINUTE, STRANGER, WORKER, Desk
from workflow.occupancy import (
    OccupancyBreach,
    OccupancyRule,
    Then,
    over_at,
    rule_for,
    since,
    strangers,
    too_long,
    too_many,
)
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.rules.types import Grade
from workflow.values import Actor, WorkType

HOT = frozenset({WorkType.HOT})


def rule(kind: OccupancyBreach = OccupancyBreach.OVERTIME, **parts: Any) -> OccupancyRule:
    given = {"then": Then.TELL, "works": HOT, **({"after": HOUR} if kind is OccupancyBreach.OVERTIME else {}), **parts}
    return OccupancyRule(kind=kind, **given)


def test_of_several_rules_the_stricter_of_each_counts() -> None:
    rules = (
        rule(after=2 * HOUR, then=Then.STOP), rule(after=HOUR), rule(OccupancyBreach.TOO_MANY, most=5),
        rule(OccupancyBreach.TOO_MANY, most=3, grades=frozenset({Grade.SPECIAL})),
    )  # fmt: skip
    long = rule_for(rules, OccupancyBreach.OVERTIME, WorkType.HOT, Grade.FIRST)
    assert long is not None
    assert (long.after, long.then) == (HOUR, Then.STOP)
    many = rule_for(rules, OccupancyBreach.TOO_MANY, WorkType.HOT, Grade.SPECIAL)
    assert many is not None
    assert many.most == 3
    assert rule_for(rules, OccupancyBreach.STRANGER, WorkType.HOT, Grade.FIRST) is None
    assert rule_for(rules, OccupancyBreach.OVERTIME, WorkType.LIFT, Grade.FIRST) is None


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (OccupancyBreach.OVERTIME, {"after": None}), (OccupancyBreach.OVERTIME, {"after": timedelta(0)}),
        (OccupancyBreach.STRANGER, {"after": HOUR}), (OccupancyBreach.STRANGER, {"most": 3}),
        (OccupancyBreach.TOO_MANY, {"most": 0}),
    ],
)  # fmt: skip
def test_a_rule_says_what_its_kind_needs(kind: OccupancyBreach, parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"exactly overtime|too many alone"):
        rule(kind, **parts)


def test_time_is_counted_from_the_start_while_no_names_are_logged() -> None:
    desk = Desk().reach(Status.ACTIVE)
    began = desk.now
    assert set(since(desk.permit)) == {LEADER, *desk.permit.what.workers}
    assert over_at(desk.permit, rule()) == began + HOUR
    assert too_long(desk.permit, rule(), began + HOUR - MINUTE) == ()
    assert set(too_long(desk.permit, rule(), began + HOUR)) == set(since(desk.permit))
    desk.ask(c.StopWork(by=Actor.person(GUARDIAN), at=desk.now, reason=SuspendReason.STOP_WORK, text="停"))
    assert since(desk.permit) == {}
    assert over_at(desk.permit, rule()) is None


def test_time_is_counted_from_the_entry_where_names_are_logged() -> None:
    desk = Desk().reach(Status.ACTIVE)
    desk.now += 10 * MINUTE
    desk.ask(desk.by(GUARDIAN, c.LogEntry, person=WORKER))
    assert since(desk.permit) == {WORKER: desk.now}
    assert over_at(desk.permit, rule()) == desk.now + HOUR
    assert over_at(desk.permit, rule(), desk.now + HOUR) is None
    desk.ask(desk.by(GUARDIAN, c.LogExit, person=WORKER))
    assert since(desk.permit) == {}


def test_strangers_and_too_many() -> None:
    assert strangers((STRANGER, WORKER), (WORKER, LEADER)) == (STRANGER,)
    assert too_many((WORKER, LEADER), (WORKER,), rule(OccupancyBreach.TOO_MANY))
    assert not too_many((WORKER, WORKER), (WORKER,), rule(OccupancyBreach.TOO_MANY))
    assert not too_many((WORKER, LEADER), (WORKER,), rule(OccupancyBreach.TOO_MANY, most=2))
    assert too_many((WORKER, LEADER), (WORKER, LEADER, GUARDIAN), rule(OccupancyBreach.TOO_MANY, most=1))
