"""Run the golden tables: gates, measures, air, rules. One small runner; the cases are in the YAML files beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.gate_cases_paper import PAPER
from tests.support.gate_cases_site import SITE
from tests.support.golden import Golden, cases, given, resolved, sample
from tests.support.scenes import Scene
from tests.workflow.gates.test_gates import NEVER_FAIL, NEVER_UNKNOWN, ONLY_SPEAK_UP
from workflow.findings import Finding, Verdict
from workflow.permit.gates import KEYS, MEASURE_GATES
from workflow.rules.gas import UnknownReading, judge
from workflow.rules.validity import fits

GATES, MEASURES = cases("gates_paper", "gates_site"), cases("measures")
AIR, RULES = cases("air"), cases("rules")


def _law(row: object, finding: Finding | None = None) -> str:
    assert isinstance(row, dict)
    return f"{row['clause']}: {row['sentence']} ← {finding}"


def _says(found: list[Finding], verdict: str) -> bool:
    if verdict == "silent":
        return not found
    return Verdict(verdict) in {each.verdict for each in found} and (
        verdict != "pass" or {each.verdict for each in found} == {Verdict.PASS}
    )


@pytest.mark.parametrize("case", GATES, ids=str)
def test_gates(case: Golden) -> None:
    row = case.row
    here = given(row)
    for gate, verdict in row["expect"].items():
        found = here.gate(gate)
        assert _says(found, verdict), _law(row) + f" {found}"
        told = " ".join(each.fact + each.cure + each.rule + each.clause for each in found)
        for words in row.get("says", ()):
            assert words in told, told
        if "stops" in row:
            assert any(each.stops for each in found) is row["stops"], found
        for each in found:
            assert each.clause
            assert each.fact
            assert each.verdict is Verdict.PASS or (each.cure and each.who)


# --- what a named person confirms -----------------------------------------------------------------------------------

SAID = {"pass": "confirmed", "fail": "unconfirmed", "unknown": "unanswered"}


def _item_of(here: Scene, gate: str) -> str:
    found = [measure.no for measure in here.rules.measures if measure.gate == gate]
    assert found, f"no item of the list answers {gate}"
    return next((no for no in found if here.permit.measures[no].involved), found[0])


@pytest.mark.parametrize("verdict", SAID)
@pytest.mark.parametrize("case", MEASURES, ids=str)
def test_measures(case: Golden, verdict: str) -> None:
    """Confirmed on site passes, not confirmed fails, nobody asked is unknown; and the last two stop the start."""
    row = case.row
    here = given(row)
    number, gate = _item_of(here, row["gate"]), row["gate"]
    if verdict == "pass":
        assert here.permit.measures[number].involved, f"{number} should apply: {row['sentence']}"
    else:
        changed = {"fail": "unconfirmed", "unknown": "unanswered"}[verdict]
        here = given({**row, "given": {**row.get("given", {}), "items": {number: changed}}})
    found = here.gate(gate)
    assert Verdict(verdict) in {each.verdict for each in found}, found
    assert any(each.stops for each in found) is (verdict != "pass")
    assert any(row["clause"] in each.clause for each in found), _law(row, found[0])


# --- air ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", AIR, ids=str)
def test_air(case: Golden) -> None:
    row = case.row
    what, rules = resolved(row)
    assert rules.gas is not None
    if row["expect"] == "refused":
        with pytest.raises(UnknownReading):
            judge(sample(row["reads"]), rules.gas, what)
        return
    verdict = judge(sample(row["reads"]), rules.gas, what)
    assert verdict.passed is (row["expect"] == "pass"), _law(row) + f" {verdict}"
    told = " ".join((*verdict.failures, *verdict.notes))
    for words in row.get("says", ()):
        assert words in told, told


# --- grades, validity, who signs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", RULES, ids=str)
def test_rules(case: Golden) -> None:
    row = case.row
    what, rules = resolved(row)
    expect = row["expect"]
    seen: dict[str, object] = {
        "grade": rules.grade.value,
        "approver": rules.chain[-1].role.value,
        "nodes": len(rules.chain),
        "hours": rules.max_validity.total_seconds() / 3600,
        "fits": fits(what, rules),
        "wind": None if rules.wind_stop_ms is None else str(rules.wind_stop_ms),
        "retest_minutes": None if rules.gas is None else rules.gas.retest_after_break.total_seconds() / 60,
        "record_minutes": (
            None if rules.gas is None or rules.gas.record_every is None else rules.gas.record_every.total_seconds() / 60
        ),
        "age_minutes": None if rules.gas is None else rules.gas.max_age.total_seconds() / 60,
        "continuous": rules.gas is not None and rules.gas.continuous,
        "ventilation": rules.gas is not None and rules.gas.ventilation_always,
        "gases": [] if rules.gas is None else sorted(rules.gas.required),
        "items": sorted(measure.no for measure in rules.measures if measure.trigger == "always"),
    }
    for key, value in expect.items():
        assert seen[key] == value, _law(row) + f" {key}={seen[key]}"


# --- the tables themselves ------------------------------------------------------------------------------------------

ONLY_BY_STOP = {"earth.unknown_object", "lift.trial"}
"""Asked at a resumption only: whether something was confirmed since the stop is always known."""
CANNOT_BE_UNKNOWN = {
    *NEVER_UNKNOWN,
    *ONLY_BY_STOP,
    "power.duration",  # the planned time is always there
    "height.reconfirm",  # so is the moment of a confirmation; an item nobody confirmed fails elsewhere
    "cs.voltage",  # a voltage nobody wrote is the confirmer's word, asked as lighting_ok
}
NO_FAIL = {*NEVER_FAIL}
FIGURES = {"figures_kept"}
"""Answers under the gates of the items it looks at."""


def test_every_gate_passes_fails_and_does_not_know() -> None:
    tried = {(case.gate, case.verdict.value) for case in (*PAPER, *SITE)}
    tried |= {(gate, verdict) for case in GATES for gate, verdict in case.row["expect"].items()}
    tried |= {(case.row["gate"], verdict) for case in MEASURES for verdict in SAID}
    for key in KEYS - FIGURES:
        assert (key, "pass") in tried or key in ONLY_SPEAK_UP, f"{key} never passes"
        assert (key, "fail") in tried or key in NO_FAIL, f"{key} never fails"
        assert (key, "unknown") in tried or key in CANNOT_BE_UNKNOWN, f"{key} is never unknown"


def test_the_tables_are_cases_with_a_clause_and_a_sentence() -> None:
    every = (*GATES, *MEASURES, *AIR, *RULES)
    assert len({str(case) for case in every}) == len(every)
    assert len(GATES) + len(AIR) + len(RULES) + len(SAID) * len(MEASURES) >= Decimal(120)
    for case in every:
        assert case.row["clause"], case
        assert case.row["sentence"], case


def test_every_gate_of_the_checklists_has_its_words_and_its_item() -> None:
    tried = {case.row["gate"] for case in MEASURES}
    by_hand = {case.gate for case in (*PAPER, *SITE)}
    assert set(MEASURE_GATES) <= tried | by_hand
