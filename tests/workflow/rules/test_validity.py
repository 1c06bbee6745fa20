"""How long, and until when: never beyond the plan, the limit from the plan, or the limit from the issue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.rulebook import content, facts, local, planned, rules
from workflow.rules.validity import ends_at, fits, spoken, too_long

EIGHT = timedelta(hours=8)


@pytest.mark.parametrize(
    ("start", "end", "issued", "expected"),
    [
        ("2026-11-24 08:00", "2026-11-24 16:00", "2026-11-24 08:00", "2026-11-24 16:00"),
        ("2026-11-24 08:00", "2026-11-24 12:00", "2026-11-24 08:00", "2026-11-24 12:00"),
        ("2026-11-24 08:00", "2026-11-24 16:00", "2026-11-24 07:00", "2026-11-24 15:00"),
        ("2026-11-24 08:00", "2026-11-24 16:00", "2026-11-23 18:00", "2026-11-24 02:00"),  # lapses before it starts
        ("2026-11-24 08:00", "2026-11-25 08:00", None, "2026-11-24 16:00"),
    ],
)
def test_the_earliest_of_three_ends(start: str, end: str, issued: str | None, expected: str) -> None:
    assert ends_at(planned(start, end), EIGHT, None if issued is None else local(issued)) == local(expected)


@pytest.mark.parametrize(("end", "good"), [("2026-11-24 16:00", True), ("2026-11-24 16:01", False)])
def test_exactly_the_limit_fits(end: str, good: bool) -> None:
    what = content(facts=facts(fire_explosion=True), planned=planned("2026-11-24 08:00", end))
    assert fits(what, rules(what)) is good


def test_a_plan_over_night_is_told_how_to_split() -> None:
    what = content(planned=planned("2026-11-24 10:00", "2026-11-25 10:00"))
    fact, cure = too_long(what, rules(what))
    assert "夜间" in fact
    assert "由二级升为一级" in fact
    assert "8小时" in fact
    assert "二级票" in cure
    assert "8小时" in cure


def test_a_plan_that_is_simply_too_long() -> None:
    what = content(facts=facts(fire_explosion=True), planned=planned("2026-11-24 08:00", "2026-11-24 17:00"))
    fact, cure = too_long(what, rules(what))
    assert fact == "计划 9小时，一级作业票最长 8小时"
    assert "不能延期" in cure


def test_special_that_was_to_be_raised_is_not_told_to_become_what_it_is() -> None:
    said = facts(fire_explosion=True, operating=True)
    what = content(facts=said, planned=planned("2026-11-24 14:00", "2026-11-24 23:00"))
    assert too_long(what, rules(what))[0] == "计划 9小时，特级作业票最长 8小时"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=25), "25分钟"),
        (timedelta(hours=8), "8小时"),
        (timedelta(minutes=90), "1小时30分"),
        (timedelta(minutes=30, seconds=1), "31分钟"),
        (timedelta(0), "0分钟"),
    ],
)
def test_durations_for_people(length: timedelta, text: str) -> None:
    assert spoken(length) == text
