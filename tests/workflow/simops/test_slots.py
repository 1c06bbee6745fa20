"""The next free slot: the earliest in which no hard rule bites, inside validity and the plant's hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from tests.support.rulebook import ZONE, local
from tests.support.simops import MINE, NOW, Held, graph, held, other_permit, rules_of
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Status
from workflow.rules.types import PermitRules
from workflow.simops.slots import HORIZON, Hours, next_free_slot
from workflow.values import Interval

DAY = Hours(zone=ZONE, start=time(6), end=time(20))
EVER = Hours(zone=ZONE)
MAP = graph()


def hot(time_: str = "10-12", at: str = "T1") -> Held:
    return held(MINE, {"work": "hot", "at": at, "time": time_}, crew="a")


def blind(number: int, time_: str, **said: str) -> Held:
    what = {"work": "blind", "at": "E25", "pipe": f"P-{number}00-80", "time": time_, **said}
    return held(PermitId(f"MB-{number}"), what, crew=f"b{number}")


def slot(mine: Held, *others: Held, hours: Hours = DAY, law: PermitRules | None = None) -> Interval | None:
    seen = [other_permit(mine.content, other, MAP) for other in others]
    return next_free_slot(mine.id, mine.content, law or rules_of(mine.content), seen, now=NOW, hours=hours)


def from_to(start: str, end: str) -> Interval:
    return Interval(start=local(f"2026-11-{start}"), end=local(f"2026-11-{end}"))


def test_nothing_in_the_way_is_the_planned_time_itself() -> None:
    assert slot(hot()) == from_to("24 10:00", "24 12:00")


def test_it_begins_the_moment_the_other_ends() -> None:
    assert slot(hot(), blind(1, "10-16")) == from_to("24 16:00", "24 18:00")


def test_a_gap_between_two_is_used_only_when_it_is_long_enough() -> None:
    fits = slot(hot(), blind(1, "10-12"), blind(2, "14-18"))
    assert fits == from_to("24 12:00", "24 14:00")
    assert slot(hot(), blind(1, "10-12"), blind(2, "13.59-18")) == from_to("24 18:00", "24 20:00")


def test_the_plants_hours_push_it_to_the_next_morning() -> None:
    assert slot(hot(), blind(1, "10-19")) == from_to("25 06:00", "25 08:00")
    assert slot(hot(), blind(1, "10-19"), hours=EVER) == from_to("24 19:00", "24 21:00")


def test_one_that_lives_past_its_end_leaves_no_slot() -> None:
    assert slot(hot(), blind(1, "05-07", state="expired_inside")) is None


def test_planned_ones_were_there_first_and_closed_ones_are_gone() -> None:
    assert slot(hot(), blind(1, "10-16", state="in_review")) == from_to("24 16:00", "24 18:00")
    assert slot(hot(), blind(1, "10-16", state="closed")) == from_to("24 10:00", "24 12:00")


def test_an_unknown_that_stops_is_in_the_way_one_that_only_warns_is_not() -> None:
    assert slot(hot(), blind(1, "10-16", at="B")) == from_to("24 16:00", "24 18:00")
    tall = held(PermitId("GC-1"), {"work": "height", "at": "A", "height": "5"}, crew="h")
    assert slot(hot(at="A"), tall) == from_to("24 10:00", "24 12:00")


def test_nobody_guards_or_works_in_two_places() -> None:
    far = held(PermitId("DH-9"), {"work": "hot", "at": "C1", "time": "10-15"}, crew="z")
    mine = hot()
    for changes in ({"guardian": mine.content.guardian}, {"workers": (PersonId("w-a"),)}):
        busy = replace(far, content=replace(far.content, **changes))
        assert slot(mine, busy) == from_to("24 15:00", "24 17:00")


def test_longer_than_a_permit_may_be_has_no_slot() -> None:
    law = replace(rules_of(hot().content), max_validity=timedelta(minutes=119))
    assert slot(hot(), law=law) is None


def test_not_before_now_and_not_behind_the_horizon() -> None:
    assert slot(hot("08-09"), hours=EVER) == Interval(start=NOW, end=NOW + timedelta(hours=1))
    week = replace(blind(1, "10-16"), status=Status.ACTIVE)
    long_ = replace(week.content, planned=Interval(start=NOW, end=NOW + HORIZON + timedelta(hours=2)))
    assert slot(hot(), replace(week, content=long_)) is None


@pytest.mark.parametrize("start", [0, 6, 20])
def test_hours_over_midnight_are_one_stretch(start: int) -> None:
    night = Hours(zone=ZONE, start=time(20), end=time(6))
    first = local(f"2026-11-24 {start:02d}:00")
    found = list(night.windows(first, first + timedelta(days=1)))
    assert all(one.length <= timedelta(hours=10) for one in found)
    assert found[0].start >= first
