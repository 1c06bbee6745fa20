"""Every gate passes, fails, and does not know; and weighs what the table says at each moment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support import scenes as s
from tests.support.gate_cases_paper import PAPER
from tests.support.gate_cases_site import SITE
from tests.support.gate_changes import CS, FAIL, HOT, PASS, UNKNOWN, Case, aged, linked, near
from tests.support.rulebook import local
from tests.support.scenes import CHEN, LI, MINUTE, NUMBER, SUN, ZHAO, Change, scene
from workflow.findings import Severity, stopping
from workflow.ids import EquipmentId
from workflow.permit.gates import KEYS, MEASURE_GATES, OWN, TABLE, Moment
from workflow.permit.state import BlankPermit, Status
from workflow.values import Interval, WorkType

CASES = [*PAPER, *SITE]


MANY_VOICES = {"certs_valid", "guardian_qualified", "linked_permits"}
"""Gates that answer for several people, certificates or permits at once."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gate(case: Case) -> None:
    found = case.change(scene(case.work, case.moment)).gate(case.gate)
    assert case.verdict in {finding.verdict for finding in found}, found
    if case.verdict is PASS:
        assert {finding.verdict for finding in found} == {PASS}, found
    elif case.gate not in MANY_VOICES:
        assert PASS not in {finding.verdict for finding in found}, found
    assert any(case.says in finding.fact for finding in found if finding.verdict is case.verdict), found
    for finding in found:
        assert finding.rule
        assert finding.clause
        assert finding.fact
        assert (finding.verdict is PASS) or (finding.cure and finding.who)


NEVER_UNKNOWN = {
    "required_fields", "people_distinct", "validity", "not_expired", "window", "issue_clock", "jsa_done",
    "approvals_complete", "no_alteration", "gas_daily", "crossing", "guardian_twice", "crew_twice", "linked_power",
    "counted_out", "fire_watch_done", "closing_confirmed", "chain_signable", "rules_ahead", "notices",
}  # fmt: skip
"""Gates that look at the permit alone; where the neighbours could not be looked up, `conflict` says so for all."""
NEVER_FAIL = {"notices", "cs.points", "gases_named", "conflict"}
"""Gates that only ask; a conflict that is sure answers as ``conflict.<rule>``."""
ONLY_SPEAK_UP = {"rules_ahead", "notices"}
"""Gates that are silent when there is nothing to say."""


_SIX = ("blind.", "height.", "lift.", "power.", "earth.", "road.", "weather_", "figures_", "cs.voltage")
OF_SIX_WORKS = frozenset(key for key in KEYS if key.startswith(_SIX))
"""Gates that the golden tables try (`tests/workflow/golden`); there every gate of the house is counted."""


def test_every_gate_is_tried_with_every_verdict() -> None:
    tried = {(case.gate, case.verdict) for case in CASES}
    for key in KEYS - OF_SIX_WORKS:
        assert (key, PASS) in tried or key in ONLY_SPEAK_UP, key
        assert (key, FAIL) in tried or key in NEVER_FAIL, key
        assert (key, UNKNOWN) in tried or key in NEVER_UNKNOWN, key


@pytest.mark.parametrize("work", [HOT, CS])
@pytest.mark.parametrize("moment", list(Moment))
def test_with_everything_in_order_nothing_stops(work: WorkType, moment: Moment) -> None:
    found = scene(work, moment).findings()
    assert found
    assert [finding for finding in found if finding.verdict is not PASS] == []


@pytest.mark.parametrize("moment", [Moment.REQUEST, Moment.ACCEPT])
def test_unknown_only_warns_early(moment: Moment) -> None:
    here = scene(CS, moment).without(LI).person_with(ZHAO, experience_years=None).facts_with(area=None, others=None)
    unknown = [finding for finding in here.findings() if finding.verdict is UNKNOWN]
    assert {"people_known", "guardian_qualified", "place_facts", "certs_valid"} <= {each.gate for each in unknown}
    assert {finding.severity for finding in unknown} == {Severity.WARN}
    assert stopping(here.findings()) == ()


@pytest.mark.parametrize("moment", [Moment.REVIEW, Moment.APPROVE, Moment.START, Moment.DURING, Moment.RESUME])
def test_from_review_on_unknown_stops(moment: Moment) -> None:
    here = scene(CS, moment).person_with(ZHAO, experience_years=None).facts_with(others=None)
    stops = {finding.gate for finding in stopping(here.findings())}
    assert {"guardian_qualified", "conflict"} <= stops


WARNS: dict[str, tuple[WorkType, Change]] = {
    "wind_stop": (HOT, lambda h: h.facts_with(wind_ms=None)),
    "purged": (CS, lambda h: h.facts_with(equipment=s.equipment(purged=None))),
    "crew_twice": (HOT, near(workers=(LI,))),
    "conflict": (HOT, near(methods=None)),
    "linked_permits": (HOT, linked(Status.SUSPENDED)),
}


@pytest.mark.parametrize("gate", WARNS)
def test_what_only_warns_at_the_start(gate: str) -> None:
    work, change = WARNS[gate]
    found = [finding for finding in change(scene(work, Moment.START)).gate(gate) if finding.verdict is not PASS]
    assert found
    assert {finding.severity for finding in found} == {Severity.WARN}


def test_a_late_gas_record_warns_and_a_very_late_one_stops() -> None:
    here = aged(15)(scene(CS, Moment.DURING).at(local("2026-11-24 11:00")))
    assert [finding.verdict for finding in here.gate("gas_record_due")] == [PASS]  # exactly 15 minutes
    late, very_late = here.later(15 * MINUTE), here.later(15 * MINUTE + timedelta(seconds=1))
    assert [(f.verdict, f.severity) for f in late.gate("gas_record_due")] == [(FAIL, Severity.WARN)]
    assert [(f.verdict, f.severity) for f in very_late.gate("gas_record_due")] == [(FAIL, Severity.BLOCK)]


def test_a_record_is_not_late_before_work_has_gone_on_that_long() -> None:
    """A test 25 minutes old starts an entry; the first record is due 15 minutes after the start."""
    here = aged(25)(scene(CS, Moment.DURING).at(local("2026-11-24 10:01")))
    assert [finding.verdict for finding in here.gate("gas_record_due")] == [PASS]


def test_planned_neighbours_warn_and_do_not_count_on_site() -> None:
    blind = {"work": WorkType.BLIND, "live": False, "status": Status.IN_REVIEW}
    early = near(**blind)(scene(HOT, Moment.ACCEPT)).gate("conflict.X1")
    assert [(finding.verdict, finding.severity) for finding in early] == [(FAIL, Severity.WARN)]
    assert near(**blind)(scene(HOT, Moment.START)).gate("conflict.X1") == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"interval": Interval(start=local("2026-11-24 16:00"), end=local("2026-11-24 17:00"))},  # after ours
        {"same_area": False},
        {"distance_m": Decimal("30.01")},
        {"work": WorkType.LIFT, "same_area": False},
        {"id": NUMBER},  # ourselves
    ],
)
def test_far_or_later_is_no_conflict(elsewhere: dict[str, object]) -> None:
    here = near(**{"work": WorkType.BLIND, "methods": (), **elsewhere})(scene(HOT, Moment.ACCEPT))
    assert {finding.verdict for finding in here.gate("conflict")} == {PASS}


def test_a_rule_without_explosion_place_does_not_bite() -> None:
    here = scene(HOT, Moment.ACCEPT).saying(fire_explosion=False)
    assert near(work=WorkType.BLIND, methods=())(here).gate("conflict.X1") == []


def test_above_and_below_is_for_people_to_look_at() -> None:
    found = near(work=WorkType.HEIGHT, methods=())(scene(HOT, Moment.START)).gate("conflict")
    assert [(finding.verdict, finding.severity) for finding in found] == [(UNKNOWN, Severity.WARN)]
    assert "隔离层" in found[0].fact


def test_different_vessels_of_one_area_are_different_spaces() -> None:
    here = scene(CS, Moment.START).asking(method=("painting",))
    assert near(equipment=EquipmentId("T-9"))(here).gate("conflict.X5") == []
    assert near(equipment=EquipmentId("T-1"), same_area=False)(here).gate("conflict.X5") == []


def test_gates_that_do_not_concern_a_permit_are_silent() -> None:
    hot, space = scene(HOT, Moment.START), scene(CS, Moment.START)
    assert hot.gate("cs.ventilation_running") == []
    assert hot.gate("leader_present") == []
    assert hot.gate("duty_leader_present") == []
    assert hot.saying(outdoor=False).facts_with(wind_ms=Decimal(20)).gate("wind_stop") == []
    assert space.gate("wind_stop") == []
    assert space.gate("hot.second_point") == []
    assert space.gate("gas_daily") == []
    assert hot.gate("linked_permits") == []
    assert hot.rules_with(gas=None).gate("gas_fresh") == []
    assert scene(HOT, Moment.REQUEST).gate("grade_stated") == []
    assert scene(CS, Moment.REQUEST).asking(stated_grade="二级").gate("grade_stated") == []
    assert scene(CS, Moment.CLOSE).gate("fire_watch_done") == []
    assert scene(HOT, Moment.APPROVE).permit_with(issued_at=local("2026-11-24 09:00")).gate("issue_clock") == []
    assert (
        scene(HOT, Moment.START).saying(operating=True).facts_with(equipment=s.equipment(purged=False)).gate("purged")
        == []
    )
    assert scene(CS, Moment.DURING).rules_with(gas=None).gate("gas_passing") == []


def test_work_said_to_be_outside_the_vessel_needs_no_entry_permit() -> None:
    here = scene(HOT, Moment.REVIEW).facts_with(area=s.area(confined_space=True))
    assert here.gate("each_special_work_has_permit") == []


def test_power_that_is_not_ours_is_not_compared() -> None:
    assert near(work=WorkType.POWER)(scene(HOT, Moment.START)).gate("linked_power") == []
    assert linked(Status.ACTIVE)(scene(HOT, Moment.START)).gate("linked_power") == []


def test_neighbours_nobody_could_look_up_are_said_once() -> None:
    here = scene(HOT, Moment.START).facts_with(others=None)
    assert [here.gate(key) for key in ("crossing", "guardian_twice", "crew_twice")] == [[], [], []]
    assert len(here.gate("conflict")) == 1


def test_clauses_are_those_of_the_packs_in_force() -> None:
    here = scene(HOT, Moment.START)
    assert here.gate("briefing_signed")[0].clause == "GB 30871-2022 4.4"
    assert here.gate("gas_fresh")[0].clause == "GB 30871-2022 5.3.1"
    assert scene(CS, Moment.START).gate("cs.helmet")[0].clause == "GB 46768-2025 5.12.3"
    assert here.rules_with(citations=()).gate("briefing_signed")[0].clause == OWN
    for gate in TABLE:
        if gate.at.get(Moment.START):
            assert all(finding.clause != OWN for finding in here.gate(gate.key)), gate.key


def test_a_blank_permit_has_no_gates() -> None:
    here = scene(HOT, Moment.REQUEST)
    with pytest.raises(BlankPermit):
        here.permit_with(content=None).findings()


def test_every_measure_gate_has_its_words() -> None:
    assert set(MEASURE_GATES) <= KEYS
    assert all(MEASURE_GATES.values())


def test_a_worker_who_is_also_the_applicant_is_no_stranger() -> None:
    here = scene(HOT, Moment.START).asking(applicant=CHEN)
    assert {finding.verdict for finding in here.gate("people_known")} == {PASS}
    assert SUN not in here.permit.what.workers
