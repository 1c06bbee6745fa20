"""Golden cases of the six later works: grades on both sides of every limit, validity, chains, wind.

Expected values come from the law, with the clause beside them; numbers T… are those of the golden list.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.rulebook import PLANT as PLANT_FILE
from tests.support.rulebook import load_with, local, planned, rules
from tests.support.six_works import ANNEX_II, ANNEX_IV, FACTORS, blind, earth, height, lift, power, road
from workflow.errors import Refused
from workflow.findings import Verdict
from workflow.permit.content import Content
from workflow.rules.levels import parse
from workflow.rules.types import GRADES, Grade, Role
from workflow.rules.validity import fits, too_long
from workflow.values import Interval, WorkType

I, II, III, IV = Grade.LEVEL_I, Grade.LEVEL_II, Grade.LEVEL_III, Grade.LEVEL_IV  # noqa: E741 - the standard's names
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = planned("2026-11-24 20:00", "2026-11-24 23:00")
SATURDAY = planned("2026-11-28 10:00", "2026-11-28 14:00")
MAY_DAY = planned("2026-05-01 10:00", "2026-05-01 14:00")


def asked(what: Content) -> list[str]:
    with pytest.raises(Refused) as refused:
        rules(what)
    assert all(finding.verdict is Verdict.UNKNOWN and finding.cure for finding in refused.value.findings)
    return [finding.gate.removeprefix("grade.") for finding in refused.value.findings]


# --- height, 8.1 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metres", "a", "b"),
    [
        ("2", I, II),  # 2 ≤ h ≤ 5
        ("2.0", I, II),
        ("4.9", I, II),
        ("5.0", I, II),  # T5
        ("5.1", II, III),  # T5, 5 < h ≤ 15
        ("5.001", II, III),
        ("15.0", II, III),  # T5
        ("15.1", III, IV),  # T5, 15 < h ≤ 30
        ("30.0", III, IV),  # T5, trap 8
        ("30.1", IV, IV),  # T5, h > 30
        ("120", IV, IV),
    ],
)
def test_t5_bands_by_height_and_factor(metres: str, a: Grade, b: Grade) -> None:
    assert rules(height(metres)).grade is a
    for factor in FACTORS:
        assert rules(height(metres, factor)).grade is b, factor


def test_t6_four_metres_at_four_degrees() -> None:
    assert rules(height("4", "cold_5c")).grade is II


def test_t7_sixteen_metres_in_poor_light() -> None:
    found = rules(height("16", "poor_light"))
    assert (found.grade, found.chain[-1].role) == (IV, Role.CHIEF)


def test_t8_three_metres_in_snow() -> None:
    found = rules(height("3", "snow_work"))
    assert found.grade is IV
    assert "附录B注2(资料性" in found.grade_clause


@pytest.mark.parametrize("name", ANNEX_IV)
def test_annex_b_makes_it_iv(name: str) -> None:
    assert rules(height("2.5", name)).grade is IV


@pytest.mark.parametrize("name", ANNEX_II)
@pytest.mark.parametrize(("metres", "grade"), [("3", II), ("6", II), ("16", III), ("31", IV)])
def test_annex_b_makes_it_at_least_ii(name: str, metres: str, grade: Grade) -> None:
    """At least, never more: the table counts where it says more."""
    assert rules(height(metres, name)).grade is grade


def test_lamps_only_counts_at_night_only() -> None:
    assert rules(height("3", "night_lamps_only", planned=NIGHT)).grade is IV
    assert rules(height("3", "night_lamps_only")).grade is I
    assert asked(height("3", unsaid=("night_lamps_only",), planned=NIGHT)) == ["night_lamps_only"]


@pytest.mark.parametrize("when", [NIGHT, SATURDAY, MAY_DAY])
def test_only_hot_work_is_raised_by_the_calendar(when: Interval) -> None:
    """升级管理 stands in 5.1 and nowhere else."""
    assert rules(height("6", planned=when)).grade is II
    assert rules(height("6", planned=when)).raised_by == ()
    assert rules(lift("50", planned=when)).grade is Grade.SECOND


@pytest.mark.parametrize(("metres", "free"), [("1.9", True), ("1.99", True), ("2", False), ("2.0", False)])
def test_below_two_metres_it_is_no_height_work(metres: str, free: bool) -> None:
    if not free:
        assert rules(height(metres)).grade is I
        return
    with pytest.raises(Refused) as refused:
        rules(height(metres))
    (finding,) = refused.value.findings
    assert (finding.gate, finding.verdict) == ("grade.below_2m", Verdict.FAIL)


def test_a_steep_slope_counts_at_any_height() -> None:
    assert rules(height("1.5", "steep_slope")).grade is I
    assert asked(height("1.5", unsaid=("steep_slope",))) == ["steep_slope"]


def test_what_height_work_is_asked() -> None:
    """The figure first and alone; then only what could still change the grade."""
    assert asked(height(None, unsaid=FACTORS)) == ["height_m"]
    assert asked(height("6", unsaid=(*FACTORS, *ANNEX_II, *ANNEX_IV))) == [*FACTORS, *ANNEX_IV]
    assert asked(height("6", unsaid=("swinging",))) == ["swinging"]
    assert asked(height("3", unsaid=(*ANNEX_II, *ANNEX_IV))) == [*ANNEX_IV, *ANNEX_II]
    assert asked(height("6", "gust_5", unsaid=(*FACTORS[1:], *ANNEX_IV))) == list(ANNEX_IV)
    assert rules(height("31", unsaid=(*FACTORS, *ANNEX_II, *ANNEX_IV))).grade is IV
    assert rules(height("6", "snow_work", unsaid=(*FACTORS, *ANNEX_II, *ANNEX_IV[2:]))).grade is IV
    assert rules(height("6", unsaid=ANNEX_II)).grade is II


# --- lifting, 9.1 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tonnes", "grade", "approver"),
    [
        ("0.5", Grade.THIRD, Role.PROF_DEPT),
        ("9.9", Grade.THIRD, Role.PROF_DEPT),
        ("39.9", Grade.THIRD, Role.PROF_DEPT),  # T9
        ("40", Grade.SECOND, Role.PROF_DEPT),  # T9
        ("100", Grade.SECOND, Role.PROF_DEPT),  # T9, trap 9
        ("100.0", Grade.SECOND, Role.PROF_DEPT),
        ("100.1", Grade.FIRST, Role.CHIEF),  # T9
    ],
)
def test_t9_lifts_by_mass(tonnes: str, grade: Grade, approver: Role) -> None:
    found = rules(lift(tonnes))
    assert (found.grade, found.chain[-1].role) == (grade, approver)


def test_a_lift_of_unknown_mass_asks_for_it() -> None:
    assert asked(lift(None)) == ["mass_t"]


@pytest.mark.parametrize(("tonnes", "told"), [("9.9", True), ("10", False)])
def test_lifts_below_ten_tonnes_keep_their_note(tonnes: str, told: bool) -> None:
    """Note 3 to table B.1, informative: no ticket needed, yet a written analysis."""
    assert any("风险分析" in notice for notice in rules(lift(tonnes)).notices) is told


# --- what people call a grade ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "work", "grade"),
    [
        ("Ⅲ级高处", WorkType.HEIGHT, III),
        ("III", WorkType.HEIGHT, III),
        ("iv", WorkType.HEIGHT, IV),
        ("四级高处", WorkType.HEIGHT, IV),
        ("二级", WorkType.HEIGHT, II),
        ("二级或三级", WorkType.HEIGHT, None),
        ("三级吊装", WorkType.LIFT, Grade.THIRD),
        ("一级", WorkType.LIFT, Grade.FIRST),
        ("特级", WorkType.LIFT, None),
        ("特级", WorkType.HOT, Grade.SPECIAL),
        ("三级", WorkType.HOT, None),
        ("一级", WorkType.ROAD, None),
    ],
)
def test_a_stated_grade_is_read_in_the_words_of_its_work(text: str, work: WorkType, grade: Grade | None) -> None:
    assert parse(text, work) is grade


def test_a_stated_grade_may_raise() -> None:
    assert rules(replace(height("3"), stated_grade="Ⅲ级")).grade is III
    assert rules(replace(height("16"), stated_grade="Ⅰ级")).grade is III
    assert rules(replace(lift("20"), stated_grade="一级")).grade is Grade.FIRST


def test_every_graded_work_has_its_ladder() -> None:
    assert {work for work, grades in GRADES.items() if grades} == {WorkType.HOT, WorkType.HEIGHT, WorkType.LIFT}
    assert GRADES[WorkType.HEIGHT] == (I, II, III, IV)
    assert GRADES[WorkType.LIFT] == (Grade.THIRD, Grade.SECOND, Grade.FIRST)


# --- digging, 3.11 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("metres", "free"), [("0.49", True), ("0.5", False), ("0.50", False), ("3", False)])
def test_half_a_metre_is_digging(metres: str, free: bool) -> None:
    """以上 includes the limit."""
    if not free:
        assert rules(earth(metres)).grade is Grade.NONE
        return
    with pytest.raises(Refused) as refused:
        rules(earth(metres))
    assert [finding.gate for finding in refused.value.findings] == ["grade.below_05m"]


def test_machines_make_it_digging_at_any_depth() -> None:
    assert rules(earth("0.2", "heavy_machinery")).max_validity == DAY
    assert asked(earth(None)) == ["depth_m"]


# --- validity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "length", "clause"),
    [
        (height("6"), 7 * DAY, "GB 30871-2022 8"),
        (power(), 15 * DAY, "GB 30871-2022 10.8"),
        (power(reason="装置大修"), 30 * DAY, "GB 30871-2022 10.8"),
        (blind(), DAY, "本厂规定"),
        (lift("20"), DAY, "本厂规定"),
        (earth("1.0"), DAY, "本厂规定"),
        (road(), DAY, "本厂规定"),
    ],
)
def test_the_longest_validity(what: Content, length: timedelta, clause: str) -> None:
    found = rules(what)
    assert (found.max_validity, found.validity_clause) == (length, clause)


def test_where_nobody_says_it_a_permit_lasts_a_day() -> None:
    """Not stated in the text: a default, never an open end."""
    text = PLANT_FILE.read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith("validity: "))
    for what in (blind(), lift("20"), earth("1.0"), road()):
        found = rules(what, book=load_with(text.replace(line, "")))
        assert found.max_validity == DAY
        assert found.validity_clause.startswith("系统默认")
        longer = rules(what, book=load_with(text.replace(line, f"validity: {{{what.work.value}: 72 h}}")))
        assert (longer.max_validity, longer.validity_clause) == (3 * DAY, "本厂规定")


def days(number: int) -> Interval:
    start = local("2026-11-02 08:00")
    return Interval(start=start, end=start + number * DAY)


@pytest.mark.parametrize(
    ("number", "reason", "fitting"),
    [
        (15, "", True),
        (16, "", False),  # T23
        (16, "装置大修", True),  # T23
        (30, "装置大修", True),
        (31, "装置大修", False),  # T23
    ],
)
def test_t23_temporary_power_by_days(number: int, reason: str, fitting: bool) -> None:
    what = power(reason=reason, planned=days(number))
    assert fits(what, rules(what)) is fitting


def test_t23_the_way_out_is_said() -> None:
    what = power(planned=days(16))
    found = rules(what)
    assert (found.longer_validity, found.longer_needs) == (30 * DAY, "special_reason")
    assert "特殊原因" in too_long(what, found)[1]
    much = power(planned=days(31))
    assert "特殊原因" not in too_long(much, rules(much))[1]
    assert rules(power(reason="  ", planned=days(16))).max_validity == 15 * DAY
    assert any("特殊原因" in notice for notice in rules(power(reason="大修", planned=days(16))).notices)
    assert not any("特殊原因" in notice for notice in rules(power(planned=days(15))).notices)
