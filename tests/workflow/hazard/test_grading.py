"""Risk scores and near duplicates, against figures of domain 3.2 and examples a person judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.support.hazards import AT, GRADING, seen
from workflow.errors import NaiveTime
from workflow.hazard.grading import GRADE_OF_DANGER, Colour, Danger, grade, lec, ls
from workflow.hazard.law import Plant
from workflow.hazard.likeness import LOOK_BACK, Alike, Known, alike
from workflow.hazard.state import Kind
from workflow.ids import AreaId, HazardId, PermitId


@pytest.mark.parametrize(
    ("figures", "score", "band"),
    [
        (("3", "6", "7"), "126", Danger.MARKED),
        (("6", "6", "15"), "540", Danger.EXTREME),
        (("1", "6", "15"), "90", Danger.MARKED),
        (("0.5", "2", "7"), "7.0", Danger.SLIGHT),
        (("1", "10", "7"), "70", Danger.MARKED),  # a band begins at its lower end
        (("1", "3", "7"), "21", Danger.USUAL),
        (("10", "3", "7"), "210", Danger.HIGH),
        (("1", "10", "15"), "150", Danger.MARKED),
        (("1", "3", "100"), "300", Danger.HIGH),
    ],
)
def test_lec(figures: tuple[str, str, str], score: str, band: Danger) -> None:
    assert lec(*map(Decimal, figures)) == (Decimal(score), band)


def test_the_borders_are_on_the_lower_side_and_only_above_320_is_extreme() -> None:
    # 160 and 320 cannot be made of the scales; the bands are asked for them by the figures next to them
    assert lec(Decimal(10), Decimal("0.5"), Decimal(40))[1] is Danger.HIGH  # 200
    assert lec(Decimal(6), Decimal("0.5"), Decimal(40))[1] is Danger.MARKED  # 120
    assert lec(Decimal(1), Decimal(10), Decimal(40))[1] is Danger.EXTREME  # 400
    for wrong in (("2", "6", "7"), ("3", "4", "7"), ("3", "6", "8")):
        with pytest.raises(ValueError, match="is one of"):
            lec(*map(Decimal, wrong))
    assert set(GRADE_OF_DANGER) == set(Danger)
    assert GRADE_OF_DANGER[Danger.EXTREME] is Plant.MAJOR


@pytest.mark.parametrize(
    ("likelihood", "severity", "colour"),
    [
        (5, 4, Colour.RED), (5, 5, Colour.RED), (4, 4, Colour.ORANGE), (3, 5, Colour.ORANGE), (3, 4, Colour.YELLOW),
        (3, 3, Colour.YELLOW), (2, 4, Colour.BLUE), (1, 1, Colour.BLUE),
    ],
)  # fmt: skip
def test_ls(likelihood: int, severity: int, colour: Colour) -> None:
    assert ls(likelihood, severity) == (likelihood * severity, colour)


def test_ls_has_two_scales_of_five() -> None:
    for wrong in ((0, 1), (1, 6)):
        with pytest.raises(ValueError, match="1 to 5"):
            ls(*wrong)


OTHER = HazardId("YH-HC-20260115-001")


def known(text: str, **more: object) -> Known:
    base = Known(id=OTHER, area=AreaId("pump"), kind=Kind.EQUIPMENT, text=text, at=AT - timedelta(hours=2))
    return replace(base, **more)  # type: ignore[arg-type]  # dataclass fields by name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2号泵护栏松动", "2号泵的护栏松动了", True),
        ("泵房地面有油", "泵房地面有一滩油", True),
        ("2号泵护栏松动", "3号泵护栏松动", False),  # codes never match fuzzily
        ("P-101A密封漏油", "P-101B密封漏油", False),
        ("护栏松动", "2号泵护栏松动", True),  # no code is no other code
        ("2号泵护栏松动", "灭火器过期", False),
        ("漏", "漏", False),  # one character says nothing
    ],
)
def test_two_texts(one: str, other: str, same: bool) -> None:
    assert bool(alike(seen(one), AT, [known(other)])) is same


def test_place_picture_and_age_decide_before_the_words() -> None:
    text = "2号泵护栏松动"
    assert alike(seen(text, area=AreaId("tank")), AT, [known(text)]) == ()
    assert alike(seen(text, area=None), AT, [known(text)]) == (Alike(id=OTHER, share=Fraction(1)),)
    assert alike(seen("别的事情", area=AreaId("tank")), AT, [known(text, same_picture=True)])
    assert alike(seen(text), AT, [known(text, at=AT - LOOK_BACK - timedelta(seconds=1))]) == ()
    later = known("2号泵护栏松动晃动", id=HazardId("YH-HC-20260115-002"))
    assert [one.id for one in alike(seen(text), AT, [later, known(text)])] == [OTHER, later.id]
    with pytest.raises(NaiveTime):
        known(text, at=datetime(2026, 1, 1))  # noqa: DTZ001 -- the naive time is the point


@pytest.mark.parametrize(("named", "urgent"), [(PermitId("DHZY-HC-20260115-001"), True), (None, False)])
def test_where_a_permit_is_named_special_work_goes_on(named: PermitId | None, urgent: bool) -> None:
    assert grade(seen("泵房有异味", permit=named), GRADING, live_work=False).urgent is urgent
