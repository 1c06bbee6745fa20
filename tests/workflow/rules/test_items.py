"""The checklists of annex A, all 106 items; the gates no form prints; reminders, links and certificates by work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from storage.policies import load
from tests.support.rulebook import PLANT, POLICIES, chemical, planned, rules
from tests.support.six_works import blind, earth, height, lift, one_of_each, power, road
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.permit.gates import KEYS
from workflow.plant import Certificate
from workflow.rules.certificates import Standing, applies, best, suited
from workflow.rules.checklists import propose
from workflow.rules.law import Pack
from workflow.rules.situation import figures_of, frozen, grades_of, holds, names_of
from workflow.rules.types import GRADES, CertificateNeed, Role
from workflow.values import WorkType

GOLDEN = Path(__file__).parents[1] / "golden"
ITEMS: dict[str, list[list[str]]] = yaml.safe_load((GOLDEN / "checklists.yaml").read_text(encoding="utf-8"))
DUTIES: list[dict[str, str]] = yaml.safe_load((GOLDEN / "gates.yaml").read_text(encoding="utf-8"))
NIGHT = planned("2026-11-24 19:00", "2026-11-24 21:00")


def gb30871() -> Pack:
    return next(pack for pack in chemical().packs if pack.id == "cn.gb30871.2022")


# --- the items ------------------------------------------------------------------------------------------------------


def test_there_are_106() -> None:
    counts = {work: len(items) for work, items in ITEMS.items()}
    assert counts == {
        "hot": 16, "cs": 15, "blind": 11, "height": 15, "lift": 20, "power": 14, "earth": 11, "road": 4,
    }  # fmt: skip
    assert sum(counts.values()) == 106


@pytest.mark.parametrize("work", list(WorkType))
def test_every_item_stands_with_its_number_and_trigger(work: WorkType) -> None:
    """The printed items first and in their order, then ours."""
    printed = ITEMS[work.value]
    items = [each.item for each in gb30871().works[work].measures]
    assert [[item.no, item.trigger] for item in items[: len(printed)]] == printed
    assert all(item.no[0] in "QT" for item in items[len(printed) :])
    assert all("附录A" in item.clause and "资料性" in item.clause for item in items[: len(printed)])
    assert all(len(item.label) >= 4 for item in items)


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: f"{duty['work']}-{duty['gate']}")
def test_every_duty_has_an_item_and_a_clause(duty: dict[str, str]) -> None:
    items = [each.item for each in gb30871().works[WorkType(duty["work"])].measures]
    mine = [item for item in items if item.gate == duty["gate"]]
    assert mine
    assert any(duty["clause"] in item.clause for item in mine)
    assert duty["gate"] in KEYS


def test_every_gate_the_packs_name_is_cited() -> None:
    """A gate an item answers brings its clause along; the head of the pack cites the others."""
    cited = {citation.gate for pack in chemical().packs for citation in pack.citations}
    named = {each.item.gate for pack in chemical().packs for law in pack.works.values() for each in law.measures}
    clauses = {
        each.item.gate: each.item.clause
        for pack in chemical().packs
        for law in pack.works.values()
        for each in law.measures
    }
    assert all(clauses[gate] for gate in named)
    uncited = {
        "gas_daily",
        "gas_fresh",
        "gas_passing",
        "closing_confirmed",
        "detectors",
        "figures_kept",
        "gas_analyst",
        "hazards",
        "validity",
        "wind_stop",
    }  # they bring the clause of their rule
    assert KEYS - cited <= uncited


def test_no_item_hangs_on_a_name_nobody_can_settle() -> None:
    words = chemical().words
    told = {"always", "free", "linked", "night", "holiday", "rest_day", *words.any_of, *words.questions, *words.derived}
    told |= {name for methods in words.methods.values() for each in methods for name in (each.key, *each.implies)}
    for pack in chemical().packs:
        for work, law in pack.works.items():
            for condition in _conditions(law):
                assert all(name in told or name.startswith("gas:") for name in names_of(condition)), condition
                assert all(figure in words.figures for figure in figures_of(condition)), condition
                assert set(grades_of(condition)) <= {grade.value for grade in GRADES[work]}, condition


def _conditions(law: Any) -> list[str]:
    found = [each.item.trigger for each in law.measures] + [each.only_when for each in law.measures]
    found += [step.when for step in law.chain] + [need.when for need in law.link_needs]
    found += [each.when for each in law.reminders] + [name for need in law.certificates for name in need.when]
    if law.grading is not None:
        found += [row.when for row in (*law.grading.rows, *law.grading.floors, *law.grading.upgrades)]
    return found


# --- what the permit itself says ------------------------------------------------------------------------------------


def proposed(what: Content) -> dict[str, bool | None]:
    return {one.no: one.involved for one in propose(rules(what))}


@pytest.mark.parametrize(
    ("what", "no", "expected"),
    [
        (height("29.9"), "G11", False),
        (height("30"), "G11", True),  # 30 m 以上 includes 30
        (height("6"), "G13", True),
        (height("6"), "G5", None),
        (height("6", "scaffold"), "G5", True),
        (height("6"), "G14", None),
        (replace(height("6"), linked=(PermitId("DHZY-1"),)), "G14", True),
        (height("6", "guard_removed"), "Q4", True),
        (lift("39.9"), "L1", None),  # 三级: only when complex, and nobody has said
        (lift("40"), "L1", True),
        (lift("100.1"), "L1", True),
        (lift("20"), "L17", False),
        (lift("20"), "L18", True),
        (blind(), "B3", True),
        (blind(), "B4", True),
        (blind(explosion=False), "B4", False),
        (blind(explosion=None), "B4", None),
        (blind(toxics=("h2s",)), "B2", True),
        (blind(toxics=("h2s",)), "Q6", True),
        (blind(toxics=("benzene",)), "B2", True),
        (blind(toxics=("benzene",)), "Q6", None),
        (power(explosion=True), "P2", True),
        (power(explosion=True), "P13", True),
        (power(explosion=False), "P13", False),
        (power(), "P11", True),
        (power(method=("mobile_supply",)), "Q2", True),
        (power(method=("grid_supply",)), "Q2", False),
        (earth("1.2", media=True), "E9", False),
        (earth("1.21", media=True), "E9", True),
        (earth("1.3", media=False), "E9", False),
        (earth("1.3", media=None), "E9", None),
        (earth("2.0"), "Q3", False),
        (earth("2.1"), "Q3", True),
        (replace(earth("1.0"), planned=NIGHT), "E7", True),
        (earth("1.0"), "E7", False),
        (road(planned=NIGHT), "R3", True),
        (road("rain_snow_fog"), "R3", True),
        (road(cleared=("rain_snow_fog",)), "R3", False),
        (road(), "R3", None),
    ],
)
def test_items_follow_from_the_permit(what: Content, no: str, expected: bool | None) -> None:
    assert proposed(what)[no] is expected


@pytest.mark.parametrize(
    ("what", "no", "there"),
    [
        (height("6"), "Q5", False),  # maintenance dismantles nothing
        (replace(height("6"), method=("scaffold_dismantling",)), "Q5", True),
        (height("6"), "Q3", False),
        (height("6", "near_toxic_vent"), "Q3", True),
        (lift("20"), "Q3", True),  # nobody has said that one crane lifts alone
    ],
)
def test_our_own_items_come_where_they_may_apply(what: Content, no: str, there: bool) -> None:
    assert (no in proposed(what)) is there


@pytest.mark.parametrize(
    ("what", "part", "told"),
    [
        (height("29.9"), "对讲机", False),
        (height("30"), "对讲机", True),
        (height("24", "overlapping"), "双层", False),  # 8.2.8: a fall of more than 24 m
        (height("24.1", "overlapping"), "双层", True),
        (height("25"), "双层", False),
        (power(), "10.6 f", False),
        (replace(power(), facts=replace(power().facts, triggers=("buried",))), "不小于 0.7 m", True),
        (replace(power(), facts=replace(power().facts, triggers=("buried",))), "大于 0.7 m", True),
        (road(planned=NIGHT), "150 m", True),
        (road(cleared=("rain_snow_fog",)), "150 m", False),
        (road("no_sign"), "专人指挥", True),
        (earth("1.3", media=True), "受限空间", True),
        (earth("1.3"), "受限空间", False),
    ],
)
def test_reminders(what: Content, part: str, told: bool) -> None:
    assert any(part in notice for notice in rules(what).notices) is told


# --- other permits --------------------------------------------------------------------------------------------------


def wanted(what: Content) -> dict[WorkType, bool | None]:
    found = rules(what)
    answers: dict[WorkType, bool | None] = {}
    for need in found.link_needs:
        answer = holds(need.when, frozen(found))
        answers[need.work] = answer if need.work not in answers else answers[need.work] or answer
    return answers


def test_every_work_knows_what_it_may_touch() -> None:
    """4.6: each special work its own permit."""
    hot, cs, height_, lift_, power_, earth_, road_, blind_ = (
        WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.HEIGHT, WorkType.LIFT, WorkType.POWER, WorkType.EARTH,
        WorkType.ROAD, WorkType.BLIND,
    )  # fmt: skip
    assert set(wanted(blind())) == {hot, cs, height_, lift_, power_}
    assert set(wanted(height("6"))) == {hot, cs, blind_, lift_, power_}
    assert set(wanted(lift("20"))) == {hot, cs, height_, blind_, power_, road_}
    assert set(wanted(power())) == {hot, cs, height_, earth_, road_}
    assert set(wanted(earth("1.0"))) == {cs, hot, lift_, power_, road_}
    assert set(wanted(road())) == {earth_, hot, lift_, power_}


def test_links_follow_from_what_is_said() -> None:
    assert wanted(height("6", "hot_work"))[WorkType.HOT] is True
    assert wanted(height("6", "inside_tower"))[WorkType.CONFINED_SPACE] is True
    assert wanted(lift("20"))[WorkType.ROAD] is None


# --- certificates, 2.3 ----------------------------------------------------------------------------------------------


def needed(what: Content, role: Role) -> dict[str, tuple[bool | None, bool]]:
    found = rules(what)
    return {
        "/".join(need.kinds): (applies(need, found), need.blocks)
        for need in found.certificates
        if need.role is role and applies(need, found) is not False
    }


@pytest.mark.parametrize(
    ("what", "role", "kinds"),
    [
        (replace(height("6"), method=("scaffold_erection",)), Role.WORKER, {"3.1": (True, True)}),
        (replace(height("6"), method=("scaffold_dismantling",)), Role.WORKER, {"3.1": (True, True)}),
        (height("6", "regularly_at_height"), Role.WORKER, {"3.2": (True, True)}),
        (replace(height("6"), method=("inspection",)), Role.WORKER, {}),
        (lift("20"), Role.LIFT_COMMANDER, {"Q1": (True, True)}),
        (lift("20"), Role.LIFT_OPERATOR, {"Q2": (True, True)}),
        (lift("3", method=("forklift",)), Role.LIFT_OPERATOR, {"N1": (True, True)}),
        (lift("3", method=("hoist",)), Role.LIFT_OPERATOR, {}),
        (lift("20"), Role.SLINGER, {"slinger_training": (True, False)}),
        (power("380"), Role.WORKER, {"1.2": (True, True)}),
        (power("380"), Role.WORK_LEADER, {"1.2": (True, True)}),
        (power("999.9"), Role.WORKER, {"1.2": (True, True)}),
        (power("1000"), Role.WORKER, {"1.1": (True, True)}),  # high voltage from 1 kV on
        (power("1000"), Role.WORK_LEADER, {"1.1": (True, True)}),
        (power("380", explosion=True), Role.WORKER, {"1.2": (True, True), "1.3": (True, True)}),
        (power("6000", explosion=True), Role.WORK_LEADER, {"1.1": (True, True), "1.3": (True, True)}),
        (power(None), Role.WORKER, {"1.2": (None, True), "1.1": (None, True)}),  # unknown: both are open
        (road(), Role.WORKER, {}),
    ],
)
def test_who_needs_what(what: Content, role: Role, kinds: dict[str, tuple[bool | None, bool]]) -> None:
    assert needed(what, role) == kinds


def test_a_trade_not_regularly_at_height_is_only_reminded() -> None:
    told = replace(
        height("6"), facts=replace(height("6").facts, cleared=(*height("6").facts.cleared, "regularly_at_height"))
    )
    assert needed(told, Role.WORKER) == {"3.2": (True, False)}


def test_every_guardian_is_trained() -> None:
    for what in one_of_each():
        assert needed(what, Role.GUARDIAN) == {"guardian": (True, True)}


def held(kind: str, to: date = date(2028, 6, 30), review: date | None = None) -> Certificate:
    return Certificate(kind=kind, number="T", valid_from=date(2024, 1, 1), valid_to=to, review_due=review)


def need(what: Content, role: Role, kind: str) -> CertificateNeed:
    return next(each for each in rules(what).certificates if each.role is role and kind in each.kinds)


@pytest.mark.parametrize(
    ("certificate", "on", "expected"),
    [
        (held("1.2", to=date(2026, 11, 24)), date(2026, 11, 24), Standing.DUE),  # T26
        (held("1.2", to=date(2026, 11, 23)), date(2026, 11, 24), Standing.EXPIRED),  # T26
        (held("1.2", review=date(2026, 3, 31)), date(2026, 4, 1), Standing.REVIEW_OVERDUE),  # T27
        (held("1.2", review=date(2026, 11, 1)), date(2026, 11, 2), Standing.REVIEW_NOTICE),  # T27
        (held("1.1"), date(2026, 11, 24), None),  # high voltage is no low voltage
    ],
)
def test_t26_t27_an_electrician(certificate: Certificate, on: date, expected: Standing | None) -> None:
    wanted_ = need(power(), Role.WORKER, "1.2")
    found = best(suited((certificate,), wanted_, WorkType.POWER, on), on, rules(power()).certificate_law)
    assert (None if found is None else found[1]) is expected


def test_t28_a_high_voltage_certificate_climbs_nothing() -> None:
    what = replace(height("6"), method=("scaffold_erection",))
    assert suited((held("1.1"),), need(what, Role.WORKER, "3.1"), WorkType.HEIGHT, date(2026, 11, 24)) == ()


# --- sources --------------------------------------------------------------------------------------------------------


def test_every_pack_says_where_it_is_from_and_how_sure() -> None:
    files = sorted((POLICIES / "packs").glob("*.yaml"))
    assert len(files) >= 7
    for file in files:
        head = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert head["source"]
        assert head["mark"] in {"T", "S", "D", "U"}
    assert load(POLICIES, plant=PLANT).packs


def test_what_the_text_does_not_say_is_marked() -> None:
    """Strict readings of ours inside a pack of the text carry another mark than its T."""
    text = "".join(
        file.read_text(encoding="utf-8") for file in sorted((POLICIES / "packs/cn.gb30871.2022").glob("*.yaml"))
    )
    marked = [line for line in text.splitlines() if "从严" in line and ("系统默认" in line or "附录B注2" in line)]
    assert marked
    assert all("mark: D" in line or "mark: D" in text[text.index(line) : text.index(line) + 400] for line in marked)
