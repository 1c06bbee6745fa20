"""Which places a hazard reaches into, and whether work there has to wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.hazards import AREA, LAW, MENDER, SAFETY, photo, put_right, reported, seen
from workflow.hazard import commands as c
from workflow.hazard.holds import asked_by, reaches, stops
from workflow.hazard.law import Inside, Legal, Plant
from workflow.hazard.state import Grade, Hazard
from workflow.ids import AreaId, HazardId, PermitId, SiteId

HERE, THERE = PermitId("DH-HC-20260115-001"), PermitId("DH-HC-20260115-002")
MAJOR = "没有票就动火"


@pytest.mark.parametrize(
    ("what", "permit", "area", "is_in"),
    [
        (seen(), HERE, AREA, True),
        (seen(), HERE, "tank", False),
        (seen(area=None, between=(AreaId("tank"), AREA)), HERE, "tank", True),
        (seen(area=None, between=(AreaId("tank"), AREA)), HERE, AREA, True),
        (seen(area=None, permit=HERE), HERE, "tank", True),
        (seen(area=None, permit=HERE), THERE, "tank", False),
        (seen(area=None), HERE, "tank", False),
    ],
)
def test_what_it_reaches_into(what: object, permit: PermitId, area: str, is_in: bool) -> None:
    assert reaches(what, permit, area) is is_in  # type: ignore[arg-type]  # pytest's table


@pytest.mark.parametrize("plant", Plant)
@pytest.mark.parametrize("urgent", [False, True])
def test_what_is_urgent_stops_and_the_rest_does_what_its_grade_asks(plant: Plant, urgent: bool) -> None:
    grade = Grade(plant=plant, legal=Legal.GENERAL, urgent=urgent, reasons=())
    assert asked_by(grade, LAW) is (Inside.STOP if urgent else LAW.inside[plant])


def test_it_stops_from_the_report_until_it_is_accepted() -> None:
    hazard = put_right(MAJOR)
    assert not stops(hazard.state), "something holds the danger off"
    bare = replace(hazard.state, interim="")
    assert stops(bare), "said to be put right is not put right"


def test_measures_hold_it_off_until_it_comes_back() -> None:
    hazard = reported(MAJOR)
    assert stops(hazard.state)
    hazard.ask(MENDER, c.PutInterim, text="拉警戒线，专人看守")
    assert not stops(hazard.state)


def test_one_that_is_no_hazard_stops_nothing_until_it_is_one_again() -> None:
    hazard = reported("泵房有异味", permits=(HERE,))
    assert stops(hazard.state), "urgent"
    hazard.ask(SAFETY, c.Dismiss, why="现场检测，没有异味")
    assert not stops(hazard.state)
    hazard.ask(SAFETY, c.Reopen, why="又闻到了异味", photos=(photo(7),))
    assert stops(hazard.state)


def test_one_nobody_reported_is_not_asked() -> None:
    with pytest.raises(ValueError, match="never reported"):
        stops(Hazard(id=HazardId("YH-1"), site=SiteId("hc")))
