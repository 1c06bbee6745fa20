"""Conditions have three answers; unknown stays unknown until it cannot matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.rulebook import chemical, content, facts, matter, rules
from workflow.permit.content import SiteFacts
from workflow.rules.situation import Known, frozen, grades_of, holds, known, names_of, open_names
from workflow.rules.types import Grade
from workflow.values import WorkType

WHAT = Known(holds=frozenset({"a", "b"}), excluded=frozenset({"x", "y"}), grade=Grade.SPECIAL)
UNGRADED = Known(holds=frozenset(), excluded=frozenset())


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("always", True), ("free", None), ("a", True), ("x", False), ("q", None),
        ("a+b", True), ("a+x", False), ("q+x", False), ("q+a", None), ("a|x", True), ("x|y", False), ("x|q", None),
        ("q|a", True), ("!a", False), ("!x", True), ("!q", None), ("x|a+!y", True),
        ("grade=special", True), ("grade=first", False), ("!grade=first", True), ("grade=first|a", True),
    ],
)  # fmt: skip
def test_three_answers(condition: str, answer: bool | None) -> None:
    assert holds(condition, WHAT) is answer


def test_a_grade_not_yet_decided_is_unknown() -> None:
    assert holds("grade=special", UNGRADED) is None
    assert holds("grade=special", UNGRADED.with_grade(Grade.SPECIAL)) is True


def test_nobody_can_make_free_or_always_mean_something_else() -> None:
    sly = Known(holds=frozenset({"free"}), excluded=frozenset({"always"}))
    assert (holds("free", sly), holds("always", sly)) == (None, True)


def test_what_is_left_open_is_named() -> None:
    assert open_names("q+!r|x+s", WHAT) == ("q", "r")
    assert open_names("q|a", WHAT) == ()
    assert names_of("!q+a|grade=special") == ("q", "a")
    assert grades_of("!q+a|!grade=special|grade=first") == ("special", "first")


def told(said: SiteFacts, *methods: str, work: WorkType = WorkType.HOT) -> Known:
    return known(matter(content(work, facts=said, method=methods)), chemical().words, ("night",), ("holiday",))


def test_what_the_content_says() -> None:
    found = told(facts(fire_explosion=True, operating=None, triggers=("risk",), cleared=("at_height",)))
    assert {"fire_explosion", "risk", "night"} <= found.holds
    assert {"pipe_rack", "at_height", "holiday", "fixed_hot_work"} <= found.excluded
    assert found.of("operating") is None


def test_said_to_apply_beats_said_not_to_apply() -> None:
    assert told(facts(triggers=("risk",), cleared=("risk",))).of("risk") is True


def test_a_permit_covers_exactly_its_methods() -> None:
    found = told(facts(), "gas_cutting")
    assert [found.of(name) for name in ("gas_welding", "fusion_heat", "electric_welding", "grinding")] == [
        True,
        True,
        False,
        False,
    ]
    assert told(facts()).of("electric_welding") is None
    assert told(facts(triggers=("electric_welding",)), "grinding").of("electric_welding") is True


def test_facts_that_follow_from_others() -> None:
    assert told(facts(major_hazard_dike=True)).of("in_tank_area") is True
    assert told(facts(major_hazard_dike=False)).of("in_tank_area") is None
    space = told(SiteFacts(toxic_gases=("h2s",)), work=WorkType.CONFINED_SPACE)
    assert space.of("poisoning_space") is True


def test_each_rules_object_is_asked_about_itself() -> None:
    """The last answer is kept; never for other rules, even those that differ in one name."""
    one = rules(content())
    other = replace(one, holds=(*one.holds, "outdoor"), excluded=(), grade=Grade.SPECIAL)
    for _ in range(2):
        for law in (one, other, replace(one)):
            answer = Known(holds=frozenset(law.holds), excluded=frozenset(law.excluded), grade=law.grade)
            assert frozen(law) == answer
            assert frozen(law) == answer
