"""The gates: one small pure question each, asked at fixed moments of a permit's life."""

from __future__ import annotations

from enum import StrEnum

from workflow.facts import Facts
from workflow.findings import Finding
from workflow.permit.state import Permit
from workflow.rules.types import PermitRules


class Moment(StrEnum):
    """When gates are asked. Unknown only warns at `REQUEST` and `ACCEPT`; from `REVIEW` on it stops."""

    REQUEST = "request"
    ACCEPT = "accept"
    REVIEW = "review"
    APPROVE = "approve"
    START = "start"
    DURING = "during"
    RESUME = "resume"
    FINISH = "finish"
    CLOSE = "close"


def evaluate(moment: Moment, permit: Permit, rules: PermitRules, facts: Facts) -> tuple[Finding, ...]:  # noqa: ARG001 -- the table of gates follows
    """Ask every gate of this moment."""
    return ()
