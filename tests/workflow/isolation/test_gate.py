"""What a permit stands on is proven before work starts; the details are among the cases of the gates."""

from __future__ import annotations

from tests.support.gate_changes import CS, HOT, isolated
from tests.support.scenes import scene
from workflow.findings import Verdict
from workflow.permit.gates import Moment


def test_an_isolation_nobody_has_tried_starts_nothing() -> None:
    found = isolated(proven=False)(scene(HOT, Moment.START)).gate("isolation_proven")
    assert [one.verdict for one in found] == [Verdict.FAIL]


def test_a_closed_valve_keeps_nothing_out_of_a_space() -> None:
    found = isolated()(scene(CS, Moment.START)).gate("isolation_proven")
    assert [(one.verdict, one.clause) for one in found] == [(Verdict.FAIL, "GB 30871-2022 6.1")]
