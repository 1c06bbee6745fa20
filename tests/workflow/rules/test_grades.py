"""The grade of hot work: table 1.2 in order, relief, 升级管理, and the questions that come back instead of a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.rulebook import TUESDAY, chemical, content, facts, local, planned, rules
from workflow.errors import Refused
from workflow.findings import Verdict
from workflow.permit.content import SiteFacts
from workflow.rules.grades import grade
from workflow.rules.levels import parse
from workflow.rules.situation import Known
from workflow.rules.types import Grade, PermitRules
from workflow.values import Interval, WorkType

S, F, Z = Grade.SPECIAL, Grade.FIRST, Grade.SECOND


def graded(said: SiteFacts, when: Interval = TUESDAY, stated: str | None = None) -> PermitRules:
    return rules(content(facts=said, planned=when, stated_grade=stated))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (facts(fire_explosion=True, operating=True), S),
        (facts(fire_explosion=True, operating=True, pipe_rack=True), S),  # an operating pipe on a rack: rule 1 first
        (facts(major_hazard_dike=True), S),
        (facts(pipe_rack=True), F),
        (facts(fire_explosion=True), F),
        (facts(fire_explosion=True, pipe_rack=True), F),
        (facts(operating=True), Z),  # operating, but no explosion place
        (facts(), Z),
    ],
)
def test_table_in_order(said: SiteFacts, expected: Grade) -> None:
    assert graded(said).grade is expected


def questions(said: SiteFacts) -> list[str]:
    with pytest.raises(Refused) as refused:
        graded(said)
    assert all(finding.verdict is Verdict.UNKNOWN and finding.cure.endswith("？") for finding in refused.value.findings)
    return [finding.gate for finding in refused.value.findings]


def test_what_is_missing_is_asked() -> None:
    assert questions(facts(fire_explosion=None)) == ["grade.fire_explosion"]
    assert questions(facts(fire_explosion=True, operating=None)) == ["grade.operating"]
    assert questions(facts(pipe_rack=None)) == ["grade.pipe_rack"]
    assert questions(SiteFacts()) == [
        "grade.fire_explosion",
        "grade.operating",
        "grade.major_hazard_dike",
        "grade.pipe_rack",
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (facts(fire_explosion=True, pipe_rack=None), F),  # rack or not: 一级 either way
        (facts(fire_explosion=True, operating=True, major_hazard_dike=None, pipe_rack=None), S),
        (facts(operating=None), Z),  # outside an explosion place it does not matter
    ],
)
def test_what_cannot_matter_is_not_asked(said: SiteFacts, expected: Grade) -> None:
    assert graded(said).grade is expected


def test_a_stopped_and_cleaned_plant_may_come_down_one_level() -> None:
    down = graded(facts(fire_explosion=True, stopped_cleaned_isolated=True))
    assert (down.grade, down.base_grade) == (Z, Z)
    assert "停车" in down.grade_why
    assert graded(facts(fire_explosion=True, operating=True, stopped_cleaned_isolated=True)).grade is S
    assert graded(facts(major_hazard_dike=True, stopped_cleaned_isolated=True)).grade is S
    assert (
        graded(facts(fire_explosion=True, operating=None, major_hazard_dike=True, stopped_cleaned_isolated=True)).grade
        is S
    )


def test_in_a_fixed_hot_work_area_there_is_no_permit() -> None:
    with pytest.raises(Refused) as refused:
        graded(facts(fixed_hot_work=True))
    (finding,) = refused.value.findings
    assert (finding.gate, finding.verdict, finding.clause) == (
        "grade.fixed_hot_work",
        Verdict.FAIL,
        "GB 30871-2022 5.5",
    )


WEEKEND = planned("2026-11-28 09:00", "2026-11-28 12:00")
NIGHT = planned("2026-11-24 21:00", "2026-11-24 23:00")
MAY_DAY = planned("2026-05-01 09:00", "2026-05-01 12:00")
MOVED_OFF = planned("2026-02-20 09:00", "2026-02-20 12:00")  # a Friday off for the Spring Festival
MOVED_ON = planned("2026-02-28 09:00", "2026-02-28 12:00")  # a Saturday worked instead
NEXT_YEAR = planned("2027-03-02 09:00", "2027-03-02 12:00")  # a Tuesday of a year nobody has entered


@pytest.mark.parametrize(
    ("when", "by"),
    [
        (WEEKEND, ("rest_day",)),
        (NIGHT, ("night",)),
        (MAY_DAY, ("holiday",)),
        (MOVED_OFF, ("holiday",)),
        (MOVED_ON, ()),
        (NEXT_YEAR, ("holiday",)),
        (planned("2026-11-28 19:00", "2026-11-28 21:00"), ("night", "rest_day")),
    ],
)
def test_situations_raise_one_level(when: Interval, by: tuple[str, ...]) -> None:
    found = graded(facts(), when)
    assert found.raised_by == by
    assert (found.base_grade, found.grade) == (Z, F if by else Z)


def test_a_year_without_a_calendar_says_so() -> None:
    assert any("2027" in notice for notice in graded(facts(), NEXT_YEAR).notices)
    assert graded(facts()).notices == ()


def test_special_stays_special_and_calls_the_duty_leader() -> None:
    found = graded(facts(fire_explosion=True, operating=True), NIGHT)
    assert (found.grade, found.duty_leader_on_site) == (S, True)
    assert graded(facts(fire_explosion=True, operating=True)).duty_leader_on_site is False


@pytest.mark.parametrize("said", [facts(special_situation=True), facts(triggers=("wind_essential",))])
def test_other_situations_raise_too(said: SiteFacts) -> None:
    assert graded(said).grade is F


def test_the_stated_grade_may_raise_and_never_lower() -> None:
    assert graded(facts(fire_explosion=True), stated="二级").grade is F
    assert graded(facts(), stated="一级动火").grade is F
    assert graded(facts(), stated="special").grade is S
    assert graded(facts(), stated="大概").grade is Z
    assert "从严" in graded(facts(), stated="一级动火").grade_why
    assert "从严" not in graded(facts(), stated="二级").grade_why


@pytest.mark.parametrize(
    ("text", "expected"),
    [("特级", S), ("一级动火", F), ("second", Z), (None, None), ("", None), ("一级或二级", None)],
)
def test_reading_a_stated_grade(text: str | None, expected: Grade | None) -> None:
    assert parse(text, WorkType.HOT) is expected


def test_a_table_without_a_last_row_is_a_mistake() -> None:
    law = next(pack.works[WorkType.HOT] for pack in chemical().packs if pack.id == "cn.gb30871.2022")
    assert law.grading is not None
    open_ended = replace(law.grading, rows=law.grading.rows[:1])
    known = Known(holds=frozenset(), excluded=frozenset({"fire_explosion"}))
    with pytest.raises(ValueError, match="row that always holds"):
        grade(open_ended, known, chemical().words, None, WorkType.HOT)


def test_reasons_and_clauses_are_said() -> None:
    found = graded(facts(pipe_rack=True), WEEKEND)
    assert found.grade is S
    assert "公休日" in found.grade_why
    assert "由一级升为特级" in found.grade_why
    assert found.grade_clause == "GB 30871-2022 5.1"


def test_the_planned_time_is_judged_at_the_site() -> None:
    """20:00 in Shanghai is noon in UTC: the night is the site's."""
    utc = Interval(start=local("2026-11-24 12:30").astimezone(), end=local("2026-11-24 19:59").astimezone())
    assert graded(facts(), utc).raised_by == ()
    assert graded(facts(), replace(utc, end=local("2026-11-24 20:01"))).raised_by == ("night",)
