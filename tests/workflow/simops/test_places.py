"""The place graph and the names of pipes: what is recorded is told, what is not stays open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.support.simops import AREAS, EQUIPMENT, LINKS, graph, link
from workflow.ids import AreaId, EquipmentId
from workflow.plant import LinkKind
from workflow.simops.lines import codes, same_pipe
from workflow.simops.places import PlaceGraph, Spot

MAP = graph()


def at(code: str) -> Spot:
    if AreaId(code) in AREAS:
        return Spot(area=AreaId(code))
    return Spot(area=EQUIPMENT[EquipmentId(code)].area, equipment=EquipmentId(code))


def test_two_codes_of_one_place_are_one_place_and_a_suspicion_leaves_it_open() -> None:
    assert MAP.between(at("A"), at("OLD1")).same_area is True
    assert MAP.between(at("A"), at("OLD2")).same_area is None
    assert MAP.between(at("A"), at("C")).same_area is False
    told = graph(link(LinkKind.APART, "A", "OLD2"))
    assert told.between(at("A"), at("OLD2")).same_area is False
    assert graph(link(LinkKind.SAME, "A", "OLD2")).between(at("OLD1"), at("OLD2")).same_area is True
    two_pairs = graph(link(LinkKind.SAME, "C", "N"))
    assert two_pairs.between(at("C"), at("N")).same_area is True
    assert two_pairs.between(at("A"), at("C")).same_area is False


def test_a_code_of_the_same_place_brings_its_neighbours_and_permits_along() -> None:
    assert {"A", "OLD1", "OLD2", "B", "W", "DR", "N"} <= set(MAP.codes_near(AreaId("OLD1")))
    assert "C" not in MAP.codes_near(AreaId("A"))


def test_a_place_nothing_is_recorded_of_is_not_far_from_anywhere() -> None:
    assert MAP.between(at("A"), at("N")).near is None
    assert MAP.between(at("A"), at("N")).within(Decimal(30)) is None
    assert "N" in MAP.codes_near(AreaId("C"))


def test_fences_tell_at_least_and_at_most() -> None:
    near, far = MAP.between(at("A"), at("G")), MAP.between(at("A"), at("F"))
    assert near.low_m is not None
    assert far.low_m is not None
    assert abs(near.low_m - 20) < Decimal("0.1")
    assert abs(far.low_m - 40) < Decimal("0.1")
    assert (near.within(Decimal(30)), far.within(Decimal(30))) == (None, False)


@pytest.mark.parametrize(("code", "within"), [("E30", True), ("E31", False)])
def test_a_limit_is_included(code: str, within: bool) -> None:
    assert MAP.between(at("T1"), at(code)).within(Decimal(30)) is within


def test_a_limit_is_included_between_two_areas_too() -> None:
    far = graph(link(LinkKind.DISTANCE, "T1", "V1", metres="30"))
    assert far.between(at("T1"), at("V1")).within(Decimal(30)) is True
    assert far.between(at("T1"), at("V1")).within(Decimal("29.99")) is False


def test_what_hangs_over_what_is_followed_all_the_way_down() -> None:
    deep = PlaceGraph(AREAS, EQUIPMENT, (link(LinkKind.ABOVE, "UP", "LOW"), link(LinkKind.ABOVE, "LOW", "E60")))
    assert deep.between(at("UP"), at("E60")).fall_line is True
    assert deep.between(at("E60"), at("UP")).fall_line is True
    assert MAP.between(at("APA"), at("APB")).fall_line is False
    assert MAP.between(at("E9"), at("E10")).fall_line is None


def test_dikes_drains_and_spaces() -> None:
    assert MAP.between(at("T1"), at("T2")).same_dike is True
    assert MAP.between(at("T1"), at("T3")).same_dike is False
    assert MAP.between(at("T1"), at("E9")).same_dike is True, "one area, no dike on record: the stricter reading"
    assert MAP.between(at("A"), at("DR")).same_drain is True
    assert MAP.between(at("K1"), at("V1")).same_space is True
    assert MAP.between(at("V1"), at("V2")).same_space is False
    assert MAP.between(at("V1"), at("B")).same_space is None


def test_a_relation_that_ended_counts_no_more() -> None:
    over = [replace(one, active=False) for one in LINKS]
    bare = PlaceGraph(AREAS, EQUIPMENT, over)
    assert bare.between(at("A"), at("OLD1")).same_area is False
    assert bare.between(at("UP"), at("LOW")).fall_line is None


def test_the_last_way_of_the_fire_engine() -> None:
    two = graph(link(LinkKind.FIRE_ROUTE, "B", "A"), link(LinkKind.FIRE_ROUTE, "W", "A"))
    assert MAP.on_fire_route(at("B")) is None
    assert two.on_fire_route(at("B")) is True
    assert two.on_fire_route(at("C")) is False
    assert two.cut_off(at("B"), ()) == ()
    assert two.cut_off(at("B"), [at("W")]) == ("A区",)
    assert two.cut_off(at("C"), [at("W"), at("B")]) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("P-1203-80", "p 1203-80", None),  # a blank is no dash: nobody guesses digits together
        ("P-1203-80", "Ｐ－１２０３－８０", True),
        ("P1203-80", "P-1203-80", True),
        ("P-1203-80", "P-1203-100", False),
        ("P-1203", "P-1204", False),
        ("P-1203", "P-1203-80", None),
        ("苯进料管线", "苯进料 管道", True),
        ("苯进料", "甲苯进料", None),
        ("", "", None),
    ],
)
def test_names_of_pipes(one: str, other: str, same: bool | None) -> None:
    assert same_pipe(one, other) is same
    assert same_pipe(other, one) is same


def test_codes_are_letters_with_digits_and_sizes_are_none() -> None:
    assert codes("苯进料 P-1203-80（DN80）") == {"P1203-80"}
    assert same_pipe("P-1203-80 DN80", "P-1204-80 DN80") is False


def test_what_an_area_holds() -> None:
    """For an emergency of a zone: where somebody says so, and where nobody can tell, it is inside."""
    zone = AreaId("A")
    assert MAP.holds(zone, at("A")) is True
    assert MAP.holds(zone, at("T1")) is True, "a thing of the area"
    assert MAP.holds(zone, at("OLD1")) is True, "another code of the same place"
    assert MAP.holds(AreaId("OLD1"), at("T1")) is True
    assert MAP.holds(zone, at("OLD2")) is None, "perhaps the same place"
    assert MAP.holds(zone, at("C")) is False
    assert MAP.holds(zone, Spot(area=None)) is None
    assert MAP.holds(zone, Spot(area=AreaId("nowhere"))) is None
    assert MAP.holds(AreaId("nowhere"), at("A")) is None
    borrowed = Spot(area=AreaId("C"), equipment=EquipmentId("T1"))
    assert MAP.holds(zone, borrowed) is True, "said to be elsewhere, but its own place is there"
    inner = graph(link(LinkKind.INSIDE, "B", "A"))
    assert inner.holds(zone, at("B")) is True, "an area inside the area"
    assert inner.holds(zone, Spot(area=AreaId("B"), equipment=EquipmentId("E9"))) is True
