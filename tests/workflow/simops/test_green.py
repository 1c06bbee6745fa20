"""Emergency work of the green channel is live work to its neighbours; what nobody said it is may be any work."""

from __future__ import annotations

import pytest

from tests.support.gate_changes import HOT, near
from tests.support.scenes import DUTY, LI, ZHAO, scene
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.gates import Moment
from workflow.values import WorkType


def found(work: WorkType | None, gate: str, **changes: object) -> list[Finding]:
    here = near(**{"work": work, "green": True, "methods": None, **changes})(scene(HOT, Moment.START))
    return [one for one in here.findings() if one.gate == gate]


def test_a_blind_pulled_in_an_emergency_is_a_blind() -> None:
    (no,) = found(WorkType.BLIND, "conflict.X1")
    assert (no.verdict, no.severity) == (Verdict.FAIL, Severity.BLOCK)
    assert "绿色通道抢修" in no.fact
    assert "请联系抢修负责人" in no.cure


def test_work_nobody_named_may_be_the_one_the_rule_forbids() -> None:
    (no,) = found(None, "conflict.X1")
    assert (no.verdict, no.severity) == (Verdict.UNKNOWN, Severity.BLOCK)
    assert found(WorkType.ROAD, "conflict.X1") == []


@pytest.mark.parametrize(("leader", "says"), [(ZHAO, "抢修"), (DUTY, "")])
def test_whoever_leads_it_guards_nothing_else(leader: str, says: str) -> None:
    (one,) = found(WorkType.HEIGHT, "guardian_twice", leader=leader, guardian=leader, same_area=False)
    assert (one.verdict is Verdict.FAIL) is bool(says)
    assert says in one.fact


def test_a_worker_of_ours_who_leads_it_is_not_called_its_guardian() -> None:
    (one,) = found(WorkType.HEIGHT, "guardian_twice", leader=LI, guardian=LI, same_area=False)
    assert one.verdict is Verdict.PASS
    (twice,) = found(WorkType.HEIGHT, "crew_twice", leader=LI, guardian=LI, same_area=False)
    assert (twice.verdict, twice.severity) == (Verdict.FAIL, Severity.WARN)
