"""The alias finder: what speaks for one place, and what never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.aliases import likeness
from sandbox.plant import areas as demo_areas
from sandbox.plant import equipment as demo_equipment
from sandbox.plant import links as demo_links
from tests.support.simops import SITE, _square, link
from workflow.ids import AreaId, EquipmentId
from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.simops.aliases import SUSPECTED, Candidate, bare, candidates, suspected


def area(code: str, name: str, **more: Any) -> Area:
    return Area(id=AreaId(code), site=SITE, name=name, **more)


def thing(code: str, name: str, where: str, *aliases: str) -> Equipment:
    return Equipment(id=EquipmentId(code), site=SITE, name=name, area=AreaId(where), aliases=aliases)


def found(
    *areas: Area,
    things: tuple[Equipment, ...] = (),
    links: tuple[PlaceLink, ...] = (),
    past: dict[str, str] | None = None,
) -> tuple[Candidate, ...]:
    history = {code: frozenset({said}) for code, said in (past or {}).items()}
    return candidates(areas, things, links, likeness, history)


def suspects(*areas: Area, things: tuple[Equipment, ...] = ()) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in suspected(areas, things, (), likeness)}


def test_the_same_name_drawn_over_the_same_ground_is_suspected() -> None:
    one = area("TW-12", "二车间塔顶平台", fence=_square(0))
    other = area("B0212", "二车间塔顶平臺", fence=_square(10))
    pair = found(one, other)
    assert [each.pair for each in pair] == [{"TW-12", "B0212"}]
    assert pair[0].score >= SUSPECTED
    assert "围栏重叠" in pair[0].reasons


def test_codes_that_differ_by_marks_and_noughts_are_suspected() -> None:
    assert bare("a-01") == bare("Ａ１") == "A1"
    pair = found(area("A-01", "东泵房"), area("A1", "西泵房"))
    assert pair[0].score >= SUSPECTED
    assert suspects(area("A-01", "东泵房"), area("A1", "西泵房")) == {frozenset({"A-01", "A1"})}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1号罐区", "2号罐区"),
        ("一号罐区", "二号罐区"),
        ("东平台", "西平台"),
        ("R-101平台", "R-102平台"),
        ("化验室", "控制室"),
    ],
)
def test_digits_letters_and_directions_never_match_fuzzily(one: str, other: str) -> None:
    assert suspects(area("X-7", one, fence=_square(0)), area("Y-9", other, fence=_square(500))) == set()


def test_a_name_alone_is_worth_asking_and_no_more() -> None:
    pair = found(area("X-7", "苯精馏塔平台"), area("Y-9", "苯精馏塔平台区"))
    assert all(each.score < SUSPECTED for each in pair)


def test_shared_equipment_and_history_add_up() -> None:
    things = (thing("T-1", "回流罐", "X-7"), thing("T-2", "回流罐", "Y-9"))
    one, other = area("X-7", "精馏塔平台"), area("Y-9", "精馏塔平台")
    plain = found(one, other)[0].score
    assert found(one, other, things=things)[0].score == plain + 20
    assert found(one, other, things=things, past={"X-7": "塔顶换阀", "Y-9": "塔顶换阀"})[0].score == plain + 40
    assert found(one, other, things=things, past={"X-7": "塔顶换阀", "Y-9": "刷漆"})[0].score == plain + 20


def test_what_somebody_decided_is_not_asked_again() -> None:
    one, other = area("A-01", "泵房"), area("A1", "泵房")
    assert found(one, other)
    for kind in (LinkKind.SAME, LinkKind.APART):
        decided = link(kind, "A-01", "A1")
        assert found(one, other, links=(decided,)) == ()
        assert found(one, other, links=(replace(decided, active=False),))


def test_neighbours_of_each_other_are_two_places() -> None:
    one = area("A-01", "泵房", neighbours=(AreaId("A1"),))
    assert found(one, area("A1", "泵房")) == ()


def test_equipment_is_one_only_by_its_code() -> None:
    things = (thing("T-101", "苯罐", "X"), thing("T0101", "甲醇罐", "Y"), thing("T-102", "苯罐", "X"))
    assert [each.pair for each in found(things=things)] == [{"T-101", "T0101"}]


def test_the_demo_plant_holds_no_suspicion() -> None:
    assert suspected(demo_areas(), demo_equipment(), demo_links(), likeness) == ()


WORDS = ("苯罐", "泵房", "塔顶平台", "塔顶平臺", "化验室", "2号罐", "二号罐")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A-01", "A1", "a01", "B-2", "B02", "C", "Ｃ", "TW-12"]),
            st.sampled_from(WORDS),
            st.none() | st.integers(0, 40),
            st.lists(st.sampled_from(["回流罐", "P-1", "冷凝器"]), max_size=2),
        ),
        max_size=9,
        unique_by=lambda one: one[0],
    )
)
def test_the_quick_look_finds_what_looking_at_every_pair_finds(
    drawn: list[tuple[str, str, int | None, list[str]]],
) -> None:
    areas = [area(code, name, fence=() if step is None else _square(step * 8)) for code, name, step, _ in drawn]
    things = [
        thing(f"T{number}-{place}", name, code)
        for number, (code, _, _, names) in enumerate(drawn)
        for place, name in enumerate(names)
    ]
    slow = {each.pair for each in candidates(areas, things, (), likeness) if each.score >= SUSPECTED}
    assert suspects(*areas, things=tuple(things)) == slow
