"""Who signs, in which order, where, and how long it may wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.rulebook import PLANT, ZONE, chemical, content, facts, load_with, local, planned, rules, trade
from workflow.permit.content import Content, SiteFacts
from workflow.rules.book import RuleBook
from workflow.rules.chains import waits
from workflow.rules.types import Grade, Role
from workflow.values import ProofMethod, WorkType

SPECIAL = content(facts=facts(fire_explosion=True, operating=True))
FIRST = content(facts=facts(fire_explosion=True))
SECOND = content()
SPACE = content(WorkType.CONFINED_SPACE)


def plant_with(old: str, new: str) -> RuleBook:
    text = PLANT.read_text(encoding="utf-8")
    assert old in text
    return load_with(text.replace(old, new))


def chain(what: Content, book: RuleBook | None = None) -> list[tuple[str, Role]]:
    return [(node.key, node.role) for node in rules(what, book=book).chain]


@pytest.mark.parametrize(
    ("what", "approver"), [(SPECIAL, Role.CHIEF), (FIRST, Role.SAFETY_DEPT), (SECOND, Role.BASE_UNIT)]
)
def test_hot_work(what: Content, approver: Role) -> None:
    assert chain(what) == [("site_unit", Role.SITE_UNIT), ("safety_dept", Role.SAFETY_DEPT), ("approver", approver)]
    found = rules(what)
    assert (found.start_roles, found.resume_roles) == (
        (Role.GUARDIAN, Role.SHIFT_LEADER),
        (Role.GUARDIAN, Role.WORK_LEADER),
    )
    assert found.acceptance_roles == (Role.WORK_LEADER, Role.ACCEPTOR)


def test_confined_space() -> None:
    assert chain(SPACE) == [("site_unit", Role.BASE_UNIT)]
    assert rules(SPACE).start_roles == (Role.GUARDIAN, Role.WORK_LEADER)


@pytest.mark.parametrize("what", [SPECIAL, FIRST, SECOND, SPACE])
def test_the_approver_signs_at_the_site_and_every_node_is_statutory(what: Content) -> None:
    nodes = rules(what).chain
    assert [node.at_site for node in nodes] == [*(False for _ in nodes[1:]), True]
    assert all(node.statutory and node.clause.startswith("GB 30871-2022 4.") for node in nodes)
    if what.work is WorkType.HOT:
        assert nodes[-1].proof is ProofMethod.PLATFORM_SESSION_AT_SITE


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (SiteFacts(held_toxic_or_flammable=False, toxic_gases=("h2s",)), True),
        (SiteFacts(held_toxic_or_flammable=False, triggers=("poisoning_space",)), True),
        (SiteFacts(held_toxic_or_flammable=False), True),  # nobody has said: asked
        (SiteFacts(held_toxic_or_flammable=False, cleared=("poisoning_space",)), False),
    ],
)
def test_poisoning_spaces_in_trade_go_to_the_principal(said: SiteFacts, asked: bool) -> None:
    what = replace(SPACE, facts=said)
    expected = [("principal", Role.PRINCIPAL)] if asked else []
    assert chain(what, trade()) == [("site_unit", Role.BASE_UNIT), *expected]


def test_a_plant_adds_a_node_for_one_grade() -> None:
    book = plant_with(
        "extra_nodes: []",
        "extra_nodes: [{work: hot, grades: [first], key: chief_final, label: 终审, role: chief, after: safety_dept}]",
    )
    assert [key for key, _ in chain(FIRST, book)] == ["site_unit", "safety_dept", "chief_final", "approver"]
    assert [key for key, _ in chain(SECOND, book)] == ["site_unit", "safety_dept", "approver"]
    (extra,) = [node for node in rules(FIRST, book=book).chain if node.key == "chief_final"]
    assert (extra.statutory, extra.clause) == (False, "本厂规定")


def test_a_plant_raises_a_level() -> None:
    book = plant_with("raise_level: {}", "raise_level: {hot: {approver: {second: safety_dept}}}")
    assert chain(SECOND, book)[-1] == ("approver", Role.SAFETY_DEPT)
    assert chain(SPECIAL, book)[-1] == ("approver", Role.CHIEF)
    node = rules(SECOND, book=book).chain[-1]
    assert (node.statutory, node.at_site, node.label) == (True, True, "动火审批人意见")


def test_a_plant_asks_for_presence_and_stronger_proof() -> None:
    book = plant_with("at_site: []", "at_site: [site_unit]")
    assert rules(FIRST, book=book).chain[0].at_site
    strong = plant_with("approver: platform_session_at_site", "approver: {special: passkey, all: vendor_face}")
    assert rules(SPECIAL, book=strong).chain[-1].proof is ProofMethod.PASSKEY
    assert rules(FIRST, book=strong).chain[-1].proof is ProofMethod.VENDOR_FACE
    assert rules(FIRST, book=strong).chain[0].proof is ProofMethod.PLATFORM_SESSION


def test_a_plant_asks_for_stronger_proof_of_start_resume_and_acceptance() -> None:
    line = "  site: platform_session"
    strong = plant_with(line, f"{line}\n  start: {{special: passkey, all: vendor_face}}\n  acceptance: passkey")
    asked = rules(SPECIAL, book=strong)
    assert (asked.start_proof, asked.acceptance_proof) == (ProofMethod.PASSKEY, ProofMethod.PASSKEY)
    assert rules(FIRST, book=strong).start_proof is ProofMethod.VENDOR_FACE
    assert asked.resume_proof is ProofMethod.PLATFORM_SESSION, "what the plant does not name stays a tap"


def test_waiting_is_shorter_near_the_start() -> None:
    found = rules(FIRST)
    node = found.chain[0]
    start = FIRST.planned.start
    half, ten = timedelta(minutes=30), timedelta(minutes=10)
    assert waits(node, found, FIRST, start - timedelta(hours=2)) == half
    assert waits(node, found, FIRST, start - timedelta(minutes=119)) == ten
    assert waits(node, found, FIRST, start + timedelta(hours=1)) == ten
    assert waits(replace(node, wait_near_start=None), found, FIRST, start) == half


def test_posts_and_labels() -> None:
    book = chemical()
    assert book.posts_for(Role.CHIEF) == ("deputy_director",)
    assert book.posts_for(Role.GUARDIAN) == ()
    assert book.role_label(Role.SITE_UNIT) == "所在单位(属地)"
    assert set(book.words.roles) == set(Role)


def test_a_chain_for_every_grade_of_every_moment() -> None:
    """No grade, no date and no unknown leaves a permit without an approver."""
    for day in ("2024-06-05", "2025-06-11", "2026-04-28", "2026-11-24"):
        for what in (SPECIAL, FIRST, SECOND, SPACE):
            for book in (chemical(), trade()):
                here = replace(what, planned=planned(f"{day} 10:00", f"{day} 12:00"))
                found = book.rules_for(here, at=local(f"{day} 09:00"), zone=ZONE)
                assert found.chain
                assert found.grade in Grade
