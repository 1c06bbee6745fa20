"""What an approver reads about a permit that is unlike the last ones of its kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cards.permit import permit_card
from cards.words_unusual import BRIEF_MOST, LABEL, brief, headline, lines
from tests.support.permits import GUARD, HEAD, LEADER, SHIFT, WORKER, permit, view
from workflow.permit.state import Status
from workflow.permit.unusual import (
    Comparison,
    ContractorNew,
    Departed,
    Departure,
    Difference,
    GasNearer,
    GradeRaised,
    Longer,
    MoreSkipped,
    OutOfHours,
    PeopleNew,
    PlaceNew,
)
from workflow.rules.gas_types import Unit
from workflow.rules.types import Grade, Role

HALF = timedelta(minutes=30)
LONGER = Longer(planned=8 * HALF, usual=3 * HALF, most=4 * HALF)


@pytest.mark.parametrize(
    ("difference", "line"),
    [
        (LONGER, "时间长：计划4小时，以往一般1小时30分，最长2小时"),
        (PlaceNew(place="3号泵房"), "新作业点：以往没有在「3号泵房」作业"),
        (OutOfHours(when="night"), "夜间作业：以往都不在夜间"),
        (
            GradeRaised(base=Grade.SECOND, grade=Grade.FIRST, by=("night",)),
            "升了级：本是二级，因夜间升为一级，以往都没升过",
        ),
        (ContractorNew(unit="新来的公司"), "新单位：以往没有「新来的公司」"),
        (PeopleNew(role=Role.GUARDIAN, people=(GUARD,)), "新监护人：赵敏，以往没当过"),
        (
            PeopleNew(role=Role.WORKER, people=(WORKER, LEADER, HEAD, SHIFT)),
            "新作业人：王强、李强、周建国等4人，以往没当过",
        ),
        (MoreSkipped(skipped=9, most=4), "“不涉及”多：勾了9项，以往最多4项"),
        (
            GasNearer(gas="methane", value=Decimal(8), unit=Unit.LEL_PERCENT, usual=Decimal("3.5")),
            "气体离限值更近：methane 8%LEL，以往最高 3.5",
        ),
        *((Departed(how=how), None) for how in Departure),
    ],
)
def test_each_difference_is_one_plain_line(difference: Difference, line: str | None) -> None:
    shown = view(permit(Status.IN_REVIEW), HEAD, [Role.SITE_UNIT])
    (said,) = lines(shown, Comparison(against=10, differences=(difference,)))
    assert said == line or (line is None and said.startswith("本票"))
    assert len(said) <= 45


@pytest.mark.parametrize(
    ("comparison", "first"),
    [
        (None, "没能查到以往的同类票，没有比较。"),
        (Comparison(against=2), "同类票不足3张，无从比较。"),
        (Comparison(against=10), "与最近10张同类票相比无异常。"),
        (
            Comparison(against=4, differences=(LONGER, OutOfHours(when="night"))),
            "与最近4张同类票比，有2处不同",
        ),
        (Comparison(against=10, differences=(LONGER,) * 6), "与最近10张同类票比，有6处不同，先看5处"),
    ],
)
def test_the_first_line_is_honest(comparison: Comparison | None, first: str) -> None:
    assert headline(comparison) == first
    assert len(lines(view(permit(Status.IN_REVIEW), HEAD, []), comparison)) <= 5


@pytest.mark.parametrize(
    ("comparison", "said"),
    [
        (None, "没能比较"),
        (Comparison(against=2), "不足3张，无从比较"),
        (Comparison(against=10), "与近10张相比无异常"),
        (Comparison(against=4, differences=(LONGER,)), "与近4张有1处不同：时间长"),
        (
            Comparison(against=10, differences=(OutOfHours(when="night"), LONGER, PlaceNew(place="3号泵房"))),
            "与近10张有3处不同：夜间作业、时间长、新作业点",
        ),
        (
            Comparison(against=10, differences=tuple(Departed(how=how) for how in Departure)),
            "与近10张有4处不同：本票气体分析不合格过",
        ),
    ],
)
def test_the_line_of_the_card_is_honest_and_fits_a_row(comparison: Comparison | None, said: str) -> None:
    shown = view(permit(Status.IN_REVIEW), HEAD, [Role.SITE_UNIT])
    assert brief(shown, comparison) == said
    assert len(said) <= BRIEF_MOST


def test_the_card_has_the_line_among_the_rows_that_are_never_cut() -> None:
    shown = view(permit(Status.IN_REVIEW), HEAD, [Role.SITE_UNIT])
    assert LABEL not in [line.label for line in permit_card(shown).lines]
    rows = [(line.label, line.value) for line in permit_card(replace(shown, unlike="与近10张相比无异常")).lines]
    assert (LABEL, "与近10张相比无异常") in rows[:6]
