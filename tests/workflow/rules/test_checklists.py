"""The checklists: complete, numbered as printed, proposed where the permit itself says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.rulebook import chemical, content, facts, planned, rules, trade
from workflow.ids import PermitId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.gates import KEYS
from workflow.rules.calendars import NIGHT
from workflow.rules.checklists import EVIDENCE, evidence_of, propose
from workflow.rules.situation import figures_of, names_of
from workflow.values import WorkType

CARD_HOLDS = 20
"""A chat card can hold no more choices than this."""

SPACE = content(WorkType.CONFINED_SPACE)


def proposed(what: Content) -> dict[str, bool | None]:
    return {one.no: one.involved for one in propose(rules(what))}


def test_hot_work_has_its_sixteen_items_and_the_general_ones() -> None:
    numbers = [measure.no for measure in rules(content()).measures]
    assert numbers == [*(f"H{n}" for n in range(1, 17)), "Q1", "Q2"]


def test_special_hot_work_has_a_plan_and_its_own_conditions() -> None:
    special = rules(content(facts=facts(fire_explosion=True, operating=True)))
    assert [measure.no for measure in special.measures][-2:] == ["T1", "T2"]


def test_confined_space_has_its_fifteen_items_and_what_the_new_standard_adds() -> None:
    old = content(WorkType.CONFINED_SPACE, planned=planned("2026-04-28 10:00", "2026-04-28 12:00"))
    printed = [f"C{n}" for n in range(1, 16)]
    assert [measure.no for measure in rules(old).measures] == [*printed, "Q1"]
    assert [measure.no for measure in rules(SPACE).measures] == [*printed, "Q1", "S1", "S2", "S3", "S4"]
    assert [measure.no for measure in rules(SPACE, book=trade()).measures] == [
        *printed, "Q1", "S1", "S2", "S3", "S4", "M1",
    ]  # fmt: skip


@pytest.mark.parametrize("what", [content(), content(facts=facts(fire_explosion=True, operating=True)), SPACE])
def test_items_fit_on_a_card_and_speak_known_words(what: Content) -> None:
    items = rules(what).measures
    assert len(items) <= CARD_HOLDS
    assert len({item.no for item in items}) == len(items)
    for item in items:
        assert set(evidence_of(item)) <= EVIDENCE
        assert item.gate in KEYS
        assert item.clause


def test_annexes_are_never_quoted_alone() -> None:
    for what in (content(), SPACE):
        for item in rules(what).measures:
            if "附录" in item.clause:
                assert "资料性" in item.clause
                assert item.clause.split("附录")[0].strip().removeprefix("GB 30871-2022").strip(" +"), item.no


def test_always_is_yes_and_free_is_for_a_person() -> None:
    found = proposed(content())
    assert [no for no, involved in found.items() if involved] == ["H3", "H8", "H10", "H11", "H12", "H15", "Q1"]
    assert found["H16"] is None


def test_what_the_permit_says_is_not_asked_again() -> None:
    welding = proposed(content(method=("electric_welding",), facts=facts(triggers=("at_height",), cleared=("risk",))))
    assert (welding["H9"], welding["H7"], welding["H5"], welding["H13"]) == (True, False, True, False)
    cutting = proposed(content(method=("gas_cutting",)))
    assert (cutting["H9"], cutting["H7"]) == (False, True)
    tank = proposed(content(facts=facts(major_hazard_dike=True)))
    assert tank["H4"] is True


def test_special_grade_brings_monitor_and_camera() -> None:
    special = proposed(content(facts=facts(fire_explosion=True, operating=True)))
    assert (special["H13"], special["H14"], special["T1"], special["T2"]) == (True, True, True, True)
    assert proposed(content())["H14"] is False
    assert proposed(content())["H13"] is None  # a person weighs the risk


@pytest.mark.parametrize(("held", "involved"), [(True, True), (False, False), (None, None)])
def test_what_a_space_held(held: bool | None, involved: bool | None) -> None:
    said = SiteFacts(held_toxic_or_flammable=held)
    found = proposed(content(WorkType.CONFINED_SPACE, facts=said))
    assert (found["C1"], found["C2"]) == (involved, involved)


def test_linked_permits_are_proposed_when_there_are_any() -> None:
    assert proposed(SPACE)["C14"] is None
    assert proposed(content(WorkType.CONFINED_SPACE, linked=(PermitId("DHZY-1"),)))["C14"] is True


def test_every_proposal_says_why() -> None:
    assert all(one.why for what in (content(), SPACE) for one in propose(rules(what)))


def test_cylinder_distances_are_in_the_item() -> None:
    (item,) = [measure for measure in rules(content()).measures if measure.no == "H7"]
    assert item.at_least == (Decimal(10), Decimal(5))
    assert evidence_of(item) == ("photo", "numbers")


def test_photos_before_and_after() -> None:
    for what in (content(), SPACE):
        moments = {photo.moment for photo in rules(what).photos}
        assert moments == {"start", "close"}


def test_every_condition_can_be_asked_for() -> None:
    """A person can settle whatever is left open: each name has a question, or is a method, or the clock knows it."""
    words = chemical().words
    told = {"always", "free", "linked", NIGHT, *words.any_of}
    told |= {name for methods in words.methods.values() for each in methods for name in (each.key, *each.implies)}
    for pack in chemical().packs:
        for law in pack.works.values():
            for each in law.measures:
                for name in names_of(each.item.trigger):
                    assert name in words.questions or name in told, name
                for figure in figures_of(each.item.trigger):
                    assert figure in words.figures
