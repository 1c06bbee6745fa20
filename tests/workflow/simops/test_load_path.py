"""How far a boom comes and what a load is carried over, where the pairs of the golden file do not go."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.simops import AREAS, EQUIPMENT, LINKS, graph, link, rules_of
from tests.support.works import content
from workflow.ids import AreaId, EquipmentId, PermitId
from workflow.permit.details import Details, LiftDetails
from workflow.plant import LinkKind
from workflow.rules.types import ConflictRule
from workflow.simops.between import Between, Spot
from workflow.simops.pairs import Meeting, Pair, bites, party
from workflow.simops.places import PlaceGraph
from workflow.values import Datum, Position, WorkType

METRE = Decimal("0.00000899322")
"""A degree on the equator."""
T1 = Spot(area=AreaId("A"), equipment=EquipmentId("T1"))


def surveyed(east_m: int, accuracy: str | None = "0") -> PlaceGraph:
    """T1 so many metres from the west fence of A, which is 100 m wide; F begins 40 m east of A."""
    here = Position(
        latitude=50 * METRE, longitude=east_m * METRE, datum=Datum.WGS84,
        accuracy_m=None if accuracy is None else Decimal(accuracy),
    )  # fmt: skip
    thing = replace(EQUIPMENT[EquipmentId("T1")], position=here)
    return PlaceGraph(AREAS, {**EQUIPMENT, thing.id: thing}, LINKS)


@pytest.mark.parametrize(
    ("map_", "zone", "metres", "reaches"),
    [
        (surveyed(90), "F", 51, True),
        (surveyed(90), "F", 49, False),
        (surveyed(90, "3"), "F", 48, True),
        (surveyed(90, None), "F", 41, True),
        (surveyed(90, None), "F", 39, False),
        (surveyed(90), "A", 1, True),
        (surveyed(90), "C", 200, None),
        (graph(), "F", 39, False),
        (graph(), "F", 41, None),
        (graph(), "F", 300, True),
        (graph(link(LinkKind.DISTANCE, "T1", "C", metres="12")), "C", 11, False),
        (graph(link(LinkKind.DISTANCE, "T1", "C", metres="12")), "C", 12, None),
    ],
)
def test_a_boom_comes_as_far_as_it_is_long(map_: PlaceGraph, zone: str, metres: int, reaches: bool | None) -> None:
    assert map_.reaches(T1, AreaId(zone), Decimal(metres)) is reaches


def x8() -> ConflictRule:
    return next(rule for rule in rules_of(content(WorkType.LIFT)).conflicts if rule.key == "X8")


@pytest.mark.parametrize(("path", "under"), [("C", True), ("A", False), ("D", False)])
def test_where_nobody_measured_the_codes_of_the_path_tell(path: str, under: bool) -> None:
    """Another permit whose content cannot be read has one meeting: that of the works."""
    lift = Details(lift=LiftDetails(radius_m=Decimal(10), path=(AreaId(path),)))
    mine = party(PermitId("a"), content(WorkType.LIFT, area=AreaId("A"), details=lift))
    theirs = party(PermitId("b"), content(WorkType.POWER, area=AreaId("C"), leader="l", workers=("w",)))
    apart = Between(same_area=False, adjacent=False)
    assert bites(x8(), Pair(mine=mine, theirs=theirs, meetings=(Meeting(between=apart),))) is under
