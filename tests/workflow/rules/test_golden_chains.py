"""Who signs the six later works, and their wind, guardian and gas: expected from the law, with the clause beside it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import chemical, local, planned, rules
from tests.support.six_works import blind, earth, height, lift, one_of_each, power, road
from workflow.permit.content import Content
from workflow.rules.situation import frozen, holds
from workflow.rules.types import Grade, Role
from workflow.values import WorkType

# --- who signs ------------------------------------------------------------------------------------------------------

SEVEN = ("water", "electric", "steam", "process", "equipment", "fire", "safety")
NOBODY = tuple(f"concerns_{unit}" for unit in SEVEN)


@pytest.mark.parametrize(
    ("what", "nodes"),
    [
        (blind(), [("site_unit", Role.BASE_UNIT)]),
        (height("3"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.BASE_UNIT)]),
        (height("6"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.PROF_DEPT)]),
        (height("16"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.PROF_DEPT)]),
        (height("31"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.CHIEF)]),
        (lift("20"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.PROF_DEPT)]),
        (lift("101"), [("site_unit", Role.SITE_UNIT), ("reviewer", Role.REVIEWER), ("approver", Role.CHIEF)]),
        (power(), [("power_user", Role.POWER_USER), ("approver", Role.POWER_UNIT)]),
        (earth("1.0", cleared=NOBODY), [("site_unit", Role.SITE_UNIT), ("approver", Role.PROF_DEPT)]),
        (
            road(),
            [
                ("site_unit", Role.SITE_UNIT),
                ("sign_fire", Role.FIRE_DEPT),
                ("sign_safety", Role.SAFETY_DEPT),
                ("approver", Role.PROF_DEPT),
            ],
        ),
    ],
)
def test_chains(what: Content, nodes: list[tuple[str, Role]]) -> None:
    chain = rules(what).chain
    assert [(node.key, node.role) for node in chain] == nodes
    assert [node.at_site for node in chain] == [*(False for _ in chain[1:]), True]
    assert all(node.statutory and "4." in node.clause and "附录B(资料性)" in node.clause for node in chain)


def test_digging_is_countersigned_by_whoever_is_concerned() -> None:
    """Nobody has said: everybody signs. Said: those who are concerned."""
    roles = [Role.WATER_UNIT, Role.ELECTRIC_UNIT, Role.STEAM_UNIT, Role.PROCESS_UNIT, Role.EQUIPMENT_UNIT,
             Role.FIRE_DEPT, Role.SAFETY_DEPT]  # fmt: skip
    assert [node.role for node in rules(earth("1.0")).chain[1:-1]] == roles
    for unit, role in zip(SEVEN, roles, strict=True):
        others = tuple(name for name in NOBODY if name != f"concerns_{unit}")
        chain = rules(earth("1.0", f"concerns_{unit}", cleared=others)).chain
        assert [(node.key, node.role) for node in chain[1:-1]] == [(f"sign_{unit}", role)]
    on_road = rules(earth("1.0", "on_road", cleared=NOBODY)).chain
    assert [node.role for node in on_road[1:-1]] == [Role.FIRE_DEPT, Role.SAFETY_DEPT]


@pytest.mark.parametrize(
    ("what", "start", "resume", "acceptance"),
    [
        (blind(), {Role.GUARDIAN, Role.WORK_LEADER, Role.SHIFT_LEADER}, {Role.GUARDIAN, Role.WORK_LEADER},
         {Role.WORK_LEADER, Role.ACCEPTOR}),
        (height("6"), {Role.GUARDIAN, Role.WORK_LEADER}, {Role.GUARDIAN, Role.WORK_LEADER},
         {Role.WORK_LEADER, Role.ACCEPTOR}),
        (lift("20"), {Role.GUARDIAN, Role.LIFT_COMMANDER}, {Role.GUARDIAN, Role.LIFT_COMMANDER},
         {Role.LIFT_COMMANDER, Role.ACCEPTOR}),
        (power(), {Role.GUARDIAN, Role.WORK_LEADER}, {Role.GUARDIAN, Role.WORK_LEADER},
         {Role.WORK_LEADER, Role.POWER_UNIT}),
        (earth("1.0"), {Role.GUARDIAN, Role.WORK_LEADER}, {Role.GUARDIAN, Role.WORK_LEADER},
         {Role.WORK_LEADER, Role.ACCEPTOR}),
        (road(), {Role.GUARDIAN, Role.WORK_LEADER}, {Role.GUARDIAN, Role.WORK_LEADER},
         {Role.WORK_LEADER, Role.ACCEPTOR}),
    ],
)  # fmt: skip
def test_who_starts_resumes_and_accepts(
    what: Content, start: set[Role], resume: set[Role], acceptance: set[Role]
) -> None:
    found = rules(what)
    assert (set(found.start_roles), set(found.resume_roles), set(found.acceptance_roles)) == (start, resume, acceptance)
    assert Role.GUARDIAN in found.start_roles


# --- wind, guardian, gas --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "limit"),
    [
        (height("6"), "8.0"),
        (lift("20"), "10.8"),
        (blind(), None),
        (power(), None),
        (earth("1.0"), None),
        (road(), None),
    ],
)
def test_t20_t21_wind(what: Content, limit: str | None) -> None:
    """8.2.6 force 5 from 8.0 m/s, 9.2.4 force 6 from 10.8 m/s; the limit itself stops."""
    found = rules(what)
    assert found.wind_stop_ms == (None if limit is None else Decimal(limit))
    assert bool(found.wind_text) is (limit is not None)


@pytest.mark.parametrize(
    ("metres", "media", "entry"), [("1.2", True, False), ("1.21", True, True), ("1.3", True, True), ("3", False, False)]
)
def test_a_deep_pit_among_buried_media_is_a_confined_space(metres: str, media: bool, entry: bool) -> None:
    """11.10: deeper than 1.2 m → as a confined space: an entry permit beside it, a guardian who never leaves."""
    found = rules(earth(metres, media=media))
    (need,) = [need for need in found.link_needs if need.work is WorkType.CONFINED_SPACE]
    assert holds(need.when, frozen(found)) is entry
    assert found.guardian_may_leave is not entry


def test_power_is_tested_for_gas_in_explosion_areas_only() -> None:
    assert rules(power(explosion=False)).gas is None
    for said in (True, None):  # nobody has said: asked
        found = rules(power(explosion=said)).gas
        assert found is not None
        assert found.required == (("flammable",) if said else ())
        assert found.max_age == timedelta(minutes=30)
        highest = {(limit.high, limit.lel_from, limit.lel_below) for limit in found.limits if not limit.unknown_gas}
        assert highest == {(Decimal("0.5"), Decimal(4), None), (Decimal("0.2"), None, Decimal(4))}


def test_no_other_work_has_gas_rules_of_its_own() -> None:
    for what in one_of_each():
        if what.work is not WorkType.POWER:
            assert rules(what).gas is None


def test_height_is_confirmed_anew_after_a_break() -> None:
    """8.2.11."""
    assert [rules(what).reconfirm_after_break for what in one_of_each()] == [
        what.work is WorkType.HEIGHT for what in one_of_each()
    ]


def test_height_falls_under_the_new_edition_from_may() -> None:
    old, new = (
        rules(height("6", planned=planned(f"{day} 10:00", f"{day} 14:00"))) for day in ("2026-04-30", "2026-05-01")
    )
    ids = [{pack.id for pack in found.packs} for found in (old, new)]
    assert ["cn.gb3608.2025" in each for each in ids] == [False, True]
    assert (old.grade, new.grade) == (Grade.LEVEL_II, Grade.LEVEL_II)
    assert "GB 3608-2025" not in old.grade_clause
    assert "GB 3608-2025" in new.grade_clause


def test_welding_names_the_new_edition_from_august() -> None:
    book = chemical()
    zone = local("2026-01-01 00:00").tzinfo
    assert zone is not None
    for day, there in (("2026-07-31 23:59", False), ("2026-08-01 00:00", True)):
        ids = {pack.id for pack in book.in_force(WorkType.HOT, local(day), zone)}
        assert ("cn.gb9448.2025" in ids) is there
